/* A temporary tree as the host of one probe, run on facts that the test may prepare. */
#ifndef TESTS_PROBE_TREE_H
#define TESTS_PROBE_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <sys/stat.h>

#include "collect/services.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct probe_tree {
	char root[64];
	struct arena *arena;
	struct host *host;
	struct facts *facts;
	struct request request;
};

static inline const char *tree_path(struct probe_tree *tree, const char *path)
{
	return arena_printf(tree->arena, "%s%s", tree->root, path);
}

static inline void tree_folder(struct probe_tree *tree, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		mkdir(tree_path(tree, arena_strndup(tree->arena, path, (size_t)(slash - path))), 0755);
	mkdir(tree_path(tree, path), 0755);
}

/* With the folders that lead there; `mode` whatever the umask says. */
static inline void tree_file(struct probe_tree *tree, const char *path, const char *text, mode_t mode)
{
	const char *slash = strrchr(path, '/');

	if (slash != path)
		tree_folder(tree, arena_strndup(tree->arena, path, (size_t)(slash - path)));
	FILE *file = fopen(tree_path(tree, path), "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(tree_path(tree, path), mode), 0);
}

static inline void tree_link(struct probe_tree *tree, const char *path, const char *target)
{
	assert_int_equal(symlink(target, tree_path(tree, path)), 0);
}

static inline int tree_setup(void **state)
{
	struct probe_tree *tree = calloc(1, sizeof *tree);

	tree->arena = arena_new();
	strcpy(tree->root, "/tmp/plimsoll-probe-XXXXXX");
	if (!mkdtemp(tree->root) || chmod(tree->root, 0755) < 0 || host_open(tree->root, &tree->host, NULL) < 0)
		return -1;
	tree->facts = facts_new();
	*state = tree;
	return 0;
}

static inline int tree_remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
				  struct FTW *at _unused_)
{
	return remove(path);
}

static inline int tree_teardown(void **state)
{
	struct probe_tree *tree = *state;
	int status = nftw(tree->root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);

	facts_free(tree->facts);
	host_close(tree->host);
	arena_free(tree->arena);
	free(tree);
	return status;
}

static inline void tree_want(struct probe_tree *tree, const char *fact)
{
	vec_push(tree->arena, &tree->request.facts, fact);
}

/* Audit the machine that runs the tests instead. */
static inline void tree_go_live(struct probe_tree *tree)
{
	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(host_open("/", &tree->host, NULL), 0);
}

static inline void tree_run(struct probe_tree *tree, const struct probe *probe)
{
	struct services services = {.arena = tree->arena};
	struct probe_context ctx = {
		.host = tree->host,
		.facts = tree->facts,
		.request = &tree->request,
		.probe = probe,
		.services = &services,
	};
	struct error err = {0};

	if (probe->collect(&ctx, &err) < 0)
		fail_msg("%s", err.text);
	services_close(&services);
}

static inline const struct fact_side *tree_side(struct probe_tree *tree, const char *fact)
{
	return facts_side(facts_host(tree->facts), fact, SIDE_PLAIN);
}

/* A fact's value as a person sees it, or the name of its state. */
static inline const char *tree_shown(struct probe_tree *tree, const char *fact)
{
	const struct fact_side *side = tree_side(tree, fact);

	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	return value_display(tree->arena, &side->value, 0);
}

/* A field of a row as a person sees it, "" when missing. */
static inline const char *tree_field(struct probe_tree *tree, const struct fact_side *side, size_t row, const char *field)
{
	assert_int_equal(side->state, FACT_PRESENT);
	assert_true(row < side->value.records.count);
	const struct value *value = record_get(&side->value.records.items[row], field);
	return value ? value_display(tree->arena, value, 0) : "";
}

#endif
