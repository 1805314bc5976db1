#!/bin/sh
# Write a table of `const struct KIND KIND_NAME` from file names DIR/PREFIX_NAME.c, sorted; keep the file when nothing changed.
# usage: table.sh OUTPUT KIND INCLUDE FILE...
set -eu
out=$1 kind=$2 include=$3
shift 3
mkdir -p "$(dirname "$out")"
{
	printf '/* Generated from file names. */\n%s\n\n' "$include"
	names=
	for file in "$@"; do
		[ -e "$file" ] || continue
		name=${file##*/}
		name=${name%.c}
		name=${kind}_${name#*_}
		names="$names $name"
	done
	for name in $names; do
		printf 'extern const struct %s %s;\n' "$kind" "$name"
	done
	printf '\nconst struct %s *const %s_table[] = {\n' "$kind" "$kind"
	for name in $names; do
		printf '\t&%s,\n' "$name"
	done
	printf '\t0,\n};\n'
} >"$out.new"
if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
