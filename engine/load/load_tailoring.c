#include "load/load_tailoring.h"

#include <time.h>

#include "load/keys.h"
#include "load/load_value.h"

/* Seconds since the epoch of the last second of a day YYYY-MM-DD, UTC. False when there is no such day. */
static bool parse_day(const char *text, int64_t *ret)
{
	static const char form[] = "dddd-dd-dd";
	struct tm day = {.tm_hour = 23, .tm_min = 59, .tm_sec = 59}, normal;
	time_t end;

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; i < strlen(form); i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	day.tm_year = atoi(text) - 1900;
	day.tm_mon = atoi(text + 5) - 1;
	day.tm_mday = atoi(text + 8);
	normal = day;
	end = timegm(&normal);
	/* timegm(3) takes the 31st of February for a day in March, the 0th for one in January: the month tells. */
	if (end < 0 || normal.tm_mon != day.tm_mon)
		return false;
	*ret = end;
	return true;
}

static void load_day(struct loader *loader, const struct yaml_node *node, int64_t *ret)
{
	if (!parse_day(node->text, ret))
		diag_add(loader->diags, node->where, "a day is written YYYY-MM-DD, not \"%.40s\"", node->text);
}

static void read_only(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct tailoring *tailoring = target;

	load_value_texts(loader, node, "only", &tailoring->only);
}

static void read_skip(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct tailoring *tailoring = target;

	load_value_texts(loader, node, "skip", &tailoring->skip);
}

static void read_score(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct tailoring *tailoring = target;

	bool all;

	if (load_value_score(loader, node, &all))
		tailoring->scoring = all ? SCORING_ALL : SCORING_AUTOMATED;
}

/* --- params: texts, typed by the plan -------------------------------------------------------------- */

/* The text keeps no quotes, so what they would decide is asked for here. */
static const char *load_raw_text(struct loader *loader, const struct yaml_node *node)
{
	const char *text = node->text;

	if (!load_value_is(loader, node, YAML_SCALAR, "a parameter's value"))
		return NULL;
	if (!node->quoted && text[0] == '0' && text[1] != '\0' && !text[strspn(text, "01234567")]) {
		diag_add(loader->diags, node->where, "a mode without quotes can be taken for a number; quote it");
		return NULL;
	}
	return text_safe(loader->arena, text, strlen(text));
}

static void read_param(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct tailored_params *params = target;
	struct param_value raw = {.name = key->text, .where = value->where};
	struct strings texts = {0};
	const char *text;

	if (value->kind != YAML_LIST) {
		text = load_raw_text(loader, value);
		raw.value = value_string(text);
	} else {
		vec_each(item, &value->items) {
			text = load_raw_text(loader, *item);
			if (text)
				vec_push(loader->arena, &texts, text);
		}
		raw.value = value_strings(texts);
	}
	vec_push(loader->arena, &params->params, raw);
}

static void read_rule_params(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct tailoring *tailoring = target;
	struct tailored_params params = {.rule = key->text, .where = key->where};

	keys_each(loader, value, "a rule's params", read_param, &params);
	vec_push(loader->arena, &tailoring->params, params);
}

static void read_params(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "params", read_rule_params, target);
}

/* --- severity ---------------------------------------------------------------------------------------- */

static void read_rule_severity(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	static const struct choice severities[] = {
#define X(e, n, w) {n, SEVERITY_##e},
		SEVERITIES(X)
#undef X
	};
	struct tailoring *tailoring = target;
	struct tailored_severity item = {.rule = key->text, .where = key->where};
	int severity;

	if (!LOAD_CHOICE(loader, value, severities, "severity", &severity))
		return;
	item.severity = (enum severity)severity;
	vec_push(loader->arena, &tailoring->severities, item);
}

static void read_severity(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "severity", read_rule_severity, target);
}

/* --- waivers and attestations --------------------------------------------------------------------------- */

static void read_expires(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct waiver *waiver = target;

	load_day(loader, node, &waiver->expires);
}

static const struct key waiver_table[] = {
	KEY_TEXT("rule", REQUIRED, struct waiver, rule),
	KEY_TEXT("subject", OPTIONAL, struct waiver, subject),
	KEY_TEXT("owner", REQUIRED, struct waiver, owner),
	KEY_TEXT("reason", REQUIRED, struct waiver, reason),
	{"expires", REQUIRED, KEY_SCALAR, read_expires, 0},
};
static const struct keys waiver_keys = KEYS("a waiver", waiver_table, NULL);

static void read_waivers(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct tailoring *tailoring = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "waivers must not be an empty list");
	vec_each(item, &node->items) {
		struct waiver waiver = {.where = (*item)->where};

		keys_read(loader, *item, &waiver_keys, &waiver);
		vec_push(loader->arena, &tailoring->waivers, waiver);
	}
}

static void read_result(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice results[] = {{"pass", true}, {"fail", false}};
	struct attestation *attestation = target;
	int passes;

	if (LOAD_CHOICE(loader, node, results, "result", &passes))
		attestation->passes = passes;
}

static void read_until(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct attestation *attestation = target;

	load_day(loader, node, &attestation->until);
}

static const struct key attestation_table[] = {
	KEY_TEXT("rule", REQUIRED, struct attestation, rule),
	KEY_TEXT("who", REQUIRED, struct attestation, who),
	KEY_TEXT("saw", REQUIRED, struct attestation, saw),
	{"result", REQUIRED, KEY_SCALAR, read_result, 0},
	{"until", REQUIRED, KEY_SCALAR, read_until, 0},
};
static const struct keys attestation_keys = KEYS("an attestation", attestation_table, NULL);

static void read_attestations(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct tailoring *tailoring = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "attestations must not be an empty list");
	vec_each(item, &node->items) {
		struct attestation attestation = {.where = (*item)->where};

		keys_read(loader, *item, &attestation_keys, &attestation);
		vec_push(loader->arena, &tailoring->attestations, attestation);
	}
}

static const struct key tailoring_table[] = {
	KEY_TEXT("tailoring", REQUIRED, struct tailoring, name),
	{"only", OPTIONAL, KEY_LIST, read_only, 0},
	{"skip", OPTIONAL, KEY_LIST, read_skip, 0},
	{"score", OPTIONAL, KEY_SCALAR, read_score, 0},
	{"params", OPTIONAL, KEY_MAPPING, read_params, 0},
	{"severity", OPTIONAL, KEY_MAPPING, read_severity, 0},
	{"waivers", OPTIONAL, KEY_LIST, read_waivers, 0},
	{"attestations", OPTIONAL, KEY_LIST, read_attestations, 0},
};
static const struct keys tailoring_keys = KEYS("a tailoring", tailoring_table, NULL);

const struct tailoring *load_tailoring(struct loader *loader, const struct yaml_node *root)
{
	struct tailoring *tailoring = ARENA_NEW(loader->arena, struct tailoring);
	size_t before = loader->diags->total;

	tailoring->path = loader->path;
	keys_read(loader, root, &tailoring_keys, tailoring);
	return loader->diags->total == before ? tailoring : NULL;
}
