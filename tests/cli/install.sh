#!/bin/sh
# `make install` puts everything where it belongs, what it put there works from there, and `make uninstall` takes it away.
. tests/lib/tap.sh
plain=${PLIMSOLL_PLAIN:-$PLIMSOLL}
root=$SCRATCH/root
umask 077

# A copy of the build: another PREFIX must not change the one that is tested.
mkdir "$SCRATCH/build"
cp -a "${plain%/*}/obj" "${plain%/*}/gen" "$plain" "$SCRATCH/build/"
install_make() {
	OUT=$(env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s BUILD="$SCRATCH/build" DESTDIR="$root" PREFIX=/usr "$1" 2>&1)
	result $? "make $1" "$OUT"
}

wanted() {
	echo sbin/plimsoll
	echo share/bash-completion/completions/plimsoll
	echo share/fish/vendor_completions.d/plimsoll.fish
	echo share/zsh/site-functions/_plimsoll
	find benchmarks -name '*.yaml' | sed 's|^|share/plimsoll/|'
	find reports/schema -name '*.json' | sed 's|.*/|share/plimsoll/schema/|'
	for page in man/*.[0-9] plimsoll-facts.7; do echo "share/man/man${page##*.}/${page##*/}"; done
}

install_make install
is "$(cd "$root/usr" && find . -type f | sed 's|^\./||' | sort)" "$(wanted | sort)" "each file lies where it belongs, and nothing else"
is "$(find "$root/usr" -type f ! -name plimsoll ! -perm 0644; find "$root/usr" -path '*/completions/plimsoll' ! -perm 0644)" "" \
	"whatever the umask, all may read"
is "$(find "$root/usr" -path '*/sbin/plimsoll' -perm 0755 | wc -l)" 1 "and run the program"
is "$(find "$root/usr" -type d ! -perm 0755)" "" "and enter the folders"

PLIMSOLL=$root/usr/sbin/plimsoll
cd / || exit 1
run list benchmarks
status 0 "the installed program runs"
has "$OUT" "cis-docker" "and finds its definitions"
run explain container-not-privileged
has "$OUT" "$root/usr/share/plimsoll/benchmarks/cis-docker/rules/container-not-privileged.yaml" "those that were installed"
run lint "$root/usr/share/plimsoll/benchmarks"
status 0 "which have no mistakes"
for page in "$root"/usr/share/man/man?/*; do
	has "$(cat "$page")" ".Dt " "${page##*/} is a manual page"
done
if command -v jq >/dev/null; then
	for schema in "$root"/usr/share/plimsoll/schema/*; do
		jq empty "$schema"
		result $? "${schema##*/} is JSON"
	done
else
	skip "the schemas are JSON" "no jq"
fi

cd "$SRCDIR" || exit 1
install_make uninstall
is "$(find "$root" ! -type d)" "" "no file is left"
is "$(find "$root" -name '*plimsoll*')" "" "and no folder of its own"
