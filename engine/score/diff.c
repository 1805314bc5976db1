#include "score/diff_list.h"

static const char *const kind_names[DIFF_KIND_COUNT] = {
#define X(e, n, m) [DIFF_##e] = n,
	DIFF_KINDS(X)
#undef X
};

const char *diff_kind_name(enum diff_kind kind)
{
	return kind < DIFF_KIND_COUNT ? kind_names[kind] : "unknown";
}
