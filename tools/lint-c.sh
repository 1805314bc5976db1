#!/bin/sh
# clang-tidy and cppcheck over the sources: lint-c.sh "LIBRARY FLAGS" SOURCE...
set -u
cd "$(dirname "$0")/.." || exit 1
flags=$1
shift
bad=0
# shellcheck disable=SC2086 # flags are a list of words
clang-tidy --quiet --warnings-as-errors='*' "$@" -- -std=gnu11 -D_GNU_SOURCE '-DPLIMSOLL_VERSION="0"' \
	'-DPLIMSOLL_DATADIR="/"' -Iengine -I. $flags 2>/dev/null || bad=1
# shellcheck disable=SC2086
cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability --std=c11 \
	--suppress=missingInclude --suppress=unknownMacro --suppress='normalCheckLevelMaxBranches' \
	-D__x86_64__ -D_GNU_SOURCE '-DPLIMSOLL_VERSION="0"' '-DPLIMSOLL_DATADIR="/"' \
	-Iengine -I. "$@" || bad=1
exit $bad
