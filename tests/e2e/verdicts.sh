#!/bin/sh
# What container-runtime says of real containers, of an engine, of runc alone and of nobody. The truth is written by hand from the set-up
# in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v nsenter >/dev/null || ! command -v unshare >/dev/null; then
	skip "verdicts" "needs root, dockerd, docker, runc, nsenter, unshare and jq"
	exit 0
fi
STARTED=
BARE=plimsoll-verdicts-$$
stop_all() {
	runc delete --force "$BARE" >/dev/null 2>&1
	# shellcheck disable=SC2086 # pids are words
	[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null
	engine_stop
}
CLEANUP=stop_all
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
engine_image || { result 1 "image is made"; exit 1; }

start() {
	name=$1
	shift
	engine run -d --name "$name" --network none "$@" bb:latest sleep 3600 >/dev/null
}
pid_of() {
	engine inspect -f '{{.State.Pid}}' "$1"
}
wait_for() {
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}
# lift NAME: its memory limit away behind the engine's back, on either version of control groups
lift() {
	path=$(awk -F: '$2 ~ /(^|,)memory(,|$)/ { print $3 }' "/proc/$(pid_of "$1")/cgroup")
	if [ -n "$path" ]; then
		# with swap accounted that limit may not be under this one
		for file in memory.memsw.limit_in_bytes memory.limit_in_bytes; do
			[ ! -e "/sys/fs/cgroup/memory$path/$file" ] || echo -1 >"/sys/fs/cgroup/memory$path/$file"
		done
	else
		path=$(sed -n 's/^0:://p' "/proc/$(pid_of "$1")/cgroup")
		echo max >"/sys/fs/cgroup$path/memory.max"
	fi
}

echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >"$SCRATCH/all.json"
echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["socket"],"action":"SCMP_ACT_ERRNO",
	"args":[{"index":0,"value":16,"op":"SCMP_CMP_EQ"}]}]}' >"$SCRATCH/hole.json"
mkdir -p "$SCRATCH/etc-like"

start plain
start hard --cap-drop ALL --security-opt no-new-privileges --read-only --user 1000 --memory 64m --pids-limit 100 --cpus 0.5
start socket -v "$ENGINE_SOCKET:/tmp/x"
start folder -v "$ENGINE:/srv:ro"
start hostroot -v /:/h:ro
start etc -v /etc:/data
start proc -v /proc:/hp
start fuse --device /dev/fuse
start rules --device-cgroup-rule 'b *:* rwm'
start secret -e DB_PASSWORD=correct-horse-battery -e GREETING=hello
start hostpid --pid host
start tracer --pid host --cap-add SYS_PTRACE
start unfiltered --security-opt seccomp=unconfined
start allowall --security-opt "seccomp=$SCRATCH/all.json"
start hole --security-opt "seccomp=$SCRATCH/hole.json"
start paths --security-opt systempaths=unconfined
start admin --cap-add SYS_ADMIN
start entered
start donor
engine run -d --name borrower --network "container:donor" bb:latest sleep 3600 >/dev/null
start lifted --memory 64m --pids-limit 100
lift lifted
engine create --name stopped --privileged bb:latest sleep 1 >/dev/null

nsenter -t "$(pid_of entered)" -p -m sleep 3612 >/dev/null 2>&1 </dev/null &
STARTED="$STARTED $!"
wait_for pgrep -f '^sleep 3612$'

mkdir -p "$SCRATCH/bundle"
cp -a "$SCRATCH/rootfs" "$SCRATCH/bundle/rootfs"
mkdir -p "$SCRATCH/bundle/rootfs/proc" "$SCRATCH/bundle/rootfs/dev" "$SCRATCH/bundle/rootfs/sys"
(cd "$SCRATCH/bundle" && runc spec)
jq '.process.args = ["sleep", "3614"] | .process.terminal = false' "$SCRATCH/bundle/config.json" >"$SCRATCH/config.json"
mv "$SCRATCH/config.json" "$SCRATCH/bundle/config.json"
runc run -d -b "$SCRATCH/bundle" "$BARE" >"$SCRATCH/runc.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc.log"

