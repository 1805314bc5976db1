#include "model/finding.h"

#include "model/names.h"

static const char *const disposition_names[DISPOSITION_COUNT] = {
#define X(e, n) [DISPOSITION_##e] = n,
	DISPOSITIONS(X)
#undef X
};

const char *disposition_name(enum disposition disposition)
{
	return names_at(disposition_names, DISPOSITION_COUNT, disposition);
}

bool disposition_from_name(const char *name, enum disposition *ret)
{
	int index = names_find(disposition_names, DISPOSITION_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum disposition)index;
	return true;
}
