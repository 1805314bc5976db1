/* Trees with a data root of Docker Engine, and what the container probe says of them. */
#ifndef TESTS_CONTAINER_TREE_H
#define TESTS_CONTAINER_TREE_H

#include "docker_fixture.h"

#define A             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B             "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ROOT          "/var/lib/docker"
#define CONTAINER(id) ROOT "/containers/" id
#define CONFIG(name)                                                                               \
	"{\"ID\":\"x\",\"Name\":\"/" name                                                          \
	"\",\"Image\":\"sha256:x\",\"Config\":{\"User\":\"7\"},\"State\":{\"Running\":false}}"
#define HOST_CONFIG "{\"Privileged\":true}"

static inline const struct subject *find(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		if (subject->scope == SCOPE_CONTAINER && strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

static inline size_t count(const struct facts *facts, enum scope scope)
{
	size_t found = 0;

	for (size_t i = 0; i < facts_subject_count(facts); i++)
		found += facts_subject_at(facts, i)->scope == scope;
	return found;
}

static inline const char *shown(struct probe_tree *tree, const char *name, const char *fact)
{
	const struct subject *subject = find(tree->facts, name);

	assert_non_null(subject);
	return fixture_shown(tree->arena, subject, fact);
}

static inline void assert_population(const struct probe_tree *tree, enum fact_state state,
			      const char *origin_part)
{
	const struct fact_side *population = facts_population(tree->facts, SCOPE_CONTAINER);

	assert_string_equal(fact_state_name(population->state), fact_state_name(state));
	if (origin_part && !strstr(population->origin, origin_part))
		fail_msg("origin %s", population->origin);
}

#endif
