#include "checks/seccomp_condition.h"

#include <inttypes.h>

#include "base/text.h"

/* ---- one way ------------------------------------------------------------------------------------------------- */

static bool is_equal(const struct seccomp_bound *bound)
{
	return !bound->except && bound->low == bound->high;
}

/* Does `by`, on the same word, say all that `bound` says? */
static bool implied(const struct seccomp_bound *bound, const struct seccomp_bound *by)
{
	if (by->word != bound->word)
		return false;
	if (is_equal(by) && (bound->mask & ~by->mask) == 0)
		return seccomp_word_meets(bound, by->low);
	if (by->mask != bound->mask || by->except)
		return by->except && bound->except && by->mask == bound->mask && by->low == bound->low;
	if (bound->except)
		return bound->low < by->low || bound->low > by->high;
	return by->low >= bound->low && by->high <= bound->high;
}

/* Is there one among the others that makes it needless? Of two that say the same the later stays. */
static bool needless(const struct seccomp_path *path, size_t index)
{
	const struct seccomp_bound *bound = &path->bounds[index];

	if (!bound->except && bound->low == 0 && bound->high >= bound->mask)
		return true;
	for (size_t i = 0; i < path->bound_count; i++)
		if (i != index && implied(bound, &path->bounds[i]) &&
		    (i > index || !implied(&path->bounds[i], bound)))
			return true;
	return false;
}

/* By argument, the upper half first, so that a number reads in its order. */
static void insert(struct seccomp_way *way, const struct seccomp_bound *bound)
{
	size_t i = way->count++;

	for (; i > 0 && (way->bounds[i - 1].word ^ 1) > (bound->word ^ 1); i--)
		way->bounds[i] = way->bounds[i - 1];
	way->bounds[i] = *bound;
}

void seccomp_condition_add(struct arena *arena, struct seccomp_ways *ways, const struct seccomp_path *path)
{
	struct seccomp_way way = {0};

	if (ways->count == SECCOMP_WAYS_MAX)
		return;
	way.bounds = ARENA_ARRAY(arena, struct seccomp_bound, path->bound_count + 1);
	for (size_t i = 0; i < path->bound_count; i++)
		if (!needless(path, i))
			insert(&way, &path->bounds[i]);
	vec_push(arena, ways, way);
}

/* ---- all ways together --------------------------------------------------------------------------------------- */

static bool opposite(const struct seccomp_bound *a, const struct seccomp_bound *b)
{
	if (a->word != b->word || a->mask != b->mask)
		return false;
	if (a->except || b->except) {
		const struct seccomp_bound *except = a->except ? a : b, *other = a->except ? b : a;

		return is_equal(other) && except->low == other->low;
	}
	if (a->low == 0)
		return b->high >= b->mask && a->high < b->low && b->low - a->high <= 1;
	return b->low == 0 && a->high >= a->mask && b->high < a->low && a->low - b->high <= 1;
}

static void drop_bound(struct seccomp_way *way, size_t index)
{
	way->count--;
	for (size_t i = index; i < way->count; i++)
		way->bounds[i] = way->bounds[i + 1];
}

/* a or (not a and b) is a or b. */
static bool absorb(struct seccomp_ways *ways)
{
	bool changed = false;

	vec_each(one, ways)
		vec_each(way, ways)
			for (size_t i = 0; one->count == 1 && way != one && way->count > 1 && i < way->count; i++)
				if (opposite(&one->bounds[0], &way->bounds[i])) {
					drop_bound(way, i--);
					changed = true;
				}
	return changed;
}

static bool same_way(const struct seccomp_way *a, const struct seccomp_way *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!implied(&a->bounds[i], &b->bounds[i]) || !implied(&b->bounds[i], &a->bounds[i]))
			return false;
	return true;
}

/* ---- text ---------------------------------------------------------------------------------------------------- */

