#include "plan/select.h"

static bool names_entry(const char *name, const struct entry *entry)
{
	return strcmp(name, entry->id) == 0 || strcmp(name, entry->rule->slug) == 0;
}

static bool any_names(const struct strings *names, const struct entry *entry)
{
	vec_each(name, names)
		if (names_entry(*name, entry))
			return true;
	return false;
}

/* All ids and slugs of the editions. */
static struct strings known_names(struct select *select, const struct benchmark *const *benchmarks, size_t count)
{
	struct strmap *seen = strmap_new(select->arena);
	struct strings names = {0};

	for (size_t i = 0; i < count; i++)
		vec_each(entry, &benchmarks[i]->entries) {
			const char *both[] = {entry->id, entry->rule->slug};

			for (size_t j = 0; j < 2; j++) {
				if (strmap_get(seen, both[j]))
					continue;
				strmap_put(seen, both[j], select);
				vec_push(select->arena, &names, both[j]);
			}
		}
	return names;
}

static int check_options(const struct strings *given, const struct strings *known, const char *option, struct error *err)
{
	vec_each(name, given) {
		if (strings_has(known, *name))
			continue;
		const char *near = text_nearest(*name, known->items, known->count);
		return error_set(err, ERROR_USAGE, "%s %s: no rule or id of that name%s%s%s", option, *name,
				 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	}
	return 0;
}

static void check_tailored(struct select *select, const struct strings *known, const char *name, struct position where)
{
	if (!strings_has(known, name))
		diag_suggest(select->diags, where, text_nearest(name, known->items, known->count),
			     "no rule or id \"%s\" in the benchmarks selected", name);
}

static void check_tailoring(struct select *select, const struct strings *known)
{
	const struct tailoring *tailoring = select->options->tailoring;
	struct position whole = {tailoring->path, 0, 0};

	vec_each(name, &tailoring->only)
		check_tailored(select, known, *name, whole);
	vec_each(name, &tailoring->skip)
		check_tailored(select, known, *name, whole);
	vec_each(item, &tailoring->params)
		check_tailored(select, known, item->rule, item->where);
	vec_each(item, &tailoring->severities)
		check_tailored(select, known, item->rule, item->where);
	vec_each(item, &tailoring->waivers)
		check_tailored(select, known, item->rule, item->where);
	vec_each(item, &tailoring->attestations)
		check_tailored(select, known, item->rule, item->where);
}

int select_check_names(struct select *select, const struct benchmark *const *benchmarks, size_t count, struct error *err)
{
	struct strings known = known_names(select, benchmarks, count);

	if (check_options(&select->options->only, &known, "--only", err) < 0 ||
	    check_options(&select->options->skip, &known, "--skip", err) < 0)
		return -1;
	if (select->options->tailoring)
		check_tailoring(select, &known);
	return 0;
}

static bool in_profile(const struct profile *profile, const struct entry *entry)
{
	if (!(profile->levels & (1u << entry->level)))
		return false;
	vec_each(role, &entry->roles)
		if (strings_has(&profile->roles, *role))
			return true;
	return false;
}

static void note_matches(struct select *select, const struct entry *entry)
{
	vec_each(name, &select->options->only)
		if (names_entry(*name, entry))
			strings_add_unique(select->arena, &select->matched, *name);
}

bool select_entry(struct select *select, const struct profile *profile, const struct entry *entry)
{
	const struct plan_options *options = select->options;
	const struct tailoring *tailoring = options->tailoring;

	if (!in_profile(profile, entry))
		return false;
	note_matches(select, entry);
	if (options->only.count && !any_names(&options->only, entry))
		return false;
	if (any_names(&options->skip, entry))
		return false;
	if (!tailoring)
		return true;
	/* --only on the command line is the narrower wish and overrides the tailoring's selection. */
	if (tailoring->only.count && !options->only.count && !any_names(&tailoring->only, entry))
		return false;
	return !any_names(&tailoring->skip, entry);
}

int select_check_used(const struct select *select, struct error *err)
{
	vec_each(name, &select->options->only)
		if (!strings_has(&select->matched, *name))
			return error_set(err, ERROR_USAGE, "--only %s: not in the profile in use; choose another with --profile",
					 *name);
	return 0;
}


void select_tailored_param(struct select *select, const struct entry *entry, size_t index, struct value *value)
{
	const struct param *param = &entry->rule->params.items[index];

	if (!select->options->tailoring)
		return;
	vec_each(item, &select->options->tailoring->params) {
		if (!names_entry(item->rule, entry))
			continue;
		vec_each(raw, &item->params)
			if (strcmp(raw->name, param->name) == 0)
				library_type_param(entry->rule, index, raw, value, select->diags);
	}
}

static void check_param_names(struct select *select, const struct tailored_params *item, const struct rule *rule)
{
	struct strings names = {0};

	vec_each(param, &rule->params)
		vec_push(select->arena, &names, param->name);
	vec_each(raw, &item->params)
		if (!strings_has(&names, raw->name))
			diag_suggest(select->diags, raw->where, text_nearest(raw->name, names.items, names.count),
				     "rule %s has no parameter \"%s\"", rule->slug, raw->name);
}

void select_tailoring(struct select *select, struct planned *planned)
{
	const struct tailoring *tailoring = select->options->tailoring;
	const struct entry *entry = planned->entry;

	if (!tailoring)
		return;
	vec_each(item, &tailoring->params)
		if (names_entry(item->rule, entry))
			check_param_names(select, item, entry->rule);
	vec_each(item, &tailoring->severities)
		if (names_entry(item->rule, entry))
			planned->severity = item->severity;
	vec_each(item, &tailoring->waivers)
		if (names_entry(item->rule, entry))
			vec_push(select->arena, &planned->waivers, item);
	vec_each(item, &tailoring->attestations)
		if (names_entry(item->rule, entry))
			planned->attestation = item;
}
