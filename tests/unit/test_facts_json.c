/* The facts document: written, read, written again; and what a malformed one is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/facts_json.h"

static const struct field_decl mount_fields[] = {
	{"target", VALUE_STRING, "where"},
	{"mode", VALUE_MODE, "bits"},
	{"writable", VALUE_BOOL, "may be written"},
	{"options", VALUE_STRINGS, "options"},
	{"size", VALUE_SIZE, "bytes"},
	{NULL, VALUE_UNSET, NULL},
};

static const struct fact_decl decls[] = {
	{.name = "host.name", .type = VALUE_STRING},
	{.name = "host.release", .type = VALUE_VERSION},
	{.name = "host.on", .type = VALUE_BOOL},
	{.name = "host.count", .type = VALUE_INT},
	{.name = "host.words", .type = VALUE_MAP},
	{.name = "host.list", .type = VALUE_STRINGS},
	{.name = "host.mode", .type = VALUE_MODE},
	{.name = "host.mounts", .type = VALUE_RECORDS, .fields = mount_fields},
	{.name = "host.sysctl.*", .type = VALUE_INT, .two_sided = true},
	{.name = "container.memory", .type = VALUE_SIZE, .scope = SCOPE_CONTAINER},
	{.name = "container.wait", .type = VALUE_DURATION, .scope = SCOPE_CONTAINER},
	{.name = "daemon.setting.*", .type = VALUE_UNSET, .scope = SCOPE_DAEMON, .program = "dockerd"},
	{.name = NULL},
};

struct fixture {
	struct arena *arena;
	struct catalogue *catalogue;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	fixture->arena = arena_new();
	fixture->catalogue = catalogue_new(fixture->arena);
	for (const struct fact_decl *decl = decls; decl->name; decl++)
		catalogue_add(fixture->catalogue, decl);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static char *write_text(const struct facts *facts)
{
	struct error err = {0};
	char *text = NULL;
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	assert_int_equal(facts_write(facts, stream, &err), 0);
	fclose(stream);
	return text;
}

static int read_text(const struct fixture *fixture, const char *text, struct facts **ret, struct error *err)
{
	FILE *stream = fmemopen((void *)text, strlen(text), "r");
	int result = facts_read(stream, fixture->catalogue, ret, err);

	fclose(stream);
	return result;
}

static void put(const struct fixture *fixture, struct facts *facts, struct subject *subject, const char *name,
		enum side side, struct fact_side what)
{
	facts_put(facts, subject, catalogue_find(fixture->catalogue, name), name, side, what);
}

static struct value mounts_value(struct arena *arena)
{
	struct value value = {.type = VALUE_RECORDS};
	struct strings options = {0};
	struct record row = {0};

	vec_push(arena, &options, "rw");
	vec_push(arena, &options, "nosuid");
	record_set(arena, &row, "target", value_string("/srv \"data\""));
	record_set(arena, &row, "options", value_strings(options));
	record_set(arena, &row, "mode", value_typed_int(VALUE_MODE, 01755));
	record_set(arena, &row, "writable", value_bool(false));
	vec_push(arena, &value.records, row);
	row = (struct record){0};
	record_set(arena, &row, "size", value_typed_int(VALUE_SIZE, VALUE_UNLIMITED));
	vec_push(arena, &value.records, row);
	vec_push(arena, &value.records, (struct record){0});
	return value;
}

static void fill_host(const struct fixture *fixture, struct facts *facts)
{
	struct subject *host = facts_host(facts);
	struct arena *arena = facts_arena(facts);
	struct value words = {.type = VALUE_MAP};
	struct fact_side noted = side_present(value_int(-1), "a");

	map_set(arena, &words, "quiet", "");
	map_set(arena, &words, "root", "UUID=5 \xe2\x86\x92");
	vec_push(arena, &noted.notes, "one \\ note");
	put(fixture, facts, host, "host.words", SIDE_PLAIN, side_present(words, "/proc/cmdline"));
	put(fixture, facts, host, "host.name", SIDE_PLAIN, side_present(value_string(""), NULL));
	put(fixture, facts, host, "host.release", SIDE_PLAIN, side_present(value_version("6.1.0-18"), "uname"));
	put(fixture, facts, host, "host.on", SIDE_PLAIN, side_missing(FACT_ABSENT, "/x", NULL));
	put(fixture, facts, host, "host.count", SIDE_PLAIN, noted);
	put(fixture, facts, host, "host.list", SIDE_PLAIN, side_present(value_strings((struct strings){0}), NULL));
	put(fixture, facts, host, "host.mode", SIDE_PLAIN, side_present(value_typed_int(VALUE_MODE, 0), NULL));
	put(fixture, facts, host, "host.mounts", SIDE_PLAIN, side_present(mounts_value(arena), NULL));
	put(fixture, facts, host, "host.sysctl.a", SIDE_EFFECTIVE, side_present(value_int(2), "/proc/sys/a"));
	put(fixture, facts, host, "host.sysctl.b", SIDE_DECLARED,
	    side_missing(FACT_UNREADABLE, "/etc/sysctl.d", "permission denied"));
}

static struct facts *full_facts(const struct fixture *fixture)
{
	struct facts *facts = facts_new();
	struct fact_side absent = side_missing(FACT_ABSENT, "default", NULL);
	struct subject *daemon, *container;

	facts_set_meta(facts, &(struct facts_meta){"1.0.0", 1767323045, "/srv\n", true});
	fill_host(fixture, facts);
	daemon = facts_subject(facts, SCOPE_DAEMON, "docker:/var/lib/docker", "/run/docker.sock", facts_host(facts));
	container = facts_subject(facts, SCOPE_CONTAINER, "c1", "web\x1b[2J", daemon);
	facts_subject(facts, SCOPE_IMAGE, "i1", NULL, daemon);
	put(fixture, facts, daemon, "daemon.setting.icc", SIDE_PLAIN, side_present(value_bool(true), "default"));
	put(fixture, facts, daemon, "daemon.setting.never", SIDE_PLAIN, absent);
	absent.value.type = VALUE_STRINGS;
	put(fixture, facts, daemon, "daemon.setting.dns", SIDE_PLAIN, absent);
	put(fixture, facts, container, "container.memory", SIDE_PLAIN,
	    side_present(value_typed_int(VALUE_SIZE, VALUE_UNLIMITED), NULL));
	put(fixture, facts, container, "container.wait", SIDE_PLAIN,
	    side_present(value_typed_int(VALUE_DURATION, 30000), NULL));
	facts_set_population(facts, SCOPE_CONTAINER, FACT_PRESENT, "/containers/json", "dropped");
	facts_set_population(facts, SCOPE_IMAGE, FACT_UNREADABLE, NULL, "timed out");
	return facts;
}

static void written_read_and_written_again_is_the_same(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = full_facts(fixture), *again = NULL, *unknown = NULL;
	_cleanup_(free_ptr) char *first = write_text(facts);
	struct error err = {0};

	if (read_text(fixture, first, &again, &err) < 0)
		fail_msg("%s\n%s", err.text, first);
	_cleanup_(free_ptr) char *second = write_text(again);
	assert_string_equal(first, second);

	struct fixture empty = {.arena = fixture->arena, .catalogue = catalogue_new(fixture->arena)};

	if (read_text(&empty, first, &unknown, &err) < 0)
		fail_msg("%s", err.text);
	_cleanup_(free_ptr) char *third = write_text(unknown);
	assert_string_equal(first, third);
	assert_null(facts_get(facts_host(unknown), "host.name")->decl);
}

static void read_facts_are_those_written(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = full_facts(fixture), *again = NULL;
	_cleanup_(free_ptr) char *text = write_text(facts);

	assert_int_equal(read_text(fixture, text, &again, NULL), 0);
	assert_string_equal(facts_meta(again)->root, "/srv\\x0A");
	assert_int_equal(facts_meta(again)->collected_at, 1767323045);
	assert_true(facts_meta(again)->live);
	assert_int_equal(facts_subject_count(again), 4);

	const struct subject *container = facts_find_subject(again, SCOPE_CONTAINER, "c1");
	assert_string_equal(container->name, "web\\x1B[2J");
	assert_int_equal(container->parent->scope, SCOPE_DAEMON);
	assert_ptr_equal(container->parent->parent, facts_host(again));

	const struct fact_side *side = facts_side(container, "container.memory", SIDE_PLAIN);
	assert_int_equal(side->value.type, VALUE_SIZE);
	assert_true(side->value.integer == VALUE_UNLIMITED);
	side = facts_side(container, "host.sysctl.b", SIDE_DECLARED);
	assert_int_equal(side->state, FACT_UNREADABLE);
	assert_string_equal(side->reason, "permission denied");
	assert_int_equal(facts_side(container, "host.sysctl.b", SIDE_EFFECTIVE)->state, FACT_NOT_COLLECTED);
	assert_int_equal(facts_get(container, "daemon.setting.dns")->type, VALUE_STRINGS);
	assert_int_equal(facts_get(container, "daemon.setting.never")->type, VALUE_UNSET);
	assert_int_equal(facts_population(again, SCOPE_IMAGE)->state, FACT_UNREADABLE);
	assert_null(facts_population(again, SCOPE_CONTAINER)->reason);
	assert_int_equal(facts_population(again, SCOPE_DAEMON)->state, FACT_NOT_COLLECTED);
	assert_ptr_equal(facts_get(container, "host.mounts")->decl, catalogue_find(fixture->catalogue, "host.mounts"));
}

static void document_looks_as_the_header_says(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *host = facts_host(facts);

	facts_set_meta(facts, &(struct facts_meta){"1.0.0", 0, "/", false});
	put(fixture, facts, host, "host.sysctl.k", SIDE_DECLARED, side_present(value_int(1), "f:7"));
	put(fixture, facts, host, "host.list", SIDE_PLAIN, side_missing(FACT_ABSENT, NULL, "none"));
	facts_subject(facts, SCOPE_DAEMON, "d", NULL, host);
	facts_set_population(facts, SCOPE_DAEMON, FACT_PRESENT, NULL, NULL);
	_cleanup_(free_ptr) char *text = write_text(facts);
	assert_string_equal(text,
			    "{\n  \"plimsoll_facts\": 1,\n  \"tool\": \"1.0.0\",\n"
			    "  \"collected_at\": \"1970-01-01T00:00:00Z\",\n  \"root\": \"/\",\n  \"live\": false,\n"
			    "  \"populations\": {\n    \"daemon\": {\n      \"state\": \"present\"\n    }\n  },\n"
			    "  \"subjects\": [\n    {\n      \"scope\": \"host\",\n      \"id\": \"host\",\n"
			    "      \"name\": \"host\",\n      \"parent\": null,\n      \"facts\": {\n"
			    "        \"host.list\": {\n          \"type\": \"strings\",\n          \"state\": \"absent\",\n"
			    "          \"reason\": \"none\"\n        },\n"
			    "        \"host.sysctl.k\": {\n          \"type\": \"int\",\n          \"declared\": {\n"
			    "            \"state\": \"present\",\n            \"value\": 1,\n"
			    "            \"origin\": \"f:7\"\n          },\n          \"effective\": {\n"
			    "            \"state\": \"not_collected\"\n          }\n        }\n      }\n    },\n"
			    "    {\n      \"scope\": \"daemon\",\n      \"id\": \"d\",\n      \"name\": \"d\",\n"
			    "      \"parent\": {\n        \"scope\": \"host\",\n        \"id\": \"host\"\n      },\n"
			    "      \"facts\": {}\n    }\n  ]\n}\n");
}

/* Texts longer than text_safe keeps stay as they are once cut. */
static void very_long_text_survives_a_second_round(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = facts_new(), *again = NULL;
	_cleanup_(free_ptr) char *raw = malloc(2 * TEXT_SAFE_MAX);
	struct error err = {0};

	memset(raw, '\x01', 2 * TEXT_SAFE_MAX);
	const char *text = text_safe(facts_arena(facts), raw, 2 * TEXT_SAFE_MAX);
	put(fixture, facts, facts_host(facts), "host.name", SIDE_PLAIN, side_present(value_string(text), text));
	_cleanup_(free_ptr) char *first = write_text(facts);
	assert_int_equal(read_text(fixture, first, &again, &err), 0);
	_cleanup_(free_ptr) char *second = write_text(again);
	assert_string_equal(first, second);
}

