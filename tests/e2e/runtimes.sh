#!/bin/sh
# Containers of every runtime side by side, told without any daemon: what containerd, podman, runc and crun keep on disk, and what Docker
# Engine's data root has. The truth is written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible || ! command -v runc >/dev/null || ! command -v containerd >/dev/null || ! command -v ctr >/dev/null; then
	skip "runtimes" "needs root, dockerd, docker, containerd, ctr, runc and jq"
	exit 0
fi
TAG=plimsoll$$
STARTED=
CD=$SCRATCH/containerd
CONTAINERD=
RUNC_ROOT=$SCRATCH/runc
CRUN_ROOT=$SCRATCH/crun
tasks() { ctr -a "$CD/sock" -n k8s.io "$@"; }
pod() {
	podman --root "$SCRATCH/podman/root" --runroot "$SCRATCH/podman/run" --tmpdir "$SCRATCH/podman/tmp" --storage-driver vfs \
		--runtime runc --cgroup-manager cgroupfs "$@"
}
# A mount namespace of its own in which crun sees one hierarchy: it refuses hybrid ones.
crun_alone() {
	unshare -m sh -c 'umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec crun --cgroup-manager=disabled --root "$@"' \
		sh "$CRUN_ROOT" "$@"
}

# Each by its own runtime's command, the rest by pid, then what is left mounted in our folder.
stop_all() {
	[ -z "$ENGINE_PID" ] || kill -CONT "$ENGINE_PID" 2>/dev/null
	[ ! -d "$RUNC_ROOT" ] || runc --root "$RUNC_ROOT" delete --force "$TAG-bare" >/dev/null 2>&1
	runc delete --force "$TAG-plain" >/dev/null 2>&1
	[ ! -d "$CRUN_ROOT" ] || crun_alone delete --force "$TAG-crun" >/dev/null 2>&1
	# shellcheck disable=SC2086 # pids are words
	[ -z "$STARTED" ] || kill -KILL $STARTED 2>/dev/null
	[ ! -d "$SCRATCH/podman" ] || pod rm -f -t 0 -a >/dev/null 2>&1
	if [ -n "$CONTAINERD" ]; then
		for id in $(tasks task ls -q 2>/dev/null); do
			tasks task rm -f "$id" >/dev/null 2>&1
			tasks container rm "$id" >/dev/null 2>&1
		done
		kill "$CONTAINERD" 2>/dev/null
		wait "$CONTAINERD" 2>/dev/null
	fi
	engine_stop
	awk -v base="$SCRATCH/" 'index($2, base) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
}
CLEANUP=stop_all

