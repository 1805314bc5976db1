# Shell tests speak TAP through these. Sourced; needs $PLIMSOLL (tests/run.sh sets it).
# shellcheck shell=sh disable=SC2034 # SRCDIR and OUT are read by the tests
set -u
: "${PLIMSOLL:=$(pwd)/build/plimsoll}"
SRCDIR=$(pwd)
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/plimsoll-sh.XXXXXX") || exit 1
TESTS=0

# Clean-up hooks run also when a test fails or is interrupted.
CLEANUP=:
trap 'eval "$CLEANUP"; rm -rf "$SCRATCH"' EXIT
trap 'exit 130' INT TERM

# result STATUS NAME: 0 is ok.
result() {
	TESTS=$((TESTS + 1))
	if [ "$1" -eq 0 ]; then echo "ok $TESTS - $2"; else
		echo "not ok $TESTS - $2"
		[ -z "${3-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# is GOT WANTED NAME
is() {
	if [ "$1" = "$2" ]; then result 0 "$3"; else result 1 "$3" "got:    $1
wanted: $2"; fi
}

# has TEXT PART NAME
has() {
	case $1 in *"$2"*) result 0 "$3" ;; *) result 1 "$3" "wanted \"$2\" in: $1" ;; esac
}

# lacks TEXT PART NAME
lacks() {
	case $1 in *"$2"*) result 1 "$3" "did not want \"$2\" in: $1" ;; *) result 0 "$3" ;; esac
}

skip() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $1 # SKIP $2"
}

# run ARGS...: the program; leaves STATUS, OUT and ERR.
run() {
	"$PLIMSOLL" "$@" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" </dev/null
	STATUS=$?
	OUT=$(cat "$SCRATCH/stdout")
	ERR=$(cat "$SCRATCH/stderr")
}

# status WANTED NAME: of the last run
status() {
	if [ "$STATUS" -eq "$1" ]; then result 0 "$2"; else result 1 "$2" "status $STATUS, wanted $1
$ERR"; fi
}
