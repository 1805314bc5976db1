/* Adding one rule's result to a score. */
#ifndef SCORE_SCORE_H
#define SCORE_SCORE_H

#include "score/report.h"

struct score_item {
	enum result result;
	enum severity severity;
	bool scored;
	bool waived;
};

/* A waived fail still weighs as a fail: waiving changes who answers for it, not what was seen. */
void score_add(struct score *score, const struct score_item *item);

#endif
