#!/bin/sh
# Makes the guest that tests/vm/run.sh boots, and keeps it: a Debian 13 with every container runtime of Debian's own.
#   build.sh DIR      leaves DIR/disk.img, DIR/vmlinuz, DIR/initrd; needs root and packages by the Makefile
# Packages come from where this machine's own apt takes Debian's from.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1"
dir=$(cd "$1" && pwd)
suite=trixie
packages="systemd systemd-sysv systemd-container udev dbus kmod linux-image-amd64 initramfs-tools procps util-linux iproute2
	docker.io docker-cli containerd runc crun podman conmon netavark passt uidmap lxc apparmor libcap2-bin busybox-static jq"
modules="virtio_pci virtio_blk ext4 9p 9pnet_virtio overlay"

stamp=$(sha256sum "$0" | cut -d ' ' -f 1)
if [ -e "$dir/disk.img" ] && [ "$(cat "$dir/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
	echo "making the guest needs root" >&2
	exit 1
fi
mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
if [ -z "$mirror" ]; then
	echo "apt of this machine knows no mirror of Debian" >&2
	exit 1
fi
root=$dir/root
trap 'rm -rf "$root" "$dir/initrd.d"' EXIT
trap 'exit 130' INT TERM
rm -rf "$root" "$dir/stamp"

echo "making the guest (once, some minutes) …" >&2
# shellcheck disable=SC2086 # words
timeout 1500 mmdebstrap --quiet --variant=minbase --include="$(echo $packages | tr ' ' ',')" \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
	"$suite" "$root" "$mirror" >"$dir/build.log" 2>&1 || {
	tail -n 20 "$dir/build.log" >&2
	exit 1
}

# --- what runs in it: nothing but the script of the share, then power off --------------------------------------
etc=$root/etc
: >"$etc/fstab"
echo guest >"$etc/hostname"
mkdir -p "$etc/docker" "$root/share"
echo '{"iptables": false, "ip6tables": false, "bridge": "none", "exec-opts": ["native.cgroupdriver=systemd"]}' >"$etc/docker/daemon.json"
# Loading a hundred profiles of programs that are not there takes a minute.
find "$etc/apparmor.d" -maxdepth 1 -type f -delete
cat >"$etc/apparmor.d/plimsoll-complain" <<'PROFILE'
profile plimsoll-complain flags=(attach_disconnected,complain) {
}
PROFILE
cat >"$etc/systemd/system/guest.service" <<'UNIT'
[Unit]
After=docker.service apparmor.service dbus.service
Wants=docker.service
[Service]
Type=oneshot
StandardOutput=append:/dev/ttyS0
StandardError=append:/dev/ttyS0
ExecStartPre=/usr/bin/mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /share
ExecStart=/usr/bin/timeout 3300 /bin/sh /share/guest.sh
ExecStopPost=/usr/bin/umount /share
ExecStopPost=/usr/bin/systemctl --force --force poweroff
UNIT
mkdir -p "$etc/systemd/system/multi-user.target.wants"
ln -sf ../guest.service "$etc/systemd/system/multi-user.target.wants/guest.service"
ln -sf /usr/lib/systemd/system/multi-user.target "$etc/systemd/system/default.target"
for unit in getty.target serial-getty@.service getty@.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
	e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-tmpfiles-clean.timer logrotate.timer man-db.timer podman-auto-update.timer \
	modprobe@.service systemd-networkd.service networking.service systemd-pcrphase.service systemd-firstboot.service \
	podman.service podman.socket podman-restart.service podman-clean-transient.service podman-auto-update.service lxc.service \
	lxc-net.service lxc-monitord.service ldconfig.service systemd-update-done.service systemd-hwdb-update.service \
	systemd-journal-catalog-update.service systemd-timesyncd.service; do
	ln -sf /dev/null "$etc/systemd/system/$unit"
done
# A user who may map ids, for containers without root.
chroot "$root" useradd -m -u 1000 -s /bin/sh ada
grep -q '^ada:' "$etc/subuid" || echo ada:100000:65536 >>"$etc/subuid"
grep -q '^ada:' "$etc/subgid" || echo ada:100000:65536 >>"$etc/subgid"

# --- kernel, the few modules that lead to the root, the disk ---------------------------------------------------------
version=$(ls "$root/lib/modules")
cp "$root/boot/vmlinuz-$version" "$dir/vmlinuz"
mkdir -p "$root/initrd.d/bin" "$root/initrd.d/proc" "$root/initrd.d/dev" "$root/initrd.d/new" "$root/initrd.d/modules"
cp "$root/bin/busybox" "$root/initrd.d/bin/busybox"
cat >"$root/initrd.d/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in /modules/*.ko; do /bin/busybox insmod "$module"; done
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -b /dev/vda ] && break
	/bin/busybox sleep 1
done
/bin/busybox mount -t ext4 -o rw /dev/vda /new
exec /bin/busybox switch_root /new /sbin/init
INIT
chmod 755 "$root/initrd.d/init"
number=100
for module in $modules; do chroot "$root" modprobe -S "$version" --show-depends "$module"; done |
	awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r path; do
	number=$((number + 1))
	name=${path##*/}
	case $path in
	*.xz) xz -dc "$root$path" ;;
	*.zst) zstd -dc "$root$path" ;;
	*) cat "$root$path" ;;
	esac >"$root/initrd.d/modules/$number-${name%%.ko*}.ko"
done
chroot "$root" sh -c 'cd /initrd.d && find . | cpio -o -H newc --quiet | gzip -1' >"$dir/initrd"
rm -rf "$root/initrd.d" "${root:?}/boot"
mke2fs -q -F -t ext4 -O ^has_journal -d "$root" -L root "$dir/disk.img" 3000M
echo "$stamp" >"$dir/stamp"
