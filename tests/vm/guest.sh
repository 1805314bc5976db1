#!/bin/sh
# Runs inside the guest, as root, once: starts containers of every kind, lets plimsoll look at them, keeps what it saw and the files it
# read. What must be so is written in tests/vm/expect.sh; from here come only names, ids and pids (truth.json) and, for one glance at
# the end, that nothing was left stopped or traced.
set -u
share=/share
out=$share/out
work=/var/tmp/guest
rootfs=$work/rootfs
truth=$work/truth
mkdir -p "$out" "$truth" "$rootfs/bin" "$rootfs/usr" "$rootfs/proc" "$rootfs/sys" "$rootfs/dev" "$rootfs/tmp" "$rootfs/etc"

say() {
	echo "guest: $(cut -d ' ' -f 1 /proc/uptime) $*"
}
# within SECONDS COMMAND…: what fails is told, and the rest goes on.
within() {
	seconds=$1
	shift
	timeout "$seconds" "$@" || say "FAILED ($?): $*"
}
# note NAME ID PID: what is where; an empty one was not started, which the expectations will miss.
note() {
	say "$1 ${3:-has not started}"
	jq -n --arg name "$1" --arg id "$2" --arg pid "$3" '{($name): {id: $id, pid: ($pid | tonumber? // 0)}}' >"$truth/$1"
}
# wait_for COMMAND…: at most 60 s
wait_for() {
	for _ in $(seq 120); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.5
	done
	return 1
}

say "up"
cp -r "$share/plimsoll" /opt/plimsoll
plimsoll=/opt/plimsoll/run
cat >$plimsoll <<'RUN'
#!/bin/sh
exec /opt/plimsoll/lib/ld-linux-x86-64.so.2 --library-path /opt/plimsoll/lib /opt/plimsoll/plimsoll "$@"
RUN
chmod 755 $plimsoll
cp /bin/busybox "$rootfs/bin/busybox"
for applet in sh sleep; do ln -s busybox "$rootfs/bin/$applet"; done
tar -C "$rootfs" -cf "$work/bb.tar" .
apparmor_parser -r /etc/apparmor.d/plimsoll-complain

# --- Docker -----------------------------------------------------------------------------------------------------
start() {
	name=$1
	shift
	within 120 docker run -d --name "$name" --network none "$@" bb:latest sleep 7200 >/dev/null
	say "$name"
}
# Limits changed behind the engine's back: one lifted, one of the slice above it made tighter.
change_limits() {
	within 30 docker inspect -f '{{.State.Pid}}' lifted >"$work/lifted"
	echo max >"/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(cat "$work/lifted")/cgroup")/memory.max"
	echo 50 >/sys/fs/cgroup/plimsoll.slice/pids.max
}
docker_containers() {
	wait_for docker version || say "FAILED: no docker"
	docker import "$work/bb.tar" bb:latest >/dev/null
	start plain
	start privileged --privileged
	start execd
	within 60 docker exec -d --privileged execd sleep 7201
	start noapparmor --security-opt apparmor=unconfined
	start complain --security-opt apparmor=plimsoll-complain --security-opt seccomp=unconfined
	start limited --cgroup-parent plimsoll.slice --memory 64m --memory-swap 96m --pids-limit 100 --cpus 0.5 --cpuset-cpus 0 \
		--read-only --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --ulimit nofile=123:456 \
		-e API_TOKEN=7f3c9a1e5b2d8f604c6e9b1a3d5f7082
	start lifted --memory 64m
	start device --device /dev/vda:/dev/disk:r --device-cgroup-rule 'c 10:229 rw'
	start hostpid --pid host --cgroupns host
	start exposed -v /run:/host/run -v /:/host/root:ro -v /run/docker.sock:/tmp/other -v /proc/sys:/tmp/sys
	start frozen
	within 60 docker pause frozen >/dev/null
	change_limits
	docker ps -aq --no-trunc >"$work/ids"
	# shellcheck disable=SC2046 # ids are words
	docker inspect -f '{{.Name}} {{.Id}} {{.State.Pid}}' $(cat "$work/ids") | while read -r name id pid; do note "${name#/}" "$id" "$pid"; done
}

# --- podman with crun ------------------------------------------------------------------------------------------------
start_podman() {
	name=$1
	shift
	within 120 podman --runtime crun run -d --name "$name" --network none "$@" localhost/bb:latest sleep 7200 >/dev/null
	say "$name"
}
# Without root: what a user's own service starts.
as_ada() {
	within 180 systemd-run --quiet -p User=ada -p Delegate=yes -p WorkingDirectory=/home/ada -E XDG_RUNTIME_DIR=/run/user/1000 \
		-E HOME=/home/ada "$@"
}
podman_containers() {
	podman import -q "$work/bb.tar" bb:latest >/dev/null
	start_podman podplain --memory 64m --pids-limit 77
	start_podman podsystemd --systemd always
	start_podman poduserns --uidmap 0:100000:65536 --gidmap 0:100000:65536 --privileged
	podman inspect -f '{{.Name}} {{.Id}} {{.State.Pid}}' podplain podsystemd poduserns | while read -r name id pid; do
		note "$name" "$id" "$pid"
	done
	cp "$work/bb.tar" /home/ada/bb.tar
	mkdir -p /run/user/1000
	chown ada:ada /home/ada/bb.tar /run/user/1000
	as_ada --wait podman import -q bb.tar bb:latest
	as_ada --unit=rootless podman --runtime crun run --name rootless --cidfile id --network none localhost/bb:latest sleep 7203
	wait_for pgrep -x -f 'sleep 7203'
	note rootless "$(cat /home/ada/id)" "$(pgrep -x -f 'sleep 7203')"
}

