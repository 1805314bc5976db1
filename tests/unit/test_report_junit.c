#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "tests/unit/fixture_report.h"
#include "tests/unit/golden.h"

static const struct format_options no_options = {0};
static struct arena *arena;

static int set_up(void **state _unused_)
{
	arena = arena_new();
	return 0;
}

static int tear_down(void **state _unused_)
{
	arena_free(arena);
	return 0;
}

static char *written(const struct report *report)
{
	struct error err = {0};
	char *bytes = fixture_format("junit", report, &no_options, &err);

	if (!bytes)
		fail_msg("%s", err.text);
	return bytes;
}

static xmlDocPtr parsed(const struct report *report)
{
	_cleanup_(free_ptr) char *bytes = written(report);
	xmlDocPtr doc =
		xmlReadMemory(bytes, (int)strlen(bytes), "report.xml", NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	return doc;
}

static void junit_is_the_golden_one(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));

	golden_compare("report.xml", bytes, strlen(bytes));
}

static int validate(xmlDocPtr doc)
{
	xmlRelaxNGParserCtxtPtr parser =
		xmlRelaxNGNewParserCtxt(TEST_SRCDIR "/tests/schema/junit.rng");
	xmlRelaxNGPtr schema = xmlRelaxNGParse(parser);
	xmlRelaxNGValidCtxtPtr context;
	int result;

	assert_non_null(schema);
	context = xmlRelaxNGNewValidCtxt(schema);
	result = xmlRelaxNGValidateDoc(context, doc);
	xmlRelaxNGFreeValidCtxt(context);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(parser);
	return result;
}

static void junit_follows_the_servers_schema(void **state _unused_)
{
	struct report empty = {.tool_version = "1", .host_name = "h", .root = "/"};
	xmlDocPtr doc = parsed(fixture_report(arena)), nothing = parsed(&empty);

	assert_int_equal(validate(doc), 0);
	assert_int_equal(validate(nothing), 0);
	xmlFreeDoc(doc);
	xmlFreeDoc(nothing);
}

static long attribute(const xmlNode *node, const char *name)
{
	_cleanup_(free_ptr) xmlChar *text = xmlGetProp((xmlNode *)node, (const xmlChar *)name);

	assert_non_null(text);
	return strtol((const char *)text, NULL, 10);
}

static long children(const xmlNode *node, const char *name)
{
	long count = 0;

	for (const xmlNode *child = node->children; child; child = child->next)
		count += child->type == XML_ELEMENT_NODE &&
			 xmlStrEqual(child->name, (const xmlChar *)name);
	return count;
}

static long outcomes(const xmlNode *suite, const char *name)
{
	long count = 0;

	for (const xmlNode *child = suite->children; child; child = child->next)
		count += child->type == XML_ELEMENT_NODE ? children(child, name) : 0;
	return count;
}

static void counts_add_up(void **state _unused_)
{
	xmlDocPtr doc = parsed(fixture_report(arena));
	const xmlNode *top = xmlDocGetRootElement(doc);
	long tests = 0, failures = 0, errors = 0, skipped = 0;

	for (const xmlNode *suite = top->children; suite; suite = suite->next) {
		if (suite->type != XML_ELEMENT_NODE)
			continue;
		assert_int_equal(attribute(suite, "tests"), children(suite, "testcase"));
		assert_int_equal(attribute(suite, "failures"), outcomes(suite, "failure"));
		assert_int_equal(attribute(suite, "errors"), outcomes(suite, "error"));
		assert_int_equal(attribute(suite, "skipped"), outcomes(suite, "skipped"));
		tests += attribute(suite, "tests");
		failures += attribute(suite, "failures");
		errors += attribute(suite, "errors");
		skipped += attribute(suite, "skipped");
	}
	assert_int_equal(attribute(top, "tests"), tests);
	assert_int_equal(attribute(top, "failures"), failures);
	assert_int_equal(attribute(top, "errors"), errors);
	/* 12 web containers, the daemon's files and the host's setting; the container and the
	 * daemon that could not be looked at. */
	assert_int_equal(failures, 14);
	assert_int_equal(errors, 2);
	assert_int_equal(tests - failures - errors - skipped, 5);
	xmlFreeDoc(doc);
}

static void assert_has(const char *haystack, const char *needle)
{
	if (!strstr(haystack, needle))
		fail_msg("not there: %s", needle);
}

static void names_are_stable_and_unique(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));

	assert_has(bytes, "<testcase name=\"5.1 container-capabilities [web-1]\" "
			  "classname=\"plimsoll.cis-docker.1_8_0.5_x\"");
	assert_has(bytes, "<testcase name=\"5.1 container-capabilities [db]\"");
	assert_has(bytes, "<testcase name=\"5.1 container-capabilities [db] #2\"");
	assert_has(bytes, "<testcase name=\"1.1 host-kernel-recent\" ");
	assert_null(strstr(bytes, "<testcase name=\"1.1 host-kernel-recent [node1]\""));
	for (const char *at = bytes; (at = strstr(at, "<testcase ")); at++) {
		size_t len = strcspn(at, ">");

		assert_null(memmem(at, len, "id-of-", strlen("id-of-")));
	}
}

static void waived_fail_is_skipped_with_owner_and_expiry(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));

	assert_has(bytes, "<skipped type=\"fail\" message=\"waived by team-ci until 2027-01-31: "
			  "needs mknod, says &quot;]]&gt;&quot; &amp; &lt;b&gt;\">");
}

static void rule_without_findings_is_not_silent(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));

	assert_has(bytes, "4.1.2 kubelet-nothing-judged");
}

/* What should never come this far: a control byte, bytes that are no UTF-8, a code point that XML
 * has not. */
static void characters_that_xml_has_not_are_replaced(void **state _unused_)
{
	struct report *report = fixture_report(arena);
	xmlDocPtr doc;

	report->host_name = "a\x01\x1F\xFF\xEF\xBF\xBE\xED\xA0\x80z";
	report->benchmarks.items[0].rules.items[1].remedy = "b\x0B\nc";
	doc = parsed(report);
	assert_int_equal(validate(doc), 0);
	xmlFreeDoc(doc);

	_cleanup_(free_ptr) char *bytes = written(report);
	assert_has(bytes, "hostname="
			  "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF"
			  "\xBD\xEF\xBF\xBDz\"");
	assert_has(bytes, "remedy    b\xEF\xBF\xBD\nc\n");
}

static int clean_up_parser(void **state _unused_)
{
	xmlRelaxNGCleanupTypes();
	xmlCleanupParser();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(junit_is_the_golden_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(junit_follows_the_servers_schema, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(counts_add_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_are_stable_and_unique, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waived_fail_is_skipped_with_owner_and_expiry,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(rule_without_findings_is_not_silent, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(characters_that_xml_has_not_are_replaced, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up_parser);
}
