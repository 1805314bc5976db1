# Sourced after tests/lib/tap.sh: what tests/vm/expect says of the guest, held against a facts document.
# shellcheck shell=sh

# expect FACTS TRUTH live|captured NAME: a test for each row that holds in that mode
expect() {
	"$PLIMSOLL" list facts >"$SCRATCH/names"
	jq -nr --slurpfile facts "$1" --slurpfile truth "$2" --arg mode "$3" --rawfile table tests/vm/expect --rawfile names "$SCRATCH/names" \
		-f tests/vm/expect.jq >"$SCRATCH/judged" || { result 1 "$4: is judged"; return; }
	while IFS="$(printf '\t')" read -r verdict title found; do
		case $verdict in
		ok) result 0 "$4: $title" ;;
		skip) skip "$4: $title" "$found" ;;
		*) result 1 "$4: $title" "found: $found" ;;
		esac
	done <"$SCRATCH/judged"
}