static void time_beyond_year_9999_is_kept_within(void **state)
{
	struct fixture *fixture = *state;
	static const int64_t times[] = {INT64_MIN, -1, INT64_MAX, FACTS_TIME_MAX + 1};

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		_cleanup_(facts_cleanup) struct facts *facts = facts_new(), *again = NULL;

		facts_host(facts);
		facts_set_meta(facts, &(struct facts_meta){"", times[i], "", false});
		_cleanup_(free_ptr) char *text = write_text(facts);
		assert_int_equal(read_text(fixture, text, &again, NULL), 0);
		assert_int_equal(facts_meta(again)->collected_at, times[i] < 0 ? 0 : FACTS_TIME_MAX);
	}
}

static void full_device_is_a_system_error(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = full_facts(fixture);
	_cleanup_(close_file) FILE *full = fopen("/dev/full", "w");
	struct error err = {0};

	if (!full)
		skip();
	assert_int_equal(facts_write(facts, full, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "No space left"));
}

static void text_that_is_not_utf8_is_our_fault(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	_cleanup_(close_file) FILE *null = fopen("/dev/null", "w");
	struct error err = {0};

	put(fixture, facts, facts_host(facts), "host.name", SIDE_PLAIN, side_present(value_string("\xff"), NULL));
	assert_int_equal(facts_write(facts, null, &err), -1);
	assert_int_equal(err.code, ERROR_INTERNAL);
}

