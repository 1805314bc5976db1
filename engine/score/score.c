#include "score/score.h"

void score_add(struct score *score, const struct score_item *item)
{
	bool decided = item->result == RESULT_PASS || item->result == RESULT_FAIL;
	bool passed = item->result == RESULT_PASS;
	int weight = severity_weight(item->severity);

	score->results[item->result]++;
	score->waived += item->waived;
	if (item->result == RESULT_NOT_APPLICABLE)
		return;
	score->selected++;
	score->decided += decided;
	if (!decided || !item->scored)
		return;
	score->assessed++;
	score->passed += passed;
	score->weight_assessed += weight;
	score->weight_passed += passed ? weight : 0;
}

/* Tenths of a percent, rounded half up. */
static int tenths(int64_t part, int64_t whole)
{
	if (whole <= 0)
		return -1;
	return (int)((2000 * part + whole) / (2 * whole));
}

int score_percent(const struct score *score)
{
	return tenths(score->weight_passed, score->weight_assessed);
}

int score_percent_unweighted(const struct score *score)
{
	return tenths((int64_t)score->passed, (int64_t)score->assessed);
}

int score_coverage(const struct score *score)
{
	return tenths((int64_t)score->decided, (int64_t)score->selected);
}
