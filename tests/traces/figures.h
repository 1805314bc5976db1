/* What the program in a container counts and the one outside reads: a page of a file that both have mapped. */
#ifndef TRACES_FIGURES_H
#define TRACES_FIGURES_H

#include <stdatomic.h>
#include <stdint.h>

#define LATE_NS 50000000 /* a gap or an oversleeping of which a user would know */
#define SIGNALS 65

/* X(name): ways to wait, and one that computes. Those that a stop ends with EINTR are told in signal(7). */
#define KINDS(X) X(nanosleep) X(pipe) X(epoll) X(endless) X(poll) X(recv) X(futex) X(sigtimedwait) X(semtimedop) X(busy)

enum kind {
#define X(name) KIND_##name,
	KINDS(X)
#undef X
	KIND_COUNT
};

struct figure {
	_Atomic uint64_t rounds;
	_Atomic uint64_t interrupted; /* EINTR */
	_Atomic uint64_t other;       /* neither what was waited for nor EINTR */
	_Atomic uint64_t late;        /* gaps over LATE_NS */
	_Atomic uint64_t longest_ns;  /* gap, or beyond the time slept for */
};

struct figures {
	struct figure kinds[KIND_COUNT];
	_Atomic uint64_t signals[SIGNALS];
};

#endif
