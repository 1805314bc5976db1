#!/bin/sh
# Functions stop at 60 lines, files at 500, lines at 132 columns.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck disable=SC2046 # file names without blanks
awk '
FNR == 1 { name = "" }
FNR == 501 { printf "%s: longer than 500 lines\n", FILENAME; bad = 1 }
length($0) > 132 { printf "%s:%d: %d columns\n", FILENAME, FNR, length($0); bad = 1 }
/^[a-z].*\(/ { name = $0 }
/^\{/ { start = FNR }
/^\}/ { if (start && FNR - start - 1 > 60) { printf "%s:%d: %d lines: %s\n", FILENAME, start, FNR - start - 1, name; bad = 1 } start = 0 }
END { exit bad }' $(git ls-files --cached --others --exclude-standard 'engine/*.[ch]' 'checks/*.[ch]' 'reports/*.[ch]')
