#!/bin/sh
# `make` for a machine that has none yet: installs it (Debian, root) and passes everything on.
#   ./make.sh audit      ./make.sh check
set -eu
cd "$(dirname "$0")"
if ! command -v make >/dev/null 2>&1; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends make >/dev/null
fi
exec make "$@"
