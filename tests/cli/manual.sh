#!/bin/sh
# The manual pages are held against the program and its tables, and their examples are run.
# shellcheck disable=SC2013 # these loops are over words, not lines
. tests/lib/tap.sh
case $PLIMSOLL in /*) ;; *) PLIMSOLL=$SRCDIR/$PLIMSOLL ;; esac
page=man/plimsoll.8
rules=man/plimsoll-rule.5
work=$SCRATCH/work
bin=$SCRATCH/bin
definitions=$work/definitions/site-docker
mkdir -p "$definitions/rules" "$bin" "$SCRATCH/blocks" "$SCRATCH/state"
commands=$("$PLIMSOLL" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')

# section FILE NAME: from its heading to the next one of its kind or higher
section() {
	awk -v name="$2" '/^\.S[hs] / { inside = substr($0, 5) == name || (inside && $1 == ".Ss" && outer); outer = inside && $1 == ".Sh" ? 1 : outer * inside } inside' "$1"
}

# table HEADER MACRO: the second column of an X-macro, the names as users see them
table() {
	sed -n "/#define $2(X)/,/[^\\\\]\$/s/.*X([A-Z_]*, \"\\([a-z_]*\\)\".*/\\1/p" "$1" | sort
}

# items MACRO: the terms of the lists on standard input
items() {
	sed -n "s/^\\.It $1 \\([^ ]*\\).*/\\1/p" | sort
}

# --- form ---------------------------------------------------------------------------------------
"$PLIMSOLL" list facts --format mdoc >"$SCRATCH/plimsoll-facts.7"
result $? "list facts writes a page"
for file in man/*.[58] "$SCRATCH/plimsoll-facts.7"; do
	if command -v mandoc >/dev/null; then
		OUT=$(mandoc -Tlint -W warning "$file" 2>&1)
		result $? "${file##*/} is well formed" "$OUT"
	else
		skip "${file##*/} is well formed" "no mandoc"
	fi
done
for file in $(sed -n 's/^\.Xr \(plimsoll[-a-z]*\) \([0-9]\).*/\1.\2/p' man/*.[58] "$SCRATCH/plimsoll-facts.7" | sort -u); do
	[ -e "man/$file" ] || [ -e "$SCRATCH/$file" ]
	result $? "$file, which other pages name, exists"
done

# --- commands and options -----------------------------------------------------------------------
# of COMMAND: "b benchmark NAME[:REVISION]" a line, "-" without a short name
options() {
	"$PLIMSOLL" "$1" --help | sed -n 's/^  -\(.\), --\([a-z-]*\) \([^ ]*\).*/\1 \2 \3/p; s/^      --\([a-z-]*\) \([^ ]*\).*/- \1 \2/p'
}
for command in $commands; do options "$command"; done | sort -u >"$SCRATCH/options"
echo "V version " | sort -u "$SCRATCH/options" - -o "$SCRATCH/options"
section $page Options >"$SCRATCH/page-options"
sed -n 's/^\.It Fl \([a-zA-Z]\) , Fl -\([a-z-]*\)\(.*\)/\1 \2\3/p; s/^\.It Fl -\([a-z-]*\)\(.*\)/- \1\2/p' "$SCRATCH/page-options" |
	awk '{ print $1, $2, (NF > 2 ? "argument" : "") }' | sort >"$SCRATCH/described"
awk '{ print $1, $2, ($3 ? "argument" : "") }' "$SCRATCH/options" | sort >"$SCRATCH/wanted"
is "$(cat "$SCRATCH/described")" "$(cat "$SCRATCH/wanted")" "the options described are those of the table"
for option in $(grep -o 'Fl -[a-z-]*' $page man/plimsoll-benchmark.5 man/plimsoll-tailoring.5 | sed 's/.*Fl -//' | sort -u); do
	grep -q "^[^ ]* $option " "$SCRATCH/options"
	result $? "--$option, which a page names, is an option"
done
is "$(section $page DESCRIPTION | sed '/^\.Ss/,$d' | items Cm | grep -vE '^(pass|fail|error|manual|not_applicable|help|version)$')" \
	"$(echo "$commands" | sort)" "the commands described are those there are"
for command in $commands; do
	section $page SYNOPSIS | awk -v name="$command" '/^\.Nm/ { inside = 0 } $0 ~ "^\\.Cm " name "$" { inside = 1 } inside' |
		grep -o 'Fl [-a-zA-Z]*' | sed 's/Fl //' | while read -r option; do
		case $option in -*) echo "${option#-}" ;; *) awk -v short="$option" '$1 == short { print $2 }' "$SCRATCH/options" ;; esac
	done | sort >"$SCRATCH/synopsis"
	is "$(cat "$SCRATCH/synopsis")" "$(options "$command" | awk '$2 != "help" { print $2 }' | sort)" "the synopsis of $command has its options"
done

