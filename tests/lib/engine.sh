# A private Docker Engine with its state in a folder of its own. Sourced after tests/lib.sh.
# shellcheck shell=sh disable=SC2034
ENGINE=$SCRATCH/engine
ENGINE_SOCKET=$ENGINE/docker.sock
ENGINE_PID=

engine_possible() {
	[ "$(id -u)" -eq 0 ] && command -v dockerd >/dev/null && command -v docker >/dev/null && command -v jq >/dev/null
}

# engine_launch [dockerd options]: with nothing but folders of its own; waits until it answers
engine_launch() {
	mkdir -p "$ENGINE"
	dockerd --data-root "$ENGINE/data" --exec-root "$ENGINE/exec" --pidfile "$ENGINE/pid" "$@" >"$ENGINE/log" 2>&1 </dev/null &
	ENGINE_PID=$!
	for _ in $(seq 150); do
		docker -H "unix://$ENGINE_SOCKET" version >/dev/null 2>&1 && return 0
		kill -0 "$ENGINE_PID" 2>/dev/null || break
		sleep 0.2
	done
	tail -20 "$ENGINE/log" >&2
	return 1
}

# engine_start [dockerd options]: on the socket here, without a network
engine_start() {
	engine_launch --host "unix://$ENGINE_SOCKET" --iptables=false --bridge=none "$@"
}

engine() {
	docker -H "unix://$ENGINE_SOCKET" "$@"
}

# Ends what was started, by pid: the containers with the engine's own command, then the engine, then what it left mounted.
engine_stop() {
	[ -n "$ENGINE_PID" ] || return 0
	kill -CONT "$ENGINE_PID" 2>/dev/null
	ids=$(engine ps -aq 2>/dev/null)
	# shellcheck disable=SC2086 # ids are words
	[ -z "$ids" ] || engine rm -f $ids >/dev/null 2>&1
	kill "$ENGINE_PID" 2>/dev/null
	wait "$ENGINE_PID" 2>/dev/null
	ENGINE_PID=
	awk -v base="$ENGINE/" 'index($2, base) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
}

# An image of busybox alone.
engine_image() {
	mkdir -p "$SCRATCH/rootfs/bin"
	cp "$(command -v busybox)" "$SCRATCH/rootfs/bin/busybox"
	ln -sf busybox "$SCRATCH/rootfs/bin/sh"
	ln -sf busybox "$SCRATCH/rootfs/bin/sleep"
	tar -C "$SCRATCH/rootfs" -c . | engine import - bb:latest >/dev/null
}
