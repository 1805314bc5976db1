/* A captured /proc with one container, for probes of what the kernel enforces. */
#ifndef TESTS_MEMBER_TREE_H
#define TESTS_MEMBER_TREE_H

#include "probe_tree.h"

#include "checks/container_facts.h"

#define A            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define MEMBER_GROUP "0::/docker/" A "\n"
#define MEMBER_HOST  "0::/\n"

static inline void member_link(struct probe_tree *tree, int pid, const char *kind, unsigned inode)
{
	tree_folder(tree, arena_printf(tree->arena, "/proc/%d/ns", pid));
	tree_link(tree, arena_printf(tree->arena, "/proc/%d/ns/%s", pid, kind), arena_printf(tree->arena, "%s:[%u]", kind, inode));
}

static inline void member_stat(struct probe_tree *tree, int pid, unsigned flags, int ticks)
{
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/stat", pid),
		  arena_printf(tree->arena, "%d (x) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 1", pid, flags, ticks), 0644);
}

/* Of the host with inode 100; others are in the container's namespaces. */
static inline void member_make(struct probe_tree *tree, int pid, unsigned inode, const char *cgroup)
{
	static const char *const kinds[] = {"pid", "mnt", "ipc", "uts", "user", "net", "cgroup"};

	member_stat(tree, pid, pid == 2 ? 0x00200000 : 0, pid);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/status", pid),
		  arena_printf(tree->arena, "Name:\tx\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nUid:\t0\t0\t0\t0\nNSpid:\t%d\t%d\n", pid,
			       pid, pid, pid == 10 ? 1 : 7),
		  0644);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/cgroup", pid), cgroup, 0644);
	for (size_t i = 0; i < COUNT(kinds); i++)
		member_link(tree, pid, kinds[i], inode);
}

/* The host, and process 10 as the first of container A. */
static inline int member_setup(void **state)
{
	int status = tree_setup(state);
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/stat", "cpu 1\n", 0644);
	tree_file(tree, "/proc/self/mountinfo",
		  "1 0 8:1 / / rw - ext4 /dev/sda rw\n30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", 0644);
	member_make(tree, 1, 100, "0::/init.scope\n");
	member_make(tree, 2, 100, MEMBER_HOST);
	member_make(tree, 10, 200, MEMBER_GROUP);
	facts_subject(tree->facts, SCOPE_CONTAINER, A, "a", NULL);
	tree->request.everything = true;
	return status;
}

static inline void member_file(struct probe_tree *tree, int pid, const char *name, const char *text)
{
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/%s", pid, name), text, 0644);
}

static inline const struct fact_side *member_side(struct probe_tree *tree, const char *fact, enum side side)
{
	return facts_side(facts_find_subject(tree->facts, SCOPE_CONTAINER, A), fact, side);
}

/* The value as a person sees it, rows as field values; or the name of the state. */
static inline const char *member_shown(struct probe_tree *tree, const char *fact, enum side which)
{
	const struct fact_side *side = member_side(tree, fact, which);
	const char *all = "";

	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	if (side->value.type != VALUE_RECORDS)
		return value_display(tree->arena, &side->value, 0);
	vec_each(row, &side->value.records) {
		all = arena_printf(tree->arena, "%s(", all);
		vec_each(field, row)
			all = arena_printf(tree->arena, "%s%s%s", all, field == row->items ? "" : " ",
					   value_display(tree->arena, field->value, 0));
		all = arena_printf(tree->arena, "%s)", all);
	}
	return all;
}

static inline void member_is(struct probe_tree *tree, const char *fact, enum side side, const char *wanted)
{
	const char *got = member_shown(tree, fact, side);

	if (strcmp(got, wanted) != 0)
		fail_msg("%s: %s, not %s (%s)", fact, got, wanted, member_side(tree, fact, side)->reason);
}

static inline void member_notes(struct probe_tree *tree, const char *fact, enum side side, const char *part)
{
	vec_each(note, &member_side(tree, fact, side)->notes)
		if (strstr(*note, part))
			return;
	fail_msg("%s: no note has %s", fact, part);
}

#define MEMBER_TEST(name) cmocka_unit_test_setup_teardown(name, member_setup, tree_teardown)

#endif
