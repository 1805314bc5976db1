#!/bin/sh
# Images of a real Docker Engine, made without a build: loaded with histories as builders write them, imported, committed. The truth
# below is written by hand from the set-up in this file.
. tests/lib/tap.sh
. tests/lib/engine.sh

if ! engine_possible; then
	skip "engine" "needs root, dockerd, docker and jq"
	exit 0
fi
CLEANUP=engine_stop
# shellcheck disable=SC2119 # no options of its own
engine_start || { result 1 "engine starts"; exit 1; }
engine_image || { result 1 "image is made"; exit 1; }

# load NAME CONFIG: an image of the layers in $SCRATCH/NAME.layers (folders, the lowest first); CONFIG is JSON with config and history
load() {
	name=$1
	folder=$SCRATCH/load.$name
	mkdir "$folder"
	diffs='' files='' number=0
	# shellcheck disable=SC2013 # folders are words
	for layer in $(cat "$SCRATCH/$name.layers"); do
		number=$((number + 1))
		tar --sort=name --mtime=@1700000000 --numeric-owner --owner=0 --group=0 -C "$layer" -cf "$folder/$number.tar" .
		diffs="$diffs${diffs:+,}\"sha256:$(sha256sum <"$folder/$number.tar" | cut -d' ' -f1)\""
		files="$files${files:+,}\"$number.tar\""
	done
	printf '%s' "$2" | jq -c --argjson diffs "[$diffs]" '. + {architecture: "amd64", os: "linux", rootfs: {type: "layers", diff_ids: $diffs}}' >"$folder/config.json"
	printf '[{"Config":"config.json","RepoTags":["%s:1"],"Layers":[%s]}]' "$name" "$files" >"$folder/manifest.json"
	tar -C "$folder" -c . | engine load >/dev/null && engine create --name "$name" --network none "$name:1" sleep 1 >/dev/null
}

# steps TEXT...: a history of them, the oldest first, of which the first alone made a layer
steps() {
	for step in "$@"; do
		jq -nc --arg step "$step" '{created: "2026-01-01T00:00:00Z", created_by: $step, empty_layer: true}'
	done | jq -sc '.[0].empty_layer = false | {config: {}, history: .}'
}

layer() {
	mkdir -p "$SCRATCH/$1/bin"
	cp "$SCRATCH/rootfs/bin/busybox" "$SCRATCH/$1/bin/busybox"
	echo "$SCRATCH/$1"
}
base='/bin/sh -c #(nop) ADD file:1aef2bcd7ae6316f1fcee55e803147c32a3b82924d65b36c2b7e40469554c50b in / '
token=ghp_0123456789abcdefghij0123456789abcdef

for name in clean lone unverified added fetched secret named old quiet; do layer "$name" >"$SCRATCH/$name.layers"; done
load clean "$(steps "$base" '/bin/sh -c #(nop)  CMD ["sh"]' 'RUN /bin/sh -c apt-get update && apt-get install -y x # buildkit' 'COPY a /a # buildkit')"
load lone "$(steps "$base" 'RUN /bin/sh -c apt-get -q update # buildkit' 'RUN /bin/sh -c apt-get install -y x # buildkit')"
load unverified "$(steps "$base" '|1 A=b /bin/sh -c yum -y --nogpgcheck install x')"
load added "$(steps "$base" '/bin/sh -c #(nop) ADD file:2bef in /f ' '/bin/sh -c make')"
load fetched "$(steps "$base" 'ADD https://example.com/x /x # buildkit' 'RUN /bin/sh -c make # buildkit')"
load secret "$(steps "$base" "RUN |1 GITHUB=$token /bin/sh -c make # buildkit")"
load named "$(steps "$base" 'RUN /bin/sh -c make # buildkit' | jq -c '.config.Env = ["DB_PASSWORD=changeme"]')"
load old "$(steps "$base" 'RUN /bin/sh -c make # buildkit' | jq -c '.history[0].created = "2020-01-01T00:00:00.5+01:00"')"
load quiet "$(steps "$base" '/bin/sh -c #(nop)  CMD ["sh"]' | jq -c '.history[].created = "1970-01-01T00:00:00Z"')"

