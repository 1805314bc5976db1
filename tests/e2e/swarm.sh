#!/bin/sh
# A swarm of two engines, each in a network of its own: by default and as it should be, running, locked and hanging. The truth is
# written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

NET=plimsoll$$
networks_possible() {
	command -v ip >/dev/null && command -v nsenter >/dev/null && ip netns add "$NET-a" 2>/dev/null && ip netns add "$NET-b" &&
		ip -n "$NET-a" link add up0 type veth peer name up0 netns "$NET-b" 2>/dev/null
}
stop_all() {
	for side in a b; do use "$side" && engine_stop; done
	for side in a b; do ip netns del "$NET-$side" 2>/dev/null; done
	awk -v base="$SCRATCH/" 'index($2, base) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
}
export PID_a="" PID_b="" # read by name
# use a|b: whose engine is meant from now on
use() {
	SIDE=$1
	ENGINE=$SCRATCH/$1
	ENGINE_SOCKET=$ENGINE/docker.sock
	eval "ENGINE_PID=\$PID_$1"
}
# start_side a|b
start_side() {
	use "$1"
	# shellcheck disable=SC2119 # no options of its own
	engine_start
	status=$?
	eval "PID_$1=$ENGINE_PID"
	return $status
}
dockerd() {
	exec nsenter --net="/run/netns/$NET-$SIDE" dockerd "$@"
}

if ! engine_possible; then
	skip "swarm" "needs root, dockerd, docker and jq"
	exit 0
fi
CLEANUP=stop_all
if ! networks_possible; then
	skip "swarm" "needs ip, nsenter, network namespaces and veth devices"
	exit 0
fi

RULES="swarm-off-unless-wanted swarm-manager-count swarm-listen-address swarm-networks-encrypted swarm-secrets swarm-autolock
	swarm-autolock-key-rotated swarm-certificate-validity swarm-root-rotated swarm-planes-separated"
# judged WANTED NAME [RULE…]: the results of the engine meant, "5.1 pass 7.1 error …"
judged() {
	wanted=$1 name=$2
	shift 2
	# shellcheck disable=SC2086 # rules are words
	[ $# -gt 0 ] || set -- $RULES
	for rule; do set -- "$@" --only "$rule"; shift; done
	run audit -b cis-docker "$@" -f json
	is "$(printf '%s' "$OUT" | jq -r --arg own "docker:$ENGINE/data" '[.benchmarks[].rules[] | . as $rule | .findings[]
		| select(.subject_id == $own) | $rule.id + " " + .result] | join(" ")')" "$wanted" "$name"
}
# fact NAME: its value, or its state
fact() {
	run facts
	printf '%s' "$OUT" | jq -c --arg own "docker:$ENGINE/data" --arg fact "$1" '.subjects[] | select(.id == $own) | .facts[$fact] | .value // .state // .'
}

# --- the set-up ---------------------------------------------------------------------------------------
for side in a b; do
	[ "$side" = a ] && host=1 || host=2
	ip -n "$NET-$side" link set lo up
	ip -n "$NET-$side" addr add "10.79.0.$host/24" dev up0
	ip -n "$NET-$side" link set up0 up
	ip -n "$NET-$side" link add data0 type bridge
	ip -n "$NET-$side" addr add "10.78.0.$host/24" dev data0
	ip -n "$NET-$side" link set data0 up
	start_side "$side" || { result 1 "engine $side starts"; exit 1; }
done

use a
judged "5.1 pass 7.1 not_applicable 7.2 not_applicable 7.3 not_applicable 7.4 not_applicable 7.5 not_applicable 7.6 not_applicable 7.7 not_applicable 7.8 not_applicable 7.9 not_applicable" "outside a swarm"

engine swarm init --advertise-addr 10.79.0.1 >/dev/null || { result 1 "a swarm is made"; exit 1; }
judged "5.1 fail 7.1 pass 7.2 fail 7.3 not_applicable 7.4 pass 7.5 fail 7.6 not_applicable 7.7 pass 7.8 pass 7.9 fail" "one node as docker swarm init makes it"
is "$(fact daemon.swarm.listeners)" '["tcp://[::]:2377","tcp://[::]:7946","udp://[::]:7946"]' "its sockets for other nodes"
is "$(fact daemon.swarm.certificate_expires_at)" "$(date -d "$(openssl x509 -in "$ENGINE/data/swarm/certificates/swarm-node.crt" -noout -enddate | cut -d= -f2)" +%s)" "the end of its certificate, as openssl reads it"

