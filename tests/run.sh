#!/bin/sh
# Run the tests found under tests/ and count them. A program or script that ends badly or asserts nothing is a failure of its own.
#   run.sh [--unit|--golden] [--valgrind] TEST_BUILD PLAIN_BUILD
# TEST_BUILD holds the program and unit tests that are run (with sanitizers in `make check`), PLAIN_BUILD the ordinary program.
set -u
cd "$(dirname "$0")/.." || exit 1
kinds="unit cli golden e2e"
wrap=
while :; do
	case ${1-} in
	--unit) kinds=unit ;;
	--live) kinds=live ;;
	--vm) kinds=vm ;;
	--golden) kinds="unit golden" ;;
	--valgrind) wrap="valgrind -q --error-exitcode=99 --leak-check=full --child-silent-after-fork=yes" ;;
	*) break ;;
	esac
	shift
done
test_build=$(cd "$1" && pwd) || exit 1
plain_build=$(cd "$2" && pwd) || exit 1
export PLIMSOLL="$test_build/plimsoll" PLIMSOLL_PLAIN="$plain_build/plimsoll" TEST_BUILD="$test_build"
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8 NO_COLOR=1
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS-}" UBSAN_OPTIONS=print_stacktrace=1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/plimsoll-test.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0

# One TAP stream (https://testanything.org): count, and show what is not well.
count() {
	name=$1 status=$2
	ok=$(grep -c '^ok ' "$scratch/out")
	skip=$(grep -c '^ok .*# [Ss][Kk][Ii][Pp]' "$scratch/out")
	bad=$(grep -c '^not ok ' "$scratch/out")
	passed=$((passed + ok - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
	[ "$skip" -eq 0 ] || grep '^ok .*# [Ss][Kk][Ii][Pp]' "$scratch/out" | sed "s|^|$name: |"
	if [ "$bad" -gt 0 ]; then
		echo "FAILED: $name"
		grep -v '^ok ' "$scratch/out" | head -80
		tail -n 40 "$scratch/err"
	elif [ "$status" -ne 0 ] || [ $((ok + bad)) -eq 0 ]; then
		failed=$((failed + 1))
		echo "FAILED: $name ended with status $status after $ok tests"
		tail -n 40 "$scratch/out"; tail -n 40 "$scratch/err"
	else
		printf '%-44s %s\n' "$name" "$ok"
	fi
}

run() {
	name=$1
	shift
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	count "$name" $?
}

for kind in $kinds; do
	case $kind in
	unit)
		for source in tests/unit/test_*.c; do
			name=${source##*/}
			# valgrind before 3.22 does not know openat2(2), which every read of a host goes through.
			if [ -n "$wrap" ] && grep -qE 'host_open|(probe|host|dockerd)_tree\.h|docker_fixture\.h|fake_docker\.h' "$source"; then
				skipped=$((skipped + 1))
				echo "unit/${name%.c}: skipped, it reads a host"
				continue
			fi
			# shellcheck disable=SC2086 # the wrapper is a list of words
			run "unit/${name%.c}" $wrap "$test_build/tests/${name%.c}"
		done
		;;
	live)
		for source in tests/live/test_*.c; do
			name=${source##*/}
			run "live/${name%.c}" "$test_build/live/${name%.c}"
		done
		;;
	vm) run vm/guest sh tests/vm/check.sh ;;
	*)
		for script in tests/"$kind"/*.sh; do
			[ -e "$script" ] || continue
			name=${script##*/}
			run "$kind/${name%.sh}" sh "$script"
		done
		;;
	esac
done
echo
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
