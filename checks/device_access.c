#include "checks/device_access.h"

#define ANY DEVICE_ACCESS_ANY

const struct field_decl device_access_fields[] = {
	{"type", VALUE_STRING, "b block, c character, a both"},
	{"major", VALUE_STRING, "major number, or * for any that no other row names"},
	{"minor", VALUE_STRING, "minor number, or * for any that no other row names"},
	{"access", VALUE_STRING, "of r, w and m; empty: an exception from a wider row"},
	{0},
};

/* ---- the table ----------------------------------------------------------------------------- */

static const struct device_rule *find(const struct device_access *access, char type, uint64_t major,
				      uint64_t minor)
{
	vec_each (rule, &access->rules)
		if ((rule->type == type || rule->type == 'a') && rule->major == major &&
		    rule->minor == minor)
			return rule;
	return NULL;
}

unsigned device_access_letters(const struct device_access *access, char type, uint64_t major,
			       uint64_t minor)
{
	const struct device_point order[] = {
		{major, minor}, {major, ANY}, {ANY, minor}, {ANY, ANY}};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct device_rule *rule = find(access, type, order[i].major, order[i].minor);

		if (rule)
			return rule->access;
	}
	return 0;
}

bool device_access_allows(const struct device_access *access, char type, uint32_t major,
			  uint32_t minor, unsigned want)
{
	unsigned letters = device_access_letters(access, type, major, minor);

	return access->state == FACT_PRESENT && (letters & want) == want;
}

bool device_access_allows_all(const struct device_access *access)
{
	if (access->state != FACT_PRESENT || access->rules.count == 0)
		return false;
	vec_each (rule, &access->rules)
		if (rule->access != DEVICE_ACCESS_RWM)
			return false;
	return find(access, 'b', ANY, ANY) && find(access, 'c', ANY, ANY);
}

bool device_access_point(struct arena *arena, struct device_points *points, uint64_t major,
			 uint64_t minor)
{
	vec_each (point, points)
		if (point->major == major && point->minor == minor)
			return true;
	if (points->count == DEVICE_ACCESS_POINTS_MAX)
		return false;
	vec_push(arena, points, ((struct device_point){major, minor}));
	return true;
}

/* ---- from answers to rows ------------------------------------------------------------------- */

/* Only these requests are made: mknod(2) asks for m, open(2) for what it opens with
 * (include/linux/device_cgroup.h, devcgroup_inode_permission). */
static const unsigned requests[] = {
	DEVICE_ACCESS_MKNOD,
	DEVICE_ACCESS_READ,
	DEVICE_ACCESS_WRITE,
	DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE,
};

static bool ask_letters(device_access_ask *ask, void *source, char type,
			const struct device_point *point, unsigned *ret)
{
	*ret = 0;
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		int answer = ask(source, type, point->major, point->minor, requests[i]);

		if (answer < 0)
			return false;
		if (answer > 0)
			*ret |= requests[i];
	}
	return true;
}

static int specificity(const struct device_point *point)
{
	return (point->major != ANY) * 2 + (point->minor != ANY);
}

/* Rows of one type, from the widest on: one that says nothing new is left out. */
static bool tabulate_type(struct arena *arena, device_access_ask *ask, void *source,
			  const struct device_points *points, char type, struct device_access *ret)
{
	for (int level = 0; level <= 3; level++) {
		vec_each (point, points) {
			unsigned letters;

			if (specificity(point) != level)
				continue;
			if (!ask_letters(ask, source, type, point, &letters))
				return false;
			if (letters ==
			    device_access_letters(ret, type, point->major, point->minor))
				continue;
			vec_push(arena, &ret->rules,
				 ((struct device_rule){type, point->major, point->minor, letters}));
		}
	}
	return true;
}

static int compare_rules(const void *a, const void *b)
{
	const struct device_rule *x = a, *y = b;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	if (x->minor != y->minor)
		return x->minor < y->minor ? -1 : 1;
	return 0;
}

/* What both types say alike is one row of type a. */
static void merge_types(struct arena *arena, const struct device_access *blocks,
			const struct device_access *chars, struct device_access *ret)
{
	vec_each (rule, &blocks->rules) {
		const struct device_rule *same = find(chars, 'c', rule->major, rule->minor);
		struct device_rule merged = *rule;

		if (same && same->access == rule->access)
			merged.type = 'a';
		vec_push(arena, &ret->rules, merged);
	}
	vec_each (rule, &chars->rules) {
		const struct device_rule *same = find(blocks, 'b', rule->major, rule->minor);

		if (!same || same->access != rule->access)
			vec_push(arena, &ret->rules, *rule);
	}
}

