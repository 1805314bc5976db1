#!/bin/sh
# Prints, asserts nothing: an audit of a private engine with 10 mixed containers against a C program that makes the same
# API calls and reads the same files once. Figures are CPU milliseconds of whole processes, medians of RUNS, taken in turn.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
RUNS=${RUNS-15}
PLIMSOLL=$build/plimsoll
. tests/lib/tap.sh
. tests/lib/engine.sh
engine_possible || { echo "needs root, dockerd, docker and jq"; exit 1; }
for tool in strace perf; do
	command -v $tool >/dev/null || { echo "needs $tool"; exit 1; }
done
CLEANUP=engine_stop
# shellcheck disable=SC2119 # no options of its own
engine_start || exit 1
engine_image || exit 1

start() {
	name=$1
	shift
	engine run -d --name "$name" --network none "$@" bb:latest sleep 3600 >/dev/null
}
start good --read-only --memory 64m --pids-limit 100 --security-opt no-new-privileges --cap-drop ALL --user 1000:1000
for n in 1 2 3; do start "plain$n"; done
start caps --cap-add SYS_ADMIN
start etc -v /etc:/x:ro
start sock -v "$ENGINE_SOCKET:/tmp/other"
start unconfined --security-opt seccomp=unconfined
start always --restart always
start quota --cpu-quota 50000

cc -O2 -D_GNU_SOURCE -o "$SCRATCH/minimal" tests/bench/minimal.c -lcurl || exit 1
cc -O2 -D_GNU_SOURCE -DRAW_SOCKET -o "$SCRATCH/minimal-raw" tests/bench/minimal.c || exit 1

# What an audit asks and reads, as the kernel saw it.
strace -f -y -e trace=read,sendto -s 300 -o "$SCRATCH/trace" "$PLIMSOLL" audit -b cis-docker -f json=/dev/null
sed -n 's/.*sendto([^"]*"GET \/v[0-9.]*\(\/[^ ]*\) HTTP.*/GET \1/p; s/.*sendto([^"]*"GET \(\/_ping\|\/version\) HTTP.*/GET \1/p' "$SCRATCH/trace" >"$SCRATCH/list"
sed -n 's/.* read([0-9]*<\(\/[^>]*\)>.*/READ \1/p' "$SCRATCH/trace" | grep -v -E '\.so|benchmarks/|/dev/' | awk '!seen[$0]++' >>"$SCRATCH/list"
printf '%s requests, %s files\n' "$(grep -c ^GET "$SCRATCH/list")" "$(grep -c ^READ "$SCRATCH/list")"

# cpu COMMAND...: CPU milliseconds of one run
cpu() {
	perf stat -x ' ' -e task-clock -o "$SCRATCH/stat" "$@" <"$SCRATCH/list" >/dev/null 2>&1
	awk '/task-clock/ { printf "%.1f\n", $1 }' "$SCRATCH/stat"
}
median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
i=0
while [ "$i" -lt "$RUNS" ]; do
	cpu "$SCRATCH/minimal" "$ENGINE_SOCKET" >>"$SCRATCH/a"
	cpu "$PLIMSOLL" audit -b cis-docker -f json=/dev/null >>"$SCRATCH/b"
	cpu "$SCRATCH/minimal-raw" "$ENGINE_SOCKET" >>"$SCRATCH/c"
	i=$((i + 1))
done
a=$(median "$SCRATCH/a") b=$(median "$SCRATCH/b") c=$(median "$SCRATCH/c")
printf 'minimal program with libcurl   %s ms\nminimal program, raw socket    %s ms\naudit                          %s ms\n' "$a" "$c" "$b"
awk -v a="$a" -v b="$b" -v c="$c" 'BEGIN { printf "ratio %.2f (to the raw one %.2f)\n", b / a, b / c }'
/usr/bin/time -f 'peak memory of the audit: %M KiB' "$PLIMSOLL" audit -b cis-docker -f json=/dev/null 2>&1 | tail -1
