/* A shared library that is loaded when it is first needed, for one that most runs do without and that draws in many others.
 * Its functions are a table of pointers, declared by the library's own header. */
#ifndef BASE_DYNAMIC_H
#define BASE_DYNAMIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Fill `ret`, a struct of `count` pointers to functions, from the library with that soname, which stays loaded. ERROR_SYSTEM: there
 * is no such library, or it lacks one of the names. */
int dynamic_load(const char *library, const char *const *names, size_t count, void *ret, struct error *err);

#endif
