#!/bin/sh
# What the build and the tests need.
#   need.sh libraries PKG_CONFIG MODULE:PACKAGE...   name what is missing, install nothing
#   need.sh install WHAT PACKAGE...                  install the missing Debian packages (root), say what is missing otherwise
set -eu
mode=$1
shift

libraries() {
	pkg_config=$1
	shift
	modules=
	for pair in "$@"; do modules="$modules ${pair%%:*}"; done
	# shellcheck disable=SC2086 # a list of words
	"$pkg_config" --exists $modules 2>/dev/null && return 0
	if ! command -v "$pkg_config" >/dev/null 2>&1; then
		echo "missing: pkg-config (Debian package pkg-config)" >&2
	else
		for pair in "$@"; do
			"$pkg_config" --exists "${pair%%:*}" 2>/dev/null ||
				echo "missing: ${pair%%:*} (Debian package ${pair##*:})" >&2
		done
	fi
	echo "install them, or let \`make deps\` do it" >&2
	return 1
}

install_packages() {
	what=$1
	shift
	missing=
	# One question for all: dpkg-query names those it does not know on standard error and leaves them out.
	have=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
	for package in "$@"; do
		case $have in *" installed:$package "*) ;; *) missing="$missing $package" ;; esac
	done
	[ -n "$missing" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "to $what, install what provides:$missing" >&2
		return 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		echo "to $what, run this as root once, or install:$missing" >&2
		return 1
	fi
	echo "installing for $what:$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	# docker.io for the tests must not start a daemon of the machine's own: invoke-rc.d asks policy-rc.d, 101 forbids.
	if [ ! -e /usr/sbin/policy-rc.d ] && [ -d /usr/sbin ]; then
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		trap 'exit 130' INT TERM
		printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
		chmod 755 /usr/sbin/policy-rc.d
	fi
	# shellcheck disable=SC2086
	apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
		apt-get -o DPkg::Lock::Timeout=300 update -qq >/dev/null
		apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null
	}
}

case $mode in
libraries) libraries "$@" ;;
install) install_packages "$@" ;;
*) exit 2 ;;
esac
