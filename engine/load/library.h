/* The library: benchmark definitions on disk.
 *
 *   DIR/NAME/REVISION.yaml       an edition (index)
 *   DIR/NAME/rules/SLUG.yaml     a rule
 *
 * Slugs are unique over the whole library: an index names any rule; its own folder is searched first, then the others in
 * order of name. Rules are read when an index (or library_rule) asks for them, once. Fact names and types are
 * checked against the catalogue. Everything lives until library_close. Definitions are read with plain bounded file access:
 * they belong to the tool, not to the audited host. */
#ifndef LOAD_LIBRARY_H
#define LOAD_LIBRARY_H

#include "load/diag.h"
#include "model/rule.h"

#define LIBRARY_FOLDERS_MAX 256 /* benchmarks */
#define LIBRARY_FILES_MAX 10000 /* rule and edition files of all of them */

struct library;

int library_open(const char *dir, const struct catalogue *catalogue, struct library **ret, struct error *err);
void library_close(struct library *library);
static inline void library_cleanup(struct library **library) { library_close(*library); }
struct arena *library_arena(const struct library *library);

/* Whether rules' cases are read, as they are from the start: an audit has no use for them, and they are most of the text. Mistakes
 * in them then go unseen. Before anything is loaded. */
void library_read_cases(struct library *library, bool read);

/* Editions found by file name alone, nothing parsed: name, revision, path; sorted by name, then newest first. */
struct edition {
	const char *name;
	const char *revision;
	const char *path;
};
struct editions VEC_BODY(struct edition);
int library_editions(struct library *library, struct editions *ret, struct error *err);
/* Slugs of all rules on disk, sorted. */
int library_slugs(struct library *library, struct strings *ret, struct error *err);

/* Load by kind. NULL when the file has errors (all of them are in `diags`). Results are cached by path, failures too: their
 * errors are reported by the first call only. */
const struct benchmark *library_benchmark(struct library *library, const char *path, struct diags *diags);
const struct rule *library_rule(struct library *library, const char *slug, struct diags *diags);
const struct rule *library_rule_file(struct library *library, const char *path, struct diags *diags);
/* A tailoring; parameter values and ids are checked against the given benchmarks by the plan, not here:
 * params are kept as texts until then, values of type STRING, or STRINGS for a list (see library_type_param). */
const struct tailoring *library_tailoring(struct library *library, const char *path, struct diags *diags);
/* Type a tailoring's value by the parameter it is for, by its index, and hold it against the tests that use it. A text that
 * is no such value: -1 and a diag at raw->where; `ret`
 * is left alone then. Texts are borrowed from `raw`. */
int library_type_param(const struct rule *rule, size_t index, const struct param_value *raw, struct value *ret,
		       struct diags *diags);

/* What a definition file is, by its first key: `rule`, `benchmark`, `tailoring`. */
enum definition { DEFINITION_RULE, DEFINITION_BENCHMARK, DEFINITION_TAILORING };
int library_kind(struct library *library, const char *path, enum definition *ret, struct diags *diags);

#endif
