#!/bin/sh
# Every rule, edition and case of the tree.
. tests/lib/tap.sh

run lint benchmarks
status 0 "no mistakes in the definitions"
has "$OUT" "no mistakes" "and all cases come out as expected"
for edition in cis-docker:1.6.0 cis-docker:1.7.0 cis-docker:1.8.0 linux-host:1.0.0; do
	run list rules -b "$edition"
	status 0 "$edition loads"
done
# A rule nobody selects is content nobody sees.
for rule in benchmarks/*/rules/*.yaml; do
	slug=${rule##*/}
	slug=${slug%.yaml}
	grep -rlq "rule: $slug," benchmarks/*/*.yaml
	result $? "$slug is in an edition"
done
# A case that is wrong is told.
mkdir -p "$SCRATCH/rules"
sed 's/expect: pass/expect: fail/' benchmarks/cis-docker/rules/container-not-privileged.yaml >"$SCRATCH/rules/container-not-privileged.yaml"
run lint "$SCRATCH/rules/container-not-privileged.yaml"
status 2 "a case that comes to something else"
has "$ERR" "comes to pass, not fail" "is named with what it comes to"
