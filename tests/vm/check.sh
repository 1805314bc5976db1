#!/bin/sh
# What tests/vm/run.sh brought back from the guest: plimsoll's word on it, with and without an engine to ask, and again of the captured
# tree, against what must be so.
. tests/lib/tap.sh
. tests/vm/expect.sh
: "${VM_OUT:=$SRCDIR/build/vm/share/out}"

expect "$VM_OUT/facts.json" "$VM_OUT/truth.json" live "asked"
expect "$VM_OUT/facts-unasked.json" "$VM_OUT/truth.json" live "not asked"

# What the kernel enforces is the same whether an engine answers or not; what it was asked for can be read from its data, too.
told() {
	jq -S '[.subjects[] | select(.scope == "container") | {id, facts: (.facts | map_values((.effective // .) | {state, value}))}]
		| sort_by(.id)' "$1"
}
told "$VM_OUT/facts.json" >"$SCRATCH/asked"
told "$VM_OUT/facts-unasked.json" >"$SCRATCH/unasked"
has "$(jq -r '.populations.container.origin' "$VM_OUT/facts-unasked.json")" "does not answer" "no engine could be asked"
diff "$SCRATCH/asked" "$SCRATCH/unasked" >"$SCRATCH/diff"
result $? "what is told does not depend on an engine's word" "$(head -40 "$SCRATCH/diff")"
is "$(cat "$VM_OUT/stopped")" "" "nothing was left stopped or traced"

mkdir "$SCRATCH/tree"
tar -C "$SCRATCH/tree" -xzf "$VM_OUT/tree.tar.gz"
run facts --root "$SCRATCH/tree" -f json 'container.*'
status 0 "the captured tree can be read"
printf '%s\n' "$OUT" >"$SCRATCH/facts.json"
expect "$SCRATCH/facts.json" "$SCRATCH/tree/.truth.json" captured "captured"
