#!/bin/sh
# Manual pages, shell scripts, and words that do not belong in a tree that speaks of itself alone.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
for page in man/*.[578]; do
	[ -e "$page" ] || continue
	mandoc -Tlint -W warning "$page" || bad=1
done
# shellcheck disable=SC2046 # file names without blanks
shellcheck -x $(git ls-files --cached --others --exclude-standard '*.sh') || bad=1
if git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.[ch]' '*.sh' Makefile ':!tools/lint-text.sh'; then bad=1; fi
exit $bad
