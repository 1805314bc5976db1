/* A catalogue of made-up facts, one of each type and shape, for tests and fuzzers of the loader. */
#ifndef TESTS_LOAD_FACTS_H
#define TESTS_LOAD_FACTS_H

#include "model/fact.h"

static const struct field_decl load_facts_file_fields[] = {
	{"path", VALUE_STRING, "p"}, {"type", VALUE_STRING, "t"}, {"mode", VALUE_MODE, "m"},   {"owner", VALUE_STRING, "o"},
	{"uid", VALUE_INT, "u"},     {"acl", VALUE_STRINGS, "a"}, {"target", VALUE_STRING, "t"}, {0}};
static const struct field_decl load_facts_mount_fields[] = {
	{"source", VALUE_STRING, "s"}, {"destination", VALUE_STRING, "d"}, {"writable", VALUE_BOOL, "w"}, {0}};

static const struct fact_decl load_facts_decls[] = {
	{.name = "host.present", .type = VALUE_BOOL, .scope = SCOPE_HOST},
	{.name = "host.release", .type = VALUE_VERSION, .scope = SCOPE_HOST},
	{.name = "host.sysctl.*", .type = VALUE_INT, .scope = SCOPE_HOST, .two_sided = true, .member = "a sysctl name"},
	{.name = "host.watch.*", .type = VALUE_STRINGS, .scope = SCOPE_HOST, .two_sided = true, .member = "a path"},
	{.name = "daemon.exe", .type = VALUE_STRING, .scope = SCOPE_DAEMON},
	{.name = "daemon.pid", .type = VALUE_INT, .scope = SCOPE_DAEMON},
	{.name = "daemon.config_file", .type = VALUE_STRING, .scope = SCOPE_DAEMON},
	{.name = "daemon.setting.*", .type = VALUE_UNSET, .scope = SCOPE_DAEMON, .program = "dockerd",
	 .config_file_fact = "daemon.config_file"},
	{.name = "container.privileged", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
	{.name = "container.user", .type = VALUE_STRING, .scope = SCOPE_CONTAINER},
	{.name = "container.memory", .type = VALUE_SIZE, .scope = SCOPE_CONTAINER},
	{.name = "container.retries", .type = VALUE_INT, .scope = SCOPE_CONTAINER},
	{.name = "container.timeout", .type = VALUE_DURATION, .scope = SCOPE_CONTAINER},
	{.name = "container.caps", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER, .two_sided = true},
	{.name = "container.options", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER},
	{.name = "container.labels", .type = VALUE_MAP, .scope = SCOPE_CONTAINER},
	{.name = "container.umask", .type = VALUE_MODE, .scope = SCOPE_CONTAINER},
	{.name = "container.mounts", .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER, .fields = load_facts_mount_fields},
	{.name = "image.tags", .type = VALUE_STRINGS, .scope = SCOPE_IMAGE},
	{.name = "file.*", .type = VALUE_RECORDS, .scope = SCOPE_HOST, .any_scope = true, .fields = load_facts_file_fields},
};

static inline struct catalogue *load_facts_catalogue(struct arena *arena)
{
	struct catalogue *catalogue = catalogue_new(arena);

	for (size_t i = 0; i < sizeof load_facts_decls / sizeof *load_facts_decls; i++)
		catalogue_add(catalogue, &load_facts_decls[i]);
	return catalogue;
}

#endif
