/* A tree kept under tests/hosts as the host of one probe. */
#ifndef TESTS_HOST_TREE_H
#define TESTS_HOST_TREE_H

#include "probe_tree.h"

static inline void host_tree_use(struct probe_tree *tree, const char *name)
{
	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(host_open(arena_printf(tree->arena, "%s/tests/hosts/%s", TEST_SRCDIR, name), &tree->host, NULL), 0);
}

/* One side of a host's fact as a person sees it, or the name of its state. */
static inline const char *host_tree_side(struct probe_tree *tree, const char *fact, enum side side)
{
	const struct fact_side *found = facts_side(facts_host(tree->facts), fact, side);

	if (found->state != FACT_PRESENT)
		return fact_state_name(found->state);
	return value_display(tree->arena, &found->value, 0);
}

static inline bool host_tree_notes(struct probe_tree *tree, const char *fact, enum side side, const char *part)
{
	const struct fact_side *found = facts_side(facts_host(tree->facts), fact, side);

	vec_each(note, &found->notes)
		if (strstr(*note, part))
			return true;
	return false;
}

#endif