# --- runtimes alone ----------------------------------------------------------------------------------------------------
# bare RUNTIME: every capability, no filter
bare() {
	name=bare-$1
	mkdir -p "$work/$name"
	cp -a "$rootfs" "$work/$name/rootfs"
	(cd "$work/$name" && "$1" spec)
	jq --argjson all "$all" '.process.args = ["sleep", "7200"] | .process.terminal = false | .process.noNewPrivileges = false
		| .process.capabilities = {bounding: $all, effective: $all, permitted: $all}' "$work/$name/config.json" >"$work/config.json"
	mv "$work/config.json" "$work/$name/config.json"
	within 60 "$1" run -d -b "$work/$name" "$name" </dev/null >"$work/$name.log" 2>&1
	cat "$work/$name.log"
	note "$name" "$name" "$("$1" state "$name" | jq .pid)"
}
bare_containers() {
	# shellcheck disable=SC2018,SC2019 # names of capabilities are ASCII
	all=$(capsh --print | sed -n 's/^Bounding set =//p' | tr ',' '\n' | tr a-z A-Z | jq -R . | jq -sc .)
	bare runc
	bare crun
}

docker_containers &
podman_containers
bare_containers
wait

# --- others -----------------------------------------------------------------------------------------------------------
cp -a "$rootfs" "$work/nspawn"
systemd-run --quiet --unit=nspawn systemd-nspawn --quiet -D "$work/nspawn" -M plimsoll-nspawn --private-network /bin/sleep 7204
wait_for pgrep -x -f '/bin/sleep 7204'
note nspawn plimsoll-nspawn "$(pgrep -x -f '/bin/sleep 7204')"
mkdir -p /var/lib/lxc/plimsoll-lxc
cp -a "$rootfs" /var/lib/lxc/plimsoll-lxc/rootfs
cat >/var/lib/lxc/plimsoll-lxc/config <<CONFIG
lxc.rootfs.path = dir:/var/lib/lxc/plimsoll-lxc/rootfs
lxc.uts.name = plimsoll-lxc
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
lxc.execute.cmd = /bin/sleep 7205
lxc.init.cmd = /bin/sleep 7205
lxc.mount.auto = proc:mixed sys:ro
CONFIG
within 60 lxc-start -n plimsoll-lxc
note lxc plimsoll-lxc "$(pgrep -x -f '/bin/sleep 7205')"

# --- what is no container -----------------------------------------------------------------------------------------------
service() {
	name=$1
	shift
	within 60 systemd-run --quiet --unit="$name" -p Type=exec "$@" sleep 7200
	note "$name" "$name" "$(systemctl show -P MainPID "$name")"
}
service sandboxed -p PrivateMounts=yes -p ProtectSystem=strict -p PrivateNetwork=yes -p PrivateIPC=yes -p ProtectHostname=yes \
	-p PrivateTmp=yes -p PrivateDevices=yes -p ProtectKernelTunables=yes -p SystemCallFilter=@system-service
service userless -p PrivateUsers=yes -p ProtectSystem=full -p DynamicUser=yes
service pidless -p PrivatePIDs=yes
sleep 2
note pidless pidless "$(systemctl show -P MainPID pidless)" # its first process has left by now

# --- what plimsoll says ---------------------------------------------------------------------------------------------------
set -- facts --timeout 30 --definitions /opt/plimsoll/benchmarks -f json 'container.*'
say "facts"
within 240 $plimsoll "$@" >"$out/facts.json" 2>"$out/facts.err"
say "facts where no engine can be asked"
# Stopped, it accepts and never answers.
kill -STOP "$(cat /run/docker.pid)"
within 300 $plimsoll "$@" >"$out/facts-unasked.json" 2>"$out/facts-unasked.err"
kill -CONT "$(cat /run/docker.pid)"
$plimsoll list facts >"$out/fact-names"
say "captures"
grep -l -E '^State:.*(T |t )|^TracerPid:.*[1-9]' /proc/[0-9]*/status >"$out/stopped" 2>/dev/null
jq -s add "$truth"/* >"$out/truth.json"
within 240 sh "$share/capture.sh" "$work/tree" "$out/truth.json"
cp "$out/truth.json" "$work/tree/.truth.json"
tar -C "$work/tree" -czf "$out/tree.tar.gz" .
: >"$out/done"
say "done"
# At once: stopping the unit would first wait for what it started.
systemctl --force --force poweroff
