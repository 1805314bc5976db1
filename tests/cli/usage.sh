#!/bin/sh
# Wrong usage is told before any work, with status 2 and a hint.
. tests/lib/tap.sh

# refused "PART OF THE MESSAGE" ARGS...
refused() {
	part=$1
	shift
	run "$@"
	status 2 "status 2: plimsoll $*"
	has "$ERR" "$part" "it says \"$part\""
	is "$OUT" "" "nothing on standard output"
}

run
status 2 "no command"
has "$ERR" "usage: plimsoll" "the usage is shown"
refused "did you mean audit?" adit
refused "--benchmrk: no such option here; did you mean --benchmark?" audit --benchmrk x
refused "-x: no such option here" audit -x
refused "an argument is wanted" audit --profile
refused "given twice" audit --profile a --profile b
refused "no such benchmark; did you mean cis-docker?" audit -b cis-doker
refused "no such benchmark; did you mean cis-docker:1.8.0?" audit -b cis-docker:1.8.9
refused "no profile" audit -b cis-docker -p level9
refused "--only 5.44: no rule or id of that name" audit -b cis-docker --only 5.44
refused "did you mean container-memory-limit?" audit -b cis-docker --only container-memory-limits
refused "no such format; did you mean json?" audit -f jso
refused "two reports to standard output" audit -f json -f text
refused "--format json=/nonexistent/x.json" audit -f json=/nonexistent/x.json
refused "critical, high, medium, low or none" audit --fail-on severe
refused "a whole number from 0 to 100" audit --min-score 101
refused "a whole number from 0 to 100" audit --min-score ten
refused "exclude each other" audit --facts x --root /
refused "--facts and --container exclude each other" audit --facts x --container y
refused "--root" audit --root /nonexistent
refused "--facts" audit --facts /nonexistent
refused "no such fact; did you mean host.kernel.release?" facts host.kernel.relese
refused "PATH… is wanted" lint
refused "No such file" lint /nonexistent.yaml
refused "benchmarks, rules, profiles, facts or formats" list benchmark
refused "no rule or id of that name" explain 99.99
refused "one word too many" explain 5.4 5.5
refused "bash, zsh or fish" completion tcsh
refused "wanted" diff one
refused "No such file" convert /nonexistent.json

for command in audit list explain facts lint convert diff completion; do
	run "$command" --help
	status 0 "plimsoll $command --help"
	has "$OUT" "usage: plimsoll $command" "it shows the usage of $command"
done
run --version
status 0 "--version"
has "$OUT" "plimsoll " "the version is shown"
"$PLIMSOLL" list facts >/dev/full 2>"$SCRATCH/err"
is "$?" 4 "output that cannot be written is a fault"
