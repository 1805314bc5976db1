#include "checks/seccomp_solve.h"

/* A return's side, as what may be said of it. */
enum { PASSES = 1, ASKS = 2, REFUSES = 4 };

struct solving {
	struct arena *arena;
	const struct seccomp_stack *stack;
	struct seccomp_answer *answer;
	struct seccomp_ways ways; /* that pass */
	bool more_ways, guessed_way;
	unsigned possible;  /* sides some path ends on */
	unsigned witnessed; /* sides that were seen by running */
	uint32_t mildest;   /* return of the mildest action */
	bool any, mixed;
	unsigned unsure;
};

static unsigned side_of(uint32_t ret)
{
	if (seccomp_filter_passes(ret))
		return PASSES;
	return seccomp_filter_refuses(ret) ? REFUSES : ASKS;
}

/* Sides that are possible when the return is this or stricter, as the kernel compares actions: a number that it does
 * not know kills, and gives way to any lower one all the same. */
static unsigned sides_down_from(uint32_t ret)
{
	unsigned sides = side_of(ret) | REFUSES;

	if (seccomp_filter_stricter(ret, SECCOMP_RET_LOG) != ret)
		sides |= PASSES;
	if (seccomp_filter_stricter(ret, SECCOMP_RET_USER_NOTIF) != ret)
		sides |= ASKS;
	return sides;
}

/* The harder on the caller the lower. Not the number of the action: one that the kernel does not know kills. */
static int mildness(enum seccomp_class class)
{
	static const int ranks[SECCOMP_CLASSES] = {
		[SECCOMP_ALLOW] = 7, [SECCOMP_LOG] = 6,	 [SECCOMP_TRACE] = 5, [SECCOMP_NOTIFY] = 4,
		[SECCOMP_ERRNO] = 3, [SECCOMP_TRAP] = 2, [SECCOMP_KILL] = 1,
	};

	return ranks[class];
}

static void note_return(struct solving *solving, uint32_t ret)
{
	uint32_t value, old_value;
	enum seccomp_class class = seccomp_filter_class(ret, &value), old;

	if (!solving->any) {
		solving->mildest = ret;
		solving->any = true;
		return;
	}
	old = seccomp_filter_class(solving->mildest, &old_value);
	solving->mixed |= old != class || old_value != value;
	if (mildness(class) > mildness(old))
		solving->mildest = ret;
}

/* What running says is so, whatever the walk thinks. */
static void note_witness(struct solving *solving, const struct seccomp_data *data, uint32_t ret)
{
	struct seccomp_answer *answer = solving->answer;
	unsigned side = side_of(ret);

	if (side == PASSES && !answer->allowing_known) {
		answer->allowing = *data;
		answer->allowing_known = true;
	}
	/* A plain refusal says more than a supervisor's choice. */
	if (side != PASSES && (!answer->refusing_known || (side == REFUSES && !(solving->witnessed & REFUSES)))) {
		answer->refusing = *data;
		answer->refusal = ret;
		answer->refusing_known = true;
	}
	solving->witnessed |= side;
	solving->possible |= side;
	note_return(solving, ret);
}

static void take_path(void *context, const struct seccomp_path *path)
{
	struct solving *solving = context;
	uint32_t seen = seccomp_filter_run_stack(solving->stack, &path->data);
	bool agrees = path->sure && path->known[0] && seen == path->ret[0];
	unsigned sides = path->known[0] ? side_of(path->ret[0]) : sides_down_from(path->ret[0]);

	solving->answer->paths++;
	note_witness(solving, &path->data, seen);
	if (!agrees) {
		solving->unsure++;
		solving->possible |= sides;
		note_return(solving, path->ret[0]);
		solving->mixed |= !path->known[0];
	}
	if (!(sides & PASSES))
		return;
	solving->guessed_way |= !agrees;
	solving->more_ways |= solving->ways.count == SECCOMP_WAYS_MAX;
	seccomp_condition_add(solving->arena, &solving->ways, path);
}

static bool is_one_side(unsigned sides)
{
	return (sides & (sides - 1)) == 0;
}

static void judge(struct solving *solving, bool whole)
{
	struct seccomp_answer *answer = solving->answer;
	bool both = (solving->witnessed & PASSES) && (solving->witnessed & ~(unsigned)PASSES);

	if (whole && is_one_side(solving->possible)) {
		answer->class = seccomp_filter_class(solving->mildest, &answer->value);
		answer->mixed = solving->mixed;
	} else if (both) {
		answer->class = SECCOMP_DEPENDS;
		answer->mixed = true;
		answer->condition = seccomp_condition_text(solving->arena, &solving->ways,
							   whole && !solving->more_ways && !solving->guessed_way);
	} else if (whole && !(solving->possible & PASSES) && solving->unsure == 0) {
		answer->class = seccomp_filter_class(solving->mildest, &answer->value);
		answer->mixed = true;
	} else {
		answer->class = SECCOMP_MAYBE;
		answer->why = whole ? "the filter calculates with what cannot be followed" : "the filter has too many ways";
	}
}

void seccomp_solve(struct seccomp_walker *walker, struct arena *arena, const struct seccomp_question *question,
		   struct seccomp_answer *ret)
{
	struct seccomp_question alone = *question;
	struct solving solving = {.arena = arena, .stack = question->sides[0], .answer = ret};

	*ret = (struct seccomp_answer){0};
	alone.sides[1] = NULL;
	bool whole = seccomp_walk(walker, &alone, take_path, &solving);
	judge(&solving, whole && ret->paths > 0);
}

const char *seccomp_solve_text(struct arena *arena, const struct seccomp_answer *answer)
{
	const char *name = seccomp_filter_class_name(answer->class);

	switch (answer->class) {
	case SECCOMP_ERRNO:
		return arena_printf(arena, "%s %u%s", name, answer->value, answer->mixed ? " or others" : "");
	case SECCOMP_DEPENDS:
		return arena_printf(arena, "%s: %s", name, answer->condition);
	case SECCOMP_MAYBE:
		return arena_printf(arena, "%s: %s", name, answer->why);
	default:
		return name;
	}
}
