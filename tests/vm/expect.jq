# Holds a facts document against tests/vm/expect; a line of TAP's parts for each row: verdict, TAB, name, TAB, what was found.
#   $table: the file's text; $truth: names to {id, pid}; $names: what `list facts` prints; $mode: live or captured

def subjects: $facts[0].subjects[] | select(.scope == "container");
def subject($who): first(subjects | select(.id == $who.id)) // first(subjects | select(.facts["container.pid"].value == $who.pid)) // null;

def replaced($sets):
	walk(if type != "string" then .
		elif test("^id\\(.*\\)$") then $truth[0][.[3:-1]].id
		elif test("^pid\\(.*\\)$") then $truth[0][.[4:-1]].pid
		elif test("^set\\(.*\\)$") then $sets[.[4:-1]]
		else . end);

# The rows that hold in this mode, as {line, name, fact, side, op, wanted}.
def rows($sets):
	foreach ($table | split("\n")[] | select(test("^ *(#|$)|^set ") | not)) as $line ({section: "all"};
		if $line | IN("[all]", "[live]", "[captured]", "[later]") then {section: $line[1:-1]} else {section: .section, $line} end;
		select(.line and (.section | . == "all" or . == "later" or . == $mode)))
	| .section as $section | .line
	| (capture("^(?<name>\\S+)\\s+(?<fact>[^\\s/]+)(/(?<side>\\S+))?\\s+(?<op>\\S+)\\s+(?<text>.*\\S)") // error("cannot be read: \(.)"))
	| .later = ($section == "later")
	| .wanted = (if .op == "none" then null else (.text | fromjson | replaced($sets)) end);

def holds($wanted): . as $record | all($wanted | to_entries[]; . as $field | $record[$field.key] == $field.value);

def verdict($row):
	if $row.op == "=" then .value == $row.wanted and .state == "present"
	elif $row.op == "state" then .state as $state | any($row.wanted[]; . == $state)
	elif .state != "present" then false
	elif $row.op == "has" then ($row.wanted - .value) == []
	elif $row.op == "lacks" then (.value - (.value - $row.wanted)) == []
	elif $row.op == "row" then any(.value[]; holds($row.wanted))
	elif $row.op == "norow" then any(.value[]; holds($row.wanted)) | not
	elif $row.op == "note" then any(.notes[]?; contains($row.wanted))
	else error("\($row.op): no such operator") end;

def known: "container.\(.)" as $name | $names | test("(^|\n)" + ($name | gsub("\\."; "\\.")) + " ");

# Nobody's process with that pid, and no container by that name, is one.
def is_none($row):
	$truth[0][$row.name].pid as $pid
	| $pid > 0 and all(subjects; .facts["container.pid"].value != $pid
		and all((.facts["container.processes"].value // [])[]; .pid != $pid));

def judged($row):
	"\($row.name): \($row.fact)\(if $row.side then " " + $row.side else "" end) \($row.op) \($row.text)" as $title
	| if $row.op == "none" then [(if is_none($row) then "ok" else "not ok" end), "\($row.name) is no container", ""]
	elif $row.fact | known | not then ["skip", $row.fact, "no such fact yet"]
	else subject($truth[0][$row.name]) as $subject
		| ($subject.facts["container." + $row.fact]) as $fact
		| if $subject == null then ["not ok", $title, "no such container"]
		elif $row.side and $fact and ($fact | has($row.side) | not) then ["skip", "\($row.fact) \($row.side)", "no such side yet"]
		else (if $row.side then $fact[$row.side] else $fact end) as $side
			| [(if $side | verdict($row) then "ok" else "not ok" end), $title, ($side | tojson)] end
	end;

([$table | split("\n")[] | select(startswith("set ")) | split(" ") | map(select(. != "")) | {(.[1]): .[2:]}] | add) as $sets
| [rows($sets) | . as $row | judged($row)
	| if $row.later | not then . elif .[0] == "ok" then ["not ok", .[1], "it is so by now: move it out of [later]"] else ["skip", .[1], "not so yet"] end]
| (map(select(.[0] == "skip")) | group_by(.[2])[] | ["skip", (map(.[1]) | unique | join(", ")), .[0][2]]),
	(.[] | select(.[0] != "skip"))
| @tsv
