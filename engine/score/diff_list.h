/* The list under construction, and the pairing of subjects; shared by the two comparisons. */
#ifndef SCORE_DIFF_LIST_H
#define SCORE_DIFF_LIST_H

#include "score/diff.h"

/* Append; order and counts are kept. */
void diff_list_add(struct arena *arena, struct diff *diff, struct diff_change change);
void diff_list_sort(struct diff *diff);

struct diff_list_subject {
	enum scope scope;
	const char *id, *name;
	struct diff_list_subject *other; /* its counterpart in the other run; NULL: none */
	size_t results[RESULT_COUNT];	 /* reports: its findings; */
	enum severity worst;		 /* the worst severity of its fails and errors, else low */
};
struct diff_list_subjects {
	VEC(struct diff_list_subject *) list;
	struct strmap *by_id;
};
/* Add, or return the known one. */
struct diff_list_subject *diff_list_subject(struct arena *arena,
					    struct diff_list_subjects *subjects, enum scope scope,
					    const char *id, const char *name);
struct diff_list_subject *diff_list_find(struct arena *arena,
					 const struct diff_list_subjects *subjects,
					 enum scope scope, const char *id);
/* Fill in `other` on both sides. */
void diff_list_pair(struct arena *arena, struct diff_list_subjects *a,
		    struct diff_list_subjects *b);

/* "container web", "container web (replaced)" */
const char *diff_list_subject_text(struct arena *arena, const struct diff_list_subject *subject);

#endif
