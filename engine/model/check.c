#include "model/check.h"

#include <assert.h>

#include "model/names.h"

static const char *const result_names[RESULT_COUNT] = {
#define X(e, n) [RESULT_##e] = n,
	RESULTS(X)
#undef X
};

const char *result_name(enum result result)
{
	return names_at(result_names, RESULT_COUNT, result);
}

bool result_from_name(const char *name, enum result *ret)
{
	int index = names_find(result_names, RESULT_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum result)index;
	return true;
}

static const struct op_info op_table[OP_COUNT] = {
#define X(e, n, types_, operand_, wanted_, about_)                                                 \
	[OP_##e] = {.name = n, .wanted = wanted_, .types = types_, .operand = OPERAND_##operand_, .about = about_},
	OPERATORS(X)
#undef X
};

const struct op_info *op_info(enum op op)
{
	assert(op < OP_COUNT);
	return &op_table[op];
}

bool op_from_name(const char *name, enum op *ret)
{
	for (size_t i = 0; name && i < OP_COUNT; i++)
		if (strcmp(op_table[i].name, name) == 0) {
			*ret = (enum op)i;
			return true;
		}
	return false;
}
