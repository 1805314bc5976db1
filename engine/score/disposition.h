/* Waivers and attestations on findings. "Now" is when the facts were collected: a report never
 * reads the clock. */
#ifndef SCORE_DISPOSITION_H
#define SCORE_DISPOSITION_H

#include "plan/plan.h"
#include "score/report.h"

/* Attestation first: a manual finding becomes pass or fail, attested. Then waivers: a fail whose
 * subject's name or id matches is waived by the first that has not expired; the result stays.
 * What has run out does not apply, and the message says so. */
void disposition_apply(struct arena *arena, const struct planned *planned, int64_t now,
		       struct finding *finding);

#endif
