#!/bin/sh
# The guest of `make check-vm` as it was captured (tests/vm/capture.sh): cgroup v2, AppArmor, crun and systemd's own containers on every
# machine that runs the tests.
. tests/lib/tap.sh
. tests/vm/expect.sh
tree=tests/hosts/vm-debian13

run facts --root "$tree" -f json 'container.*'
status 0 "the captured tree can be read"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"
expect "$SCRATCH/facts.json" "$tree/.truth.json" captured "guest"