unshare -Urmpf --mount-proc --kill-child sleep 3615 >/dev/null 2>&1 </dev/null &
UNSHARED=$!
STARTED="$STARTED $UNSHARED"
wait_for pgrep -P "$UNSHARED" -x sleep
INSIDE=$(pgrep -P "$UNSHARED" -x sleep)
STARTED="$INSIDE $STARTED"
HIDDEN=$(readlink "/proc/$INSIDE/ns/mnt")

run facts
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected" "$STATUS $ERR"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"
result "$([ "$(jq '.subjects[0].facts["host.containers"].value' "$SCRATCH/facts.json")" -ge 23 ]; echo $?)" "those that run are counted"
run audit -b container-runtime --profile level2 --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/report.json"

verdict() {
	jq -r --arg name "$1" --arg rule "$2" '[.benchmarks[].rules[] | select(.slug == $rule) | .findings[]
		| select(.subject_name == $name or .subject_id == $name) | .result] | join(" ")' "$SCRATCH/report.json"
}
# rule WHAT: then lines "RESULT NAME…"
rule() {
	while read -r wanted names; do
		for name in $names; do
			is "$(verdict "$name" "$1")" "$wanted" "$1: $wanted for $name"
		done
	done
}

rule runtime-declared <<END
pass plain hard $BARE
fail $HIDDEN
END
rule runtime-no-intruders <<END
pass plain hard
fail entered
END
rule runtime-no-stronger-process <<END
pass plain $BARE
fail entered
END
rule runtime-confinement-as-declared <<END
pass plain hard hostpid $BARE
not_applicable stopped $HIDDEN
END
rule runtime-limits-as-declared <<END
pass plain hard $BARE
fail lifted
END
rule runtime-not-as-privileged <<END
pass plain hard hostpid $BARE $HIDDEN
fail tracer
END
rule runtime-no-opening-capabilities <<END
pass plain hard tracer $HIDDEN
fail admin entered
not_applicable stopped
END
rule runtime-no-strong-capabilities <<END
pass plain hard $HIDDEN
fail tracer
END
rule runtime-no-new-privileges <<END
pass hard $BARE $HIDDEN
fail plain
END
rule runtime-no-net-raw <<END
pass hard $BARE
fail plain
END
rule runtime-not-host-root <<END
pass hard
fail plain $BARE
END
rule runtime-ids-mapped <<END
fail plain hard $BARE
END
rule runtime-filtered <<END
pass plain hard allowall
fail unfiltered entered $BARE
END
rule runtime-filter-enforces <<END
pass plain hard hole
fail allowall
not_applicable unfiltered
END
rule runtime-filter-dangerous-calls <<END
fail allowall hole admin
END
rule runtime-filter-no-holes <<END
pass plain allowall
fail hole
END
rule runtime-filter-as-declared <<END
pass plain hard hole
fail entered
END
rule runtime-no-engine-sockets <<END
pass plain hard etc $BARE
fail socket folder hostroot
END
rule runtime-no-host-root-folder <<END
pass plain etc socket $BARE
fail hostroot
END
rule runtime-no-writable-host-folders <<END
pass plain hard $BARE
fail etc
END
rule runtime-no-host-folders <<END
pass plain hard socket
fail hostroot
END
rule runtime-no-kernel-helpers <<END
pass plain hard hostpid $BARE
fail proc
END
rule runtime-proc-readonly <<END
pass plain hard $BARE
fail proc paths
END
rule runtime-paths-masked <<END
pass plain hard $BARE
fail paths
END
rule runtime-rootfs-readonly <<END
pass hard $BARE
fail plain
END
rule runtime-no-raw-devices <<END
pass plain fuse $BARE
END
rule runtime-no-special-devices <<END
pass plain hard $BARE
fail fuse
END
rule runtime-device-rules <<END
pass plain hard fuse $BARE
fail rules
END
rule runtime-no-host-pid <<END
pass plain $BARE $HIDDEN
fail hostpid tracer
END
rule runtime-no-shared-namespaces <<END
pass plain donor
fail borrower
END
rule runtime-memory-limit <<END
pass hard
fail plain lifted $BARE
END
rule runtime-pids-limit <<END
pass hard lifted
fail plain
END
rule runtime-cpu-limit <<END
pass hard
fail plain
END
rule runtime-no-secrets-in-environment <<END
pass plain hard $BARE
fail secret
END
rule runtime-log-bounds <<END
manual plain
not_applicable $BARE $HIDDEN
END
