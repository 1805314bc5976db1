/* The search of checks/containers.c, shared with its part in checks/containers_bare.c; nobody else's. */
#ifndef CHECKS_CONTAINERS_SEARCH_H
#define CHECKS_CONTAINERS_SEARCH_H

#include "checks/cgroup_path.h"
#include "checks/containers.h"

struct link {
	struct container *container;
	unsigned joined;
};

/* A process with what tells where it belongs. */
struct seen {
	const struct process *process;
	struct cgroup_matches matches;
	const char *cgroup;
	bool service;
	uint64_t pid_ns, mount_ns; /* 0: not known */
	VEC(struct link) links;
	struct containers_group *group; /* of checks/containers_bare.c */
};

struct candidates VEC_BODY(struct seen *);

struct search {
	struct probe_context *ctx;
	struct containers *containers;
	struct arena *arena;   /* the facts' */
	struct arena *scratch;
	VEC(struct seen) seen;
	struct strmap *cgroups; /* text → the same text in the arena */
	struct strmap *owners; /* "pid N", "mnt N" → struct container */
	bool host_is_kernel;   /* the host's namespaces are those of kthreadd */
	size_t unread;         /* processes whose groups or namespaces could not be read */
	const char *why;
};

/* 0 when it cannot be read, which is noted unless the process has ended. */
uint64_t containers_look_up(struct search *search, const struct process *process, enum containers_kind kind);
/* Known, and not the host's. */
bool containers_is_private(const struct search *search, enum containers_kind kind, uint64_t inode);
bool containers_is_older(const struct seen *a, const struct seen *b);
/* Of at least one; sorts them by age. */
struct seen *containers_choose_init(struct search *search, struct candidates *candidates);
const char *containers_owner_key(struct search *search, enum containers_kind kind, uint64_t inode);
const char *containers_name(struct arena *arena, const char *id);
struct container *containers_add(struct search *search, struct container what);
/* The namespaces of this member are the container's, where no older container has them. */
void containers_own(struct search *search, struct container *container, const struct seen *member);
void containers_set_init(struct search *search, struct container *container, const struct seen *init);

/* Containers by namespaces alone, of the processes that belong to none yet. */
void containers_bare_find(struct search *search);

#endif
