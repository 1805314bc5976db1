#!/bin/sh
# Run every fuzzer for so many seconds with libFuzzer, seeded from tests/hostile and the benchmarks: run.sh BUILD SECONDS
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1/fuzz seconds=$2
command -v clang >/dev/null || { echo "needs clang with its runtime (Debian packages clang, libclang-rt-14-dev)" >&2; exit 1; }
make --no-print-directory -s -j2 BUILD="$build" CC=clang SANITIZE=fuzzer-no-link,address,undefined CFLAGS="-O1 -g" objects || exit 1
modules=$(make -s print-modules)
bad=0
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/}
	name=${name%.c}
	what=${name#fuzz_}
	mkdir -p "$build/corpus/$what" "$build/found/$what"
	# shellcheck disable=SC2046,SC2086 # lists of words
	clang -std=gnu11 -D_GNU_SOURCE -Iengine -I. $(pkg-config --cflags $modules) -O1 -g -fsanitize=fuzzer,address,undefined \
		-o "$build/$name" "$source" $(find "$build/obj" -name '*.o' ! -path '*/cli/main.o') $(pkg-config --libs $modules) -lm || exit 1
	case $what in
	definitions)
		seeds=tests/hostile/definitions
		cp benchmarks/*/*.yaml benchmarks/*/rules/*.yaml "$build/corpus/$what/"
		;;
	*) seeds=tests/hostile/$what ;;
	esac
	[ -d "$seeds" ] || seeds=tests/hostile/${what}s
	"$build/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -artifact_prefix="$build/found/$what/" -print_final_stats=1 \
		"$build/corpus/$what" "$seeds" 2>&1 | tail -12 || bad=1
	[ -z "$(ls "$build/found/$what")" ] || { echo "$name found something: $build/found/$what"; bad=1; }
done
exit $bad