# wait_for COMMAND…: at most 5 s
wait_for() {
	for _ in $(seq 50); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# --- the set-up ---------------------------------------------------------------------------------------
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
engine_image || { result 1 "image is made"; exit 1; }
ROOTFS=$SCRATCH/rootfs
mkdir -p "$ROOTFS/proc" "$ROOTFS/sys" "$ROOTFS/dev" "$ROOTFS/etc" "$ROOTFS/run" "$ROOTFS/tmp"
engine run -d --name moored --network none --sysctl net.ipv4.ip_forward=1 bb:latest sleep 3600 >/dev/null
MOORED=$(engine inspect -f '{{.Id}}' moored)

mkdir -p "$CD"
cat >"$CD/config.toml" <<END
version = 2
root = "$CD/root"
state = "$CD/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$CD/sock"
END
containerd -c "$CD/config.toml" >"$CD/log" 2>&1 </dev/null &
CONTAINERD=$!
wait_for tasks version || { result 1 "containerd starts" "$(tail -5 "$CD/log")"; exit 1; }
# kube ID TYPE [OPTION…]: as containerd's CRI plugin has it made
kube() {
	id=$1 type=$2
	shift 2
	tasks run -d --rootfs --annotation "io.kubernetes.cri.container-type=$type" --annotation io.kubernetes.cri.sandbox-name=front-1 \
		--annotation io.kubernetes.cri.sandbox-namespace=shop --annotation io.kubernetes.cri.sandbox-uid=0123-uid \
		--annotation "io.kubernetes.cri.sandbox-id=$TAG-sandbox" "$@" "$ROOTFS" "$id" /bin/sleep 3600 >"$CD/run.log" 2>&1 ||
		sed 's/^/# /' "$CD/run.log"
}
kube "$TAG-sandbox" sandbox
kube "$TAG-web" container --annotation io.kubernetes.cri.container-name=web --annotation io.kubernetes.cri.image-name=shop/web:1 \
	--env TOKEN=x --mount type=bind,src=/etc,dst=/hostetc,options=rbind:ro --with-ns "network:/proc/$(tasks task ls | awk -v id="$TAG-sandbox" '$1 == id { print $2 }')/ns/net"
kube "$TAG-liar" sandbox --annotation io.kubernetes.cri.container-name=liar --privileged
tasks run -d --rootfs "$ROOTFS" "$TAG-done" /bin/sleep 3600 >/dev/null 2>&1
tasks task kill -s KILL "$TAG-done" >/dev/null 2>&1

# bundle FOLDER ROOTFS
bundle() {
	mkdir -p "$1"
	(cd "$1" && runc spec)
	jq --arg root "$ROOTFS" '.process.args = ["sleep", "3600"] | .process.terminal = false | .root = {path: $root, readonly: false}
		| .mounts |= map(select(.type != "cgroup")) | .process.noNewPrivileges = false | .process.capabilities.bounding = ["CAP_SYS_ADMIN"]
		| .linux.resources.memory.limit = 67108864 | .annotations = {"org.plimsoll.what": "bare"}' "$1/config.json" >"$1/new"
	mv "$1/new" "$1/config.json"
}
bundle "$SCRATCH/bundle" "$ROOTFS"
# In the foreground: the one that waits for it says where its state is.
runc --root "$RUNC_ROOT" run -b "$SCRATCH/bundle" "$TAG-bare" >/dev/null 2>&1 </dev/null &
STARTED="$STARTED $!"
runc run -d -b "$SCRATCH/bundle" "$TAG-plain" >/dev/null 2>&1 </dev/null
wait_for runc --root "$RUNC_ROOT" state "$TAG-bare"

HAVE_PODMAN=
if command -v podman >/dev/null; then
	HAVE_PODMAN=1
	mkdir -p "$SCRATCH/podman"
	# podman NAME [OPTION…]: its limits would be above what this machine has
	pods() { name=$1; shift; pod run -d --name "$name" --network none --ulimit nofile=1000:1000 --ulimit nproc=1000:1000 "$@" \
		--rootfs "$ROOTFS" /bin/sleep 3600 >/dev/null 2>"$SCRATCH/podman/log" || sed 's/^/# /' "$SCRATCH/podman/log"; }
	pods "$TAG-pod" --memory 64m --cap-drop NET_RAW -v /etc:/hostetc:ro --annotation io.kubernetes.cri-o.ContainerType=sandbox
	pods "$TAG-over" --privileged --pid host
	pod stop -t 0 "$TAG-over" >/dev/null 2>&1
	pod create --name "$TAG-new" --network none --rootfs "$ROOTFS" /bin/sleep 1 >/dev/null 2>&1
fi
HAVE_CRUN=
if command -v crun >/dev/null && command -v unshare >/dev/null; then
	jq 'del(.linux.resources)' "$SCRATCH/bundle/config.json" >"$SCRATCH/crun.json"
	mkdir -p "$SCRATCH/crun-bundle"
	mv "$SCRATCH/crun.json" "$SCRATCH/crun-bundle/config.json"
	# It waits in the foreground, in a mount namespace of its own: so its word is not the host's, and the container has no name.
	CRUN_ROOT=/run/crun
	crun_alone run -d -b "$SCRATCH/crun-bundle" "$TAG-crun" >"$SCRATCH/crun.log" 2>&1 </dev/null && HAVE_CRUN=1
	[ -n "$HAVE_CRUN" ] || sed 's/^/# /' "$SCRATCH/crun.log"
fi

# of NAME FACT PATH: what the document says of a container by its name or id
of() {
	jq -c --arg name "$1" --arg fact "$2" "first(.subjects[] | select(.scope == \"container\" and (.name == \$name or .id == \$name)))
		| .facts[\$fact] | $3" "$DOCUMENT"
}
# told NAME FACT WANTED: the value of a fact without sides, or the declared one
told() {
	is "$(of "$1" "container.$2" '(.declared // .) | (if .state == "present" then .value else .state end)')" "$3" "$1: $2"
}

# --- with no daemon to ask ------------------------------------------------------------------------------
kill -STOP "$ENGINE_PID"
kill -STOP "$CONTAINERD"
run facts -f json 'container.*'
kill -CONT "$ENGINE_PID" "$CONTAINERD"
result "$([ "$STATUS" -eq 0 ] || [ "$STATUS" -eq 3 ]; echo $?)" "facts are collected with every daemon stopped" "$STATUS $ERR"
printf '%s\n' "$OUT" >"$SCRATCH/without.json"
DOCUMENT=$SCRATCH/without.json

told moored engine '"docker"'
told moored declared_by '"docker data root"'
told moored bundle "\"$ENGINE/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/$MOORED\""
told moored sysctls '{"net.ipv4.ip_forward":"1"}'
told moored state '"running"'

for name in "$TAG-web" "$TAG-sandbox" "$TAG-liar"; do
	told "$name" engine '"containerd"'
	told "$name" declared_by '"containerd"'
	told "$name" runtime '"runc"'
	told "$name" pod '"0123-uid"'
	told "$name" pod.name '"front-1"'
	told "$name" pod.namespace '"shop"'
done
told "shop/front-1/web" pod.container '"web"'
told "shop/front-1/web" image '"shop/web:1"'
told "$TAG-web" kind '"container"'
told "$TAG-sandbox" kind '"sandbox"'
told shop/front-1 kind '"sandbox"'
told "$TAG-liar" kind '"container"'
told "$TAG-web" bundle "\"$CD/state/io.containerd.runtime.v2.task/k8s.io/$TAG-web\""
told "$TAG-web" namespaces.network "\"container:$TAG-sandbox\""
is "$(of "$TAG-web" container.namespaces.network .effective.value)" "\"container:$TAG-sandbox\"" "and so it is"
told "$TAG-web" namespaces.user '"host"'
told "$TAG-web" capabilities.bounding \
	'["audit_write","chown","dac_override","fowner","fsetid","kill","mknod","net_bind_service","net_raw","setfcap","setgid","setpcap","setuid","sys_chroot"]'
told "$TAG-web" no_new_privileges true
told "$TAG-web" seccomp.profile '"unconfined"'
told "$TAG-web" environment.names '["TOKEN"]'
told "$TAG-web" mounts '[{"type":"bind","source":"/etc","destination":"/hostetc","writable":false,"propagation":"rprivate"}]'
told "$TAG-web" cgroup.cpu_shares 1024
told "$TAG-web" cgroup.memory_max '"unlimited"'
told "$TAG-web" restart.policy '"absent"'
told "$TAG-done" state '"exited"'
told "$TAG-done" running false

told "$TAG-bare" engine '"none"'
told "$TAG-bare" declared_by '"runc"'
told "$TAG-bare" bundle "\"$SCRATCH/bundle\""
told "$TAG-bare" capabilities.bounding '["sys_admin"]'
told "$TAG-bare" cgroup.memory_max 67108864
told "$TAG-bare" labels '{"org.plimsoll.what":"bare"}'
told "$TAG-bare" rootfs.readonly false
told "$TAG-bare" ulimits '[{"name":"nofile","soft":1024,"hard":1024}]'
told "$TAG-plain" declared_by '"runc"'
told "$TAG-plain" state '"running"'
is "$(of "$TAG-bare" container.started_at '.value > 1000000000')" true "a start time"

if [ -n "$HAVE_PODMAN" ]; then
	told "$TAG-pod" engine '"podman"'
	told "$TAG-pod" declared_by '"conmon"'
	told "$TAG-pod" runtime '"runc"'
	told "$TAG-pod" kind '"container"'
	told "$TAG-pod" privileged false
	told "$TAG-pod" seccomp.profile '"default"'
	told "$TAG-pod" cgroup.memory_max 67108864
	told "$TAG-pod" cgroup.parent '"/libpod_parent"'
	told "$TAG-pod" log_driver '"k8s-file"'
	told "$TAG-pod" ulimits '[{"name":"nofile","soft":1000,"hard":1000},{"name":"nproc","soft":1000,"hard":1000}]'
	told "$TAG-pod" mounts '[{"type":"bind","source":"/etc","destination":"/hostetc","writable":false,"propagation":"rprivate"}]'
	told "$TAG-pod" capabilities.bounding \
		'["chown","dac_override","fowner","fsetid","kill","net_bind_service","setfcap","setgid","setpcap","setuid","sys_chroot"]'
	told "$TAG-over" state '"exited"'
	told "$TAG-over" privileged true
	told "$TAG-over" namespaces.pid '"host"'
	told "$TAG-over" declared_by '"storage"'
	is "$(of "$TAG-over" container.capabilities.bounding .effective.state)" '"absent"' "one that does not run has no effective side"
	told "$TAG-new" state '"created"'
	told "$TAG-new" privileged '"unreadable"'
else
	skip "podman" "needs podman"
fi
if [ -n "$HAVE_CRUN" ]; then
	told "$TAG-crun" declared_by '"crun"'
	told "$TAG-crun" runtime '"crun"'
	told "$TAG-crun" capabilities.bounding '["sys_admin"]'
	told "$TAG-crun" bundle "\"$SCRATCH/crun-bundle\""
else
	skip "crun" "needs crun and unshare"
fi

# --- by name ----------------------------------------------------------------------------------------------
for name in "$TAG-bare" shop/front-1/web "$TAG-done"; do
	run facts -f json --container "$name" container.engine
	is "$(printf '%s\n' "$OUT" | jq '[.subjects[] | select(.scope == "container")] | length')" 1 "--container $name finds the one"
done

# --- and with them: what the kernel enforces is the same -----------------------------------------------------
run facts -f json 'container.*'
printf '%s\n' "$OUT" >"$SCRATCH/with.json"
DOCUMENT=$SCRATCH/with.json
told moored declared_by '"docker API"'
effective() {
	jq -S --arg tag "$TAG" --arg moored "$MOORED" '[.subjects[] | select(.scope == "container" and (.id == $moored or ([.id, .name] |
		any(contains($tag))) or (.name | startswith("shop/")))) | {id, name, facts: (.facts | map_values(if has("effective") then
		.effective.value else null end))}] | sort_by(.id)' "$1"
}
effective "$SCRATCH/without.json" >"$SCRATCH/a"
effective "$SCRATCH/with.json" >"$SCRATCH/b"
result "$([ "$(jq length "$SCRATCH/a")" -ge 7 ]; echo $?)" "all are there" "$(cat "$SCRATCH/a")"
result "$(cmp -s "$SCRATCH/a" "$SCRATCH/b"; echo $?)" "both agree on every container and its effective side" "$(diff "$SCRATCH/a" "$SCRATCH/b")"
