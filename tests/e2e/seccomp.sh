#!/bin/sh
# What the live filters of containers let pass: a program inside really tries every system call that the kernel's headers name, and what
# it met must be what was read from outside. A filter's refusal is told from the kernel's by an errno that no kernel call gives.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v cc >/dev/null || ! command -v runc >/dev/null || [ "$(uname -m)" != x86_64 ]; then
	skip "seccomp" "needs root, dockerd, docker, runc, jq, a C compiler and x86-64"
	exit 0
fi
PAUSED=
BARE=
ENTERED=
stop_all() {
	[ -z "$ENTERED" ] || kill -KILL "$ENTERED" 2>/dev/null
	for name in $BARE; do runc delete --force "$name" >/dev/null 2>&1; done
	[ -z "$PAUSED" ] || engine unpause "$PAUSED" >/dev/null 2>&1
	engine_stop
}
CLEANUP=stop_all
for pair in x86_64:unistd_64.h i386:unistd_32.h; do
	header=$(echo "#include <asm/${pair#*:}>" | cc -E -M -x c - | tr ' ' '\n' | grep "asm/${pair#*:}\$" | head -1)
	sed -n "s/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)\$/{\"${pair%:*}\", \"\1\", \2},/p" "$header"
done >"$SCRATCH/names.h"
if ! cc -O1 -static -pthread -I"$SCRATCH" -o "$SCRATCH/seccomp_probe" tests/e2e/seccomp_probe.c 2>"$SCRATCH/cc.log"; then
	skip "seccomp" "no static program can be made: $(head -1 "$SCRATCH/cc.log")"
	exit 0
fi
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
mkdir -p "$SCRATCH/rootfs"
cp "$SCRATCH/seccomp_probe" "$SCRATCH/rootfs/seccomp_probe"
engine_image || { result 1 "image is made"; exit 1; }

# start NAME [docker options] -- [what the program does]
start() {
	name=$1
	shift
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # options are words
	engine run -d --name "$name" --network none $options bb:latest /seccomp_probe "$@" >/dev/null
}
# bare NAME [what the program does]: by runc alone, which takes the errno for what the engine's profile refuses, with $SCRATCH/default123.json
bare() {
	bundle=$SCRATCH/$1.bundle
	mkdir -p "$bundle"
	cp -a "$SCRATCH/rootfs" "$bundle/rootfs"
	mkdir -p "$bundle/rootfs/proc" "$bundle/rootfs/dev" "$bundle/rootfs/sys"
	(cd "$bundle" && runc spec)
	name=$1
	shift
	jq --slurpfile profile "$SCRATCH/default123.json" '.process.args = ["/seccomp_probe"] + $ARGS.positional | .process.terminal = false
		| .linux.seccomp = $profile[0]' --args "$@" <"$bundle/config.json" >"$SCRATCH/config.json"
	mv "$SCRATCH/config.json" "$bundle/config.json"
	BARE="$BARE $name"
	runc run -d -b "$bundle" "$name" >"$SCRATCH/$name.log" 2>&1 </dev/null
}
ready() {
	for _ in $(seq 300); do
		case " $BARE " in *" $1 "*) ;; *) engine logs "$1" >"$SCRATCH/$1.log" 2>&1 ;; esac
		grep -q '^ready' "$SCRATCH/$1.log" && return 0
		sleep 0.1
	done
	result 1 "$1 is ready" "$(tail -5 "$SCRATCH/$1.log")"
}
pid_of() {
	engine inspect -f '{{.State.Pid}}' "$1"
}