for command in $commands; do
	run "$command" --version
	is "$STATUS $OUT" "0 $("$PLIMSOLL" --version)" "$command --version prints the version and does nothing else"
done

# --- words and numbers --------------------------------------------------------------------------
is "$(section $page 'EXIT STATUS' | sed -n 's/^\.It \([0-9]\)$/\1/p')" \
	"$(sed -n 's/^\tSTATUS_[A-Z]* = \([0-9]\),.*/\1/p' engine/cli/command.h)" "every exit status is told"
is "$(section $page Differences | items Cm)" "$(table engine/score/diff.h DIFF_KINDS)" "every kind of difference is told"
is "$(section $page Reports | items Cm)" "$("$PLIMSOLL" list formats | awk '{ print $1 }' | sort)" "every report format is told"
is "$(section $page DESCRIPTION | sed '/^The commands/,$d' | items Cm)" "$(table engine/model/check.h RESULTS)" "every result is told"
is "$(section $page ENVIRONMENT | items Ev)" "$(sed -n 's/.*getenv("\([A-Z_]*\)").*/\1/p' engine/*/*.c checks/*.c reports/*.c | sort -u)" \
	"every environment variable is told"
is "$(section $page Rights | items Dv)" \
	"$(sed -n '/kept\[\]/,/;/p' engine/cli/privilege.c engine/host/broker_server.c | grep -o 'CAP_[A-Z_]*' | sort)" \
	"every capability that is kept is told"
# shellcheck disable=SC1003 # a backslash
sed -n '/#define OPERATORS(X)/,/[^\\]$/p' engine/model/check.h | tr -d '\n\\' | sed 's/X(/\n/g' |
	sed -n 's/^[A-Z_]*, "\([a-z_]*\)", \(.*\), [A-Z]*,[[:space:]]*".*/\1 \2/p' |
	sed 's/OP_SCALARS/T(BOOL) T(INT) T(STRING) T(MODE) T(SIZE) T(DURATION) T(VERSION)/; s/OP_ORDERED/T(INT) T(SIZE) T(DURATION)/
		s/~0u/T(ANY)/; s/ | / /g; s/T(\([A-Z]*\))/\L\1/g' |
	awk '{ print $1; for (i = 2; i <= NF; i++) print $1, $i }' | sort >"$SCRATCH/operators"
section $rules Operators | awk '/^\.It Cm/ { name = $3; print name } /^\.Em/ { for (i = 2; $i != ":"; i++) print name, $i }' | sort >"$SCRATCH/told"
is "$(cat "$SCRATCH/told")" "$(cat "$SCRATCH/operators")" "every operator is told with its types"
has "$(cat "$SCRATCH/operators")" "no_looser_than mode" "the table of operators was read"
is "$(section $rules Values | items Em)" "$(table engine/model/value.h VALUE_TYPES | grep -vE '^(map|records)$')" "every type of value is told"
is "$(section $rules 'How facts are judged' | items Cm | grep -vE '^(all|any|none)$')" \
	"$(table engine/model/fact.h FACT_STATES | grep -v present)" "every state that is judged by itself is told"
weights=$(sed -n '/#define SEVERITIES(X)/,/[^\\]$/s/.*X([A-Z]*, "\([a-z]*\)", \([0-9]*\)).*/\2 for \1/p' engine/model/rule.h)
result "$([ "$(echo "$weights" | wc -l)" -eq 4 ]; echo $?)" "there are four weights"
echo "$weights" >"$SCRATCH/weights"
while read -r weight; do
	has "$(section man/plimsoll-benchmark.5 Score | tr '\n' ' ')" "$weight" "the weight $weight is told"
done <"$SCRATCH/weights"
for source in engine/load/load_*.c; do
	case $source in */load_benchmark.c) file=man/plimsoll-benchmark.5 ;; */load_tailoring.c) file=man/plimsoll-tailoring.5 ;; *) file=$rules ;; esac
	for key in $(sed -n 's/^\t\(KEY_TEXT(\|{\)"\([a-z_]*\)", \(REQUIRED\|OPTIONAL\).*/\2/p' "$source" | sort -u); do
		grep -qE "(Cm|[,|{]) $key( |\$)|(Ql \{|No) $key :" "$file"
		result $? "the key $key of ${source##*/} is in ${file##*/}"
	done
done

# --- examples -----------------------------------------------------------------------------------
for file in man/*.[58]; do
	awk -v base="$SCRATCH/blocks/${file##*/}" '
		/^\.Ed/ { inside = 0 }
		inside { gsub(/\\e/, "\\"); print >name }
		/^\.Bd -literal/ { inside = 1; name = sprintf("%s.%02d", base, ++count) }' "$file"
done