# Two programs below; the upper layer removes one.
layer lower >"$SCRATCH/setuid.layers"
mkdir -p "$SCRATCH/upper/bin" "$SCRATCH/lower/shut"
for program in bin/su bin/gone shut/never; do cp "$SCRATCH/rootfs/bin/busybox" "$SCRATCH/lower/$program"; chmod 4755 "$SCRATCH/lower/$program"; done
chmod 700 "$SCRATCH/lower/shut"
touch "$SCRATCH/upper/bin/.wh.gone"
echo "$SCRATCH/upper" >>"$SCRATCH/setuid.layers"
load setuid "$(steps "$base" 'RUN /bin/sh -c rm /bin/gone # buildkit' | jq -c '.history[1].empty_layer = false')"

engine create --name imported --network none bb:latest sleep 1 >/dev/null
engine commit --change 'ENV API_KEY=0123456789' imported committed:1 >/dev/null
engine create --name committed --network none committed:1 sleep 1 >/dev/null
engine commit clean unused:1 >/dev/null
engine run -d --name running --network none bb:latest sleep 3600 >/dev/null

# rule result : the images with it; every image in use is in one line of each rule
truth() {
	cat <<'TRUTH'
image-update-with-install fail: lone:1
image-update-with-install pass: clean:1 unverified:1 added:1 fetched:1 secret:1 named:1 old:1 setuid:1
image-update-with-install not_applicable: quiet:1
image-update-with-install manual: bb:latest committed:1
image-packages-verified fail: unverified:1
image-packages-verified manual: clean:1 lone:1 added:1 fetched:1 secret:1 named:1 old:1 quiet:1 setuid:1 bb:latest committed:1
image-copy-not-add fail: added:1
image-copy-not-add manual: fetched:1 bb:latest committed:1
image-copy-not-add pass: clean:1 lone:1 unverified:1 secret:1 named:1 old:1 quiet:1 setuid:1
image-no-secrets fail: secret:1
image-no-secrets manual: clean:1 lone:1 unverified:1 added:1 fetched:1 named:1 old:1 quiet:1 setuid:1 bb:latest committed:1
image-scanned manual: clean:1 lone:1 unverified:1 added:1 fetched:1 secret:1 named:1 old:1 quiet:1 setuid:1 bb:latest committed:1
image-no-setuid manual: clean:1 lone:1 unverified:1 added:1 fetched:1 secret:1 named:1 old:1 quiet:1 setuid:1 bb:latest committed:1
image-minimal-packages manual: clean:1 lone:1 unverified:1 added:1 fetched:1 secret:1 named:1 old:1 quiet:1 setuid:1 bb:latest committed:1
TRUTH
}

engine images -q --no-trunc >"$SCRATCH/ids"

# verdicts REPORT RULE RESULT: names of our own images in use with it
verdicts() {
	jq -r --rawfile ids "$SCRATCH/ids" --arg rule "$2" --arg result "$3" '($ids | split("\n")) as $own | .benchmarks[].rules[]
		| select(.slug == $rule) | .findings[] | select((.subject_id | IN($own[])) and .result == $result) | .subject_name' "$1" |
		grep -v '^unused:' | sort | tr '\n' ' '
}

sorted() {
	echo "$1" | tr ' ' '\n' | sed '/^$/d' | sort | tr '\n' ' '
}

