#include "reports/xml_writer.h"

/* The number changed once, with 2.14; the header tells which one this was built for. */
#if LIBXML_VERSION >= 21400
#define LIBRARY "libxml2.so.16"
#else
#define LIBRARY "libxml2.so.2"
#endif

int xml_writer_load(const struct xml_writer **ret, struct error *err)
{
	static const char *const names[] = {
#define X(prefix, name) #prefix #name,
		XML_WRITER(X)
#undef X
	};
	static struct xml_writer writer;
	static bool loaded;

	if (!loaded && dynamic_load(LIBRARY, names, sizeof names / sizeof *names, &writer, err) < 0)
		return error_wrap(err, "libxml2");
	loaded = true;
	*ret = &writer;
	return 0;
}