bool device_access_tabulate(struct arena *arena, device_access_ask *ask, void *source,
			    const struct device_points *points, struct device_access *ret)
{
	struct device_access blocks = {0}, chars = {0};

	if (!tabulate_type(arena, ask, source, points, 'b', &blocks) ||
	    !tabulate_type(arena, ask, source, points, 'c', &chars))
		return false;
	merge_types(arena, &blocks, &chars, ret);
	if (ret->rules.count > 1)
		qsort(ret->rules.items, ret->rules.count, sizeof *ret->rules.items, compare_rules);
	return true;
}

bool device_access_cross(struct arena *arena, struct device_points *points)
{
	size_t count = points->count;

	for (size_t i = 0; i < count; i++) {
		if (points->items[i].minor != ANY)
			continue;
		for (size_t j = 0; j < count; j++)
			if (points->items[j].major == ANY &&
			    !device_access_point(arena, points, points->items[i].major,
						 points->items[j].minor))
				return false;
	}
	return true;
}

/* ---- two tables ------------------------------------------------------------------------------ */

static int ask_both(void *source, char type, uint64_t major, uint64_t minor, unsigned access)
{
	const struct device_access *const *pair = source;
	unsigned letters = device_access_letters(pair[0], type, major, minor) &
			   device_access_letters(pair[1], type, major, minor);

	return (letters & access) == access;
}

static int ask_either(void *source, char type, uint64_t major, uint64_t minor, unsigned access)
{
	const struct device_access *const *pair = source;

	for (size_t i = 0; i < 2; i++)
		if ((device_access_letters(pair[i], type, major, minor) & access) == access)
			return 1;
	return 0;
}

static bool add_points(struct arena *arena, const struct device_access *access,
		       struct device_points *points)
{
	vec_each (rule, &access->rules)
		if (!device_access_point(arena, points, rule->major, ANY) ||
		    !device_access_point(arena, points, rule->major, rule->minor))
			return false;
	return true;
}

static struct device_access combine(struct arena *arena, const struct device_access *a,
				    const struct device_access *b, device_access_ask *ask)
{
	struct device_access result = {
		.state = FACT_PRESENT,
		.origin = arena_printf(arena, "%s, %s", a->origin, b->origin),
		.note = a->note ? a->note : b->note,
	};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const struct device_access *pair[] = {a, b};
	struct device_points points = {0};

	if (a->state != FACT_PRESENT || b->state != FACT_PRESENT)
		return a->state != FACT_PRESENT ? *a : *b;
	device_access_point(scratch, &points, ANY, ANY);
	if (!add_points(scratch, a, &points) || !add_points(scratch, b, &points) ||
	    !device_access_cross(scratch, &points))
		return (struct device_access){.state = FACT_UNSUPPORTED,
					      .origin = result.origin,
					      .reason = "too many different devices"};
	device_access_tabulate(arena, ask, pair, &points, &result);
	return result;
}

struct device_access device_access_both(struct arena *arena, const struct device_access *a,
					const struct device_access *b)
{
	return combine(arena, a, b, ask_both);
}

struct device_access device_access_either(struct arena *arena, const struct device_access *a,
					  const struct device_access *b)
{
	return combine(arena, a, b, ask_either);
}

/* ---- as facts hold them --------------------------------------------------------------------- */

const char *device_access_text(unsigned letters)
{
	static const char *const texts[] = {"", "m", "r", "rm", "w", "wm", "rw", "rwm"};

	return texts[letters & DEVICE_ACCESS_RWM];
}

static struct value number(struct arena *arena, uint64_t number)
{
	return value_string(
		number == ANY ? "*" : arena_printf(arena, "%llu", (unsigned long long)number));
}

struct value device_access_value(struct arena *arena, const struct device_access *access)
{
	struct value rows = {.type = VALUE_RECORDS};

	vec_each (rule, &access->rules) {
		const char type[] = {rule->type, '\0'};
		struct record record = {0};

		record_set(arena, &record, "type", value_string(arena_strdup(arena, type)));
		record_set(arena, &record, "major", number(arena, rule->major));
		record_set(arena, &record, "minor", number(arena, rule->minor));
		record_set(arena, &record, "access",
			   value_string(device_access_text(rule->access)));
		vec_push(arena, &rows.records, record);
	}
	return rows;
}
