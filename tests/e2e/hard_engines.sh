#!/bin/sh
# Engines that are easily judged wrong. The truth is written by hand from the set-up in this file; hard_cases.sh tells which test has
# the others.
. tests/lib/tap.sh
. tests/lib/engine.sh
. tests/lib/verdicts.sh

# --- a folder whose digits look small -----------------------------------------------------------------------
mkdir -p "$SCRATCH/tree/etc/docker" "$SCRATCH/tree/usr/bin" && chmod 0722 "$SCRATCH/tree/etc/docker"
: >"$SCRATCH/tree/usr/bin/dockerd"
run audit -b cis-docker:1.8.0 --root "$SCRATCH/tree" --only file-etc-docker-mode -f "json=$SCRATCH/report.json"
verdicts_read "$SCRATCH/report.json"
verdicts_table <<END
the folder of daemon.json with 0722 | host | file-etc-docker-mode | fail
END

if ! engine_possible || ! command -v unshare >/dev/null || ! command -v runc >/dev/null; then
	skip "hard engines" "needs root, dockerd, docker, runc, unshare and jq"
	exit 0
fi
CLEANUP=engine_stop
DAEMON=docker:$ENGINE/data

# judge: both benchmarks
judge() {
	run audit -b cis-docker:1.8.0 -b container-runtime --profile level2 -f "json=$SCRATCH/report.json"
	verdicts_read "$SCRATCH/report.json"
}

# --- everything wrong in the file, mended after the start ---------------------------------------------------
mkdir -p "$SCRATCH/my config"
config="$SCRATCH/my config/daemon.json"
cat >"$config" <<JSON
{
  "hosts": [
    "unix://$ENGINE_SOCKET",
    "tcp://127.0.0.1:23756"
  ],
  "bridge": "none",
  "iptables": false,
  "userland-proxy": true,
  "no-new-privileges": false,
  "live-restore": false,
  "log-level": "warn",
  "debug": true,
  "experimental": true,
  "insecure-registries": ["registry.example:5000"]
}
JSON
touch -d "2 hours ago" "$config"
engine_launch --config-file "$config" || { result 1 "engine starts"; exit 1; }
sleep 1
told="daemon-live-restore daemon-log-level daemon-no-experimental daemon-no-insecure-registries"
untold="daemon-iptables daemon-userland-proxy-off daemon-no-new-privileges daemon-tls-on-tcp"
judge
verdicts_table <<END
as the file has it | $DAEMON | $told $untold | fail
END
jq --arg socket "unix://$ENGINE_SOCKET" '{hosts: [$socket], bridge, iptables: true, "userland-proxy": false, "no-new-privileges": true,
	"live-restore": true, "log-level": "info"}' "$config" >"$SCRATCH/mended"
cat "$SCRATCH/mended" >"$config"
touch -d "2 hours ago" "$config"
judge
verdicts_table <<END
the engine itself tells | $DAEMON | $told | fail
mended, its time set back | $DAEMON | $untold | error
END
engine_stop

# --- ids mapped, a filter that refuses nothing for the whole engine, options spelled out -----------------------
# In a mount namespace of its own, in which one user has ids to hand out.
mkdir "$SCRATCH/bin"
echo daemon:200000:65536 >"$SCRATCH/ids"
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$SCRATCH/all.json"
cat >"$SCRATCH/bin/dockerd" <<END
#!/bin/sh
exec unshare -m sh -c 'for file in subuid subgid; do mount --bind "$SCRATCH/ids" /etc/\$file || exit 1; done; exec $(command -v dockerd) "\$@"' sh "\$@"
END
chmod 0755 "$SCRATCH/bin/dockerd"
chmod 0711 "$SCRATCH" "$ENGINE"
PATH="$SCRATCH/bin:$PATH"
if [ -e /etc/subuid ] && [ -e /etc/subgid ] && engine_start --userns-remap=daemon --seccomp-profile "$SCRATCH/all.json" --live-restore=false \
	--no-new-privileges=true; then
	engine_image
	engine run -d --name mapped --network none bb:latest sleep 3600 >/dev/null
	engine run -d --name unmapped --network none --userns host --read-only bb:latest sleep 3600 >/dev/null
	judge
	verdicts_table <<END
ids from 200000 | $DAEMON | daemon-userns-remap | pass
ids from 200000 | mapped | runtime-not-host-root runtime-ids-mapped container-no-host-userns | pass
ids of the host | unmapped | runtime-not-host-root runtime-ids-mapped container-no-host-userns | fail
live-restore=false | $DAEMON | daemon-live-restore | fail
no-new-privileges=true | $DAEMON | daemon-no-new-privileges | pass
no-new-privileges=true | mapped unmapped | container-no-new-privileges runtime-no-new-privileges | pass
a filter of the engine that refuses nothing | $DAEMON | daemon-seccomp-profile | fail
a filter of the engine that refuses nothing | mapped unmapped | container-seccomp runtime-filter-enforces | fail
END
else
	skip "ids mapped" "no engine with mapped ids can be started here"
fi
PATH=${PATH#*:}
engine_stop

# --- nothing could be asked: the engine is gone, its containers run on -----------------------------------------
engine_start --live-restore || { result 1 "engine starts"; exit 1; }
engine_image
engine run -d --name calm --network none --security-opt no-new-privileges --read-only bb:latest sleep 3600 >/dev/null
engine run -d --name wild --network none --cap-add SYS_ADMIN --security-opt seccomp=unconfined -v /:/h:ro bb:latest sleep 3600 >/dev/null
IDS=$(engine inspect -f '{{.Id}}' calm wild)
# The containers end by their runtime's own command, their shims and what served the engine by pid: nobody else does it.
LEFT="$(pgrep -P "$ENGINE_PID" -x containerd) $(for pid in $(engine inspect -f '{{.State.Pid}}' calm wild); do
	awk '$1 == "PPid:" && $2 > 1 { print $2 }' "/proc/$pid/status"; done)"
gone() {
	for id in $IDS; do runc --root "$ENGINE/exec/runtime-runc/moby" delete --force "$id"; done
	# shellcheck disable=SC2086 # pids are words
	kill -KILL $LEFT 2>/dev/null
	engine_stop
}
CLEANUP=gone
kill -KILL "$ENGINE_PID"
wait "$ENGINE_PID" 2>/dev/null
sleep 1
judge
CALM=${IDS%%[!0-9a-f]*} WILD=${IDS##*[!0-9a-f]}
is "$(awk -F '\t' '$4 == "pass" && $1 !~ /^(runtime|engine)-/ && $2 != "host" { print $1, $3 }' "$SCRATCH/verdicts")" "" \
	"nothing about engines, their containers and their images passes unasked"
verdicts_table <<END
what only the engine knows | $CALM $WILD | runtime-log-bounds | error
what the kernel knows | $CALM | runtime-filtered runtime-filter-enforces runtime-no-new-privileges runtime-no-opening-capabilities | pass
what the kernel knows | $CALM | runtime-rootfs-readonly runtime-no-host-root-folder runtime-no-stronger-process | pass
what the kernel knows | $WILD | runtime-filtered runtime-no-new-privileges runtime-no-opening-capabilities | fail
what the kernel knows | $WILD | runtime-rootfs-readonly runtime-no-host-root-folder | fail
END