TOKEN=$(engine swarm join-token -q worker)
use b
engine swarm join --token "$TOKEN" --listen-addr 10.79.0.2:2377 --advertise-addr 10.79.0.2 --data-path-addr data0 10.79.0.1:2377 >/dev/null || result 1 "a worker joins"
has "$(fact daemon.swarm.listeners)" '"tcp://10.79.0.2:7946"' "a worker's socket"
lacks "$(fact daemon.swarm.listeners)" ':2377' "a worker has no port for management"
judged "7.1 not_applicable 7.2 pass 7.5 not_applicable 7.8 pass 7.9 pass" "a worker with addresses of its own" \
	swarm-manager-count swarm-listen-address swarm-autolock swarm-root-rotated swarm-planes-separated

# Two nodes, secrets in the clear, networks in the clear but one.
use a
engine network create -d overlay plain >/dev/null
engine network create -d overlay --opt encrypted=false sealed >/dev/null
printf 'mode = fast\npassword: hunter22\n' | engine config create loose - >/dev/null
printf 'mode = fast\n-----BEGIN CERTIFICATE-----\n' | engine config create harmless - >/dev/null
engine service create --no-resolve-image --detach --replicas 0 --name shop --env DB_PASSWORD=hunter22 --env MODE=fast bb >/dev/null
judged "5.1 fail 7.1 manual 7.2 fail 7.3 fail 7.4 fail 7.5 fail 7.6 not_applicable 7.7 pass 7.8 pass 7.9 fail" "two nodes with everything in the clear"
is "$(fact daemon.swarm.services | jq -c '[.[] | [.name, .environment_secrets]]')" '[["shop",["DB_PASSWORD"]]]' "who has a password in the environment"
is "$(fact daemon.swarm.secret_configs)" '["loose"]' "which config holds one"
is "$(fact daemon.swarm.networks | jq -c 'map([.name, .encrypted]) | sort')" '[["ingress",false],["plain",false],["sealed",true]]' "which networks are encrypted"
run facts
lacks "$OUT" hunter22 "no secret is kept"

engine service rm shop >/dev/null
engine config rm loose >/dev/null
engine network rm plain >/dev/null
echo y | engine network rm ingress >/dev/null
sleep 2
engine network create -d overlay --ingress --opt encrypted ingress >/dev/null || result 1 "ingress is made anew"
engine swarm update --autolock --cert-expiry 8760h >/dev/null
sleep 1
judged "5.1 fail 7.1 manual 7.2 fail 7.3 pass 7.4 pass 7.5 pass 7.6 manual 7.7 fail 7.8 pass 7.9 fail" "mended, with certificates of a year"
touch -d '500 days ago' "$ENGINE/data/swarm/certificates/swarm-node.key"
judged "5.1 fail 7.1 manual 7.2 fail 7.3 pass 7.4 pass 7.5 pass 7.6 fail 7.7 fail 7.8 pass 7.9 fail" "an unlock key of last year"

# Hanging: what disk and kernel tell is judged, the rest is an error.
kill -STOP "$ENGINE_PID"
judged "5.1 error 7.1 error 7.2 fail 7.3 error 7.4 error 7.5 error 7.6 error 7.7 error 7.8 pass 7.9 fail" "a manager that does not answer"
kill -CONT "$ENGINE_PID"

kill "$ENGINE_PID"
wait "$ENGINE_PID" 2>/dev/null
start_side a || { result 1 "engine starts anew"; exit 1; }
for _ in $(seq 50); do [ "$(engine info -f '{{.Swarm.LocalNodeState}}')" = locked ] && break; sleep 0.1; done
judged "5.1 fail 7.1 error 7.2 fail 7.3 error 7.4 error 7.5 pass 7.6 fail 7.7 error 7.8 pass 7.9 fail" "a locked manager"

use b
engine swarm leave --force >/dev/null
judged "5.1 pass 7.1 not_applicable 7.2 not_applicable 7.3 not_applicable 7.4 not_applicable 7.5 not_applicable 7.6 not_applicable 7.7 not_applicable 7.8 not_applicable 7.9 not_applicable" "a node that left"
