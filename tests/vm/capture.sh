#!/bin/sh
# Runs inside the guest: copies what plimsoll reads of a running host into a folder that `--root` takes.
#   capture.sh TREE TRUTH    TRUTH: JSON, names to {id, pid}
# Starting a program is dear under emulation: names are gathered first and copied with one command.
set -u
tree=$1
truth=$2
list=$tree.list
mkdir -p "$tree"

inside=" $(jq -r '.[].pid' "$truth" | tr '\n' ' ') "
# Kernel threads have no program; of them kthreadd alone shows the host's namespaces. Who was started by the guest's own script and is
# in no container is left out, whoever came into a container is not.
for path in /proc/[0-9]*; do
	pid=${path#/proc/}
	group=
	[ -e "$path/exe" ] || [ "$pid" = 2 ] || continue
	read -r group <"$path/cgroup" || continue
	more=
	case "$inside/$group" in
	*" $pid "* | *docker-*.scope) more="mountinfo limits environ oom_score_adj attr/apparmor/current" ;;
	*/guest.service) continue ;;
	esac
	for name in stat status cgroup cmdline exe cwd uid_map gid_map attr/current ns/pid ns/mnt ns/user ns/net ns/ipc ns/uts ns/cgroup $more; do
		echo "$path/$name"
	done
done >"$list"
# Limits of every group on the way of a container.
for pid in $inside; do
	group=
	read -r group <"/proc/$pid/cgroup" || continue
	group=${group#*::}
	while :; do
		for name in cgroup.controllers cgroup.freeze memory.max memory.high memory.swap.max pids.max cpu.max cpu.weight \
			cpuset.cpus.effective cpuset.mems.effective io.max; do
			echo "/sys/fs/cgroup$group/$name"
		done
		[ -n "$group" ] || break
		group=${group%/*}
	done
done | sort -u >"$list.groups"
# The host, and what engines and runtimes declare.
cat >>"$list" <<'LIST'
/proc/1/mountinfo
/proc/1/limits
/proc/cmdline
/proc/filesystems
/proc/meminfo
/sys/devices/system/cpu/online
/proc/stat
/proc/version
/proc/sys/kernel/cap_last_cap
/proc/sys/kernel/core_pattern
/proc/sys/kernel/hostname
/proc/sys/kernel/modprobe
/proc/sys/kernel/osrelease
/proc/sys/kernel/ostype
/proc/sys/kernel/pid_max
/proc/sys/kernel/seccomp/actions_avail
/etc/docker/daemon.json
/etc/group
/etc/hostname
/etc/passwd
/sys/kernel/security/apparmor/profiles
/sys/kernel/security/lsm
/sys/module/apparmor/parameters/enabled
/var/lib/docker/image/overlay2/repositories.json
LIST
ls -d /var/lib/docker/containers/*/config.v2.json /var/lib/docker/containers/*/hostconfig.json \
	/var/lib/docker/image/overlay2/imagedb/content/sha256/* >>"$list"
tasks=/run/containerd/io.containerd.runtime.v2.task/moby
ls -d $tasks/*/init.pid /run/crun/*/status /run/user/1000/crun/*/status >>"$list"
cat "$list" "$list.groups" | xargs cp -P --parents -t "$tree" 2>/dev/null
cp -L /etc/os-release "$tree/etc/os-release"

ln -s 1 "$tree/proc/self"
for path in "$tree"/proc/[0-9]*; do
	mkdir -p "$path/task/${path##*/}"
	ln -s ../../status "$path/task/${path##*/}/status"
done

# OCI bundles are long: those of a few containers, and the filter of one.
jq -r 'to_entries[] | "\(.key) \(.value.id)"' "$truth" | while read -r name id; do
	storage=storage/overlay-containers/$id/userdata
	case $name in
	plain | limited | pod* | rootless | bare-*) ;;
	*) continue ;;
	esac
	for path in "$tasks/$id/config.json" "/var/lib/containers/$storage/config.json" "/home/ada/.local/share/containers/$storage/config.json" \
		"/run/runc/$id/state.json" "/run/crun/$id/config.json"; do
		[ -e "$path" ] || continue
		mkdir -p "$tree${path%/*}"
		jq -c --arg name "$name" 'if $name == "plain" then . else walk(if type == "object" then del(.seccomp) else . end) end' \
			"$path" >"$tree$path"
	done
done
date +%s >"$tree/.plimsoll-clock"
