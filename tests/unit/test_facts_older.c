/* Documents of a build that knew the declared state of Docker's containers alone are still judged as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collect/collect.h"
#include "model/facts_json.h"

#define DOCUMENT(parent)                                                                           \
	"{\"plimsoll_facts\":1,\"tool\":\"t\",\"collected_at\":\"2026-01-02T03:04:05Z\",\"root\":\"/\",\"live\":true," \
	"\"populations\":{},\"subjects\":[{\"scope\":\"host\",\"id\":\"host\",\"name\":\"h\",\"parent\":null,\"facts\":{}}," \
	"{\"scope\":\"daemon\",\"id\":\"docker:/x\",\"name\":\"d\",\"parent\":null,\"facts\":{}}," \
	"{\"scope\":\"container\",\"id\":\"c\",\"name\":\"c\",\"parent\":" parent                      \
	",\"facts\":{\"container.no_new_privileges\":{\"type\":\"bool\",\"state\":\"present\",\"value\":true}}}]}"

/* {its parent, whose container it is} */
static const struct {
	const char *document, *engine;
} rows[] = {
	{DOCUMENT("{\"scope\":\"daemon\",\"id\":\"docker:/x\"}"), "docker"},
	{DOCUMENT("{\"scope\":\"host\",\"id\":\"host\"}"), NULL},
};

static void declared_side_is_kept_and_the_engine_known(void **state)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	const struct catalogue *catalogue = collect_catalogue(arena);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(facts_cleanup) struct facts *facts = NULL;
		_cleanup_(close_file) FILE *stream = fmemopen((void *)rows[i].document, strlen(rows[i].document), "r");
		struct error err = {0};

		if (facts_read(stream, catalogue, &facts, &err) < 0)
			fail_msg("%s", err.text);
		const struct subject *container = facts_find_subject(facts, SCOPE_CONTAINER, "c");
		const char *name = "container.no_new_privileges";
		assert_true(facts_get(container, name)->two_sided);
		assert_true(facts_side(container, name, SIDE_DECLARED)->value.boolean);
		assert_int_equal(facts_side(container, name, SIDE_EFFECTIVE)->state, FACT_ABSENT);
		const struct fact_side *engine = facts_side(container, "container.engine", SIDE_PLAIN);
		assert_int_equal(engine->state, rows[i].engine ? FACT_PRESENT : FACT_NOT_COLLECTED);
		if (rows[i].engine)
			assert_string_equal(engine->value.string, rows[i].engine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(declared_side_is_kept_and_the_engine_known)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
