#!/bin/sh
# Interfaces of a network namespace of our own: what their parameters come to. The truth is written by hand from what is set here.
. tests/lib/tap.sh

# shellcheck disable=SC2016 # expanded inside
if ! command -v jq >/dev/null || ! unshare -n -m true 2>/dev/null; then
	skip "interfaces" "needs jq and the right to make network namespaces"
	exit 0
fi
cat >"$SCRATCH/inside.sh" <<'END'
set -e
mount -t sysfs sysfs /sys
ip link add br-0123456789ab type bridge
ip link add veth1 type veth peer name veth2
ip link set veth1 master br-0123456789ab
set_all() { echo "$2" >"/proc/sys/net/$1"; }
set_all ipv4/ip_forward 1
set_all ipv4/conf/all/rp_filter 0
set_all ipv4/conf/all/accept_redirects 0
set_all ipv4/conf/all/send_redirects 0
set_all ipv4/conf/br-0123456789ab/rp_filter 1
set_all ipv4/conf/veth2/rp_filter 0
set_all ipv4/conf/br-0123456789ab/accept_redirects 1
set_all ipv4/conf/veth2/send_redirects 1
set_all ipv4/conf/br-0123456789ab/send_redirects 0
set_all ipv4/conf/veth2/route_localnet 1
"$1" facts host.interfaces -f json
END
if ! unshare -n -m sh "$SCRATCH/inside.sh" "$PLIMSOLL" >"$SCRATCH/facts.json" 2>"$SCRATCH/why"; then
	skip "interfaces" "this kernel or container has no bridge: $(tail -1 "$SCRATCH/why")"
	exit 0
fi
field() {
	jq -r --arg name "$1" --arg field "$2" '.subjects[0].facts["host.interfaces"].value[] | select(.name == $name) | .[$field]' \
		"$SCRATCH/facts.json"
}
while read -r name field wanted; do
	is "$(field "$name" "$field")" "$wanted" "$name $field: $wanted"
done <<'END'
br-0123456789ab kind bridge
br-0123456789ab bridge_port false
br-0123456789ab rp_filter 1
br-0123456789ab accept_redirects false
br-0123456789ab send_redirects false
br-0123456789ab forwarding true
veth1 bridge_port true
veth1 rp_filter null
veth2 kind virtual
veth2 rp_filter 0
veth2 send_redirects true
veth2 route_localnet true
lo kind loopback
END