# The definitions are checked, and become the files that the examples of plimsoll(8) speak of.
wrapped() {
	printf 'rule: fragment\ntitle: t\nseverity: low\nwhy: w\nremedy: r\ncases: [ { name: n, expect: pass } ]\n' | cat - "$1" >"$SCRATCH/fragment.yaml"
	"$PLIMSOLL" lint "$SCRATCH/fragment.yaml" 2>&1 >/dev/null | grep -vE 'no case that expects|case "n" comes to'
}
for block in "$SCRATCH"/blocks/*; do
	name=$(sed -n '1s/^[a-z]*: //p' "$block")
	case $(head -n 1 "$block") in
	rule:*) cp "$block" "$definitions/rules/$name.yaml" ;;
	benchmark:*) cp "$block" "$definitions/$(sed -n '2s/^revision: "\(.*\)"/\1/p' "$block").yaml" ;;
	tailoring:*) cp "$block" "$work/site.yaml" ;;
	scope:*) is "$(wrapped "$block")" "" "the check in ${block##*/} is one" ;;
	esac
done
cd "$work" || exit 1
run lint --definitions definitions definitions site.yaml
status 0 "the definitions of the examples have no mistakes"
has "$OUT" "3 rules with 8 cases, 1 benchmarks, 1 tailorings" "and are all there"

# docs PRIVILEGED: facts of a host with one container
docs() {
	cat <<-JSON
		{"plimsoll_facts": 1, "tool": "0", "collected_at": "2026-01-02T03:04:05Z", "root": "/", "live": true,
		 "populations": {"daemon": {"state": "present"}, "container": {"state": "present"}, "image": {"state": "present"}},
		 "subjects": [
		  {"scope": "host", "id": "host", "name": "node1", "parent": null,
		   "facts": {"docker.present": {"type": "bool", "state": "present", "value": true}}},
		  {"scope": "container", "id": "c0ffee", "name": "web", "parent": {"scope": "host", "id": "host"},
		   "facts": {"container.engine": {"type": "string", "state": "present", "value": "docker"},
			     "container.privileged": {"type": "bool", "state": "present", "value": $1}}}]}
	JSON
}
docs false >monday.json
cp monday.json tuesday.json
"$PLIMSOLL" audit -b cis-docker --facts monday.json -f json=before.json
cp before.json now.json
printf '#!/bin/sh\nexec "%s" "$@"\n' "$PLIMSOLL" >"$bin/plimsoll"
chmod +x "$bin/plimsoll"

# These audit the machine that runs the tests: any verdict will do, but no refusal.
examples=0
for block in "$SCRATCH"/blocks/plimsoll.8.*; do
	grep -E '^[$#] plimsoll ' "$block" >"$SCRATCH/lines" || continue
	while read -r _ line; do
		examples=$((examples + 1))
		PATH=$bin:$PATH sh -c "$line" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" </dev/null
		STATUS=$?
		case $STATUS-$line in 0-* | [13]-*" audit "*) result 0 "$line" ;; *) result 1 "$line" "status $STATUS: $(cat "$SCRATCH/stderr")" ;; esac
	done <"$SCRATCH/lines"
done
result "$([ $examples -ge 12 ]; echo $?)" "the examples were found" "$examples of them"
result "$([ -s report.xml ] && [ -s node.json ]; echo $?)" "and wrote their files"

# The script for cron, with the audit answered from a facts document.
script=$(grep -l '^#!/bin/sh' "$SCRATCH"/blocks/plimsoll.8.*)
# shellcheck disable=SC2016 # the script's own variables
printf '#!/bin/sh\n[ "$1" != audit ] || { shift; set -- audit --facts "%s" "$@"; }\nexec "%s" "$@"\n' "$work/host.json" "$PLIMSOLL" >"$bin/plimsoll"
drift() {
	OUT=$(STATE_DIRECTORY=$SCRATCH/state PATH=$bin:$PATH sh "$script" 2>&1)
	STATUS=$?
}
docs false >host.json
for time in first second; do
	drift
	is "$STATUS $OUT" "0 " "the $time run of the script for cron is silent"
done
docs true >host.json
drift
has "$OUT" "worse    critical cis-docker" "it tells of what fell"
is "$(printf '%s\n' "$OUT" | grep -vc 'container.privileged is true')" 0 "and of nothing else"
drift
is "$STATUS $OUT" "0 " "and does so once"
echo '{' >host.json
drift
is "$STATUS" 2 "it ends badly when nothing could be audited"
result "$([ -e "$SCRATCH/state/before.json" ]; echo $?)" "and keeps what it has"

# --- completions --------------------------------------------------------------------------------
for shell in bash zsh fish; do
	"$PLIMSOLL" completion $shell >"$SCRATCH/completion"
	for command in $commands; do
		grep -qw -e "$command" "$SCRATCH/completion"
		result $? "the completions for $shell know $command"
	done
	if command -v $shell >/dev/null; then
		OUT=$($shell -n "$SCRATCH/completion" 2>&1)
		result $? "$shell reads them" "$OUT"
	else
		skip "$shell reads them" "no $shell"
	fi
done