/* A row gives what differs from a good document: the document's head, or one fact of the host. */
#define HEAD "\"plimsoll_facts\":1,\"tool\":\"t\",\"collected_at\":\"2026-01-02T03:04:05Z\",\"root\":\"/\",\"live\":true,"
#define HOST_UP_TO_FACTS "{\"scope\":\"host\",\"id\":\"host\",\"name\":\"h\",\"parent\":null,\"facts\":{"
#define HOST_WITH(facts) HOST_UP_TO_FACTS facts "}}"
#define WITH_SUBJECTS(subjects) "{" HEAD "\"populations\":{},\"subjects\":[" subjects "]}"
#define WITH_FACT(fact) WITH_SUBJECTS(HOST_WITH(fact))
#define WITH_POPULATION(p) "{" HEAD "\"populations\":{" p "},\"subjects\":[" HOST_WITH("") "]}"
#define SUBJECT(scope, id, parent) "{\"scope\":\"" scope "\",\"id\":\"" id "\",\"name\":\"n\",\"parent\":" parent ",\"facts\":{}}"
#define HOST HOST_WITH("")
#define TO_HOST "{\"scope\":\"host\",\"id\":\"host\"}"

static const struct {
	const char *text;
	enum error_code code;
	const char *says;
} malformed[] = {
	{" ", ERROR_MALFORMED, "line 1"},
	{"[]", ERROR_MALFORMED, "$: this is not a facts document"},
	{"{\"plimsoll_facts\":1.0}", ERROR_MALFORMED, "not a facts document"},
	{"{\"plimsoll_facts\":2}", ERROR_UNSUPPORTED, "format 2"},
	{"{\"plimsoll_facts\":1}", ERROR_MALFORMED, "$.tool: is missing"},
	{"{" HEAD "\"subjects\":[]}", ERROR_MALFORMED, "$.populations: an object is expected"},
	{"{" HEAD "\"populations\":{}}", ERROR_MALFORMED, "$.subjects: a list is expected"},
	{"{" HEAD "\"more\":1}", ERROR_MALFORMED, "$: key more has no place here"},
	{"{" HEAD HEAD "\"populations\":{}}", ERROR_MALFORMED, "duplicate"},
	{WITH_FACT("") "x", ERROR_MALFORMED, "end of file expected"},
	{"{\"plimsoll_facts\":1,\"tool\":1}", ERROR_MALFORMED, "$.tool: a text is expected"},
	{"{\"plimsoll_facts\":1,\"tool\":\"\",\"collected_at\":\"2026-02-30T00:00:00Z\",\"root\":\"\"}", ERROR_MALFORMED,
	 "$.collected_at: a time"},
	{"{\"plimsoll_facts\":1,\"tool\":\"\",\"collected_at\":\" 2026-02-3T0:0:0Z\",\"root\":\"\"}", ERROR_MALFORMED,
	 "$.collected_at: a time"},
	{"{\"plimsoll_facts\":1,\"tool\":\"\",\"collected_at\":\"2026-02-03T00:00:00Z\",\"root\":\"\",\"live\":0}",
	 ERROR_MALFORMED, "$.live: true or false"},
	{WITH_POPULATION("\"host\":{\"state\":\"present\"}"), ERROR_MALFORMED, "$.populations: a key"},
	{WITH_POPULATION("\"pod\":{\"state\":\"present\"}"), ERROR_MALFORMED, "$.populations: a key"},
	{WITH_POPULATION("\"image\":3"), ERROR_MALFORMED, "$.populations.image: an object"},
	{WITH_POPULATION("\"image\":{}"), ERROR_MALFORMED, "$.populations.image.state: is missing"},
	{WITH_POPULATION("\"image\":{\"state\":\"absent\"}"), ERROR_MALFORMED, "$.populations.image.state: a population"},
	{WITH_POPULATION("\"image\":{\"state\":\"present\",\"reason\":\"r\"}"), ERROR_MALFORMED,
	 "$.populations.image.reason"},
	{WITH_SUBJECTS(""), ERROR_MALFORMED, "$.subjects: the host is missing"},
	{WITH_SUBJECTS("7"), ERROR_MALFORMED, "$.subjects[0]: an object"},
	{WITH_SUBJECTS(HOST "," HOST), ERROR_MALFORMED, "$.subjects[1].id: stands twice"},
	{WITH_SUBJECTS(SUBJECT("host", "h2", "null")), ERROR_MALFORMED, "$.subjects[0].id: the host's is host"},
	{WITH_SUBJECTS(SUBJECT("pod", "p", "null")), ERROR_MALFORMED, "$.subjects[0].scope: is not"},
	{WITH_SUBJECTS(SUBJECT("image", "", "null")), ERROR_MALFORMED, "$.subjects[0].id: is empty"},
	{WITH_SUBJECTS(SUBJECT("daemon", "d", TO_HOST) "," HOST), ERROR_MALFORMED,
	 "$.subjects[0].parent: is not a subject that stands earlier"},
	{WITH_SUBJECTS(SUBJECT("daemon", "d", "{\"scope\":\"daemon\",\"id\":\"d\"}")), ERROR_MALFORMED,
	 "$.subjects[0].parent: is not a host or daemon"},
	{WITH_SUBJECTS(HOST "," SUBJECT("container", "c", TO_HOST) ","
		       SUBJECT("image", "i", "{\"scope\":\"container\",\"id\":\"c\"}")), ERROR_MALFORMED,
	 "$.subjects[2].parent: is not a host or daemon"},
	{WITH_SUBJECTS(SUBJECT("host", "host", TO_HOST)), ERROR_MALFORMED, "$.subjects[0].parent"},
	{WITH_SUBJECTS(HOST "," SUBJECT("daemon", "d", "\"host\"")), ERROR_MALFORMED, "$.subjects[1].parent: an object"},
	{WITH_SUBJECTS(HOST "," SUBJECT("image", "a\\n", TO_HOST) "," SUBJECT("image", "a\\\\x0A", TO_HOST)),
	 ERROR_MALFORMED, "$.subjects[2].id: stands twice"},
	{WITH_FACT("\"host.name\":1"), ERROR_MALFORMED, "$.subjects[0].facts['host.name']: an object"},
	{WITH_FACT("\"host.name\":{\"type\":\"int\",\"state\":\"absent\"}"), ERROR_MALFORMED,
	 "$.subjects[0].facts['host.name'].type: is int, but the fact is declared as string"},
	{WITH_FACT("\"host.name\":{\"state\":\"absent\"}"), ERROR_MALFORMED, "is missing, but the fact is declared"},
	{WITH_FACT("\"daemon.setting.x\":{\"type\":\"map\",\"state\":\"absent\"}"), ERROR_MALFORMED,
	 "is map, but the fact is declared as a setting"},
	{WITH_FACT("\"daemon.setting.x\":{\"state\":\"present\",\"value\":1}"), ERROR_MALFORMED, "has no type"},
	{WITH_FACT("\"x\":{\"type\":\"float\",\"state\":\"absent\"}"), ERROR_MALFORMED, "['x'].type: is not the name"},
	{WITH_FACT("\"x\\u0007\":{\"state\":\"x\"}"), ERROR_MALFORMED, "['x\\x07'].state: is not the name"},
	{WITH_FACT("\"x\":{\"state\":null}"), ERROR_MALFORMED, "['x'].state: a text"},
	{WITH_FACT("\"x\":{\"state\":\"absent\"},\"x\":{\"state\":\"absent\"}"), ERROR_MALFORMED, "duplicate"},
	{WITH_FACT("\"\\n\":{\"state\":\"absent\"},\"\\\\x0A\":{\"state\":\"absent\"}"), ERROR_MALFORMED, "stands twice"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"declared\":{\"state\":\"absent\"},"
		   "\"effective\":{\"state\":\"absent\"}}"), ERROR_MALFORMED, "this fact has one side only"},
	{WITH_FACT("\"host.sysctl.x\":{\"type\":\"int\",\"state\":\"absent\"}"), ERROR_MALFORMED, "has two sides"},
	{WITH_FACT("\"host.sysctl.x\":{\"type\":\"int\",\"declared\":{\"state\":\"absent\"}}"), ERROR_MALFORMED,
	 "['host.sysctl.x'].effective: is missing"},
	{WITH_FACT("\"host.sysctl.x\":{\"type\":\"int\",\"declared\":{\"state\":\"absent\"},\"state\":\"absent\"}"),
	 ERROR_MALFORMED, "key state has no place here"},
	{WITH_FACT("\"host.sysctl.x\":{\"type\":\"int\",\"declared\":{\"state\":\"present\",\"value\":\"3\"},"
		   "\"effective\":{\"state\":\"absent\"}}"), ERROR_MALFORMED,
	 "['host.sysctl.x'].declared.value: a whole number or \"unlimited\" is expected, not a text"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"present\"}"), ERROR_MALFORMED, ".value: is missing"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"present\",\"value\":\"v\",\"reason\":\"r\"}"),
	 ERROR_MALFORMED, ".reason: does not go with"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"absent\",\"value\":\"v\"}"), ERROR_MALFORMED,
	 ".value: goes with"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"absent\",\"notes\":[1]}"), ERROR_MALFORMED,
	 ".notes: item 0: a text is expected, not a number"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"absent\",\"notes\":\"n\"}"), ERROR_MALFORMED,
	 ".notes: a list of texts"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"absent\",\"origin\":[]}"), ERROR_MALFORMED,
	 ".origin: a text"},
	{WITH_FACT("\"host.release\":{\"type\":\"version\",\"state\":\"present\",\"value\":\"dev\"}"), ERROR_MALFORMED,
	 "\"dev\" is not a version"},
	{WITH_FACT("\"host.on\":{\"type\":\"bool\",\"state\":\"present\",\"value\":1}"), ERROR_MALFORMED,
	 "true or false is expected, not a number"},
	{WITH_FACT("\"host.count\":{\"type\":\"int\",\"state\":\"present\",\"value\":1.5}"), ERROR_MALFORMED,
	 "not a fraction"},
	{WITH_FACT("\"host.count\":{\"type\":\"int\",\"state\":\"present\",\"value\":9223372036854775808}"),
	 ERROR_MALFORMED, "too big integer"},
	{WITH_FACT("\"host.mode\":{\"type\":\"mode\",\"state\":\"present\",\"value\":420}"), ERROR_MALFORMED,
	 "a quoted octal is expected"},
	{WITH_FACT("\"host.mode\":{\"type\":\"mode\",\"state\":\"present\",\"value\":\"10644\"}"), ERROR_MALFORMED,
	 "\"10644\" is not a mode"},
	{WITH_FACT("\"host.words\":{\"type\":\"map\",\"state\":\"present\",\"value\":{\"a\":null}}"), ERROR_MALFORMED,
	 "key a: a text is expected, not null"},
	{WITH_FACT("\"host.words\":{\"type\":\"map\",\"state\":\"present\",\"value\":{\"\\r\":\"\",\"\\\\x0D\":\"\"}}"),
	 ERROR_MALFORMED, "stands twice"},
	{WITH_FACT("\"host.mounts\":{\"type\":\"records\",\"state\":\"present\",\"value\":{}}"), ERROR_MALFORMED,
	 "a list of objects"},
	{WITH_FACT("\"host.mounts\":{\"type\":\"records\",\"state\":\"present\",\"value\":[{},[]]}"), ERROR_MALFORMED,
	 "row 1: an object"},
	{WITH_FACT("\"host.mounts\":{\"type\":\"records\",\"state\":\"present\",\"value\":[{\"other\":1}]}"),
	 ERROR_MALFORMED, "row 0: field other"},
	{WITH_FACT("\"host.mounts\":{\"type\":\"records\",\"state\":\"present\",\"value\":[{\"mode\":1}]}"),
	 ERROR_MALFORMED, "row 0: field mode: a quoted octal"},
	{WITH_FACT("\"x\":{\"type\":\"records\",\"state\":\"present\",\"value\":[{\"f\":{}}]}"), ERROR_MALFORMED,
	 "row 0: field f"},
	{WITH_FACT("\"x\":{\"type\":\"records\",\"state\":\"present\",\"value\":[{\"f\":null}]}"), ERROR_MALFORMED,
	 "row 0: field f"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"present\",\"value\":\"a\\u0000b\"}"), ERROR_MALFORMED,
	 "\\u0000 is not allowed"},
	{WITH_FACT("\"host.name\":{\"type\":\"string\",\"state\":\"present\",\"value\":\"\xc3\"}"), ERROR_MALFORMED,
	 "unable to decode byte"},
	{"[[[[[[[[[[[[[[[[[", ERROR_LIMIT, "more than 16 deep"},
	{"\"[\\\"[[[[[[[[[[[[[[[[[\"", ERROR_MALFORMED, "'[' or '{' expected"},
	{"{\"\\", ERROR_MALFORMED, "line 1"},
};

