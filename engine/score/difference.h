/* How two values differ, for a person. */
#ifndef SCORE_DIFFERENCE_H
#define SCORE_DIFFERENCE_H

#include "model/fact.h"

#define DIFFERENCE_SHOWN_MAX 200 /* bytes of a value */
#define DIFFERENCE_ITEMS_MAX 5	 /* items or rows named on each side */

/* NULL when they are equal but for order and unstable fields; else "false -> true", "added [a,
 * b]; removed [c]". */
const char *difference_values(struct arena *arena, const struct value *a, const struct value *b);

/* One side of a fact or a piece of evidence. */
struct difference_side {
	enum fact_state state;
	const struct value *value; /* PRESENT */
};
/* The same for sides: states that differ count, "3 -> absent". */
const char *difference_sides(struct arena *arena, const struct difference_side *a,
			     const struct difference_side *b);
/* The value, or the state's name. */
const char *difference_shown(struct arena *arena, const struct difference_side *side);

#endif
