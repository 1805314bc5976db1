#include "checks/device_list.h"

#define ANY DEVICE_ACCESS_ANY
#define HIDDEN "the kernel does not tell which devices an \"a *:* rwm\" leaves out"

/* The lines of one devices.list. */
struct list VEC_BODY(struct device_rule);

struct source {
	VEC(struct list) lists;
};

/* ---- parsing -------------------------------------------------------------------------------- */

/* "*" or a number, then `end`; moves behind it. */
static bool take_number(const char **at, char end, uint64_t *ret)
{
	uint64_t number = 0;
	const char *text = *at;

	if (*text == '*') {
		number = ANY;
		text++;
	} else {
		for (; *text >= '0' && *text <= '9' && number <= UINT32_MAX; text++)
			number = number * 10 + (uint64_t)(*text - '0');
		if (text == *at || number > UINT32_MAX)
			return false;
	}
	if (*text != end)
		return false;
	*at = text + 1;
	*ret = number;
	return true;
}

static bool take_letters(const char *text, unsigned *ret)
{
	static const char letters[] = "mrw"; /* bits 1, 2, 4 */

	*ret = 0;
	for (; *text && *text != '\n'; text++) {
		const char *letter = strchr(letters, *text);

		if (!letter)
			return false;
		*ret |= 1u << (letter - letters);
	}
	return true;
}

static bool parse_line(const char *line, struct device_rule *ret)
{
	ret->type = line[0];
	if (!line[0] || !strchr("abc", line[0]) || line[1] != ' ')
		return false;
	line += 2;
	return take_number(&line, ':', &ret->major) && take_number(&line, ' ', &ret->minor) &&
	       take_letters(line, &ret->access);
}

static bool parse_list(struct arena *arena, const char *text, struct list *ret, size_t *left)
{
	while (*text) {
		struct device_rule rule;

		if (!parse_line(text, &rule) || (*left)-- == 0)
			return false;
		vec_push(arena, ret, rule);
		text = strchrnul(text, '\n');
		text += *text == '\n';
	}
	return true;
}

/* ---- asking --------------------------------------------------------------------------------- */

static bool covers(const struct device_rule *rule, char type, uint64_t major, uint64_t minor,
		   unsigned access)
{
	return (rule->type == 'a' || rule->type == type) &&
	       (rule->major == ANY || rule->major == major) &&
	       (rule->minor == ANY || rule->minor == minor) && (access & ~rule->access) == 0;
}

/* One line must allow the whole request (security/device_cgroup.c match_exception). */
static int ask(void *data, char type, uint64_t major, uint64_t minor, unsigned access)
{
	const struct source *source = data;

	vec_each (list, &source->lists) {
		bool found = false;

		vec_each (rule, list)
			found = found || covers(rule, type, major, minor, access);
		if (!found)
			return 0;
	}
	return 1;
}

static bool collect_points(struct arena *arena, const struct source *source,
			   struct device_points *points)
{
	device_access_point(arena, points, ANY, ANY);
	vec_each (list, &source->lists)
		vec_each (rule, list)
			if (!device_access_point(arena, points, rule->major, ANY) ||
			    !device_access_point(arena, points, rule->major, rule->minor))
				return false;
	return device_access_cross(arena, points);
}

/* ---- results -------------------------------------------------------------------------------- */

static bool is_open(const struct list *list)
{
	vec_each (rule, list)
		if (rule->type == 'a' && rule->major == ANY && rule->minor == ANY)
			return true;
	return false;
}

static struct device_access no_access(enum fact_state state, const char *origin, const char *reason)
{
	return (struct device_access){.state = state, .origin = origin, .reason = reason};
}

struct device_access device_list_parse(struct arena *arena, const struct strings *lists)
{
	struct device_access result = {.state = FACT_PRESENT, .origin = "devices.list"};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	size_t left = DEVICE_LIST_LINES_MAX;
	struct device_points points = {0};
	struct source source = {0};

	vec_each (text, lists) {
		struct list list = {0};

		if (!parse_list(scratch, *text, &list, &left))
			return no_access(FACT_UNREADABLE, result.origin, "not a list of devices");
		if (is_open(&list))
			result.note = HIDDEN;
		vec_push(scratch, &source.lists, list);
	}
	if (!collect_points(scratch, &source, &points))
		return no_access(FACT_UNREADABLE, result.origin, "too many different devices");
	device_access_tabulate(arena, ask, &source, &points, &result);
	return result;
}

struct device_access device_list_read(struct cgroup_view *view, const char *text,
				      struct arena *arena)
{
	static const struct cgroup_controller devices = {.v1 = "devices"};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct cgroup_place place = cgroup_view_find(view, text, devices, scratch);
	const char *origin = arena_printf(arena, "%s%s", place.origin,
					  place.state == FACT_PRESENT ? "/devices.list" : "");
	struct strings lists = {0};
	struct error err = {0};

	if (place.state != FACT_PRESENT)
		return no_access(place.state, origin, arena_strdup(arena, place.reason));
	for (const char *folder = place.folder; folder;
	     folder = cgroup_view_parent(&place, folder, scratch)) {
		const char *list;

		if (cgroup_view_read(view, &place, folder, "devices.list", scratch, &list, &err) <
		    0)
			return no_access(FACT_UNREADABLE, origin,
					 text_safe(arena, err.text, strlen(err.text)));
		strings_add_unique(scratch, &lists, list);
	}
	struct device_access result = device_list_parse(arena, &lists);
	result.origin = origin;
	return result;
}
