#include "reports/format.h"

#include "base/text.h"

const struct format *format_find(const char *name)
{
	for (const struct format *const *format = format_table; *format; format++) {
		if (text_eq((*format)->name, name))
			return *format;
	}
	return NULL;
}
