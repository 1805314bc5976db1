#!/bin/sh
# Prints, asserts nothing: what it costs to look at COUNT containers of runc alone, against a C program that reads the same files
# once. Figures are CPU milliseconds of whole processes with their children, medians of RUNS, taken in turn.
#   containers.sh BUILD [COUNT]
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
COUNT=${2-200}
RUNS=${RUNS-9}
PLIMSOLL=$build/plimsoll
. tests/lib/tap.sh
. tests/lib/bare.sh
if ! bare_possible || ! command -v perf >/dev/null; then
	echo "needs root, runc, jq, busybox and perf"
	exit 1
fi
CLEANUP=bare_stop

bare_bundle '["sleep", "3600"]' || exit 1
cc -O2 -D_GNU_SOURCE -o "$SCRATCH/minimal" tests/bench/minimal_containers.c || exit 1
seq "$COUNT" | while read -r n; do bare_start "plimsoll-bench-$$-$n" || exit 1; done || exit 1

# The programs compared: a name, a tab, a command.
tab=$(printf '\t')
audit="$PLIMSOLL audit -b container-runtime -f json=/dev/null"
{
	printf 'minimal\t%s\n' "$SCRATCH/minimal"
	printf 'start alone\t%s\n' "$PLIMSOLL facts host.name"
	printf 'facts\t%s\n' "$PLIMSOLL facts container.*"
	printf 'facts, no dump\t%s\n' "$PLIMSOLL facts --no-seccomp-dump container.*"
	[ ! -d benchmarks/container-runtime ] || printf 'audit\t%s\naudit, no dump\t%s\n' "$audit" "$audit --no-seccomp-dump"
} >"$SCRATCH/programs"

# cpu WORDS: CPU milliseconds of one run and those it started
cpu() {
	set -f
	# shellcheck disable=SC2086 # words of a command
	perf stat -x ' ' -e task-clock -o "$SCRATCH/stat" $1 >/dev/null 2>&1 </dev/null
	set +f
	awk '/task-clock/ { printf "%.1f\n", $1 }' "$SCRATCH/stat"
}
# peak WORDS: KiB of its largest process
peak() {
	set -f
	# shellcheck disable=SC2086 # words of a command
	/usr/bin/time -o "$SCRATCH/time" -f %M $1 >/dev/null 2>&1 </dev/null
	set +f
	tail -1 "$SCRATCH/time"
}
median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
for _ in $(seq "$RUNS"); do
	while IFS=$tab read -r name command; do
		cpu "$command" >>"$SCRATCH/cpu $name"
	done <"$SCRATCH/programs"
done

"$SCRATCH/minimal"
floor=$(median "$SCRATCH/cpu minimal")
while IFS=$tab read -r name command; do
	printf '%s\t%s\t%s\t%s\n' "$name" "$(median "$SCRATCH/cpu $name")" "$floor" "$(peak "$command")"
done <"$SCRATCH/programs" |
	awk -F '\t' '{ printf "%-16s %8.1f ms  %5.2f times the minimal program  %7d KiB\n", $1, $2, $2 / $3, $4 }'
