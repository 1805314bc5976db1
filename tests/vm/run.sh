#!/bin/sh
# Boots the guest once under software emulation and brings back what tests/vm/guest.sh found there.
#   run.sh PLAIN_BUILD DIR      leaves DIR/share/out: facts.json, facts-unasked.json, truth.json, tree.tar.gz …
set -eu
cd "$(dirname "$0")/../.."
build=$(cd "$1" && pwd)
dir=$(cd "$2" && pwd)
share=$dir/share
rm -rf "$share"
mkdir -p "$share/plimsoll/lib" "$share/out"

# The program with its own loader and libraries: the guest's may be of other versions.
cp "$build/plimsoll" "$share/plimsoll/plimsoll"
cp -r benchmarks "$share/plimsoll/benchmarks"
ldd "$build/plimsoll" | awk '/=> \// { print $3 } /^[ \t]*\/.*ld-linux/ { print $1 }' | while read -r library; do
	cp -L "$library" "$share/plimsoll/lib/"
done
cp tests/vm/guest.sh tests/vm/capture.sh "$share/"

echo "booting the guest, some ten minutes …" >&2
TMPDIR=$dir timeout -k 10 3500 qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -m 2048 -nographic -nodefaults -no-reboot \
	-serial "file:$dir/console.log" -monitor none -kernel "$dir/vmlinuz" -initrd "$dir/initrd" \
	-append "root=/dev/vda rw console=ttyS0 quiet panic=-1 apparmor=1" \
	-drive "file=$dir/disk.img,if=virtio,format=raw,snapshot=on" \
	-virtfs "local,path=$share,mount_tag=share,security_model=none" -net none </dev/null || echo "QEMU ended with status $?" >&2
grep -a 'guest: .*FAILED' "$dir/console.log" >&2 || true
if [ ! -e "$share/out/done" ]; then
	echo "the guest did not come to its end; the last of its console:" >&2
	tail -n 30 "$dir/console.log" >&2
	exit 1
fi
