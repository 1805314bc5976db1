/* plimsoll-facts(7) from the declarations. */
#ifndef CLI_FACTS_MANUAL_H
#define CLI_FACTS_MANUAL_H

#include <stdio.h>

#include "model/fact.h"

void facts_manual(const struct catalogue *catalogue, FILE *stream);

#endif
