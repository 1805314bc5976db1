#!/bin/sh
# Containers that are easily judged wrong, each set up for real and judged by rules of both benchmarks. The truth is written by hand
# from the set-up in this file. Judged by rules elsewhere, and not again here:
#   verdicts.sh         nsenter with every capability, a tree of unshare alone, limits lifted by writing their files, the host's pid
#                       namespace, another container's network, no filter, a filter with a hole, a rule for every block device
#   docker.sh           a file called docker.sock.md, the container vanilla, cpu-quota, restart policies, /run, 'a *:* rwm'
#   exposure.sh         the socket by another name, a second link, its folder, a folder above; links and volumes of /etc, the data root
#   limits.sh           limits lifted from all controllers, user namespaces of runc alone
#   seccomp.sh          filters one by one, call by call
#   docker_settings.sh  daemon.json: its modes, a link to it, a blank in its path, changed after the start
#   docker_section5.sh  each id of section 5 by itself
#   docker_files.sh     certificates, units, versions at their end
#   hard_engines.sh     ids mapped, a filter for the whole engine, hosts over lines, nothing to ask
. tests/lib/tap.sh
. tests/lib/engine.sh
. tests/lib/verdicts.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v unshare >/dev/null; then
	skip "hard cases" "needs root, dockerd, docker, runc, unshare and jq"
	exit 0
