# Containers of runc alone, as many as wanted, with their state in a folder of its own. Sourced after tests/lib/tap.sh.
# shellcheck shell=sh
BARE_ROOT=$SCRATCH/runc
BARE_BUNDLE=$SCRATCH/bundle

bare_possible() {
	[ "$(id -u)" -eq 0 ] && command -v runc >/dev/null && command -v jq >/dev/null && command -v busybox >/dev/null
}

# A filter of about the length that engines have: every call of this machine by name, but for some, and one by its argument.
bare_seccomp() {
	printf '#include <sys/syscall.h>\n' | cc -E -dM - | sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/\1/p' | sort -u |
		grep -v -x -e mount -e bpf -e unshare -e setns -e ptrace -e 'kexec_.*' -e '.*_module' -e keyctl -e perf_event_open -e clone |
		jq -R . | jq -s '{defaultAction: "SCMP_ACT_ERRNO", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
			syscalls: [{names: ., action: "SCMP_ACT_ALLOW"},
				{names: ["clone"], action: "SCMP_ACT_ALLOW", args: [{index: 0, value: 2114060288, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ"}]}]}'
}

# bare_bundle COMMAND_JSON: what those started next are made of, read-only; all share one folder of programs
bare_bundle() {
	mkdir -p "$BARE_BUNDLE/rootfs/bin" "$BARE_BUNDLE/rootfs/proc" "$BARE_BUNDLE/rootfs/dev" "$BARE_BUNDLE/rootfs/sys"
	cp -n "$(command -v busybox)" "$BARE_BUNDLE/rootfs/bin/busybox"
	ln -sf busybox "$BARE_BUNDLE/rootfs/bin/sleep"
	rm -f "$BARE_BUNDLE/config.json"
	(cd "$BARE_BUNDLE" && runc spec) || return 1
	[ -e "$SCRATCH/seccomp.json" ] || bare_seccomp >"$SCRATCH/seccomp.json"
	jq --argjson args "$1" --slurpfile seccomp "$SCRATCH/seccomp.json" '.process.args = $args | .process.terminal = false
		| .root.readonly = true | .linux.seccomp = $seccomp[0]' "$BARE_BUNDLE/config.json" >"$SCRATCH/config.json" &&
		mv "$SCRATCH/config.json" "$BARE_BUNDLE/config.json"
}

# bare_start NAME [OUTPUT]: its standard output is that file, open for reading too
bare_start() {
	runc --root "$BARE_ROOT" run -d -b "$BARE_BUNDLE" "$1" 1<>"${2-/dev/null}" 2>>"$SCRATCH/runc.log" </dev/null && return 0
	tail -3 "$SCRATCH/runc.log" >&2
	return 1
}

# Ends every one that was started, also one that was half made.
bare_stop() {
	[ -d "$BARE_ROOT" ] || return 0
	find "$BARE_ROOT" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | xargs -r -n 1 -P 4 runc --root "$BARE_ROOT" delete --force
}