# The engine's own profile, with an errno of ours for what it refuses: taken from what it gave the runtime.
start plain -- quiet
bundle=$ENGINE/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/$(engine inspect -f '{{.Id}}' plain)
jq '.linux.seccomp | .defaultErrnoRet = 123' "$bundle/config.json" >"$SCRATCH/default123.json"
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$SCRATCH/allow.json"
cat >"$SCRATCH/custom.json" <<EOT
{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
	{"names": ["mkdir", "chmod", "add_key", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 123},
	{"names": ["mknod"], "action": "SCMP_ACT_TRAP"},
	{"names": ["acct"], "action": "SCMP_ACT_KILL_PROCESS"},
	{"names": ["keyctl"], "action": "SCMP_ACT_LOG"},
	{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 123, "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]}]}
EOT
DEFAULT=plimsoll-default-$$
STACKED=plimsoll-stacked-$$
bare "$DEFAULT"
bare "$STACKED" stack
start unconfined --security-opt seccomp=unconfined --
start allowall --security-opt "seccomp=$SCRATCH/allow.json" --
start custom --security-opt "seccomp=$SCRATCH/custom.json" --
start hole --security-opt seccomp=unconfined -- hole
start thread --security-opt seccomp=unconfined -- quiet thread
start traced --security-opt no-new-privileges -- quiet traced
start tracedold -- quiet traced
start zombie -- quiet zombie
start epoll --security-opt no-new-privileges -- quiet epoll
start limited --security-opt no-new-privileges -- quiet epoll-for
start entered -- quiet
start frozen --security-opt no-new-privileges -- quiet
for name in plain "$DEFAULT" unconfined allowall custom "$STACKED" hole thread traced tracedold zombie epoll limited entered frozen; do
	ready "$name"
done
nsenter -t "$(pid_of entered)" -p -m /seccomp_probe quiet >/dev/null 2>&1 </dev/null &
ENTERED=$!
sleep 1
engine pause frozen >/dev/null && PAUSED=frozen

run facts -f "json=$SCRATCH/facts.json" 'container.seccomp.*'
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected" "$STATUS $ERR"

# of NAME FACT PATH
of() {
	jq -c --arg name "$1" --arg fact "container.seccomp.$2" \
		"first(.subjects[] | select(.scope == \"container\" and (.name == \$name or .id == \$name))) | .facts[\$fact] | $3" "$SCRATCH/facts.json"
}
list() {
	of "$1" "$2" '.value[]?' | tr -d '"' | sort
}
# names ABI NAME: what was let pass, what was stopped: by 123, 124, a signal, or ENOSYS where there is such a call, which is what runc
# answers to those that came after the profile
sorted() {
	awk -v abi="$1" -v want="$3" 'NR == FNR { if ($1 == abi && $3 == 38) missing[$2] = 1; next }
		$1 == abi { print_it = ($3 == 123 || $3 == 124 || $3 == "signal" || ($3 == 38 && !($2 in missing))) ? "stopped" : "passed"
			if (print_it == want) print $2 }' "$SCRATCH/unconfined.log" "$SCRATCH/$2.log" | sort
}
passed() {
	sorted "$1" "$2" passed
}
stopped() {
	sorted "$1" "$2" stopped
}

# --- every call of the host's own interface -----------------------------------------------------------------
for name in "$DEFAULT" unconfined allowall custom "$STACKED" hole; do
	list "$name" allowed >"$SCRATCH/allowed"
	list "$name" conditional >"$SCRATCH/conditional"
	passed x86_64 "$name" >"$SCRATCH/passed"
	stopped x86_64 "$name" >"$SCRATCH/stopped"
	result "$([ "$(cat "$SCRATCH/passed" "$SCRATCH/stopped" | wc -l)" -gt 300 ]; echo $?)" "$name: over 300 calls were tried"
	is "$(sort "$SCRATCH/allowed" "$SCRATCH/conditional" | comm -13 - "$SCRATCH/passed")" "" "$name: what passed was said to pass"
	is "$(comm -12 "$SCRATCH/allowed" "$SCRATCH/stopped")" "" "$name: what was said to pass was not stopped"
done

# --- the 32-bit interface: for each dangerous call that it has -------------------------------------------------
of unconfined dangers '.value[] | select(.abi == "i386") | .call' | tr -d '"' | grep -v '(' | sort >"$SCRATCH/narrow"
if grep -q '^i386 mount signal' "$SCRATCH/unconfined.log"; then
	skip "calls of i386" "this kernel has none"
else
	for name in "$DEFAULT" unconfined allowall custom "$STACKED"; do
		of "$name" dangers '.value[] | select(.abi == "i386") | .call' | tr -d '"' | sort >"$SCRATCH/said"
		passed i386 "$name" | comm -12 - "$SCRATCH/narrow" >"$SCRATCH/passed"
		stopped i386 "$name" | comm -12 - "$SCRATCH/narrow" >"$SCRATCH/stopped"
		is "$(comm -13 "$SCRATCH/said" "$SCRATCH/passed")" "" "$name: what passed as i386 was said to pass"
		is "$(comm -12 "$SCRATCH/said" "$SCRATCH/stopped")" "" "$name: what was said to pass as i386 was not stopped"
	done
	is "$(of "$DEFAULT" other_abis '.value | index("i386") != null')" \
		"$(passed i386 "$DEFAULT" | grep -q . && echo true || echo false)" "i386 is said to pass when it does"
	is "$(of allowall other_abis '.value | index("i386") != null')" \
		"$(passed i386 allowall | grep -q . && echo true || echo false)" "and not when no call does"
fi

# --- arguments ---------------------------------------------------------------------------------------------------
for name in "$DEFAULT" unconfined custom "$STACKED" hole; do
	for call in "clone(CLONE_NEWUSER)" "personality(ADDR_NO_RANDOMIZE)" "socket(AF_VSOCK)"; do
		[ "$name$call" != "customsocket(AF_VSOCK)" ] || continue
		met=$(awk -v call="$call" '$1 == "arguments" && $2 == call { print ($3 == 123 || $3 == 124) ? "false" : "true" }' "$SCRATCH/$name.log")
		is "$(of "$name" dangers "any(.value[]; .abi == \"x86_64\" and .call == \"$call\")")" "$met" "$name: $call as it was met"
	done
done
is "$(grep -c '^arguments socket(16) 123' "$SCRATCH/hole.log"):$(grep -c '^arguments socket(0x100000010) 0' "$SCRATCH/hole.log")" 1:1 \
	"a 64-bit comparison refuses socket(16) and lets its double pass"
is "$(of hole holes '[.value[] | [.call, .argument]]')" '[["socket",0]]' "and that is a hole"
has "$(of hole holes '.value[0].witness')" "socket(0x100000010" "with the way through it"
is "$(grep -c '^arguments socket(AF_VSOCK) 123' "$SCRATCH/custom.log")" 1 "a condition of a profile refuses what it names"
is "$(of custom dangers '[.value[] | select(.call == "socket(AF_VSOCK)") | .verdict]')" '["depends"]' "and not its double"
is "$(of "$DEFAULT" holes '.value | length')" 0 "the engine's own profile has none"

# --- does it enforce anything ------------------------------------------------------------------------------------
for row in plain:true "$DEFAULT:true" unconfined:false allowall:false custom:true "$STACKED:true" hole:true thread:false; do
	is "$(of "${row%:*}" enforces .value)" "${row#*:}" "${row%:*}: enforces is ${row#*:}"
done
is "$(of allowall mode .value)" '"filter"' "allow-all shows the mode of a filter"
is "$(of thread mode .value)" '"mixed"' "a thread without the filter makes it mixed"
has "$(of thread enforces .notes)" "has no filter" "and is named"
is "$(of plain hash '.value | [length, (.[0] | test("^[0-9a-f]{16}$"))]')" "[1,true]" "one stack of filters has one number"
is "$(of "$DEFAULT" instructions .value)" "$(of plain instructions .value)" "an errno adds no instruction"
is "$(of "$STACKED" instructions .value)" "$(($(of "$DEFAULT" instructions .value) + 6))" "two filters are as long as both"

# --- beyond what was declared ------------------------------------------------------------------------------------
for name in plain "$DEFAULT" unconfined allowall custom hole zombie; do
	is "$(of "$name" beyond_declared '.value | length')" 0 "$name: nothing passes that its configuration would refuse"
done
is "$(of entered beyond_declared '[.value[] | select(.abi == "x86_64" and .call == "mount")] | length')" 1 \
	"one that came in without the filter is beyond what was declared"
has "$(of "$STACKED" beyond_declared .notes)" "live filters refuse 1 " "a second filter refuses more, which is no complaint"

# --- who cannot be looked at -------------------------------------------------------------------------------------
has "$(of traced enforces .reason)" "another process traces" "a traced thread that may have other filters is unreadable"
is "$(of traced enforces .state)" '"unreadable"' "and no value"
is "$(of tracedold enforces .value)" true "one that cannot have others is told by its parent"
is "$(of zombie enforces .value)" true "a zombie runs nothing"
is "$(of epoll enforces .value)" true "a wait without a limit is no obstacle"
has "$(of limited enforces .reason)" "EINTR" "one with a limit is not ended for it"
has "$(of limited enforces .reason)" "--interrupt-waits" "and the option that would is named"
is "$(of frozen enforces .state)" '"unreadable"' "a frozen one is unreadable"
has "$(of frozen enforces .reason)" "did not stop" "and says so"
engine unpause frozen >/dev/null && PAUSED=
run facts --no-seccomp-dump -f "json=$SCRATCH/facts.json" 'container.seccomp.*'
is "$(of plain enforces .state)" '"unreadable"' "not looking is not knowing"
has "$(of plain enforces .reason)" "--no-seccomp-dump" "and the reason is given"
is "$(of unconfined enforces .value)" false "without a filter there is nothing to look at"

# --- nobody noticed ----------------------------------------------------------------------------------------------
for _ in $(seq 5); do
	run facts -f "json=$SCRATCH/facts.json" 'container.seccomp.enforces'
done
is "$(of frozen enforces .value)" true "the thawed one is told"
for name in epoll limited; do
	engine logs "$name" >"$SCRATCH/$name.log" 2>&1
	is "$(grep -c interrupted "$SCRATCH/$name.log")" 0 "$name: was never interrupted"
done
for name in plain epoll limited frozen thread zombie; do
	is "$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p; s/^TracerPid:[[:space:]]*//p' "/proc/$(pid_of "$name")/status" | tr '\n' ' ')" "S 0 " \
		"$name: neither stopped nor traced"
done

# --- unless it is asked for --------------------------------------------------------------------------------------
run facts --interrupt-waits -f "json=$SCRATCH/facts.json" 'container.seccomp.*'
is "$(of limited enforces .value)" true "--interrupt-waits reads the filters of a thread in a limited wait"
# Not by the hash: runc may put the same calls in another order each time.
is "$(of limited instructions .value)" "$(of plain instructions .value)" "which are the engine's own"
engine logs limited >"$SCRATCH/limited.log" 2>&1
is "$(grep -c interrupted "$SCRATCH/limited.log")" 1 "at the cost of one EINTR"
engine logs epoll >"$SCRATCH/epoll.log" 2>&1
is "$(grep -c interrupted "$SCRATCH/epoll.log")" 0 "a wait without a limit still sees nothing"
