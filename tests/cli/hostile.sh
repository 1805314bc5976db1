#!/bin/sh
# Broken, hostile or huge definitions: a located error, status 2, little memory, no crash.
. tests/lib/tap.sh
PLAIN=${PLIMSOLL_PLAIN:-$PLIMSOLL}

for file in tests/hostile/definitions/*.yaml; do
	run lint "$file"
	status 2 "${file##*/} is refused"
	has "$ERR" "${file##*/}" "${file##*/} is named"
done

# small NAME: lint of $SCRATCH/NAME by the plain program stays under 64 MiB and is refused
small() {
	command time -f %M -o "$SCRATCH/memory" "$PLAIN" lint "$SCRATCH/$1" >/dev/null 2>"$SCRATCH/err"
	is "$?" 2 "$1 is refused"
	memory=$(tail -1 "$SCRATCH/memory")
	[ "$memory" -lt 65536 ]
	result $? "$1 takes less than 64 MiB" "$memory KiB"
}
head -c 200000000 /dev/zero | tr '\0' 'a' >"$SCRATCH/huge.yaml"
small huge.yaml
{ echo 'rule: x'; awk 'BEGIN { for (i = 0; i < 60000; i++) print "k" i ": v" }'; } >"$SCRATCH/keys.yaml"
small keys.yaml
awk 'BEGIN { printf "rule: "; for (i = 0; i < 400000; i++) printf "["; print "" }' >"$SCRATCH/deep.yaml"
small deep.yaml
awk 'BEGIN { printf "rule: ["; for (i = 0; i < 400000; i++) printf "a,"; print "]" }' >"$SCRATCH/wide.yaml"
small wide.yaml

# Ten planted mistakes in one file, each at its line and column.
cp tests/fixtures/ten-mistakes.yaml "$SCRATCH/ten-mistakes.yaml"
run lint "$SCRATCH/ten-mistakes.yaml"
status 2 "ten mistakes"
sed -n 's/.*# mistake at column \([0-9]*\).*/\1/p' "$SCRATCH/ten-mistakes.yaml" >"$SCRATCH/columns"
grep -n '# mistake at column' "$SCRATCH/ten-mistakes.yaml" | sed 's/\([0-9]*\):.*column \([0-9]*\).*/\1:\2/' >"$SCRATCH/wanted"
printf '%s\n' "$ERR" | sed -n 's/.*ten-mistakes\.yaml:\([0-9]*:[0-9]*\): .*/\1/p' | sort -u -t: -k1n -k2n >"$SCRATCH/got"
is "$(cat "$SCRATCH/got")" "$(cat "$SCRATCH/wanted")" "each of the ten is reported at its line and column" 
is "$(wc -l <"$SCRATCH/wanted")" 10 "there are ten"
