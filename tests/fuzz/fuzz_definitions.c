/* Any bytes as a rule, an edition and a tailoring: something compiled and nothing reported, or nothing compiled and everything
 * reported safely at a place. Seeds: tests/hostile/definitions, benchmarks. */
#include "load/load_benchmark.h"
#include "load/load_rule.h"
#include "load/load_tailoring.h"
#include "tests/unit/load_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *bytes;
	size_t len;
	const struct catalogue *catalogue;
};

typedef const void *kind(struct loader *loader, const struct yaml_node *root);

static const void *as_rule(struct loader *loader, const struct yaml_node *root)
{
	return load_rule(loader, root);
}

static const void *as_benchmark(struct loader *loader, const struct yaml_node *root)
{
	return load_benchmark(loader, root);
}

static const void *as_tailoring(struct loader *loader, const struct yaml_node *root)
{
	return load_tailoring(loader, root);
}

static void check_diags(struct arena *arena, const struct diags *diags, bool compiled)
{
	if (compiled != (diags->total == 0) || diags->list.count > DIAG_MAX + 1)
		abort();
	vec_each(diag, &diags->list) {
		if (!diag->text[0] || strcmp(text_safe(arena, diag->text, strlen(diag->text)), diag->text) != 0)
			abort();
		if (diag->where.file && (!diag->where.line || !diag->where.column))
			abort();
	}
}

static void try(const struct input *input, const char *path, kind *load)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diags diags = {.arena = arena};
	struct loader_owned owned = {0};
	struct loader loader = {
		.arena = arena, .catalogue = input->catalogue, .diags = &diags, .owned = &owned, .path = path};
	const struct yaml_node *root = yaml_parse(arena, path, input->bytes, input->len, &diags);
	const void *result = root ? load(&loader, root) : NULL;

	check_diags(arena, &diags, result && diags.total == 0);
	if (!root && diags.total == 0)
		abort();
	loader_owned_done(&owned);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct input input = {(const char *)data, size, load_facts_catalogue(arena)};

	if (size > YAML_FILE_MAX)
		return 0;
	try(&input, "b/rules/r.yaml", as_rule);
	try(&input, "b/1.yaml", as_benchmark);
	try(&input, "t.yaml", as_tailoring);
	return 0;
}
