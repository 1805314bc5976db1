#!/bin/sh
# dockerd's options by file and by flag, and a file changed behind the engine's back.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible; then
	skip "engine" "needs root, dockerd, docker and jq"
	exit 0
fi
CLEANUP=engine_stop

# finding RULE: result and message
finding() {
	run audit -b cis-docker --only "$1" -f json
	printf '%s' "$OUT" | jq -r --arg own "docker:$ENGINE/data" '.benchmarks[].rules[].findings[] | select(.subject_id == $own) | .result + ": " + .message + " " + ([.evidence[].origin] | join(" "))'
}

mkdir -p "$SCRATCH/my config"
config="$SCRATCH/my config/daemon.json"
cat >"$config" <<'JSON'
{
  "no-new-privileges": true,
  "userland-proxy": false,
  "log-level": "warn",
  "live-restore": true
}
JSON
engine_start --config-file "$config" || { result 1 "engine starts"; exit 1; }
sleep 1
has "$(finding daemon-no-new-privileges)" "pass: " "a key of the file, in a path with a blank"
has "$(finding daemon-no-new-privileges)" "daemon.json:2" "the evidence names file and line"
has "$(finding daemon-userland-proxy-off)" "pass: " "userland-proxy off by file"
has "$(finding daemon-log-level)" "fail: " "log level warn fails"
has "$(finding daemon-no-experimental)" "pass: " "what is not set has the engine's default"
# rules WANTED NAME: what the rules below come to, first letters in their order
OPTIONS="daemon-non-root daemon-default-ulimits daemon-cgroup-parent daemon-base-device-size daemon-authorization-plugin
	daemon-remote-logging daemon-seccomp-profile"
rules() {
	set -- "$1" "$2"
	got=
	for rule in $OPTIONS; do got="$got$(finding "$rule" | cut -c1)"; done
	is "$got" "$1" "$2"
}
rules ffpnffp "as root without any of these options"

# Mended after the start, the engine not restarted: what runs is not what the file says.
sed -i 's/"warn"/"info"/; s/"live-restore": true/"live-restore": false/' "$config"
has "$(finding daemon-log-level)" "error: " "a file changed after the start does not tell what runs"
has "$(finding daemon-live-restore)" "pass: " "the live answer is what counts"

# Modes and links of the file.
chmod 0602 "$config"
has "$(finding file-daemon-json-mode)" "fail: " "mode 0602 fails"
chmod 0622 "$config"
has "$(finding file-daemon-json-mode)" "fail: " "mode 0622 fails"
chmod 0600 "$config"
mv "$config" "$SCRATCH/real.json" && ln -s "$SCRATCH/real.json" "$config"
has "$(finding file-daemon-json-mode)" "pass: " "a link to a 0600 file passes"
chown 1:0 "$SCRATCH/real.json"
has "$(finding file-daemon-json-owner)" "fail: " "the owner is that of the file the link leads to"
engine_stop

# The rest of section 2 by file and by flag. A filter that refuses by default, one that lists what it stops, one that stops nothing.
echo '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}' >"$SCRATCH/refuses.json"
echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ERRNO"}]}' >"$SCRATCH/lists.json"
echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$SCRATCH/allows.json"
config="$SCRATCH/options.json"
cat >"$config" <<JSON
{
  "default-ulimits": { "nofile": { "Name": "nofile", "Soft": 1024, "Hard": 4096 }, "nproc": { "Name": "nproc", "Soft": 512, "Hard": 1024 } },
  "cgroup-parent": "/plimsoll",
  "log-driver": "syslog",
  "log-opts": { "syslog-address": "udp://192.0.2.1:514" },
  "seccomp-profile": "$SCRATCH/lists.json"
}
JSON
engine_start --config-file "$config" || { result 1 "engine starts"; exit 1; }
rules fpfnfpm "each option by file"
sleep 1
echo '{"defaultAction": "SCMP_ACT_ERRNO"}' >"$SCRATCH/lists.json"
has "$(finding daemon-seccomp-profile)" "error: " "a filter changed after the start does not tell what is in force"
sed -i 's/plimsoll/other/' "$config"
kill -HUP "$ENGINE_PID"
rules feenfee "a file that changed decides nothing, reloaded or not"
has "$(finding daemon-cgroup-parent)" "changed after dockerd started; the" "an option that no reload takes"
engine_stop

engine_start --default-ulimit nofile=1024:4096 --default-ulimit nproc=512 --cgroup-parent=plimsoll.slice \
	--log-driver=syslog --log-opt syslog-address=udp://127.0.0.1:514 --seccomp-profile "$SCRATCH/allows.json" ||
	{ result 1 "engine starts"; exit 1; }
rules fpfnfmf "each option by flag"
engine_stop
engine_start --default-ulimit nofile=1024:-1 --default-ulimit nproc=512 --cgroup-parent= --log-driver=local --seccomp-profile "$SCRATCH/refuses.json" ||
	{ result 1 "engine starts"; exit 1; }
rules ffpnffp "each option by flag, of no use or as it should be"
engine_stop

# A TCP listener without certificates, and hosts over several lines.
config="$SCRATCH/tcp.json"
cat >"$config" <<JSON
{
  "hosts": [
    "unix://$ENGINE_SOCKET",
    "tcp://127.0.0.1:23755"
  ]
}
JSON
engine_launch --iptables=false --bridge=none --config-file "$config" || { result 1 "engine starts"; exit 1; }
has "$(finding daemon-tls-on-tcp)" "fail: " "TCP on loopback without certificates fails"
