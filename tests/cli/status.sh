#!/bin/sh
# Every exit status of an audit, on a facts document.
. tests/lib/tap.sh
facts=tests/golden/facts.json

run audit -b cis-docker --facts $facts --only container-no-host-uts -f json
status 0 "all pass: 0"
run audit -b cis-docker --facts $facts --only container-not-privileged -f json
status 1 "a fail: 1"
run audit -b cis-docker --facts $facts --only container-not-privileged --fail-on none -f json
status 0 "--fail-on none"
run audit -b cis-docker --facts $facts --only container-rootfs-readonly --fail-on high -f json
status 0 "a medium fail below --fail-on high"
run audit -b cis-docker --facts $facts --only container-rootfs-readonly --fail-on high --min-score 50 -f json
status 1 "a score below --min-score"
run audit -b cis-docker --facts $facts --only daemon-userns-remap -f json
status 3 "could not look: 3"
run audit -b cis-docker --facts $facts --only daemon-userns-remap --only container-not-privileged -f json
status 3 "incomplete outranks fail"
cat >"$SCRATCH/tailoring.yaml" <<'YAML'
tailoring: test
waivers:
  - { rule: "5.5", subject: "bat*", owner: team-web, reason: needs it until the move, expires: 2099-12-31 }
attestations:
  - { rule: "4.2", who: Ada, saw: the list of sources, result: pass, until: 2099-12-31 }
YAML
run audit -b cis-docker --facts $facts --only container-not-privileged -t "$SCRATCH/tailoring.yaml" -f json
status 0 "a waived fail does not fail the run"
is "$(printf '%s' "$OUT" | jq -r '.benchmarks[].rules[] | .result')" fail "and stays a fail"
is "$(printf '%s' "$OUT" | jq -r '[.benchmarks[].rules[].findings[] | select(.result == "fail") | .disposition.kind] | unique | .[]')" waived \
	"with the disposition waived"
sed -i 's/2099/2001/' "$SCRATCH/tailoring.yaml"
run audit -b cis-docker --facts $facts --only container-not-privileged -t "$SCRATCH/tailoring.yaml" -f json
status 1 "an expired waiver waives nothing"
sed -i 's/"5.5"/"5.55"/' "$SCRATCH/tailoring.yaml"
run audit -b cis-docker --facts $facts -t "$SCRATCH/tailoring.yaml" -f json
status 2 "a tailoring for a rule that is not there"
has "$ERR" "tailoring.yaml:3:" "is refused at its line"
echo '{"plimsoll_facts": 1' >"$SCRATCH/cut.json"
run audit -b cis-docker --facts "$SCRATCH/cut.json"
status 2 "a facts document that is cut off"
sed 's/"docker.present": {/"docker.present": { "type": "bool", "state": "present", "value": false, "origin": "x" }, "docker.was": {/' $facts >"$SCRATCH/none.json"
run audit -b cis-docker --facts "$SCRATCH/none.json" -f text
status 3 "a benchmark asked for of which nothing applies was not passed"
has "$OUT" "docker.present has to be true" "and the report says why"
run audit -b cis-docker --facts $facts --only container-no-host-uts --skip 5.5 -f text
has "$OUT" "only container-no-host-uts; without 5.5" "the report tells what was chosen by name"
run audit -b cis-docker --facts "$SCRATCH/none.json" --only 5.5 --min-score 50 -f json
status 1 "no score is below any that is asked for"
mkdir -p "$SCRATCH/empty-root"
run audit -b cis-docker --root "$SCRATCH/empty-root" --only container-not-privileged -f json
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "an empty root is no pass" "$STATUS"
is "$(printf '%s' "$OUT" | jq -r '[.benchmarks[].rules[].result] | unique | join(" ")')" not_applicable "a tree at rest has no containers to judge"

# What a tailoring says of parameters and of the score.
cat >"$SCRATCH/params.yaml" <<'YAML'
tailoring: params
score: automated
params:
  container-no-docker-socket: { sockets: "(" }
YAML
run audit -b cis-docker --facts $facts -t "$SCRATCH/params.yaml" -f json
status 2 "a parameter that is no expression"
has "$ERR" "params.yaml:4:" "is refused at its line"
sed -i '/^params/,$d' "$SCRATCH/params.yaml"
run audit -b cis-docker --facts $facts -t "$SCRATCH/params.yaml" -f json
is "$(printf '%s' "$OUT" | jq -r '[.benchmarks[].rules[] | select(.scored and (.automated | not))] | length')" 0 \
	"score: automated leaves out what the edition labels manual"
