#!/bin/sh
# Section 5 of the CIS benchmark on a real Docker Engine: for each of its ids a container that does that one thing wrong, beside one
# that does nothing wrong. The truth below is written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v ip >/dev/null || ! command -v prlimit >/dev/null; then
	skip "section 5" "needs root, dockerd, docker, jq, ip and prlimit"
	exit 0
fi
BRIDGE=plim$$
ENTERED=
clean() {
	[ -z "$ENTERED" ] || kill "$ENTERED" 2>/dev/null
	engine_stop
	ip link del "$BRIDGE" 2>/dev/null
	ip link del "${BRIDGE}n" 2>/dev/null
	umount "$SCRATCH/shared" 2>/dev/null
}
CLEANUP=clean
if ! ip link add name "$BRIDGE" type bridge 2>/dev/null || ! ip addr add 172.31.253.1/24 dev "$BRIDGE" || ! ip link set "$BRIDGE" up; then
	skip "section 5" "no bridge can be made here"
	exit 0
fi
engine_start --bridge="$BRIDGE" --default-ulimit stack=4194304:4194304 || { result 1 "engine starts"; exit 1; }
engine network create -d bridge --subnet 172.31.252.0/24 -o "com.docker.network.bridge.name=${BRIDGE}n" shop >/dev/null ||
	{ result 1 "network is made"; exit 1; }

# Images: three of the same, of which two lose their tags to another one.
mkdir -p "$SCRATCH/rootfs/bin" "$SCRATCH/rootfs/usr/sbin" "$SCRATCH/rootfs/srv" "$SCRATCH/rootfs/opt"
cp "$(command -v busybox)" "$SCRATCH/rootfs/usr/sbin/sshd"
cp "$(command -v busybox)" "$SCRATCH/rootfs/opt/other"
printf '#!/bin/sh\nsleep 3600\n' >"$SCRATCH/rootfs/srv/sshd"
chmod 755 "$SCRATCH/rootfs/srv/sshd"
engine_image || { result 1 "image is made"; exit 1; }
engine tag bb:latest bb:moved
engine tag bb:latest bb:removed
image_id=$(engine images -q --no-trunc bb:latest)

# begin NAME OPTIONS [IMAGE COMMAND]: nothing else is wrong with it
begin() {
	name=$1
	shift
	case " $* " in *" --network "*) ;; *) set -- --network shop "$@" ;; esac
	case " $* " in *" --no-healthcheck "*) ;; *) set -- --health-cmd true --health-interval 1h "$@" ;; esac
	# shellcheck disable=SC2086 # options are words
	engine ${VERB-run -d} --name "$name" ${LIMITS-$ALL} "$@" >/dev/null
}
ALL="--read-only --memory 64m --pids-limit 100 --cpu-shares 512 --security-opt no-new-privileges --cap-drop ALL --user 1000:1000"
sleeper() {
	begin "$@" bb:latest sleep 3600
}
# lacking NAME OPTION: without one that another could not take back
lacking() {
	LIMITS=$(printf '%s' "$ALL" | sed "s|$2||")
	sleeper "$1"
	unset LIMITS
}

# forget NAME: this machine does not let it be made, as without CAP_SYS_RESOURCE
forget() {
	engine rm -f "$1" >/dev/null
	skip "$1" "not possible here"
}

mkdir "$SCRATCH/shared" && mount --bind "$SCRATCH/shared" "$SCRATCH/shared" && mount --make-shared "$SCRATCH/shared"
sleeper good
VERB=create
sleeper created
unset VERB
sleeper caps --cap-add NET_ADMIN
sleeper privileged --privileged
sleeper aspowerful --cap-add ALL --security-opt seccomp=unconfined
sleeper etc -v /etc:/x:ro
begin sshd bb:latest sh -c 'exec -a sleep /usr/sbin/sshd 3600'
begin port22 bb:latest sh -c 'exec -a telnetd /opt/other -F -p 22'
begin port2222 bb:latest sh -c 'exec -a telnetd /opt/other -F -p 2222'
begin script bb:latest /srv/sshd
sleeper low -p 127.0.0.1:1019:80
sleeper bound -p 127.0.0.1:38019:80
sleeper all --expose 80 -P
sleeper wild -p 38018:80
sleeper wild6 -p '[::]:38017:80'
sleeper hostnet --network host
sleeper joined --network container:hostnet
sleeper besides --network container:good
lacking nomem '--memory 64m'
lacking nocpu '--cpu-shares 512'
lacking writable '--read-only'
lacking nopids '--pids-limit 100'
lacking nnp '--security-opt no-new-privileges'
lacking root '--user 1000:1000'
sleeper always --restart always
sleeper hostpid --pid host
sleeper hostipc --ipc host
sleeper device --device /dev/zero:/dev/x
sleeper devrule --device-cgroup-rule 'c 42:* rwm'
sleeper ulower --ulimit nofile=64:64
sleeper uhigher --ulimit msgqueue=1000000:1000000 2>/dev/null || forget uhigher
sleeper prlimited
sleeper shared -v "$SCRATCH/shared:/s:shared"
sleeper hostuts --uts host
sleeper unfiltered --security-opt seccomp=unconfined
sleeper privexec
sleeper rootexec
sleeper userexec
sleeper entered
sleeper parent --cgroup-parent "/plimsoll$$"
sleeper nohealth --no-healthcheck
begin drifted bb:moved sleep 3600
begin untagged bb:removed sleep 3600
begin byid "$image_id" sleep 3600
sleeper bridged --network bridge
sleeper connected
sleeper hostuser --userns host
sleeper sock -v "$ENGINE_SOCKET:/s"

