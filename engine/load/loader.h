/* One definition file while it is being loaded: where results go, what they are held against. */
#ifndef LOAD_LOADER_H
#define LOAD_LOADER_H

#include "load/diag.h"
#include "load/yaml.h"
#include "model/rule.h"

/* Per file. Few bytes of text can ask for much memory: a compiled expression takes up to 64 KiB, a case has a store of its own. */
#define LOADER_PATTERNS_MAX 200
#define LOADER_CASES_MAX 200
#define LOADER_PARAMS_MAX 100     /* of a rule */
#define LOADER_PARAM_USES_MAX 200 /* operands of the form $name */

struct library;

/* What the library frees by itself when it closes. */
struct loader_owned {
	VEC(struct pattern *) patterns;
	VEC(struct facts *) facts;
};

struct loader {
	struct library *library; /* whose rules an index names; NULL: there are none */
	struct arena *arena;     /* the library's */
	const struct catalogue *catalogue;
	struct diags *diags;
	struct loader_owned *owned;
	const char *path;
	bool without_cases;      /* may be missing, and are not looked at */

	/* What a check is compiled against. */
	const struct rule *rule; /* whose parameters $name reads; NULL: there are none */
	bool scope_known;        /* false after an error in `scope`: then nothing is said about scopes */
	enum scope scope;
	size_t patterns;         /* compiled so far */
	size_t param_uses;       /* so far */
	bool checks_broken;      /* select, applies_if or check has errors: what they name is not known in full */
};

/* "b" of /a/b.yaml; the name of the folder that holds /a/b.yaml ("a"). In the arena. */
const char *loader_base_name(struct arena *arena, const char *path);
const char *loader_folder_name(struct arena *arena, const char *path);

/* Compile an expression for as long as the library lives; NULL after a diag at `where`. */
struct pattern *loader_pattern(struct loader *loader, struct position where, const char *text);
/* A store of facts for as long as the library lives. */
struct facts *loader_facts(struct loader *loader);
void loader_owned_done(struct loader_owned *owned);

/* [a-z0-9-]+ with `dash` '-', [a-z][a-z0-9_]* with `dash` '_'. */
bool loader_is_name(const char *text, char dash);

#endif
