#include "model/rule.h"

#include <assert.h>

#include "model/names.h"

static const char *const severity_names[SEVERITY_COUNT] = {
#define X(e, n, w) [SEVERITY_##e] = n,
	SEVERITIES(X)
#undef X
};

static const int severity_weights[SEVERITY_COUNT] = {
#define X(e, n, w) [SEVERITY_##e] = w,
	SEVERITIES(X)
#undef X
};

const char *severity_name(enum severity severity)
{
	return names_at(severity_names, SEVERITY_COUNT, severity);
}

int severity_weight(enum severity severity)
{
	assert(severity < SEVERITY_COUNT);
	return severity_weights[severity];
}

bool severity_from_name(const char *name, enum severity *ret)
{
	int index = names_find(severity_names, SEVERITY_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum severity)index;
	return true;
}
