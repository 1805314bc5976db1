/* Any bytes as a facts document: refused with a reason, or the same bytes once written, read and written again. */
#include "model/facts_json.h"

static const struct field_decl mount_fields[] = {
	{"target", VALUE_STRING, ""}, {"mode", VALUE_MODE, ""},     {"writable", VALUE_BOOL, ""},
	{"size", VALUE_SIZE, ""},     {"options", VALUE_STRINGS, ""}, {NULL, VALUE_UNSET, NULL},
};

static const struct fact_decl decls[] = {
	{.name = "host.name", .type = VALUE_STRING},
	{.name = "host.kernel.release", .type = VALUE_VERSION},
	{.name = "host.kernel.cmdline", .type = VALUE_MAP},
	{.name = "host.sysctl.*", .type = VALUE_INT, .two_sided = true},
	{.name = "host.mounts", .type = VALUE_RECORDS, .fields = mount_fields},
	{.name = "daemon.setting.*", .scope = SCOPE_DAEMON, .program = "dockerd"},
	{.name = "container.privileged", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct facts *facts)
{
	struct error err = {0};
	char *text = NULL;
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	if (!stream || facts_write(facts, stream, &err) < 0)
		abort();
	fclose(stream);
	return text;
}

static struct facts *read_back(const struct catalogue *catalogue, const void *bytes, size_t len)
{
	_cleanup_(close_file) FILE *stream = fmemopen((void *)bytes, len, "rb");
	struct facts *facts = NULL;
	struct error err = {0};

	if (stream && facts_read(stream, catalogue, &facts, &err) < 0 && (err.code == ERROR_NONE || !err.text[0]))
		abort();
	return facts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *facts = NULL, *again = NULL;
	_cleanup_(free_ptr) char *first = NULL, *second = NULL;
	struct catalogue *catalogue = catalogue_new(arena);

	for (size_t i = 0; i < sizeof decls / sizeof *decls; i++)
		catalogue_add(catalogue, &decls[i]);
	facts = size ? read_back(catalogue, data, size) : NULL;
	if (!facts)
		return 0;
	first = written(facts);
	again = read_back(catalogue, first, strlen(first));
	if (!again)
		abort();
	second = written(again);
	if (strcmp(first, second) != 0)
		abort();
	return 0;
}