check_truth() {
	truth | while IFS=: read -r what images; do
		rule=${what% *} wanted=${what#* }
		got=$(verdicts "$1" "$rule" "$wanted")
		[ "$got" = "$(sorted "$images")" ] || echo "$rule $wanted: $got, truth: $(sorted "$images")"
	done
}

# fact DOCUMENT IMAGE FACT
fact() {
	jq -c --arg name "$2" --arg fact "$3" '.subjects[] | select(.scope == "image" and .name == $name) | .facts[$fact] | .value // .state' "$1"
}

# --- live, and from the data root when the engine hangs ------------------------------------------------
only=$(truth | cut -d" " -f1 | sort -u | sed "s/^/--only /")
# shellcheck disable=SC2086 # options are words
run audit -b cis-docker $only -f "json=$SCRATCH/live.json"
is "$(check_truth "$SCRATCH/live.json")" "" "every image rule comes out as set up"
kill -STOP "$ENGINE_PID"
# shellcheck disable=SC2086
run audit -b cis-docker --timeout 1 $only -f "json=$SCRATCH/hung.json"
run facts --timeout 1
printf '%s' "$OUT" >"$SCRATCH/hung.facts"
kill -CONT "$ENGINE_PID"
is "$(check_truth "$SCRATCH/hung.json")" "" "the data root of a hung engine tells the same"

# --- facts ----------------------------------------------------------------------------------------------
run facts
printf '%s' "$OUT" >"$SCRATCH/live.facts"
lacks "$OUT" "$token" "no value of a secret is in the facts"
lacks "$OUT" changeme "nor of one by its name"
is "$(fact "$SCRATCH/live.facts" lone:1 image.lone_updates)" '["step 2: apt-get update"]' "the step is told by its number"
is "$(fact "$SCRATCH/live.facts" unverified:1 image.unverified)" '["step 2: yum --nogpgcheck"]' "so is what it switched off"
is "$(fact "$SCRATCH/live.facts" secret:1 image.secrets)" '[{"where":"step 2","name":"GITHUB","length":40,"certain":true}]' "a secret is told by name and length"
has "$(fact "$SCRATCH/live.facts" committed:1 image.secrets)" '"where":"environment","name":"API_KEY"' "so is one in an environment that was committed"
is "$(fact "$SCRATCH/live.facts" quiet:1 image.age_days)" '"absent"' "a build that states 1970 has no age"
is "$(fact "$SCRATCH/live.facts" old:1 image.age_days)" "$((($(date +%s) - 1577833200) / 86400))" "the base's age is the image's"
images() {
	jq -S '[.subjects[] | select(.scope == "image") | {name, facts: (.facts | with_entries(.value |= del(.origin)))}] | sort_by(.name)' "$1"
}
images "$SCRATCH/live.facts" >"$SCRATCH/a"
images "$SCRATCH/hung.facts" >"$SCRATCH/b"
is "$(diff "$SCRATCH/a" "$SCRATCH/b" | head -20)" "" "API and data root give the same facts"

# --- leftovers: other engines may run here, so ours is counted among them -----------------------------------
host_fact() {
	jq -c --arg fact "$1" '.subjects[] | select(.scope == "host") | .facts[$fact] | .value // .state' "$SCRATCH/live.facts"
}
result "$([ "$(host_fact docker.images.unused)" -ge 1 ]; echo $?)" "the unused image is counted" "$(host_fact docker.images.unused)"
has "$(jq -c '.subjects[] | select(.scope == "host") | .facts["docker.images.unused"].notes' "$SCRATCH/live.facts")" "unused:1" "and named"
result "$([ "$(host_fact docker.containers.stopped)" -ge 12 ]; echo $?)" "containers that were never started are counted" "$(host_fact docker.containers.stopped)"
result "$([ "$(host_fact docker.containers.stopped_days)" -ge 0 ]; echo $?)" "since they were made" "$(host_fact docker.containers.stopped_days)"

# --- files ----------------------------------------------------------------------------------------------
if [ "$(engine info -f '{{.Driver}}')" = overlay2 ]; then
	run audit -b cis-docker --setuid-scan --only image-no-setuid -f "json=$SCRATCH/setuid.json"
	is "$(verdicts "$SCRATCH/setuid.json" image-no-setuid fail)" "setuid:1 " "setuid programs in layers are found on demand"
	run facts --setuid-scan
	printf '%s' "$OUT" >"$SCRATCH/setuid.facts"
	is "$(fact "$SCRATCH/setuid.facts" setuid:1 image.setuid.programs)" '["/bin/su"]' "but for what an upper layer removed or nobody can reach"
else
	run facts --setuid-scan
	printf '%s' "$OUT" >"$SCRATCH/setuid.facts"
	is "$(fact "$SCRATCH/setuid.facts" setuid:1 image.setuid.programs)" '"absent"' "layers of another driver are left to a person"
fi
