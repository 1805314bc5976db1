#!/bin/sh
# A real Docker Engine with good and bad containers. The truth below is written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible; then
	skip "engine" "needs root, dockerd, docker and jq"
	exit 0
fi
CLEANUP=engine_stop
engine_start --no-new-privileges=false --live-restore || { result 1 "engine starts"; exit 1; }
engine_image || { result 1 "image is made"; exit 1; }

start() {
	name=$1
	shift
	engine run -d --name "$name" --network none "$@" bb:latest sleep 3600 >/dev/null
}
touch "$SCRATCH/docker.sock.md"
start good --read-only --memory 64m --pids-limit 100 --cpu-shares 512 --security-opt no-new-privileges --cap-drop ALL --user 1000:1000
start plain
start caps --cap-add SYS_ADMIN
start nnpfalse --security-opt no-new-privileges:false
start etc -v /etc:/x:ro
start localtime -v /etc/timezone:/etc/timezone:ro
start sock -v "$ENGINE_SOCKET:/tmp/other"
start folder -v /run:/host/run:ro
start markdown -v "$SCRATCH/docker.sock.md:/d"
start unconfined --security-opt seccomp=unconfined
start always --restart always
start bounded --restart on-failure:5
start unbounded --restart on-failure
start vanilla --cap-add SYS_ADMIN --security-opt seccomp=unconfined
start devices --device-cgroup-rule 'a *:* rwm'
start quota --cpu-quota 50000
engine run -d --name hosts --network host --pid host --ipc host --uts host bb:latest sleep 3600 >/dev/null
engine create --name created --privileged --network none -v /:/host bb:latest sleep 1 >/dev/null
all="good plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices quota hosts created"

# rule : the containers that fail it; every other container passes it
truth() {
	cat <<'TRUTH'
container-not-privileged: created
container-capabilities: caps vanilla created
container-seccomp: unconfined vanilla created
container-no-new-privileges: plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices quota hosts created
container-no-sensitive-mounts: etc created
container-no-docker-socket: sock folder created
container-no-host-network: hosts
container-no-host-pid: hosts
container-no-host-ipc: hosts
container-no-host-uts: hosts
container-no-host-userns:
container-restart-bounded: always unbounded
container-no-host-devices: devices created
container-cpu-limit: plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices hosts created
container-memory-limit: plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices quota hosts created
container-pids-limit: plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices quota hosts created
container-rootfs-readonly: plain caps nnpfalse etc localtime sock folder markdown unconfined always bounded unbounded vanilla devices quota hosts created
container-mount-propagation:
container-cgroup-parent:
TRUTH
}

# Other engines may run on this machine: only what belongs to ours is looked at.
own_ids() {
	engine ps -aq --no-trunc
	engine images -q --no-trunc
	echo "docker:$ENGINE/data"
	echo host
}
own_ids >"$SCRATCH/ids"

# findings REPORT RULE: those about our own subjects
findings() {
	jq -c --rawfile ids "$SCRATCH/ids" --arg rule "$2" '($ids | split("\n")) as $own | .benchmarks[].rules[] | select(.slug == $rule)
		| .findings[] | select(.subject_id | IN($own[]))' "$1"
}

# verdicts REPORT RULE RESULT: names of the containers with that result
verdicts() {
	findings "$1" "$2" | jq -r --arg result "$3" 'select(.result == $result) | .subject_name' | sort | tr '\n' ' '
}

sorted() {
	echo "$1" | tr ' ' '\n' | sed '/^$/d' | sort | tr '\n' ' '
}

without() {
	for word in $1; do
		case " $2 " in *" $word "*) ;; *) echo "$word" ;; esac
	done | sort | tr '\n' ' '
}

check_truth() {
	truth | while IFS=: read -r rule failing; do
		got=$(verdicts "$1" "$rule" fail)
		[ "$got" = "$(sorted "$failing")" ] || echo "$rule fails: $got, truth: $(sorted "$failing")"
		got=$(verdicts "$1" "$rule" pass)
		[ "$got" = "$(without "$all" "$failing")" ] || echo "$rule passes: $got, truth: $(without "$all" "$failing")"
	done
}

# rule_result REPORT RULE
rule_result() {
	findings "$1" "$2" | jq -r .result | sort -u
}

