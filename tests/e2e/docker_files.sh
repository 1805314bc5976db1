#!/bin/sh
# Section 3 and the programs and units of section 1, on an engine with real certificates and on trees at rest, each owner and mode
# wrong in turn.
. tests/lib/tap.sh
. tests/lib/engine.sh

# ---- trees at rest: units and environment files ----------------------------------------------------------------

if [ "$(id -u)" -ne 0 ] || ! command -v jq >/dev/null; then
	skip "files" "needs root and jq"
	exit 0
fi
TREE=$SCRATCH/tree

# verdict RULE: of the tree
verdict() {
	run audit -b cis-docker --root "$TREE" --only "$1" -f json
	printf '%s' "$OUT" | jq -r '.benchmarks[].rules[].findings[].result'
}

plant() {
	rm -rf "$TREE"
	mkdir -p "$TREE/usr/bin" "$TREE/usr/lib/systemd/system" "$TREE/etc/systemd/system" "$TREE/etc/default" "$TREE/etc/sysconfig" "$TREE/dev"
	printf 'root:x:0:0::/root:/bin/sh\n' >"$TREE/etc/passwd"
	printf 'root:x:0:\n' >"$TREE/etc/group"
	: >"$TREE/usr/bin/dockerd"
	chmod 0755 "$TREE/usr/bin/dockerd"
	printf '[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/bin/dockerd -H fd://\n' >"$TREE/usr/lib/systemd/system/docker.service"
	printf '[Socket]\nListenStream=/run/docker.sock\n' >"$TREE/usr/lib/systemd/system/docker.socket"
	find "$TREE" -type d -exec chmod 0755 {} +
	chmod 0644 "$TREE"/usr/lib/systemd/system/*
}

plant
for unit in service socket; do
	rule="file-docker-service"
	[ $unit = service ] || rule="file-docker-socket-unit"
	file=$TREE/usr/lib/systemd/system/docker.$unit
	is "$(verdict $rule-owner)" pass "docker.$unit of root"
	is "$(verdict $rule-mode)" pass "docker.$unit of 0644"
	for mode in 0664 0646 0602 0577 0755 4644; do
		chmod $mode "$file"
		is "$(verdict $rule-mode)" fail "docker.$unit of $mode"
	done
	chmod 0600 "$file"
	is "$(verdict $rule-mode)" pass "docker.$unit of 0600"
	chmod 0644 "$file"
	for owner in 1:0 0:1; do
		chown $owner "$file"
		is "$(verdict $rule-owner)" fail "docker.$unit of $owner"
	done
	# What is in force is the copy in /etc; the packaged one is hidden.
	cp "$file" "$TREE/etc/systemd/system/docker.$unit"
	is "$(verdict $rule-owner)" pass "a copy in /etc hides the packaged docker.$unit"
	chown 0:0 "$file"
	chmod 0666 "$TREE/etc/systemd/system/docker.$unit"
	is "$(verdict $rule-mode)" fail "the copy in /etc decides for docker.$unit"
	rm "$TREE/etc/systemd/system/docker.$unit"
	mkdir "$TREE/etc/systemd/system/docker.$unit.d"
	echo "[Unit]" >"$TREE/etc/systemd/system/docker.$unit.d/x.conf"
	is "$(verdict $rule-mode)" pass "docker.$unit with a drop-in"
	chmod 0666 "$TREE/etc/systemd/system/docker.$unit.d/x.conf"
	is "$(verdict $rule-mode)" fail "a drop-in of 0666 of docker.$unit"
	ln -sf /dev/null "$TREE/etc/systemd/system/docker.$unit.d/x.conf"
	is "$(verdict $rule-mode)" pass "a drop-in of docker.$unit that is masked"
	chmod 0775 "$TREE/etc/systemd/system/docker.$unit.d"
	is "$(verdict $rule-mode)" fail "a drop-in folder of 0775 of docker.$unit"
	chmod 0755 "$TREE/etc/systemd/system/docker.$unit.d"
	chown 0:1 "$TREE/etc/systemd/system/docker.$unit.d"
	is "$(verdict $rule-owner)" fail "a drop-in folder of another group of docker.$unit"
	ln -s /dev/null "$TREE/etc/systemd/system/docker.$unit"
	is "$(verdict $rule-owner)" not_applicable "docker.$unit masked"
	is "$(verdict $rule-mode)" not_applicable "docker.$unit masked"
done

plant
for name in default sysconfig; do
	is "$(verdict file-etc-$name-docker-owner)" not_applicable "no /etc/$name/docker"
	: >"$TREE/etc/$name/docker"
	chmod 0644 "$TREE/etc/$name/docker"
	is "$(verdict file-etc-$name-docker-owner)" pass "/etc/$name/docker of root"
	is "$(verdict file-etc-$name-docker-mode)" pass "/etc/$name/docker of 0644"
	chmod 0622 "$TREE/etc/$name/docker"
	is "$(verdict file-etc-$name-docker-mode)" fail "/etc/$name/docker of 0622"
	chown 1 "$TREE/etc/$name/docker"
	is "$(verdict file-etc-$name-docker-owner)" fail "/etc/$name/docker of somebody"
	rm "$TREE/etc/$name/docker"
done
mkdir "$TREE/etc/systemd/system/docker.service.d"
printf '[Service]\nEnvironmentFile=/srv/env\n' >"$TREE/etc/systemd/system/docker.service.d/env.conf"
mkdir "$TREE/srv" && : >"$TREE/srv/env" && chmod 0646 "$TREE/srv/env"
is "$(verdict file-etc-default-docker-mode)" fail "a file of variables that a drop-in names"
printf '[Service]\nEnvironmentFile=\n' >"$TREE/etc/systemd/system/docker.service.d/later.conf"
is "$(verdict file-etc-default-docker-mode)" not_applicable "a later drop-in takes the list back"

# Registry certificates.
folder=$TREE/etc/docker/certs.d/r
mkdir -p "$folder"
for name in ca.crt client.cert client.key; do
	: >"$folder/$name"
	chmod 0444 "$folder/$name"
done
is "$(verdict file-registry-certificates)" pass "certificates of root"
is "$(verdict file-registry-certificates-mode)" pass "certificates of 0444"
for mode in 0644 0422 0402 0445; do
	chmod $mode "$folder/client.key"
	is "$(verdict file-registry-certificates-mode)" fail "a client's key of $mode"
done
chown 0:1 "$folder/client.cert"
is "$(verdict file-registry-certificates)" fail "a client's certificate of another group"

# Audit rules of a tree: its own files decide, real paths behind links.
mkdir -p "$TREE/etc/audit/rules.d" "$TREE/usr/sbin"
cp "$TREE/usr/bin/dockerd" "$TREE/usr/sbin/runc"
ln -s ../sbin/runc "$TREE/usr/bin/runc"
for name in containerd containerd-shim-runc-v2; do cp "$TREE/usr/bin/dockerd" "$TREE/usr/bin/$name"; done
watch() {
	printf '%s\n' "$@" >"$TREE/etc/audit/rules.d/docker.rules"
}
watch "-w /usr/bin/containerd-shim-runc-v2 -p wa"
is "$(verdict host-audit-shim-runc-v2)" pass "the shim watched"
is "$(verdict host-audit-containerd)" fail "a watch on the shim is none on containerd"
is "$(verdict host-audit-shim)" not_applicable "no first shim here"
watch "-a always,exit -F path=/usr/bin/runc -F perm=wa" "-w /usr/bin/containerd"
is "$(verdict host-audit-runc)" fail "a watch on the link is none on runc"
is "$(verdict host-audit-containerd)" pass "containerd watched"
watch "-w /usr/sbin/runc -p wa"
is "$(verdict host-audit-runc)" pass "the file behind the link watched"
mkdir -p "$TREE/opt" && cp "$TREE/usr/bin/dockerd" "$TREE/opt/crun"
printf '{"runtimes": {"crun": {"path": "/opt/crun"}}}' >"$TREE/etc/docker/daemon.json"
is "$(verdict host-audit-runc)" fail "another runtime of daemon.json counts"
watch "-w /usr/sbin/runc -p wa" "-w /opt/crun"
is "$(verdict host-audit-runc)" pass "all runtimes watched"
watch "-w /usr/lib/systemd/system/docker.service -p wa"
is "$(verdict host-audit-docker-service)" fail "the unit watched and its drop-ins not"
watch "-w /usr/lib/systemd/system/docker.service -p wa" "-w /etc/systemd/system"
is "$(verdict host-audit-docker-service)" pass "the unit and all of /etc/systemd/system watched"
watch "-a never,task" "-w /usr/lib/systemd/system/docker.service -p wa" "-w /etc/systemd/system"
is "$(verdict host-audit-docker-service)" fail "a rule for tasks that never records silences them"

# ---- a real engine with certificates ---------------------------------------------------------------------------

if ! engine_possible || ! command -v openssl >/dev/null; then
	skip "engine with certificates" "needs dockerd, docker and openssl"
	exit 0
fi
CLEANUP=engine_stop

# finding RULE: of this engine
finding() {
	run audit -b cis-docker --only "$1" -f json
	printf '%s' "$OUT" | jq -r --arg own "docker:$ENGINE/data" '.benchmarks[].rules[].findings[] | select(.subject_id == $own) | .result'
}

certs=$SCRATCH/certs
mkdir "$certs"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$certs/key" -out "$certs/cert" -days 2 -subj /CN=localhost 2>/dev/null
cp "$certs/cert" "$certs/ca"

# judged WHERE: each file wrong in turn, found WHERE
judged() {
	for file in ca cert key; do
		case $file in key) good=0400 ;; *) good=0444 ;; esac
		chown 0:0 "$certs/$file"
		chmod $good "$certs/$file"
		is "$(finding file-tls-$file-owner)" pass "$1: $file of root"
		is "$(finding file-tls-$file-mode)" pass "$1: $file of $good"
		for mode in 0602 0422 0644; do
			chmod $mode "$certs/$file"
			is "$(finding file-tls-$file-mode)" fail "$1: $file of $mode"
		done
		chmod 0000 "$certs/$file"
		is "$(finding file-tls-$file-mode)" pass "$1: $file of 0000"
		chmod $good "$certs/$file"
		for owner in 1:0 0:1; do
			chown $owner "$certs/$file"
			is "$(finding file-tls-$file-owner)" fail "$1: $file of $owner"
		done
		chown 0:0 "$certs/$file"
	done
}

engine_start || { result 1 "engine starts"; exit 1; }
for file in ca cert key; do
	is "$(finding file-tls-$file-owner)" not_applicable "TLS off: $file"
done
# The engine is a distribution's: its number alone does not decide.
case $(engine version -f '{{.Server.Version}}') in
*+dfsg*) is "$(finding engine-version-maintained)" manual "a distribution's engine is for a person to judge" ;;
*) skip "a distribution's engine" "this one is not" ;;
esac
sock=$ENGINE/exec/containerd/containerd.sock
sockets() {
	run audit -b cis-docker --only file-containerd-socket-mode -f json
	printf '%s' "$OUT" | jq -r '.benchmarks[].rules[].findings[].result'
}
if [ -S "$sock" ]; then
	is "$(sockets)" pass "the engine's own containerd socket of 0660"
	for mode in 0666 0602 0661; do
		chmod $mode "$sock"
		is "$(sockets)" fail "the engine's own containerd socket of $mode"
	done
	chmod 0660 "$sock"
else
	skip "the engine's own containerd socket" "it has none"
fi
kill -STOP "$ENGINE_PID"
is "$(finding engine-version-maintained)" error "an engine that does not answer is an error"
kill -CONT "$ENGINE_PID"
engine_stop

engine_start --tlsverify --tlscacert "$certs/ca" --tlscert="$certs/cert" --tlskey "$certs/key" --host tcp://127.0.0.1:23761 ||
	{ result 1 "engine starts with certificates"; exit 1; }
judged flags
engine_stop

printf '{"tls": true, "tlscacert": "%s", "tlscert": "%s", "tlskey": "%s"}' "$certs/ca" "$certs/cert" "$certs/key" >"$SCRATCH/tls.json"
engine_start --config-file "$SCRATCH/tls.json" --host tcp://127.0.0.1:23761 || { result 1 "engine starts with certificates by file"; exit 1; }
sleep 1
chmod 0644 "$certs/key"
is "$(finding file-tls-key-mode)" fail "file: key of 0644"
chmod 0400 "$certs/key"
is "$(finding file-tls-key-mode)" pass "file: key of 0400"
touch "$SCRATCH/tls.json"
is "$(finding file-tls-key-mode)" error "a file changed after the start does not tell which key"
engine_stop

mkdir -p "$SCRATCH/home/.docker"
for file in ca cert key; do cp "$certs/$file" "$SCRATCH/home/.docker/$file.pem"; done
chmod 0640 "$SCRATCH/home/.docker/key.pem"
HOME=$SCRATCH/home engine_start --tlsverify --host tcp://127.0.0.1:23761 || { result 1 "engine starts with certificates of its home"; exit 1; }
is "$(finding file-tls-key-mode)" fail "default: key of 0640 below the daemon's home"
