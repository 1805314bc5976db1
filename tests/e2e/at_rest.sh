#!/bin/sh
# A host's root folder before its first boot: what files tell is decided, the rest does not apply, and nothing is an error. The truth
# is written by hand from the tree that is made here.
. tests/lib/tap.sh

if ! command -v jq >/dev/null; then
	skip "at rest" "needs jq"
	exit 0
fi
ROOT=$SCRATCH/root
file() {
	mkdir -p "$ROOT/$(dirname "$1")"
	cat >"$ROOT/$1"
}

file etc/passwd <<'END'
root:x:0:0:root:/root:/bin/sh
END
file etc/group <<'END'
root:x:0:
END
file etc/sysctl.d/10-site.conf <<'END'
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.rp_filter = 0
net.ipv4.ip_forward = 1
END
file etc/fstab <<'END'
UUID=1 / ext4 defaults 0 1
tmpfs /tmp tmpfs nodev,nosuid 0 0
tmpfs /dev/shm tmpfs defaults 0 0
END
file boot/grub/grub.cfg <<'END'
menuentry 'x' {
	linux	/boot/vmlinuz-6.1.0-18-amd64 root=UUID=1 ro mitigations=auto retbleed=off
}
END
file boot/config-6.1.0-18-amd64 <<'END'
CONFIG_SECCOMP=y
CONFIG_SECCOMP_FILTER=y
CONFIG_UTS_NS=y
CONFIG_IPC_NS=y
CONFIG_PID_NS=y
CONFIG_NET_NS=y
CONFIG_USER_NS=y
# CONFIG_SLAB_FREELIST_RANDOM is not set
# CONFIG_INIT_ON_ALLOC_DEFAULT_ON is not set
CONFIG_SLAB_MERGE_DEFAULT=y
END
file lib/modules/6.1.0-18-amd64/modules.builtin </dev/null

run audit -b linux-host --profile level2 --root "$ROOT" -f json
printf '%s\n' "$OUT" >"$SCRATCH/report.json"
is "$(jq -r '[.benchmarks[].rules[] | .slug as $slug | .findings[] | select(.result == "error") | $slug] | join(" ")' \
	"$SCRATCH/report.json")" "" "nothing is an error"
while read -r wanted slug; do
	is "$(jq -r --arg slug "$slug" '[.benchmarks[].rules[] | select(.slug == $slug) | .findings[].result] | join(" ")' \
		"$SCRATCH/report.json")" "$wanted" "$slug: $wanted"
done <<'END'
pass host-kernel-log
fail host-kernel-pointers
pass host-redirects
fail host-rp-filter
not_applicable host-forwarding
not_applicable host-send-redirects
fail host-mount-options
fail host-mount-noexec
fail host-boot-parameters
fail host-memory-cleared
fail host-slab-merging
pass host-kernel-confinement
fail host-kernel-heap
not_applicable host-newest-kernel
not_applicable host-kernel-helpers
not_applicable host-binary-formats
not_applicable host-cpu-vulnerabilities
not_applicable host-cgroup-v2
not_applicable host-clock
not_applicable host-audit-daemon
not_applicable host-hidden-processes
END
for benchmark in cis-docker container-runtime; do
	run audit -b $benchmark --root "$ROOT" -f json
	is "$(printf '%s\n' "$OUT" | jq -r '[.benchmarks[].rules[].findings[] | select(.result == "error")] | length')" 0 \
		"$benchmark: nothing is an error"
done
