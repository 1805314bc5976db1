#include "checks/seccomp_word.h"

/* The least value >= low whose bits are all in mask; false: there is none. */
static bool least(uint32_t mask, uint32_t low, uint32_t *ret)
{
	if ((low & ~mask) == 0) {
		*ret = low;
		return true;
	}
	/* Keep low above some bit that is in the mask and not in low, set that bit, clear the rest. The bit must be above
	 * every bit of low that the mask lacks; the lowest such bit gives the least value. */
	uint32_t lacking = low & ~mask, above = ~(uint32_t)0 << (31 - __builtin_clz(lacking));
	uint32_t candidates = mask & ~low & above & ~lacking;

	if (!candidates)
		return false;
	uint32_t bit = candidates & -candidates;
	*ret = (low & ~(bit - 1) & mask) | bit;
	return true;
}

/* The greatest value <= high whose bits are all in mask. */
static uint32_t greatest(uint32_t mask, uint32_t high)
{
	uint32_t lacking = high & ~mask;

	if (!lacking)
		return high;
	uint32_t below = ((uint32_t)1 << (31 - __builtin_clz(lacking))) - 1;
	return (high & mask & ~below) | (mask & below);
}

bool seccomp_word_narrow(const struct seccomp_bound *bounds, struct seccomp_bound *bound)
{
	if (bound->except)
		return (bound->low & ~bound->mask) != 0 || bound->mask != 0;
	for (int32_t i = bound->earlier; i >= 0; i = bounds[i].earlier) {
		const struct seccomp_bound *other = &bounds[i];

		if (other->except || other->mask != bound->mask)
			continue;
		if (other->low > bound->low)
			bound->low = other->low;
		if (other->high < bound->high)
			bound->high = other->high;
	}
	if (bound->low > bound->high || !least(bound->mask, bound->low, &bound->low))
		return false;
	bound->high = greatest(bound->mask, bound->high);
	return bound->low <= bound->high;
}

bool seccomp_word_meets(const struct seccomp_bound *bound, uint32_t value)
{
	uint32_t masked = value & bound->mask;

	if (bound->except)
		return masked != bound->low;
	return masked >= bound->low && masked <= bound->high;
}

/* Can the bound still be met when the bits of `open` are not chosen yet? */
static bool possible(const struct seccomp_bound *bound, uint32_t value, uint32_t open)
{
	uint32_t min = value & bound->mask, max = (value | open) & bound->mask;

	if (bound->except)
		return (open & bound->mask) != 0 || min != bound->low;
	return max >= bound->low && min <= bound->high;
}

/* The bounds of one word, and what follows from those that leave one value. */
struct search {
	const struct seccomp_bound *bounds, *last;
	uint32_t known, value; /* bits that are given, and what they are */
	uint32_t matter;       /* bits in some mask */
};

static const struct seccomp_bound *before(const struct search *search, const struct seccomp_bound *bound)
{
	return bound->earlier < 0 ? NULL : &search->bounds[bound->earlier];
}

/* False when two given bits contradict each other, or a bound is about given bits only and not met. */
static bool begin(struct search *search, uint64_t *steps)
{
	for (const struct seccomp_bound *bound = search->last; bound; bound = before(search, bound)) {
		search->matter |= bound->mask;
		if (bound->except || bound->low != bound->high)
			continue;
		if ((search->value ^ bound->low) & search->known & bound->mask)
			return false;
		search->known |= bound->mask;
		search->value |= bound->low;
	}
	for (const struct seccomp_bound *bound = search->last; bound; bound = before(search, bound)) {
		++*steps;
		if (!possible(bound, search->value, ~search->known))
			return false;
	}
	return true;
}

static bool all_possible(const struct search *search, uint32_t value, uint32_t open, uint64_t *steps)
{
	for (const struct seccomp_bound *bound = search->last; bound; bound = before(search, bound)) {
		++*steps;
		if (!possible(bound, value, open))
			return false;
	}
	return true;
}

enum seccomp_found seccomp_word_solve(const struct seccomp_bound *bounds, const struct seccomp_bound *bound,
				      uint32_t *ret_value, uint64_t *steps)
{
	struct search search = {.bounds = bounds, .last = bound};

	if (!begin(&search, steps))
		return SECCOMP_NONE;
	/* Bit by bit from the top, 0 before 1, back to the last 0 that may be a 1. */
	uint32_t choose = search.matter & ~search.known, value = search.value, left = choose;
	for (int looked = 0; looked < SECCOMP_WORD_SEARCH_MAX; looked++) {
		if (all_possible(&search, value, left, steps)) {
			if (!left) {
				*ret_value = value;
				return SECCOMP_FOUND;
			}
			left &= ~((uint32_t)1 << (31 - __builtin_clz(left)));
			continue;
		}
		uint32_t zeros = choose & ~left & ~value;
		if (!zeros)
			return SECCOMP_NONE;
		uint32_t bit = zeros & -zeros;
		value = (value & ~(choose & (bit - 1))) | bit;
		left = choose & (bit - 1);
	}
	return SECCOMP_UNSURE;
}