static void malformed_document_is_refused_with_its_path(void **state)
{
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		struct facts *facts = NULL;
		struct error err = {0};

		if (read_text(*state, malformed[i].text, &facts, &err) == 0)
			fail_msg("row %zu was read: %s", i, malformed[i].text);
		if (err.code != malformed[i].code || !strstr(err.text, malformed[i].says))
			fail_msg("row %zu: code %d, text %s", i, err.code, err.text);
		assert_null(facts);
	}
}

/* head "0"after,"1"after,… tail */
static char *repeat(const char *head, size_t count, const char *after, const char *tail)
{
	struct buf buf = {0};

	buf_puts(&buf, head);
	for (size_t i = 0; i < count; i++) {
		buf_printf(&buf, "%s\"%zx\"%s", i ? "," : "", i, after);
	}
	buf_puts(&buf, tail);
	return buf.data;
}

static void more_than_the_caps_is_a_limit_error(void **state)
{
	static const struct {
		const char *head, *after, *tail;
		size_t count;
		const char *says;
	} rows[] = {
		{"{" HEAD "\"populations\":{},\"subjects\":[", "", "]}", FACTS_READ_SUBJECTS_MAX + 1,
		 "$.subjects: more than 100000 subjects"},
		{"{" HEAD "\"populations\":{},\"subjects\":[" HOST_UP_TO_FACTS, ":0", "}}]}",
		 FACTS_READ_FACTS_MAX + 1, "$.subjects[0].facts: more than 100000 facts"},
		{"{" HEAD "\"populations\":{},\"subjects\":[" HOST_UP_TO_FACTS
		 "\"x\":{\"state\":\"absent\",\"notes\":[", "", "]}}}]}", FACTS_READ_NOTES_MAX + 1,
		 "$.subjects[0].facts['x'].notes: more than 1000 notes"},
		{"[", "", "]", FACTS_READ_ITEMS_MAX + 1, "more than 8000000 items"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(free_ptr) char *text = repeat(rows[i].head, rows[i].count, rows[i].after, rows[i].tail);
		struct facts *facts = NULL;
		struct error err = {0};

		assert_int_equal(read_text(*state, text, &facts, &err), -1);
		assert_int_equal(err.code, ERROR_LIMIT);
		assert_non_null(strstr(err.text, rows[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_read_and_written_again_is_the_same),
		cmocka_unit_test(read_facts_are_those_written),
		cmocka_unit_test(document_looks_as_the_header_says),
		cmocka_unit_test(very_long_text_survives_a_second_round),
		cmocka_unit_test(time_beyond_year_9999_is_kept_within),
		cmocka_unit_test(full_device_is_a_system_error),
		cmocka_unit_test(text_that_is_not_utf8_is_our_fault),
		cmocka_unit_test(malformed_document_is_refused_with_its_path),
		cmocka_unit_test(more_than_the_caps_is_a_limit_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
