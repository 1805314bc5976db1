/* What is known of one 32-bit word of a call's arguments: a list of bounds on (word & mask), and values that meet them all. */
#ifndef CHECKS_SECCOMP_WORD_H
#define CHECKS_SECCOMP_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECCOMP_WORDS 12 /* six arguments; word 2*i is the lower half of argument i, 2*i+1 the upper */

/* low <= (word & mask) <= high; with `except`, (word & mask) != low. */
struct seccomp_bound {
	uint8_t word;
	bool except;
	uint32_t mask, low, high;
	int32_t earlier; /* index of the bound on the same word before this one in the same array, or -1 */
};

enum seccomp_found { SECCOMP_FOUND, SECCOMP_NONE, SECCOMP_UNSURE };

/* Narrow `bound` to values that its mask can take and that the earlier bounds with the same mask permit. False: there are
 * none. */
bool seccomp_word_narrow(const struct seccomp_bound *bounds, struct seccomp_bound *bound);

bool seccomp_word_meets(const struct seccomp_bound *bound, uint32_t value);

/* The least value that meets `bound` and those before it (earlier …). The search counts its work up in *steps;
 * UNSURE when SECCOMP_WORD_SEARCH_MAX places were looked at: bounds with many masks that cross. */
#define SECCOMP_WORD_SEARCH_MAX 2048
enum seccomp_found seccomp_word_solve(const struct seccomp_bound *bounds, const struct seccomp_bound *bound,
				      uint32_t *ret_value, uint64_t *steps);

#endif
