/* Which editions to use: those named with -b, or those that apply. */
#ifndef CLI_CHOOSE_H
#define CLI_CHOOSE_H

#include "cli/workplace.h"
#include "model/probe.h"

struct chosen VEC_BODY(const struct benchmark *);

/* Those of -b NAME[:REVISION]; without a revision the newest. ERROR_USAGE with a suggestion. Mistakes in
 * definitions are printed. */
int choose_named(struct workplace *place, struct chosen *ret, struct error *err);

/* The newest edition of every benchmark, whether it applies or not. */
int choose_newest(struct workplace *place, struct chosen *ret, struct error *err);

/* Of every benchmark the newest edition whose condition holds for these facts; `facts` must hold what choose_request asked for.
 * A condition that could not be evaluated counts as applying: its rules then say so themselves. */
int choose_applying(struct workplace *place, const struct facts *facts, struct chosen *ret, struct error *err);

/* What choose_applying needs collected. */
int choose_request(struct workplace *place, struct request *ret, struct error *err);

#endif