# --- live, through the API -------------------------------------------------------------------------
run audit -b cis-docker -f "json=$SCRATCH/live.json" -f "junit=$SCRATCH/live.xml" -f text
result "$([ "$STATUS" -eq 1 ] || [ "$STATUS" -eq 3 ]; echo $?)" "an audit of bad containers does not end clean" "$STATUS $ERR"
is "$(check_truth "$SCRATCH/live.json")" "" "every container rule comes out as set up"
is "$(rule_result "$SCRATCH/live.json" daemon-live-restore)" pass "live-restore by flag"
is "$(rule_result "$SCRATCH/live.json" daemon-no-new-privileges)" fail "no-new-privileges=false spelled out is off"
is "$(rule_result "$SCRATCH/live.json" daemon-iptables)" fail "iptables=false by flag"
is "$(rule_result "$SCRATCH/live.json" daemon-tls-on-tcp)" pass "no TCP listener"
is "$(rule_result "$SCRATCH/live.json" file-docker-socket-mode)" pass "the socket where this engine has it is closed to others"
is "$(rule_result "$SCRATCH/live.json" image-healthcheck)" fail "the imported image has no health check"
number_of_findings() {
	jq --arg id "$(engine ps -aq --no-trunc --filter "name=^$1\$")" '[.benchmarks[].rules[].findings[] | select(.subject_id == $id)] | length' "$SCRATCH/live.json"
}
is "$(number_of_findings vanilla)" "$(number_of_findings plain)" \
	"a container named vanilla is judged like any other"
has "$OUT" "vanilla" "the text report names it too"
xmllint --noout --relaxng tests/schema/junit.rng "$SCRATCH/live.xml" 2>"$SCRATCH/xmllint"
result $? "the JUnit report follows its schema" "$(cat "$SCRATCH/xmllint")"

# --- facts saved and judged later ---------------------------------------------------------------------
run facts
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"
status 0 "facts are collected"
run audit -b cis-docker --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/later1.json"
run audit -b cis-docker --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/later2.json"
cmp -s "$SCRATCH/later1.json" "$SCRATCH/later2.json"
result $? "the same facts give the same bytes"
jq 'del(.collected_at)' "$SCRATCH/live.json" >"$SCRATCH/a"
jq 'del(.collected_at)' "$SCRATCH/later1.json" >"$SCRATCH/b"
is "$(diff "$SCRATCH/a" "$SCRATCH/b" | head -20)" "" "saved facts give the findings of the live run"

# --- one container --------------------------------------------------------------------------------
run audit -b cis-docker --container good --only container-capabilities -f json
is "$(printf '%s' "$OUT" | jq -r '.benchmarks[].rules[].findings[].subject_name' | sort -u)" good "--container limits the audit"

run audit -b cis-docker --container no-such-container -f json
status 2 "a mistyped container is no empty audit"

# --- the engine hangs: the same declared state from the data root -------------------------------------
kill -STOP "$ENGINE_PID"
run audit -b cis-docker --timeout 1 -f "json=$SCRATCH/hung.json"
kill -CONT "$ENGINE_PID"
status 3 "a hung engine leaves the audit incomplete"
is "$(check_truth "$SCRATCH/hung.json")" "" "containers of a hung engine are judged from its data root"
is "$(rule_result "$SCRATCH/hung.json" daemon-userns-remap)" error "what only the engine knows is an error"
has "$(findings "$SCRATCH/hung.json" daemon-userns-remap | jq -r .message)" "timed out" \
	"and the reason says so"

# --- not root ---------------------------------------------------------------------------------------
if command -v setpriv >/dev/null; then
	# A checkout may lie where nobody else can read, as under /root.
	mkdir "$SCRATCH/public" && cp "$PLIMSOLL" "$SCRATCH/public/plimsoll" && cp -r benchmarks "$SCRATCH/public/"
	chmod -R a+rX "$SCRATCH/public" && chmod 711 "$SCRATCH"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$SCRATCH/public/plimsoll" audit -b cis-docker \
		--definitions "$SCRATCH/public/benchmarks" -f json >"$SCRATCH/nobody.json" 2>"$SCRATCH/stderr"
	STATUS=$? ERR=$(cat "$SCRATCH/stderr")
	status 3 "without rights the audit is incomplete"
	is "$(jq '[.benchmarks[].rules[] | select(.scope == "container") | .result] | unique - ["not_applicable"] | join(" ")' "$SCRATCH/nobody.json")" '"error"' \
		"and no container rule that applies to this kernel comes to a verdict"
fi
