#!/bin/sh
# Does an audit leave traces? COUNT audits in a row, and what they do to the processes of containers: seen from outside, and counted by
# a program inside that waits in every way that a stop could end. Figures are shown; no time is asserted but that nobody is
# stopped for long.
#   run.sh [COUNT]
COUNT=${1-1000}
. tests/lib/tap.sh
. tests/lib/bare.sh
if ! bare_possible; then
	skip "traces" "needs root, runc, jq and busybox"
	exit 0
fi
CLEANUP=bare_stop
# inside stands alone: there is no library in its container
if ! cc -O2 -D_GNU_SOURCE -static -o "$SCRATCH/inside" tests/traces/inside.c -pthread ||
	! cc -O2 -D_GNU_SOURCE -o "$SCRATCH/outside" tests/traces/outside.c; then
	result 1 "the programs are built"
	exit 1
fi
mkdir -p "$BARE_BUNDLE/rootfs/bin"
cp "$SCRATCH/inside" "$BARE_BUNDLE/rootfs/bin/inside"

# start NAME COMMAND_JSON: one container, its figures in a file of its name
TARGETS=
start() {
	bare_bundle "$2" || exit 1
	truncate -s 8192 "$SCRATCH/figures.$1"
	bare_start "plimsoll-traces-$$-$1" "$SCRATCH/figures.$1" || { result 1 "$1 starts"; exit 1; }
	pid=$(runc --root "$BARE_ROOT" state "plimsoll-traces-$$-$1" | jq .pid)
	eval "PID_$1=$pid"
	TARGETS="$TARGETS $1=$pid=$([ "$3" = - ] && echo - || echo "$SCRATCH/figures.$1")"
}
start all '["inside"]' +
for kind in epoll endless recv sigtimedwait semtimedop futex busy; do start "$kind" "[\"inside\", \"$kind\"]" +; done
start sleep '["sleep", "3600"]' -

# What of a process must be as before. SigQ counts the signals of all processes of its user.
look() {
	for target in $TARGETS; do
		pid=${target#*=} pid=${pid%%=*}
		echo "${target%%=*} $(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f20) $(find "/proc/$pid/fd" -mindepth 1 | wc -l)" \
			"$(sha256sum <"/proc/$pid/maps") $(cat "/proc/$pid/comm" "/proc/$pid/cmdline" "/proc/$pid/cgroup" | sha256sum)"
		for thread in "/proc/$pid"/task/*; do
			echo "${thread##*/}"
			grep -E '^(Name|Umask|Tgid|PPid|TracerPid|Uid|Gid|FDSize|Groups|NS|Threads|Sig[^Q]|Shd|Cap|NoNewPrivs|Seccomp)' "$thread/status"
		done
		for link in cgroup ipc mnt net pid user uts; do readlink "/proc/$pid/ns/$link"; done
	done
}
# outside COUNT COMMAND...: figures to $OUT
outside() {
	count=$1
	shift
	# shellcheck disable=SC2086 # targets are words
	OUT=$("$SCRATCH/outside" "$count" $TARGETS -- "$@" 2>"$SCRATCH/stderr")
}
# of WORD: the sum of a column of the kinds' lines, or the number behind a word of the other ones
column() {
	printf '%s\n' "$OUT" | awk -v column="$1" 'NF == 7 { sum += $column } END { print sum + 0 }'
}
word() {
	printf '%s\n' "$OUT" | awk -v word="$1" '{ for (i = 1; i < NF; i++) if ($i == word) sum += $(i + 1) } END { print sum + 0 }'
}
show() {
	printf '%s\n' "$OUT" | sed "s/^/# $1: /"
}

sleep 1
look >"$SCRATCH/before"

# The measure itself: one stop of a tenth of a second is noticed in every way.
# shellcheck disable=SC2016,SC2154 # for the inner shell; set by start
outside 1 sh -c 'sleep 1; kill -STOP $0; sleep 0.1; kill -CONT $0; sleep 0.3' "$PID_all"
result "$([ "$(word stopped)" -gt 0 ]; echo $?)" "a stop is seen from outside" "$OUT"
result "$([ "$(column 4)" -ge 4 ]; echo $?)" "a stop is counted as EINTR inside" "$OUT"
result "$([ "$(word signals)" -gt 0 ]; echo $?)" "the signal that ends a stop is counted inside" "$OUT"
result "$([ "$(column 6)" -gt 0 ]; echo $?)" "a stop is counted as lost time inside" "$OUT"

# The program started as often, and not looking at containers.
outside "$COUNT" "$PLIMSOLL" facts host.name
show "without"
outside "$COUNT" "$PLIMSOLL" facts 'container.*'
show "with"
look >"$SCRATCH/after"

is "$(word runs) $(word failed)" "$COUNT 0" "every audit ran"
is "$(column 4)" 0 "no system call ended with EINTR"
is "$(column 5)" 0 "none ended otherwise before its time"
is "$(word signals)" 0 "no signal arrived"
is "$(word left)" 0 "no thread is left traced, stopped or gone"
longest=$(word longest_ms)
result "$([ "${longest%.*}" -lt 500 ]; echo $?)" "none was held for long" "$longest ms"
is "$(cat "$SCRATCH/after")" "$(cat "$SCRATCH/before")" "processes are as they were"
