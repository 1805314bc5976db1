# Verdicts of a report against a table written by hand. Sourced after tests/lib/tap.sh.
# shellcheck shell=sh

# verdicts_read REPORT: what the tables below are held against
verdicts_read() {
	jq -r '.benchmarks[].rules[] | .slug as $rule | .findings[] | [$rule, .subject_id, .subject_name, .result, .message] | @tsv' "$1" \
		>"$SCRATCH/verdicts"
}

# verdict SUBJECT RULE: of a subject by its name or id
verdict() {
	awk -F '\t' -v subject="$1" -v rule="$2" '$1 == rule && ($2 == subject || $3 == subject) { print $4 }' "$SCRATCH/verdicts" | tr '\n' ' '
}

# verdicts_table: lines "situation | SUBJECT… | RULE… | RESULT" on standard input; each subject comes to the result by each of the rules
verdicts_table() {
	while IFS='|' read -r situation subjects rules wanted; do
		for subject in $subjects; do
			for rule in $rules; do
				is "$(verdict "$subject" "$rule")" "${wanted# } " "${situation% }: $subject, $rule"
			done
		done
	done
}
