#!/bin/sh
# What of the host is within reach of containers: real mounts under every disguise. The truth is written by hand from the set-up in
# this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v nsenter >/dev/null || ! command -v unshare >/dev/null; then
	skip "exposure" "needs root, dockerd, docker, runc, nsenter, unshare and jq"
	exit 0
fi
STARTED=
MADE=
LOOSE=plimsoll-loose-$$
ODD=plimsoll-odd-$$
stop_all() {
	runc delete --force "$LOOSE" >/dev/null 2>&1
	runc delete --force "$ODD" >/dev/null 2>&1
	# shellcheck disable=SC2086 # pids are words
	[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null
	engine_stop
	for path in $MADE; do umount -l "$path" 2>/dev/null; done
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

S=$SCRATCH/s
mkdir -p "$S/docs" "$S/spread" "$S/people/alice/.ssh" "$S/sub"
echo text >"$S/docs/docker.sock.md"
echo text >"$S/docs/docker.sock"
ln -s /etc "$S/innocent"
ln -s "$ENGINE" "$S/var-run"
ln "$ENGINE_SOCKET" "$ENGINE/other-name"
mount -t tmpfs none "$S/spread" && mount --make-shared "$S/spread" && MADE="$S/spread"
engine volume create -d local -o type=none -o o=bind -o device=/etc disguised >/dev/null
engine volume create managed >/dev/null

start plain -v managed:/data -v "$S/docs:/docs" --tmpfs /scratch
start readonly --read-only
start sock -v "$ENGINE_SOCKET:/tmp/x:ro"
start sockname -v "$ENGINE/other-name:/tmp/y"
start sockdir -v "$ENGINE:/e:ro"
start socklink -v "$S/var-run/docker.sock:/z"
start rundir -v /run:/host/run
start root -v /:/host:ro
start shadow -v /etc/shadow:/s
start link -v "$S/innocent:/cfg"
start volume -v disguised:/v
start dataroot -v "$ENGINE/data:/d"
start images -v "$ENGINE/data/image:/d:ro"
start hostproc -v /proc:/host/proc
start hostsys -v /sys:/host/sys:ro
start spread -v "$S/spread:/sp:rshared"
start follow -v "$S/spread:/sp:rslave"
start secrets -v "$S/people:/home" -v "$S/people/alice/.ssh:/keys:ro"
start hostpid --pid host
engine run -d --name shares --network host --ipc host --uts host --pid host bb:latest sleep 3600 >/dev/null
start joined
nsenter -t "$(pid_of joined)" -p sleep 3602 >/dev/null 2>&1 </dev/null &
STARTED="$STARTED $!"
engine create --name stopped --network none -v /:/host bb:latest sleep 1 >/dev/null

# bundle FOLDER FILTER: a bundle whose configuration the filter changes
bundle() {
	mkdir -p "$1"
	cp -a "$SCRATCH/rootfs" "$1/rootfs"
	mkdir -p "$1/rootfs/proc" "$1/rootfs/dev" "$1/rootfs/sys"
	(cd "$1" && runc spec)
	jq --arg s "$S" ".process.args = [\"sleep\", \"3604\"] | .process.terminal = false | $2" "$1/config.json" >"$SCRATCH/config.json"
	mv "$SCRATCH/config.json" "$1/config.json"
}
# Nothing masked, control groups writable, the root too.
bundle "$SCRATCH/loose" 'del(.linux.maskedPaths, .linux.readonlyPaths) | .root.readonly = false
	| .linux.namespaces |= map(select(.type != "cgroup"))
	| (.mounts[] | select(.type == "sysfs")).options |= map(if . == "ro" then "rw" else . end)
	| .mounts |= map(select(.type != "cgroup"))
	| .mounts += [{destination: "/cg", type: "bind", source: "/sys/fs/cgroup", options: ["rbind", "rw"]}]'
# A file system over a host folder, one over a folder above it, one read-only in itself, one under nothing.
bundle "$SCRATCH/odd" '.mounts += [
	{destination: "/m", type: "tmpfs", source: "t", options: ["nosuid"]},
	{destination: "/m/etc", type: "bind", source: "/etc", options: ["bind", "rw"]},
	{destination: "/m", type: "tmpfs", source: "t", options: ["nosuid", "nodev", "noexec"]},
	{destination: "/n", type: "bind", source: "/etc", options: ["bind", "rw"]},
	{destination: "/n", type: "tmpfs", source: "t", options: ["ro"]},
	{destination: "/o", type: "bind", source: "/boot", options: ["bind", "ro"]},
	{destination: "/null", type: "bind", source: "/dev/null", options: ["bind"]}]'
mkdir -p "$SCRATCH/odd/rootfs/m/etc"
for name in loose odd; do
	id=$LOOSE
	[ $name = loose ] || id=$ODD
	runc run -d -b "$SCRATCH/$name" "$id" >"$SCRATCH/runc.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc.log"
done

# A tree that keeps the host's root.
unshare -mpuf --kill-child sleep 3605 >/dev/null 2>&1 </dev/null &
UNSHARED=$!
STARTED="$STARTED $UNSHARED"
sleep 0.5
INSIDE=$(pgrep -P "$UNSHARED" -x sleep)
STARTED="$INSIDE $STARTED"
UNSHARED_ID=$(readlink "/proc/$INSIDE/ns/mnt")

run facts
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected" "$STATUS $ERR"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"

# of NAME FACT PATH: what the document says of a container by its name or id
of() {
	jq -c --arg name "$1" --arg fact "container.$2" "first(.subjects[] | select(.scope == \"container\" and (.name == \$name or .id == \$name)))
		| .facts[\$fact] | $3" "$SCRATCH/facts.json"
}
mounts() {
	of "$1" mounts '[.effective.value[] | [.type, .source, .destination, .writable, .propagation]] | sort'
}
sockets() {
	of "$1" exposes.sockets '[.value[] | [.program, .path, .through, .writable]] | sort'
}
paths() {
	of "$1" exposes.host_paths '[.value[] | [.what, .path, .host_path, .writable]] | sort'
}

# --- nothing of the host -------------------------------------------------------------------------------
is "$(mounts plain)" "[[\"bind\",\"$S/docs\",\"/docs\",true,\"private\"],[\"volume\",\"$ENGINE/data/volumes/managed/_data\",\"/data\",true,\"slave\"]]" \
	"what was asked for, without the engine's own files"
is "$(sockets plain)" "[]" "files called docker.sock.md and docker.sock are no sockets"
is "$(paths plain)" "[]" "nothing that matters"
is "$(paths shares)$(mounts shares)" "[][]" "namespaces of the host bring no folder but what belongs to them"
is "$(of plain rootfs.readonly .effective.value)" false "its root is writable"
is "$(of readonly rootfs.readonly .effective.value)" true "--read-only is"
is "$(of plain exposes.kernel_interfaces .value)" "[]" "no switch of the kernel"
is "$(of plain exposes.filesystems .value)" "[]" "no file system of the kernel as a whole"
is "$(of plain exposes.user_secrets .value)" "[]" "no secrets"
is "$(of plain cgroup_writable .value)" false "control groups are read-only"
is "$(of plain release_agent_reachable .value)" false "no release_agent"
is "$(of plain shared_mounts .value)" "[]" "nothing spreads"
is "$(of plain writable_kernel_paths .value)" "[]" "all that is protected is"
is "$(of plain readonly_paths '.effective.value | contains(["/proc/sys", "/proc/irq", "/sys"])')" true "and told so"
is "$(of plain mount_table '[.value[] | select(.target == "/scratch") | [.fstype, .writable, .nosuid, .nodev, .noexec]]')" \
	'[["tmpfs",true,true,true,true]]' "its own tmpfs with its options"
# By the mount table as findmnt(8) reads it: how many places there are that nothing covers.
is "$(of plain mount_table '.value | length')" "$(findmnt -rnN "$(pid_of plain)" -o TARGET | sort -u | wc -l)" "every mount is told once"
[ ! -e /proc/keys ] || is "$(of plain masked_paths '.effective.value | contains(["/proc/keys"])')" true "/dev/null covers /proc/keys"

# --- sockets ---------------------------------------------------------------------------------------------
is "$(sockets sock)" '[["docker","/tmp/x","file",false]]' "the socket under another name"
is "$(of sock exposes.sockets '.value[0].socket')" "\"$ENGINE_SOCKET\"" "by its path on the host"
is "$(sockets sockname)" '[["docker","/tmp/y","file",true]]' "a second name of the socket, by inode"
is "$(sockets socklink)" '[["docker","/z","file",true]]' "through a link"
has "$(sockets sockdir)" '["docker","/e/docker.sock","folder",false]' "its folder"
has "$(sockets sockdir)" '["containerd","/e/exec/containerd/containerd.sock","folder",false]' "and the socket behind it"
has "$(sockets root)" "[\"docker\",\"/host$ENGINE_SOCKET\",\"folder\",false]" "the root of the host"
has "$(paths rundir)" '["/run","/host/run","/run",true]' "/run"

# --- folders that matter -----------------------------------------------------------------------------------
has "$(paths root)" '["/","/host","/",false]' "the root itself"
has "$(paths root)" '["/etc","/host/etc","/etc",false]' "and /etc in it"
has "$(paths root)" "[\"$ENGINE/data\",\"/host$ENGINE/data\",\"$ENGINE/data\"" "and the engine's data"
is "$(paths shadow)" '[["/etc","/s","/etc/shadow",true]]' "/etc/shadow alone"
is "$(paths link)" '[["/etc","/cfg","/etc",true]]' "a link to /etc is /etc"
is "$(paths volume)" '[["/etc","/v","/etc",true]]' "a volume made of /etc is /etc"
is "$(mounts volume)" '[["bind","/etc","/v",true,"slave"]]' "and no volume"
is "$(paths dataroot)" "[[\"/etc\",\"/d/volumes/disguised/_data\",\"/etc\",true],[\"$ENGINE/data\",\"/d\",\"$ENGINE/data\",true]]" \
	"the engine's data root, where it really is"
is "$(paths images)" "[[\"$ENGINE/data\",\"/d\",\"$ENGINE/data/image\",false]]" "a part of it"
is "$(paths hostproc)" '[["/proc","/host/proc","/proc",true]]' "/proc of the host"
has "$(paths hostsys)" '["/sys","/host/sys","/sys",false]' "/sys of the host"

# --- the kernel --------------------------------------------------------------------------------------------
kernel() {
	of "$1" exposes.kernel_interfaces "[.value[] | select(.interface == \"$2\") | [.path, .writable]]"
}
is "$(kernel hostproc core_pattern)" '[["/host/proc/sys/kernel/core_pattern",true]]' "core_pattern at another place"
is "$(kernel hostproc "processes of the host")" '[["/host/proc",true]]' "and the host's processes"
has "$(of hostproc writable_kernel_paths .value)" '"/proc/sys"' "so /proc/sys is writable"
is "$(kernel plain "processes of the host")" '[]' "its own processes are not the host's"
is "$(kernel hostpid "processes of the host")" '[["/proc",true]]' "with the host's pid namespace they are"
is "$(kernel hostpid core_pattern)" '[]' "while /proc/sys stays read-only"
is "$(kernel "$LOOSE" core_pattern)" '[["/proc/sys/kernel/core_pattern",true]]' "its own proc without protection"
[ ! -e /proc/sysrq-trigger ] || is "$(kernel "$LOOSE" sysrq-trigger)" '[["/proc/sysrq-trigger",true]]' "and sysrq-trigger"
[ ! -e /sys/kernel/uevent_helper ] ||
	is "$(kernel "$LOOSE" uevent_helper)" '[["/sys/kernel/uevent_helper",true]]' "sysfs writable"
is "$(of "$LOOSE" masked_paths .effective.value)" '[]' "nothing is masked"
is "$(of "$LOOSE" rootfs.readonly .effective.value)" false "its root is writable"
is "$(of "$LOOSE" cgroup_writable .value)" true "control groups are writable"
is "$(of "$LOOSE" release_agent_reachable .value)" "$(if findmnt -nt cgroup >/dev/null; then echo true; else echo false; fi)" \
	"release_agent on version 1"
has "$(of "$LOOSE" unmasked_paths .value)" '"/proc/timer_list"' "what engines hide can be read"

# --- what covers what ----------------------------------------------------------------------------------------
is "$(paths "$ODD")" '[["/boot","/o","/boot",false]]' "a covered /etc is out of reach, over it or above"
is "$(of "$ODD" mount_table '[.value[] | select(.target == "/m") | [.writable, .nosuid, .nodev, .noexec]]')" '[[true,true,true,true]]' \
	"of two at one place the upper one"
is "$(of "$ODD" rootfs.readonly .effective.value)" true "runc's own default is read-only"

# --- propagation -----------------------------------------------------------------------------------------------
is "$(of spread shared_mounts .value)" '["/sp"]' "shared with the host"
is "$(mounts spread)" "[[\"bind\",\"$S/spread\",\"/sp\",true,\"shared\"]]" "and told"
is "$(of follow shared_mounts .value)" '[]' "a slave spreads nothing"
is "$(mounts follow)" "[[\"bind\",\"$S/spread\",\"/sp\",true,\"slave\"]]" "and is told"

# --- secrets -------------------------------------------------------------------------------------------------------
is "$(of secrets exposes.user_secrets '[.value[] | [.path, .host_path]]')" "[[\"/keys\",\"$S/people/alice/.ssh\"]]" "somebody's keys"

# --- who has the host's own mounts -------------------------------------------------------------------------------
has "$(of joined exposes.host_paths .notes)" "is in the host's mount namespace" "one that came in without the mounts is named"
has "$(paths joined)" '["/","/","/",true]' "and has the host"
has "$(sockets joined)" "\"$ENGINE_SOCKET\",\"folder\"" "its sockets too"
is "$(mounts joined)" '[["bind","/","/",true,"private"]]' "told as one mount"
has "$(paths "$UNSHARED_ID")" '["/","/","/",true]' "a tree by unshare keeps the host's root"
is "$(of stopped exposes.host_paths .state)" '"absent"' "one that does not run exposes nothing"

# --- judged -----------------------------------------------------------------------------------------------------------
run audit -b cis-docker --facts "$SCRATCH/facts.json" -f "json=$SCRATCH/report.json"
verdict() {
	jq -r --arg name "$1" --arg rule "$2" '[.benchmarks[].rules[] | select(.slug == $rule) | .findings[]
		| select(.subject_name == $name or .subject_id == $name) | .result] | join(" ")' "$SCRATCH/report.json"
}
for name in plain readonly shadow link hostproc spread; do
	is "$(verdict $name container-no-docker-socket)" pass "$name: no socket"
done
for name in sock sockname sockdir socklink rundir root joined stopped; do
	is "$(verdict $name container-no-docker-socket)" fail "$name: reaches the socket"
done
for name in plain readonly sock sockname spread hostpid secrets; do
	is "$(verdict $name container-no-sensitive-mounts)" pass "$name: no folder that matters"
done
for name in root shadow link volume hostproc hostsys dataroot images sockdir joined stopped; do
	is "$(verdict $name container-no-sensitive-mounts)" fail "$name: a folder that matters"
done
is "$(verdict spread container-mount-propagation)" fail "shared"
is "$(verdict follow container-mount-propagation)" pass "slave"
is "$(verdict plain container-rootfs-readonly)" fail "a writable root"
is "$(verdict readonly container-rootfs-readonly)" pass "a read-only root"