pid_of() {
	engine inspect -f '{{.State.Pid}}' "$1"
}
prlimit --pid "$(pid_of prlimited)" --msgqueue=1000000:1000000 2>/dev/null || forget prlimited
engine exec -d --privileged privexec sleep 3600 2>/dev/null || forget privexec
nsenter -t "$(pid_of entered)" -m -p -n -i -u sleep 3600 </dev/null >/dev/null 2>&1 &
ENTERED=$!
engine exec -d -u 0:0 rootexec sleep 3600
engine exec -d userexec sleep 3600
engine network connect bridge connected
mkdir "$SCRATCH/other" && echo other >"$SCRATCH/other/f"
tar -C "$SCRATCH/other" -c . | engine import - bb:moved >/dev/null
engine rmi bb:removed >/dev/null

# rule RESULT: what all others come to; then NAME=RESULT of those that differ.
# A privileged session gets the capabilities, not another user, so privexec's is the container's. Who entered by nsenter(1) is under none of
# the container's limits and filters.
truth() {
	cat <<'TRUTH'
container-capabilities pass: caps=fail privileged=fail aspowerful=fail privexec=fail entered=fail
container-not-privileged pass: privileged=fail aspowerful=fail entered=fail
container-no-sensitive-mounts pass: etc=fail
container-no-sshd pass: sshd=fail port22=fail script=manual created=not_applicable
container-no-low-ports pass: low=fail hostnet=not_applicable joined=not_applicable
container-needed-ports pass: low=manual bound=manual wild=manual wild6=manual all=fail hostnet=not_applicable joined=not_applicable created=not_applicable
container-no-host-network pass: hostnet=fail joined=fail
container-memory-limit pass: nomem=fail entered=fail
container-cpu-limit pass: nocpu=fail entered=fail
container-rootfs-readonly pass: writable=fail
container-ports-bound not_applicable: low=pass bound=pass wild=fail wild6=fail all=fail
container-restart-bounded pass: always=fail
container-no-host-pid pass: hostpid=fail
container-no-host-ipc pass: hostipc=fail
container-no-host-devices pass: device=fail devrule=fail privileged=fail entered=fail
container-ulimits pass: ulower=manual uhigher=fail prlimited=manual
container-mount-propagation pass: shared=fail
container-no-host-uts pass: hostuts=fail
container-seccomp pass: unfiltered=fail privileged=fail aspowerful=fail entered=fail
container-no-privileged-exec manual: privexec=fail entered=fail created=not_applicable
container-no-root-exec manual: rootexec=fail entered=fail root=not_applicable created=not_applicable
container-cgroup-parent pass: parent=fail entered=fail
container-no-new-privileges pass: nnp=fail entered=fail
container-health pass: nohealth=fail created=not_applicable
container-image-current manual: drifted=fail untagged=fail byid=not_applicable created=not_applicable
container-pids-limit pass: nopids=fail entered=fail
container-not-default-bridge pass: bridged=fail connected=fail created=not_applicable
container-no-host-userns pass: hostuser=fail
container-no-docker-socket pass: sock=fail
TRUTH
}
engine ps -a --no-trunc --format '{{.ID}} {{.Names}}' | sort >"$SCRATCH/names"

# expected RULE-LINE: "NAME RESULT" of every container
expected() {
	others=${1%%:*} others=${others#* } differ=" ${1#*:} "
	while read -r _ name; do
		case $differ in
		*" $name="*) differing=${differ#* "$name"=} && echo "$name ${differing%% *}" ;;
		*) echo "$name $others" ;;
		esac
	done <"$SCRATCH/names" | sort
}

# found REPORT RULE: the same as reported
found() {
	jq -r --arg rule "$2" '.benchmarks[].rules[] | select(.slug == $rule) | .findings[] | "\(.subject_id) \(.result)"' "$1" | sort |
		join - "$SCRATCH/names" -o 2.2,1.2 | sort
}

run audit -b cis-docker -f "json=$SCRATCH/live.json"
truth | while read -r line; do
	rule=${line%% *}
	expected "$line" >"$SCRATCH/expected"
	found "$SCRATCH/live.json" "$rule" >"$SCRATCH/found"
	is "$(diff "$SCRATCH/expected" "$SCRATCH/found")" "" "$rule comes out as set up"
done
TESTS=$((TESTS + $(truth | wc -l)))

# No kernel has AppArmor and SELinux at once, and this one may have neither.
if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ]; then
	is "$(found "$SCRATCH/live.json" container-apparmor | cut -d ' ' -f 2 | sort -u)" not_applicable "without AppArmor no profile is asked for"
fi
if [ ! -e /sys/fs/selinux/enforce ]; then
	is "$(found "$SCRATCH/live.json" container-selinux | cut -d ' ' -f 2 | sort -u)" not_applicable "without SELinux no label is asked for"
fi