fi
STARTED=
BARE=plimsoll-hard-$$
LOST=plimsoll-lost-$$
stop_all() {
	runc delete --force "$BARE" >/dev/null 2>&1
	runc --root "$SCRATCH/runc" delete --force "$LOST" >/dev/null 2>&1
	# shellcheck disable=SC2086 # pids are words
	[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null
	engine unpause frozen >/dev/null 2>&1
	engine_stop
}
CLEANUP=stop_all
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
mkdir -p "$SCRATCH/rootfs/bin" "$SCRATCH/rootfs/proc" "$SCRATCH/rootfs/dev" "$SCRATCH/rootfs/sys"
printf '#!/bin/sh\nwhile :; do sleep 0.02; done\n' >"$SCRATCH/rootfs/bin/churn"
chmod 0755 "$SCRATCH/rootfs/bin/churn"
: >"$SCRATCH/names.h"
PROBE=
[ "$(uname -m)" = x86_64 ] && cc -O1 -static -pthread -I"$SCRATCH" -o "$SCRATCH/rootfs/probe" tests/e2e/seccomp_probe.c 2>/dev/null && PROBE=1
engine_image || { result 1 "image is made"; exit 1; }
tar -C "$SCRATCH/rootfs" -c . | engine import -c 'USER 0:0' - bb:zeroes >/dev/null

pid_of() {
	engine inspect -f '{{.State.Pid}}' "$1"
}
# begin COMMAND NAME OPTIONS: without waiting, six at a time; settle waits for them
STARTING=
settle() {
	for pid in $STARTING; do wait "$pid"; done
	STARTING=
}
begin() {
	command=$1 name=$2
	shift 2
	# shellcheck disable=SC2086 # a command is words
	engine run -d --name "$name" --network none "$@" bb:latest $command >/dev/null 2>"$SCRATCH/$name.err" &
	STARTING="$STARTING $!"
	# shellcheck disable=SC2086 # pids are words
	set -- $STARTING
	[ $# -lt 6 ] || settle
}
start() {
	begin "sleep 3600" "$@"
}
# enter_groups NAME: a process of the host that goes into the container's control groups and into nothing else
enter_groups() {
	sed 's/^[0-9]*://' "/proc/$(pid_of "$1")/cgroup" >"$SCRATCH/groups"
	sleep 3621 &
	STARTED="$STARTED $!"
	while IFS=: read -r controllers path; do
		for folder in "/sys/fs/cgroup/${controllers#name=}$path" "/sys/fs/cgroup/unified$path"; do
			[ ! -w "$folder/cgroup.procs" ] || echo "${STARTED##* }" >"$folder/cgroup.procs"
		done
	done <"$SCRATCH/groups"
}
# limit NAME CONTROLLER FILE-OF-V1 FILE-OF-V2 VALUE: written behind the engine's back
limit() {
	path=$(awk -F: -v c="$2" '{ n = split($2, l, ","); for (i = 1; i <= n; i++) if (l[i] == c) print $3 }' "/proc/$(pid_of "$1")/cgroup")
	if [ -n "$path" ]; then echo "$5" >"/sys/fs/cgroup/$2$path/$3"; else
		echo "$5" >"/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(pid_of "$1")/cgroup")/$4"; fi
}
# bundle FOLDER FILTER: a bundle of runc alone whose configuration the filter changes
bundle() {
	mkdir -p "$1"
	(cd "$1" && runc spec)
	jq --arg root "$SCRATCH/rootfs" ".process.args = [\"sleep\", \"3622\"] | .process.terminal = false | .root.path = \$root | $2" \
		"$1/config.json" >"$1/new"
	mv "$1/new" "$1/config.json"
}
# bare OPTION…: of runc run
bare() {
	runc "$@" >"$SCRATCH/runc.log" 2>&1 </dev/null || sed 's/^/# /' "$SCRATCH/runc.log"
}

# --- the set-up ---------------------------------------------------------------------------------------
S=$SCRATCH/s
mkdir -p "$S"
echo text >"$S/docker.sock.md"
ln -s /etc "$S/innocent"
engine volume create -d local -o type=none -o o=bind -o device=/etc disguised >/dev/null
engine volume create -d local -o type=none -o o=bind -o "device=$ENGINE" nested >/dev/null
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$SCRATCH/all.json"

start plain
start zeroes --user 0:0 --security-opt no-new-privileges:false
start group --user 1000:0 --security-opt label=type:svirt_lxc_net_t --cpu-quota 50000
start markdown -v "$S/docker.sock.md:/d"
start socket -v "$ENGINE_SOCKET:/tmp/x:ro"
start folder -v nested:/n
start shadow -v /:/h:ro -v /etc/shadow:/s
start link -v "$S/innocent:/cfg"
start volume -v disguised:/v
start dataroot -v "$ENGINE/data:/d"
start allowall --security-opt "seccomp=$SCRATCH/all.json"
start every --device-cgroup-rule 'a *:* rwm'
start block --device-cgroup-rule 'b 8:* rwm'
start unless --restart unless-stopped
start six --restart on-failure:6
start five --restart on-failure:5
start raised --memory 64m --cpus 0.5
start lowered --memory 64m --pids-limit 100
start shares --cpu-shares 1024
start groups
start execd
start execuser
start k8s_POD_front_shop_0 --label io.kubernetes.docker.type=podsandbox --label io.kubernetes.container.name=POD
start plimsoll-skip --label plimsoll.skip=true --label io.kubernetes.cri.container-type=sandbox --label io.cri-containerd.kind=sandbox
start donor --ipc shareable
start frozen --security-opt no-new-privileges --read-only
begin "sh -c exit" exited --cap-add SYS_ADMIN --pid host --restart on-failure -v /:/h
engine create --name created --privileged --restart always -v /:/h bb:latest sleep 1 >/dev/null
engine run -d --name hostnet --network host bb:latest sleep 3600 >/dev/null
engine run -d --name image --network none bb:zeroes sleep 3600 >/dev/null
settle
start inherits --volumes-from socket
start lentipc --ipc container:donor
start lentpid --pid container:donor
begin /bin/churn churn
engine run -d --name throughnet --network container:hostnet bb:latest sleep 3600 >/dev/null
if [ -n "$PROBE" ]; then
	begin "/probe quiet stack" stacked
	begin "/probe quiet thread" thread --security-opt seccomp=unconfined
	begin "/probe quiet traced" traced --security-opt no-new-privileges
	begin "/probe quiet zombie" zombie
fi
settle
cat "$SCRATCH"/*.err | sed 's/^/# /'

limit raised memory memory.limit_in_bytes memory.max 134217728
limit lowered pids pids.max pids.max 50
enter_groups groups
# Where this machine itself lacks some capability the engine cannot give them all.
engine exec -d --privileged execd sleep 3623 2>/dev/null ||
	runc --root "$ENGINE/exec/runtime-runc/moby" exec -d --cap CAP_SYS_ADMIN "$(engine inspect -f '{{.Id}}' execd)" sleep 3623 >/dev/null 2>&1 </dev/null
engine exec -d --privileged -u 1000 execuser sleep 3624 2>/dev/null || runc --root "$ENGINE/exec/runtime-runc/moby" exec -d --cap CAP_SYS_ADMIN \
	-u 1000 "$(engine inspect -f '{{.Id}}' execuser)" sleep 3624 >/dev/null 2>&1 </dev/null
engine pause frozen >/dev/null

# Runc alone: every capability that this machine has, the host's pid and network namespaces, /etc; and one whose state is removed.
# shellcheck disable=SC2018,SC2019 # names of capabilities are ASCII
all=$(capsh --print 2>/dev/null | sed -n 's/^Bounding set =//p' | tr ',' '\n' | tr 'a-z' 'A-Z' | jq -R . | jq -sc .)
[ "${all:-[]}" != "[]" ] || all='["CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_SYS_PTRACE","CAP_MKNOD"]'
bundle "$SCRATCH/bare" ".process.noNewPrivileges = false | .process.capabilities = {bounding: $all, effective: $all, permitted: $all}
	| .linux.namespaces |= map(select(.type != \"pid\" and .type != \"network\")) | .linux.maskedPaths = []
	| .mounts |= map(select(.type != \"sysfs\")) | .mounts += [{destination: \"/etc\", type: \"bind\", source: \"/etc\", options: [\"bind\", \"rw\"]}]"
bare run -d -b "$SCRATCH/bare" "$BARE"
bundle "$SCRATCH/lost" .
bare --root "$SCRATCH/runc" run -d -b "$SCRATCH/lost" "$LOST"
LOST_ID=$(readlink "/proc/$(runc --root "$SCRATCH/runc" state "$LOST" | jq .pid)/ns/mnt")

# Containers that come and go all the while.
(for _ in $(seq 400); do unshare -mpuf --mount-proc sleep 0.01; done) >/dev/null 2>&1 &
BUSY=$!
run audit -b cis-docker:1.8.0 -b container-runtime --profile level2 -f "json=$SCRATCH/report.json"
kill "$BUSY" 2>/dev/null
result "$([ "$STATUS" -eq 1 ] || [ "$STATUS" -eq 3 ]; echo $?)" "an audit of bad containers does not end clean" "$STATUS $ERR"
verdicts_read "$SCRATCH/report.json"

# --- judged ---------------------------------------------------------------------------------------------
verdicts_table <<END
root as 0:0 | zeroes plain | runtime-not-host-root | fail
a user in the group of root | group | runtime-not-host-root | pass
root as 0:0 in the image | bb:zeroes | image-user | fail
no-new-privileges:false | zeroes | container-no-new-privileges runtime-no-new-privileges | fail
a quota in place of shares | group | container-cpu-limit runtime-cpu-limit | pass
the default share spelled out | shares plain | container-cpu-limit runtime-cpu-limit | fail
a file called docker.sock.md | markdown plain | container-no-docker-socket runtime-no-engine-sockets | pass
the socket under another name | socket | container-no-docker-socket runtime-no-engine-sockets | fail
the socket by another's volumes | inherits | container-no-docker-socket runtime-no-engine-sockets | fail
a volume that is its folder | folder | container-no-docker-socket runtime-no-engine-sockets | fail
/ read-only, one file writable | shadow | container-no-sensitive-mounts runtime-no-host-root-folder runtime-no-writable-host-folders | fail
a link that leads to /etc | link | container-no-sensitive-mounts runtime-no-writable-host-folders | fail
a volume that is /etc | volume | container-no-sensitive-mounts runtime-no-writable-host-folders runtime-volumes-are-volumes | fail
the data root | dataroot | container-no-sensitive-mounts runtime-no-writable-host-folders | fail
folders of no matter | markdown plain | container-no-sensitive-mounts runtime-no-writable-host-folders runtime-volumes-are-volumes | pass
a filter that refuses nothing | allowall | container-seccomp runtime-filter-enforces runtime-filter-dangerous-calls | fail
a rule for every device | every | container-no-host-devices runtime-device-rules runtime-not-as-privileged | fail
a rule for disks | block | container-no-host-devices runtime-device-rules | fail
no rule for devices | plain | container-no-host-devices runtime-device-rules runtime-not-as-privileged | pass
restarted without a bound | unless six created exited | container-restart-bounded | fail
restarted within a bound | five plain | container-restart-bounded | pass
does not run | created | container-not-privileged | fail
does not run | created exited | container-no-sensitive-mounts container-no-docker-socket container-memory-limit | fail
does not run any more | exited | container-capabilities container-no-host-pid | fail
does not run | created exited | runtime-no-opening-capabilities runtime-no-host-root-folder | not_applicable
a limit raised by hand | raised | runtime-limits-as-declared | fail
a limit raised by hand | raised | runtime-memory-limit | pass
a limit lowered by hand | lowered | runtime-limits-as-declared runtime-pids-limit container-pids-limit | pass
stronger by exec | execd execuser | runtime-no-stronger-process runtime-confinement-as-declared container-capabilities | fail
stronger by exec | execd execuser | container-no-privileged-exec | fail
stronger by exec, and no intruder | execd execuser | runtime-no-intruders | pass
in the control groups alone | groups | runtime-no-stronger-process runtime-filtered runtime-filter-as-declared container-capabilities container-seccomp | fail
a name or label that asks to be skipped | k8s_POD_front_shop_0 plimsoll-skip | runtime-memory-limit runtime-pids-limit runtime-rootfs-readonly container-memory-limit | fail
another container's namespace | lentipc lentpid | runtime-no-shared-namespaces | fail
another container's namespace | lentipc lentpid | container-no-host-ipc container-no-host-pid runtime-no-host-ipc runtime-no-host-pid | pass
its own, lent | donor plain | runtime-no-shared-namespaces | pass
the host's network through another | hostnet throughnet | container-no-host-network runtime-no-host-network | fail
frozen | frozen | container-seccomp runtime-filter-enforces | error
frozen | frozen | runtime-filtered runtime-no-new-privileges runtime-rootfs-readonly container-rootfs-readonly | pass
runc alone | $BARE | runtime-no-opening-capabilities runtime-no-strong-capabilities runtime-no-host-pid runtime-no-host-network | fail
runc alone | $BARE | runtime-not-as-privileged runtime-no-writable-host-folders runtime-filtered runtime-no-new-privileges | fail
runc alone | $BARE $LOST_ID | container-not-privileged | not_applicable
its state nobody knows where | $LOST_ID | runtime-declared | fail
its state where it should be | $BARE plain | runtime-declared | pass
nothing but the engine's default | plain | runtime-no-stronger-process runtime-no-intruders runtime-filtered runtime-filter-enforces | pass
processes that come and go | churn | runtime-no-stronger-process runtime-no-intruders runtime-filtered runtime-filter-enforces | pass
END
if [ -n "$PROBE" ]; then
	verdicts_table <<END
a second filter | stacked | container-seccomp runtime-filtered runtime-filter-enforces runtime-filter-no-holes | pass
a thread without the filter | thread | container-seccomp runtime-filtered | fail
being traced | traced | container-seccomp runtime-filter-enforces | error
being traced | traced | runtime-filtered runtime-no-stronger-process | pass
one that has ended | zombie | runtime-filtered runtime-filter-enforces | pass
END
fi
case ,$(cat /sys/kernel/security/lsm 2>/dev/null), in
*,apparmor,* | *,selinux,*) skip "no security module" "this kernel has one" ;;
*)
	verdicts_table <<END
no security module in the kernel | plain group | container-apparmor container-selinux runtime-confined-by-lsm runtime-apparmor-enforces | not_applicable
END
	;;
esac
is "$(awk -F '\t' '$4 == "error" && ($2 ~ /^mnt:/ || $3 == "churn") { print $1, $3 }' "$SCRATCH/verdicts")" "" \
	"nothing that came and went is an error"
