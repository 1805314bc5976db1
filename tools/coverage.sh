#!/bin/sh
# Line coverage per folder from gcov's data: coverage.sh BUILD
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1
find "$build/obj" -name '*.gcda' | while read -r data; do
	gcov -n -o "$data" "$data" 2>/dev/null
done | awk '
/^File / { file = $2; gsub(/\x27/, "", file); next }
/^Lines executed:/ && file !~ /^\// {
	split($2, share, ":"); sub(/%/, "", share[2])
	folder = file; sub(/\/[^\/]*$/, "", folder)
	lines[folder] += $4; hit[folder] += $4 * share[2] / 100; file = "/"
}
END { for (f in lines) printf "%-20s %6d lines  %5.1f %%\n", f, lines[f], 100 * hit[f] / lines[f] }' | sort
