/* A captured host with a dockerd process, for tests of discovery and settings. */
#ifndef TESTS_UNIT_DOCKERD_TREE_H
#define TESTS_UNIT_DOCKERD_TREE_H

#include "probe_tree.h"

#include <time.h>

#include "checks/docker.h"

extern const struct probe probe_dockerd;

#define DOCKERD_PID 4242

struct dockerd_tree {
	const char *words;   /* of the command line, a blank between them; '' is an empty one; NULL: "dockerd" */
	const char *environ; /* likewise */
	const char *config;  /* /etc/docker/daemon.json; NULL: none */
	bool changed;        /* the process started before the file was written */
	unsigned uid;
	int pid;             /* 0: DOCKERD_PID */
	const char *unix_table; /* lines of net/unix behind the heading */
	const char *tcp_table;
	const char *descriptors; /* inodes of sockets it holds, a blank between them */
};

#define UNIX_LINE(inode, path) "0000000000000000: 00000002 00000000 00010000 0001 01 " inode " " path "\n"

/* Words end with NUL in procfs. */
static inline void tree_words(struct probe_tree *tree, const char *path, const char *words)
{
	char *copy = arena_strdup(tree->arena, words), *save = NULL;

	tree_file(tree, path, "", 0444);
	FILE *file = fopen(tree_path(tree, path), "w");
	assert_non_null(file);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (strcmp(word, "''") != 0)
			fputs(word, file);
		fputc('\0', file);
	}
	fclose(file);
}

static inline void dockerd_sockets(struct probe_tree *tree, const struct dockerd_tree *what, const char *proc)
{
	char *copy = arena_strdup(tree->arena, what->descriptors ? what->descriptors : ""), *save = NULL;
	int fd = 3;

	tree_file(tree, arena_printf(tree->arena, "%s/net/unix", proc),
		  arena_printf(tree->arena, "Num       RefCount Protocol Flags    Type St Inode Path\n%s",
			       what->unix_table ? what->unix_table : ""), 0444);
	tree_file(tree, arena_printf(tree->arena, "%s/net/tcp", proc),
		  arena_printf(tree->arena, "  sl  local_address rem_address   st\n%s", what->tcp_table ? what->tcp_table : ""), 0444);
	tree_folder(tree, arena_printf(tree->arena, "%s/fd", proc));
	for (char *inode = strtok_r(copy, " ", &save); inode; inode = strtok_r(NULL, " ", &save))
		tree_link(tree, arena_printf(tree->arena, "%s/fd/%d", proc, fd++), arena_printf(tree->arena, "socket:[%s]", inode));
}

/* Capturing a tree makes its files new; the time of boot decides whether the process is newer than they are. */
static inline void dockerd_add(struct probe_tree *tree, const struct dockerd_tree *what)
{
	int pid = what->pid ? what->pid : DOCKERD_PID;
	const char *proc = arena_printf(tree->arena, "/proc/%d", pid);
	long long boot = (long long)time(NULL) + (what->changed ? -1000 : 1000);

	if (what->config)
		tree_file(tree, "/etc/docker/daemon.json", what->config, 0644);
	tree_file(tree, "/proc/stat", arena_printf(tree->arena, "cpu  1 2 3\nbtime %lld\nprocesses 9\n", boot), 0444);
	tree_words(tree, arena_printf(tree->arena, "%s/cmdline", proc), what->words ? what->words : "dockerd");
	tree_words(tree, arena_printf(tree->arena, "%s/environ", proc), what->environ ? what->environ : "PATH=/bin");
	tree_file(tree, arena_printf(tree->arena, "%s/stat", proc),
		  arena_printf(tree->arena, "%d (dockerd) S 1 9 9 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 9 0 100 0 0\n", pid), 0444);
	tree_file(tree, arena_printf(tree->arena, "%s/status", proc),
		  arena_printf(tree->arena, "Name:\tdockerd\nUid:\t%u\t%u\t%u\t%u\n", what->uid, what->uid, what->uid, what->uid), 0444);
	tree_link(tree, arena_printf(tree->arena, "%s/exe", proc), "/usr/bin/dockerd");
	tree_link(tree, arena_printf(tree->arena, "%s/cwd", proc), "/srv/work");
	dockerd_sockets(tree, what, proc);
}

/* The nth daemon subject, NULL when there are fewer. */
static inline const struct subject *dockerd_subject(struct probe_tree *tree, size_t nth)
{
	for (size_t i = 0; i < facts_subject_count(tree->facts); i++)
		if (facts_subject_at(tree->facts, i)->scope == SCOPE_DAEMON && nth-- == 0)
			return facts_subject_at(tree->facts, i);
	return NULL;
}

static inline const char *dockerd_shown(struct probe_tree *tree, const struct fact_side *side)
{
	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	return value_display(tree->arena, &side->value, 0);
}

#endif
