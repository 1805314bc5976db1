#!/bin/sh
# Who may include whom: engine/ folders see themselves and those to their left; checks/ and reports/ have lists of their own.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck disable=SC2046 # file names without blanks
awk '
BEGIN {
	allow["base"] = "base"
	allow["host"] = "base host"
	allow["model"] = "base host model"
	allow["load"] = "base model load"
	allow["plan"] = "base host model load plan"
	allow["collect"] = "base host model plan collect"
	allow["eval"] = "base model eval"
	allow["score"] = "base model load plan eval score"
	allow["cli"] = "base host model load plan collect eval score cli reports"
	allow["checks"] = "base host model checks"
	allow["reports"] = "base model score reports"
}
function folder(path, parts) {
	split(path, parts, "/")
	return parts[1] == "engine" ? parts[2] : parts[1]
}
FNR == 1 { from = folder(FILENAME) }
/^#include "/ {
	split($2, q, "\"")
	target = q[2]
	sub(/^\.\.\//, "", target)
	to = folder(target)
	if (index(" " allow[from] " ", " " to " ") == 0) {
		printf "%s:%d: %s/ may not include %s\n", FILENAME, FNR, from, target
		bad = 1
	}
}
END { exit bad }' $(git ls-files --cached --others --exclude-standard 'engine/*.[ch]' 'checks/*.[ch]' 'reports/*.[ch]')