static void put_bound(struct buf *buf, const struct seccomp_bound *bound)
{
	const char *half = bound->word % 2 ? "high" : "low";
	unsigned arg = bound->word / 2;

	if (bound->mask == UINT32_MAX)
		buf_printf(buf, "arg%u.%s", arg, half);
	else
		buf_printf(buf, "(arg%u.%s & 0x%x)", arg, half, bound->mask);
	if (bound->except || is_equal(bound))
		buf_printf(buf, " %s 0x%x", bound->except ? "!=" : "==", bound->low);
	else if (bound->low == 0)
		buf_printf(buf, " <= 0x%x", bound->high);
	else if (bound->high >= bound->mask)
		buf_printf(buf, " >= 0x%x", bound->low);
	else
		buf_printf(buf, " in 0x%x..0x%x", bound->low, bound->high);
}

/* Two halves of one argument that are wholly given are a 64-bit number. */
static bool is_number(const struct seccomp_bound *high, const struct seccomp_bound *low)
{
	return high->word == (low->word ^ 1) && high->word % 2 && high->mask == UINT32_MAX && low->mask == UINT32_MAX;
}

static void put_pair(struct buf *buf, const struct seccomp_bound *high, const struct seccomp_bound *low,
		     const char *operator)
{
	buf_printf(buf, "arg%u %s 0x%" PRIx64, low->word / 2, operator, (uint64_t)high->low << 32 | low->low);
}

static void put_way(struct buf *buf, const struct seccomp_way *way)
{
	if (way->count == 0)
		buf_puts(buf, "always");
	for (size_t i = 0; i < way->count; i++) {
		const struct seccomp_bound *bound = &way->bounds[i];

		if (i > 0)
			buf_puts(buf, " and ");
		if (i + 1 < way->count && is_number(bound, bound + 1) && is_equal(bound) && is_equal(bound + 1)) {
			put_pair(buf, bound, bound + 1, "==");
			i++;
		} else {
			put_bound(buf, bound);
		}
	}
}

/* "high is not H" or "low is not L" is "the number is not HL". */
static const struct seccomp_bound *other_half(const struct seccomp_ways *ways, const struct seccomp_way *way)
{
	vec_each(other, ways)
		if (way->count == 1 && other->count == 1 && way->bounds[0].except && other->bounds[0].except &&
		    is_number(&way->bounds[0], &other->bounds[0]))
			return &other->bounds[0];
	return NULL;
}

static bool told_with_other(const struct seccomp_ways *ways, const struct seccomp_way *way)
{
	vec_each(other, ways)
		if (way->count == 1 && other_half(ways, other) == &way->bounds[0])
			return true;
	vec_each(earlier, ways) {
		if (earlier == way)
			return false;
		if (same_way(earlier, way))
			return true;
	}
	return false;
}

const char *seccomp_condition_text(struct arena *arena, struct seccomp_ways *ways, bool whole)
{
	struct buf buf = {0};

	for (int round = 0; round < 8 && absorb(ways); round++)
		;
	vec_each(way, ways) {
		const struct seccomp_bound *low = other_half(ways, way);

		if (told_with_other(ways, way))
			continue;
		if (buf.len > SECCOMP_CONDITION_MAX) {
			whole = false;
			break;
		}
		if (buf.len > 0)
			buf_puts(&buf, " or ");
		if (low)
			put_pair(&buf, &way->bounds[0], low, "!=");
		else
			put_way(&buf, way);
	}
	if (!whole)
		buf_puts(&buf, buf.len > 0 ? " or …" : "…");
	const char *text = arena_strdup(arena, buf.data ? buf.data : "never");
	buf_done(&buf);
	return text;
}

const char *seccomp_condition_call(struct arena *arena, const char *name, const struct seccomp_data *data)
{
	struct buf buf = {0};
	int last = 5;

	while (last >= 0 && data->args[last] == 0)
		last--;
	buf_printf(&buf, "%s(", name);
	for (int i = 0; i <= last || i == 0; i++)
		buf_printf(&buf, "%s0x%" PRIx64, i ? ", " : "", (uint64_t)data->args[i]);
	buf_puts(&buf, ")");
	const char *text = arena_strdup(arena, buf.data);
	buf_done(&buf);
	return text;
}
