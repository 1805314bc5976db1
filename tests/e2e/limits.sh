#!/bin/sh
# What control groups, resource limits, maps of users and environments let a container do: real containers of an engine and of runc
# alone. The truth is written by hand from the set-up in this file, or read from /proc and /sys/fs/cgroup with other tools.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v nsenter >/dev/null || ! command -v unshare >/dev/null; then
	skip "limits" "needs root, dockerd, docker, runc, nsenter, unshare and jq"
	exit 0
fi
STARTED=
BARE=plimsoll-limits-$$
V2=plimsoll-programs-$$
stop_all() {
	runc delete --force "$BARE" >/dev/null 2>&1
	runc delete --force "$V2" >/dev/null 2>&1
	# shellcheck disable=SC2086 # pids are words
	[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null
	engine_stop
}
CLEANUP=stop_all
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
engine_image || { result 1 "image is made"; exit 1; }

# Programs that change rights: in reach, out of reach, and one that only looks so.
cp -a "$SCRATCH/rootfs" "$SCRATCH/programs"
mkdir -m 0700 "$SCRATCH/programs/hidden"
mkdir "$SCRATCH/programs/proc"
for name in bin/su bin/group bin/locked bin/caps hidden/su; do cp "$SCRATCH/rootfs/bin/busybox" "$SCRATCH/programs/$name"; done
chmod 4755 "$SCRATCH/programs/bin/su" "$SCRATCH/programs/hidden/su"
chmod 2755 "$SCRATCH/programs/bin/group"
chmod 2745 "$SCRATCH/programs/bin/locked"
chmod 4750 "$SCRATCH/programs/bin/busybox"
suid='["/bin/group","/bin/su"]'
if command -v setcap >/dev/null && setcap cap_net_raw+ep "$SCRATCH/programs/bin/caps" 2>/dev/null; then
	suid='["/bin/caps","/bin/group","/bin/su"]'
fi
tar -C "$SCRATCH/programs" --xattrs --xattrs-include='*' -c . | engine import - bb:programs >/dev/null

start() {
	name=$1
	shift
	engine run -d --name "$name" --network none "$@" bb:latest sleep 3600 >/dev/null
}
pid_of() {
	engine inspect -f '{{.State.Pid}}' "$1"
}
# cgroup_of PID CONTROLLER: its folder
cgroup_of() {
	path=$(awk -F: -v c="$2" '{ n = split($2, l, ","); for (i = 1; i <= n; i++) if (l[i] == c) print $3 }' "/proc/$1/cgroup")
	if [ -n "$path" ]; then
		echo "/sys/fs/cgroup/$2$path"
	else
		echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")"
	fi
}
# lift FILE...: write what is no limit into the one that is there
lift() {
	for file in "$@"; do
		[ -e "$file" ] || continue
		case $file in *_in_bytes) echo -1 >"$file" ;; *) echo max >"$file" ;; esac
	done
}
wait_for() {
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

start plain
start limited --memory 64m --memory-swap 96m --pids-limit 50 --cpus 0.5 --cpuset-cpus 0 --cpu-shares 512 --ulimit nofile=123:456 \
	--oom-score-adj 500
start quota --cpu-quota 150000 --memory 64m --memory-swap -1
start lifted --memory 64m --pids-limit 50 --cpus 0.5
start entered --memory 64m --pids-limit 50 --ulimit nofile=100:200
start fuse --device /dev/fuse:/dev/other:r
start open --device-cgroup-rule 'a *:* rwm'
start secrets -e DB_PASSWORD=hunter22 -e ADMIN_PASSWORD_FILE=/run/secrets/x -e API_TOKEN= -e HARMLESS=ghp_0123456789abcdef \
	-e URL=postgres://u:secret@db/x -e AUTH=true -e GREETING=hello
engine run -d --name programs --network none --tmpfs /nosuid bb:programs /bin/busybox sleep 3600 >/dev/null
engine create --name stopped --network none --memory 64m bb:latest sleep 1 >/dev/null

LIFTED=$(pid_of lifted)
lift "$(cgroup_of "$LIFTED" memory)/memory.memsw.limit_in_bytes" "$(cgroup_of "$LIFTED" memory)/memory.limit_in_bytes" \
	"$(cgroup_of "$LIFTED" memory)/memory.max" "$(cgroup_of "$LIFTED" pids)/pids.max"
[ ! -e "$(cgroup_of "$LIFTED" cpu)/cpu.cfs_quota_us" ] || echo -1 >"$(cgroup_of "$LIFTED" cpu)/cpu.cfs_quota_us"
lift "$(cgroup_of "$LIFTED" cpu)/cpu.max"
prlimit --nofile=4000:5000 nsenter -t "$(pid_of entered)" -p -m sleep 3601 >/dev/null 2>&1 </dev/null &
STARTED="$STARTED $!"
engine exec -d -e LATE_SECRET=abcdef secrets sleep 3602

# Runc alone in a user namespace, with a device of its own and no rule that lets it.
mkdir -p "$SCRATCH/bundle/rootfs/proc" "$SCRATCH/bundle/rootfs/dev" "$SCRATCH/bundle/rootfs/sys"
cp -a "$SCRATCH/rootfs/." "$SCRATCH/bundle/rootfs"
chown -R 100000:200000 "$SCRATCH/bundle/rootfs"
chmod 0755 "$SCRATCH" "$SCRATCH/bundle"
(cd "$SCRATCH/bundle" && runc spec)
cp "$SCRATCH/bundle/config.json" "$SCRATCH/spec.json"
jq '.process.args = ["sleep", "3604"] | .process.terminal = false | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 77, hard: 88}]
	| .process.env += ["API_TOKEN=abcdefgh"] | .linux.resources.pids = {limit: 60} | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
	| .linux.gidMappings = [{containerID: 0, hostID: 200000, size: 1000}]
	| .mounts |= map(select(.destination != "/sys"))' "$SCRATCH/bundle/config.json" >"$SCRATCH/config.json"
mv "$SCRATCH/config.json" "$SCRATCH/bundle/config.json"
runc run -d -b "$SCRATCH/bundle" "$BARE" >"$SCRATCH/runc.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc.log"
# The same where only cgroup version 2 is mounted: then it is programs that refuse devices. Seen from here both versions count, and the
# list of version 1 is the open one of the root.
mkdir "$SCRATCH/bundle2"
jq --arg root "$SCRATCH/bundle/rootfs" '.process.args = ["sleep", "3605"] | .process.terminal = false | .root.path = $root
	| .linux.resources.devices += [{allow: true, type: "c", major: 10, minor: 229, access: "r"}]' "$SCRATCH/spec.json" >"$SCRATCH/bundle2/config.json"
# shellcheck disable=SC2016 # for the inner shell
unshare -m sh -c 'mount --make-rprivate / && umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
	runc run -d -b "$0" "$1"' "$SCRATCH/bundle2" "$V2" >"$SCRATCH/runc2.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc2.log"
wait_for sh -c "pgrep -f '^sleep 3601\$' && pgrep -f '^sleep 3602\$'"

run facts --setuid-scan
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected" "$STATUS $ERR"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"

# of NAME FACT PATH: what the document says of a container by its name or id
of() {
	jq -c --arg name "$1" --arg fact "$2" "first(.subjects[] | select(.scope == \"container\" and (.name == \$name or .id == \$name)))
		| .facts[\$fact] | $3" "$SCRATCH/facts.json"
}
# both NAME FACT DECLARED EFFECTIVE
both() {
	is "$(of "$1" "container.$2" '[.declared.value, .effective.value]')" "[$3,$4]" "$1: $2"
}

# --- control groups ----------------------------------------------------------------------------------
mib64=67108864
both limited cgroup.memory_max $mib64 $mib64
both limited cgroup.pids_max 50 50
both limited cgroup.cpu_quota_percent 50 50
both limited cgroup.cpu_limited true true
both limited cgroup.cpus '"0"' '"0"'
is "$(of limited container.cgroup.swap_max .declared.value)" 33554432 "limited: what is left of swap as declared"
is "$(of limited container.cgroup.cpu_count .value)" 1 "limited: one CPU"
both plain cgroup.memory_max '"unlimited"' '"unlimited"'
both plain cgroup.swap_max '"unlimited"' '"unlimited"'
both plain cgroup.pids_max '"unlimited"' '"unlimited"'
both plain cgroup.cpu_quota_percent '"unlimited"' '"unlimited"'
both plain cgroup.cpu_limited false false
is "$(of plain container.cgroup.cpus '[.declared.state, .effective.value]')" "[\"absent\",\"$(cat /sys/devices/system/cpu/online)\"]" \
	"plain: all CPUs"
is "$(of plain container.cgroup.cpu_count .value)" "$(getconf _NPROCESSORS_ONLN)" "plain: as many as are online"
both quota cgroup.cpu_quota_percent 150 150
is "$(of quota container.cgroup.swap_max .declared.value)" '"unlimited"' "quota: -1 is no limit on swap"
if [ -e "$(cgroup_of "$(pid_of limited)" cpu)/cpu.shares" ]; then
	both limited cgroup.cpu_shares 512 512
	both plain cgroup.cpu_shares 0 1024
	is "$(of plain container.cgroup.cpu_weight .state)" '"unsupported"' "version 1 has no weight"
fi
if [ -e "$(cgroup_of "$(pid_of limited)" memory)/memory.memsw.limit_in_bytes" ]; then
	is "$(of limited container.cgroup.swap_max .effective.value)" 33554432 "limited: what is left of swap"
fi
both lifted cgroup.memory_max $mib64 '"unlimited"'
both lifted cgroup.pids_max 50 '"unlimited"'
both lifted cgroup.cpu_limited true false
both entered cgroup.memory_max $mib64 '"unlimited"'
has "$(of entered container.cgroup.memory_max .effective.notes)" "is in another control group: unlimited" "and who is not bound is named"
is "$(of stopped container.cgroup.memory_max '[.declared.value, .effective.state]')" "[$mib64,\"absent\"]" "stopped: declared alone"
both "$BARE" cgroup.memory_max '"unlimited"' '"unlimited"'
both "$BARE" cgroup.pids_max 60 60

# --- devices --------------------------------------------------------------------------------------------
nodes() {
	of "$1" container.devices.nodes "[.value[] | select($2) | [.path, .access, .what]]"
}
is "$(of plain container.devices.all .value)" false "plain: not every device"
is "$(of open container.devices.all .value)" true "open: every device"
is "$(of open container.devices.allowed .value)" '[{"type":"a","major":"*","minor":"*","access":"rwm"}]' "open: in one row"
is "$(of plain container.devices.allowed '[.value[] | select(.type == "c" and .major == "1" and .minor == "3") | .access]')" '["rwm"]' \
	"plain: null"
is "$(of plain container.devices.allowed '[.value[] | select(.major == "10" and .minor == "229")]')" '[]' "plain: no fuse"
is "$(nodes fuse '.what != ""')" '[["/dev/other","rm","fuse"]]' "fuse: under another name, to read"
is "$(nodes plain '.what != ""')" '[]' "plain: nothing but what all have"
is "$(nodes plain '.path == "/dev/null"')" '[["/dev/null","rwm",""]]' "plain: null is there"
is "$(of "$BARE" container.devices.all .value)" false "runc alone: not every device"
if [ -d /sys/fs/cgroup/unified ]; then
	has "$(of "$V2" container.devices.all .origin)" "/sys/fs/cgroup/unified/$V2" "programs are asked"
	is "$(of "$V2" container.devices.all .value)" false "and refuse"
	is "$(of "$V2" container.devices.allowed '[.value[] | select(.major == "10" and .minor == "229") | .access]')" '["rm"]' "but to read fuse"
fi

# --- resource limits, users -----------------------------------------------------------------------------
limit() {
	of "$1" container.rlimits "[.value[] | select(.name == \"$2\") | .soft, .hard]"
}
is "$(limit limited nofile)" '[123,456]' "limited: open files"
is "$(limit plain nofile)" "[$(prlimit -p "$(pid_of plain)" --nofile -o SOFT,HARD --noheadings --raw | tr ' ' ',')]" "plain: as prlimit tells"
is "$(limit entered nofile)" '[4000,5000]' "entered: the loosest"
has "$(of entered container.rlimits .notes)" "has more of [nofile]" "and who has it"
is "$(limit "$BARE" nofile)" '[77,88]' "runc alone: open files"
is "$(of limited container.oom_score_adj .value)" 500 "limited: killed early"
is "$(of plain container.oom_score_adj .value)" "$(cat "/proc/$(pid_of plain)/oom_score_adj")" "plain: as the kernel has it"
is "$(of plain container.root_uid .value)" 0 "plain: root is root"
is "$(of plain container.uid_map .value)" '[{"inside":0,"outside":0,"length":4294967295}]' "plain: all users are themselves"
is "$(of "$BARE" container.uid_map .value)" '[{"inside":0,"outside":100000,"length":1000}]' "runc alone: users are others"
is "$(of "$BARE" container.gid_map .value)" '[{"inside":0,"outside":200000,"length":1000}]' "runc alone: groups are others"
is "$(of "$BARE" container.root_uid .value)" 100000 "runc alone: its root"

# --- labels ------------------------------------------------------------------------------------------------
if label=$(cat "/proc/$(pid_of plain)/attr/current" 2>/dev/null); then
	has "$(of plain container.lsm.labels .value)" "$label" "the label that the kernel tells"
else
	is "$(of plain container.lsm.labels .state)" '"unsupported"' "no module, no labels"
	is "$(of plain container.apparmor.profile .effective.state)" '"unsupported"' "no AppArmor, no profile"
	is "$(of plain container.apparmor.mode .state)" '"unsupported"' "nor a mode"
	is "$(of plain container.selinux.label .effective.state)" '"unsupported"' "no SELinux, no context"
fi

# --- secrets -----------------------------------------------------------------------------------------------
both secrets environment.secrets '["DB_PASSWORD","HARMLESS","URL"]' '["DB_PASSWORD","HARMLESS","LATE_SECRET","URL"]'
has "$(of secrets container.environment.secrets .effective.notes)" "(sleep) has [LATE_SECRET]" "and who has one more"
both plain environment.secrets '[]' '[]'
both "$BARE" environment.secrets '["API_TOKEN"]' '["API_TOKEN"]'
lacks "$(cat "$SCRATCH/facts.json")" hunter22 "no value is kept"
lacks "$(cat "$SCRATCH/facts.json")" ghp_0123456789 "nor one under a harmless name"

# --- programs ------------------------------------------------------------------------------------------------
is "$(of programs container.setuid.programs .value)" "$suid" "programs that change rights and are in reach"
is "$(of plain container.setuid.programs .value)" '[]' "none"
run facts
is "$(printf '%s\n' "$OUT" | jq -r '[.subjects[].facts["container.setuid.programs"] // empty | .state] | unique | join(" ")')" not_collected \
	"files are not looked at unasked"

# --- judged ----------------------------------------------------------------------------------------------------
run audit -b cis-docker --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/report.json"
verdict() {
	jq -r --arg name "$1" --arg rule "$2" '[.benchmarks[].rules[] | select(.slug == $rule) | .findings[]
		| select(.subject_name == $name or .subject_id == $name) | .result] | join(" ")' "$SCRATCH/report.json"
}
verdicts() {
	is "$(verdict "$1" container-memory-limit) $(verdict "$1" container-pids-limit) $(verdict "$1" container-cpu-limit)" "$2" "$1: $2"
}
verdicts limited "pass pass pass"
verdicts plain "fail fail fail"
verdicts lifted "fail fail fail"
verdicts entered "fail fail fail"
verdicts quota "pass fail pass"
verdicts stopped "pass fail fail"
