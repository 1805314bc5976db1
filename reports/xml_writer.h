/* The writer of libxml2, loaded when a report is XML: the library draws in ICU's tables and the C++ library. */
#ifndef REPORTS_XML_WRITER_H
#define REPORTS_XML_WRITER_H

#include <libxml/xmlwriter.h>

#include "base/dynamic.h"

/* X(prefix, name) */
#define XML_WRITER(X)                                                                              \
	X(xml, OutputBufferCreateIO) X(xml, NewTextWriter) X(xml, FreeTextWriter)                  \
	X(xmlTextWriter, SetIndent) X(xmlTextWriter, SetIndentString) X(xmlTextWriter, StartDocument) \
	X(xmlTextWriter, EndDocument) X(xmlTextWriter, StartElement) X(xmlTextWriter, EndElement)  \
	X(xmlTextWriter, WriteAttribute) X(xmlTextWriter, WriteString)

struct xml_writer {
#define X(prefix, name) __typeof__(&prefix##name) name;
	XML_WRITER(X)
#undef X
};

/* As dynamic_load; valid for as long as the process lives. */
int xml_writer_load(const struct xml_writer **ret, struct error *err);

#endif
