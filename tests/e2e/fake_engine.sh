#!/bin/sh
# An engine that hangs, floods, lies or answers garbage costs its own facts, not the run.
. tests/lib/tap.sh

if [ "$(id -u)" -ne 0 ]; then
	skip "fake engine" "needs root to read another process's executable"
	exit 0
fi
PID=
# shellcheck disable=SC2016 # expanded when it runs
CLEANUP='[ -z "$PID" ] || kill "$PID" 2>/dev/null'
# finding MODE FIELD: of a rule that only the engine can answer, about the fake one
finding() {
	jq -r --arg own "docker:$SCRATCH/data" ".benchmarks[].rules[] | select(.slug == \"daemon-userns-remap\") | .findings[]
		| select(.subject_id == \$own) | $2" "$SCRATCH/$1.json"
}

mkdir -p "$SCRATCH/bin" "$SCRATCH/data"
cc -D_GNU_SOURCE -o "$SCRATCH/bin/dockerd" tests/e2e/fake_engine.c || { result 1 "the fake engine builds"; exit 1; }

for mode in hang garbage html redirect empty flood; do
	"$SCRATCH/bin/dockerd" $mode --host "unix://$SCRATCH/$mode.sock" --data-root "$SCRATCH/data" &
	PID=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S "$SCRATCH/$mode.sock" ] && break; sleep 0.1; done
	run audit -b cis-docker --timeout 1 -f "json=$SCRATCH/$mode.json"
	kill "$PID"
	wait "$PID" 2>/dev/null
	PID=
	status 3 "$mode: the audit is incomplete"
	passed=$(jq -r '[.benchmarks[].rules[] | select(.scope == "container" or .scope == "image") | select(.result == "pass") | .slug] | join(" ")' "$SCRATCH/$mode.json")
	is "$passed" "" "$mode: no container or image rule passes"
	is "$(finding "$mode" .result)" error \
		"$mode: what only the engine knows is an error"
	is "$(jq -r '.benchmarks[].rules[] | select(.slug == "host-hardened") | .result | . != null' "$SCRATCH/$mode.json")" true \
		"$mode: the rest of the audit went on"
done
has "$(finding hang .message)" "timed out" \
	"the reason is named"
