#!/bin/sh
# Every rule, edition and case of the tree.
. tests/lib/tap.sh

run lint benchmarks
status 0 "no mistakes in the definitions"
has "$OUT" "no mistakes" "and all cases come out as expected"
for edition in cis-docker:1.6.0 cis-docker:1.7.0 cis-docker:1.8.0 container-runtime:1.0.0 linux-host:1.0.0; do
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
# So is a result that no case shows.
mkdir -p "$SCRATCH/shown"
sed '/name: inside another/,/expect: manual/d' benchmarks/container-runtime/rules/runtime-not-nested.yaml >"$SCRATCH/shown/runtime-not-nested.yaml"
run lint "$SCRATCH/shown/runtime-not-nested.yaml"
status 2 "a check that is never shown to come to what stands in the place of fail"
has "$ERR" "no case that expects manual" "is named with that"
