#!/bin/sh
# Who is in a container, and what the kernel lets all of them do: real containers of an engine and of runc alone, processes that came
# in by other ways. The truth is written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v nsenter >/dev/null || ! command -v unshare >/dev/null; then
	skip "membership" "needs root, dockerd, docker, runc, nsenter, unshare and jq"
	exit 0
fi
STARTED=
BARE=plimsoll-bare-$$
# One that came in dies with the container; the rest is ended by its pid.
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
id_of() {
	engine inspect -f '{{.Id}}' "$1"
}

# wait_for COMMAND…: at most 5 s
wait_for() {
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

start plain
start tight --cap-drop ALL --security-opt no-new-privileges
start execd
start entered
start mounted
start donor
engine run -d --name borrower --network "container:donor" bb:latest sleep 3600 >/dev/null
engine run -d --name hostpid --network none --pid host bb:latest sleep 3600 >/dev/null
start unconfined --security-opt seccomp=unconfined
start vanilla --cap-add SYS_ADMIN
start custom --cgroup-parent /plimsoll-e2e
engine create --name stopped --network none bb:latest sleep 1 >/dev/null

# Where this machine itself lacks some capability the engine cannot give them all.
engine exec -d --privileged execd sleep 3601 2>/dev/null ||
	runc --root "$ENGINE/exec/runtime-runc/moby" exec -d --cap CAP_SYS_ADMIN "$(id_of execd)" sleep 3601 >/dev/null 2>&1 </dev/null
nsenter -t "$(pid_of entered)" -p -m sleep 3602 >/dev/null 2>&1 </dev/null &
STARTED="$STARTED $!"
nsenter -t "$(pid_of mounted)" -m sleep 3603 >/dev/null 2>&1 </dev/null &
MOUNTED=$!
STARTED="$STARTED $MOUNTED"

# Runc alone, with every capability that this kernel has.
mkdir -p "$SCRATCH/bundle"
cp -a "$SCRATCH/rootfs" "$SCRATCH/bundle/rootfs"
mkdir -p "$SCRATCH/bundle/rootfs/proc" "$SCRATCH/bundle/rootfs/dev" "$SCRATCH/bundle/rootfs/sys"
(cd "$SCRATCH/bundle" && runc spec)
# shellcheck disable=SC2018,SC2019 # names of capabilities are ASCII
all=$(capsh --print 2>/dev/null | sed -n 's/^Bounding set =//p' | tr ',' '\n' | tr '[:lower:]' '[:upper:]' | jq -R . | jq -sc .)
[ "${all:-[]}" != "[]" ] || all='["CAP_CHOWN","CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_NET_ADMIN"]'
jq --argjson all "$all" '.process.args = ["sleep", "3604"] | .process.terminal = false | .process.noNewPrivileges = false
	| .process.capabilities = {bounding: $all, effective: $all, permitted: $all}' "$SCRATCH/bundle/config.json" >"$SCRATCH/config.json"
mv "$SCRATCH/config.json" "$SCRATCH/bundle/config.json"
runc run -d -b "$SCRATCH/bundle" "$BARE" >"$SCRATCH/runc.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc.log"

# A tree of its own by unshare(1): no runtime at all, confined to a user namespace.
unshare -Urmpf --mount-proc --kill-child sleep 3605 >/dev/null 2>&1 </dev/null &
UNSHARED=$!
STARTED="$STARTED $UNSHARED"
wait_for pgrep -P "$UNSHARED" -x sleep
INSIDE=$(pgrep -P "$UNSHARED" -x sleep)
STARTED="$INSIDE $STARTED"
UNSHARED_ID=$(readlink "/proc/$INSIDE/ns/mnt")
wait_for sh -c "pgrep -f '^sleep 3601\$' && pgrep -f '^sleep 3602\$'"

run facts
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected" "$STATUS $ERR"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"

# of NAME FACT PATH: what the document says of a container by its name or id
of() {
	jq -c --arg name "$1" --arg fact "$2" "first(.subjects[] | select(.scope == \"container\" and (.name == \$name or .id == \$name)))
		| .facts[\$fact] | $3" "$SCRATCH/facts.json"
}
default='["audit_write","chown","dac_override","fowner","fsetid","kill","mknod","net_bind_service","net_raw","setfcap","setgid","setpcap","setuid","sys_chroot"]'

for name in plain entered donor borrower hostpid unconfined custom mounted; do
	is "$(of "$name" container.capabilities.bounding .declared.value)" "$default" "$name: what was declared is the default"
done
for name in plain donor borrower hostpid unconfined custom; do
	is "$(of "$name" container.capabilities.bounding .effective.value)" "$default" "$name: and that is enforced"
	is "$(of "$name" container.processes '.value | length')" 1 "$name: has one process"
done
is "$(of plain container.processes '.value[0] | [.pid, .comm, .uid, .joined]')" \
	"[$(pid_of plain),\"sleep\",0,[\"cgroup\",\"pid\",\"mount\"]]" "its process belongs in every way"
is "$(of tight container.capabilities.bounding .effective.value)" "[]" "all dropped is none"
is "$(of tight container.no_new_privileges .effective.value)" true "no_new_privs on every thread"
is "$(of plain container.no_new_privileges .effective.value)" false "no_new_privs missing"
has "$(of plain container.no_new_privileges .effective.notes)" "(sleep) is without it" "and who is without it"

# --- who came in ---------------------------------------------------------------------------------------
is "$(of execd container.capabilities.bounding '.effective.value | contains(["sys_admin"])')" true \
	"an exec with more than the container is seen"
has "$(of execd container.capabilities.bounding .effective.notes)" "(sleep) reaches" "and named"
is "$(of entered container.capabilities.bounding '.effective.value | contains(["sys_admin","sys_module"])')" true \
	"nsenter from the host is seen"
has "$(of entered container.capabilities.bounding .effective.notes)" "reaches [" "and the worst is named"
is "$(of entered container.processes '[.value[] | select(.capabilities | contains(["sys_admin"])) | .joined] | sort')" \
	'[["mount"],["pid","mount"]]' "by its pid and mount namespace, its parent by the mount namespace alone"
is "$(of mounted container.processes "[.value[] | select(.pid == $MOUNTED) | .joined]")" '[["mount"]]' "one in the mount namespace alone"
is "$(of vanilla container.capabilities.bounding '.effective.value | contains(["sys_admin"])')" true "one named vanilla is judged"

# --- seccomp ---------------------------------------------------------------------------------------------
is "$(of plain container.seccomp.mode .value)" '"filter"' "the default filter is on"
is "$(of plain container.seccomp.filters .value)" 1 "one filter"
is "$(of unconfined container.seccomp.mode .value)" '"disabled"' "unconfined is disabled"
is "$(of entered container.seccomp.mode .value)" '"mixed"' "one that came in has none"
is "$(of entered container.seccomp.filters .value)" 0 "so the fewest are none"

# --- namespaces --------------------------------------------------------------------------------------------
is "$(of plain container.namespaces.pid .effective.value)" '"private"' "a pid namespace of its own"
is "$(of hostpid container.namespaces.pid .effective.value)" '"host"' "the host's pid namespace"
is "$(of donor container.namespaces.network .effective.value)" '"private"' "a network of its own, lent"
is "$(of borrower container.namespaces.network .effective.value)" "\"container:$(id_of donor)\"" "another container's network"
is "$(of plain container.namespaces.user .effective.value)" '"host"' "the host's user namespace"
is "$(of plain container.capabilities.confined .value)" false "capabilities are real"
is "$(of plain container.users .value)" '["0:0"]' "root is root"

# --- what nobody declares ------------------------------------------------------------------------------------
is "$(of "$BARE" container.runtime .value)" '"runc"' "runc alone is found"
is "$(of "$BARE" container.engine .value)" '"none"' "no engine has it"
is "$(of "$BARE" container.capabilities.bounding '.effective.value | contains(["sys_admin","sys_module"])')" true "its capabilities"
is "$(of "$BARE" container.capabilities.bounding '.declared.value | contains(["sys_admin","sys_module"])')" true "as its bundle declares"
is "$(of "$BARE" container.declared_by .value)" '"runc"' "by runc's own state"
is "$(of "$UNSHARED_ID" container.runtime .value)" '"unknown"' "a tree made by unshare is found"
is "$(of "$UNSHARED_ID" container.capabilities.bounding .declared.state)" '"absent"' "which nobody declares"
is "$(of "$UNSHARED_ID" container.privileged .reason)" '"nobody declares it"' "and says so"
is "$(of "$UNSHARED_ID" container.pid .value)" "$INSIDE" "its first process is that of its pid namespace"
is "$(of "$UNSHARED_ID" container.capabilities.confined .value)" true "its capabilities are confined"
is "$(of "$UNSHARED_ID" container.users .value)" '["0:0"]' "its root is ours, by its map"
is "$(of stopped container.capabilities.bounding .effective.state)" '"absent"' "one that does not run has no effective side"
is "$(of stopped container.capabilities.bounding .declared.value)" "$default" "and keeps the declared one"

# --- judged ---------------------------------------------------------------------------------------------------
run audit -b cis-docker --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/report.json"
verdict() {
	jq -r --arg name "$1" --arg rule "$2" '[.benchmarks[].rules[] | select(.slug == $rule) | .findings[]
		| select(.subject_name == $name or .subject_id == $name) | .result] | join(" ")' "$SCRATCH/report.json"
}
is "$(verdict plain container-capabilities)" pass "the default passes"
is "$(verdict execd container-capabilities)" fail "an exec'd process beyond its container fails"
is "$(verdict entered container-capabilities)" fail "one that came in fails"
is "$(verdict stopped container-capabilities)" pass "a stopped one is judged as declared"
is "$(verdict "$BARE" container-capabilities)" not_applicable "a rule of Docker does not judge runc's"
