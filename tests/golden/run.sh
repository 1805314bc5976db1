#!/bin/sh
# Whole runs against a saved fixture host, each format byte for byte. UPDATE_GOLDEN=1 rewrites; read the diff.
. tests/lib/tap.sh
formats=$("$PLIMSOLL" list formats | awk '{ print $1 }')

for format in $formats; do
	run audit -b cis-docker:1.8.0 --facts tests/golden/facts.json --width 100 -f "$format"
	status 3 "$format: the fixture host is incomplete"
	if [ -n "${UPDATE_GOLDEN-}" ]; then
		cp "$SCRATCH/stdout" "tests/golden/audit.$format"
	fi
	diff -u "tests/golden/audit.$format" "$SCRATCH/stdout" >"$SCRATCH/diff"
	result $? "$format is as it was" "$(head -60 "$SCRATCH/diff")"
done
run convert tests/golden/audit.json -f json
diff -q tests/golden/audit.json "$SCRATCH/stdout" >/dev/null
result $? "json converts to the same json"
for format in $formats; do
	[ "$format" != json ] || continue
	run convert tests/golden/audit.json --width 100 -f "$format"
	diff -u "tests/golden/audit.$format" "$SCRATCH/stdout" >"$SCRATCH/diff"
	result $? "json converts to the same $format" "$(head -40 "$SCRATCH/diff")"
done
