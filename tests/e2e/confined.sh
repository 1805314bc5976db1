#!/bin/sh
# What the processes of an audit may do while it runs, that they end with it, and that it runs where less is to be had. Of the plain
# program: the one with sanitizers has no filter.
. tests/lib/tap.sh
PLIMSOLL=${PLIMSOLL_PLAIN:-$PLIMSOLL}

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null || ! command -v jq >/dev/null; then
	skip "confined" "needs root, setpriv and jq"
	exit 0
fi
STARTED=
# shellcheck disable=SC2016 # expanded when it runs
CLEANUP='[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null'
mkdir -p "$SCRATCH/bin" "$SCRATCH/data"
cc -D_GNU_SOURCE -o "$SCRATCH/bin/dockerd" tests/e2e/fake_engine.c || { result 1 "the fake engine builds"; exit 1; }
cc -D_GNU_SOURCE -o "$SCRATCH/refuse_call" tests/e2e/refuse_call.c || { result 1 "the outer filter builds"; exit 1; }
"$SCRATCH/bin/dockerd" hang --host "unix://$SCRATCH/hang.sock" --data-root "$SCRATCH/data" &
STARTED=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S "$SCRATCH/hang.sock" ] && break; sleep 0.1; done

# field PID NAME: of its status; empty when it is gone
field() {
	awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status" 2>/dev/null
}
# of our own capabilities those in MASK, as status prints them
own() {
	printf '%016x' $((0x$(field $$ CapPrm) & $1))
}
child_of() {
	awk '{ print $1 }' "/proc/$1/task/$1/children" 2>/dev/null
}
ended() {
	for _ in $(seq 30); do
		[ -z "$(field "$1" Pid)$(field "$2" Pid)" ] && return 0
		sleep 0.1
	done
	return 1
}
# begin SECONDS: an audit that the engine keeps waiting; leaves MAIN, KEEPER and WORKER
begin() {
	"$PLIMSOLL" audit -b cis-docker --timeout "$1" -f "json=$SCRATCH/report.json" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" &
	MAIN=$!
	STARTED="$STARTED $MAIN"
	for _ in $(seq 100); do
		KEEPER=$(child_of "$MAIN") WORKER=
		[ -z "$KEEPER" ] || WORKER=$(child_of "$KEEPER")
		[ -n "$WORKER" ] && [ "$(field "$MAIN" Seccomp)" = 2 ] && return 0
		sleep 0.05
	done
	return 1
}

begin 60
result $? "an audit runs with its broker and a filter"
is "$(field "$MAIN" NoNewPrivs)" 1 "it gains no privileges"
for set in CapPrm CapEff CapBnd; do
	# dac_override, dac_read_search, audit_control: neither sys_ptrace nor sys_admin
	is "$(field "$MAIN" $set)" "$(own 0x40000006)" "it keeps three capabilities in $set"
	for pid in "$KEEPER" "$WORKER"; do
		# dac_read_search, sys_ptrace, sys_admin
		is "$(field "$pid" $set)" "$(own 0x280004)" "the broker keeps three in $set"
	done
done
is "$(field "$WORKER" NoNewPrivs)" 1 "nor does the broker gain any"
is "$(field "$WORKER" Seccomp)" "$(field $$ Seccomp)" "the broker has no filter: it could read none"
kill -KILL "$MAIN"
wait "$MAIN" 2>/dev/null
ended "$KEEPER" "$WORKER"
result $? "both are gone when the audit is killed"
rm -f "$SCRATCH"/.plimsoll-*

begin 2
wait "$MAIN"
is $? 3 "an audit of an engine that hangs ends incomplete"
ended "$KEEPER" "$WORKER"
result $? "and leaves nobody behind"
is "$(jq -r '[.benchmarks[].rules[].findings[] | select(.subject_id | test("^docker:"))] | length > 0' "$SCRATCH/report.json")" true \
	"it knew the engine by its executable"

# What a weaker place costs is facts, with a reason; never a verdict or the run.
for call in pidfd_open landlock_create_ruleset seccomp socketpair; do
	"$SCRATCH/refuse_call" $call "$PLIMSOLL" audit -b linux-host -f "json=$SCRATCH/$call.json" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr"
	status=$?
	[ $status -le 1 ] || [ $status -eq 3 ]
	result $? "without $call the audit goes on" "status $status: $(cat "$SCRATCH/stderr")"
done
"$SCRATCH/refuse_call" pidfd_open "$PLIMSOLL" facts 'daemon.*' >"$SCRATCH/stdout" 2>&1
has "$(cat "$SCRATCH/stdout")" "docker:$SCRATCH/data" "without pidfd_open the broker still tells executables"
"$SCRATCH/refuse_call" socketpair "$PLIMSOLL" facts 'daemon.*' >"$SCRATCH/stdout" 2>"$SCRATCH/stderr"
has "$(cat "$SCRATCH/stderr")" "broker" "without a broker a word is said"
has "$(cat "$SCRATCH/stdout")" "unreadable" "and daemons are not known"
setpriv --no-new-privs "$PLIMSOLL" facts 'daemon.*' >"$SCRATCH/stdout" 2>&1
has "$(cat "$SCRATCH/stdout")" "docker:$SCRATCH/data" "no_new_privs takes nothing away"
mkdir -m 777 "$SCRATCH/open"
chmod 755 "$SCRATCH"
setpriv --reuid 65534 --regid 65534 --clear-groups "$PLIMSOLL" audit -b cis-docker -f "json=$SCRATCH/open/r.json" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr"
is $? 3 "whoever is not root gets an incomplete audit"
is "$(jq -r '[.benchmarks[].rules[] | select(.scope == "container") | select(.result == "pass")] | length' "$SCRATCH/open/r.json")" 0 \
	"in which no rule about containers passes"
