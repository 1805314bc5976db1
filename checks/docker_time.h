/* Times as Docker Engine writes them. */
#ifndef CHECKS_DOCKER_TIME_H
#define CHECKS_DOCKER_TIME_H

#include <jansson.h>
#include <stdint.h>

#define DOCKER_TIME_FIRST 1363737600 /* 2013-03-20, when Docker was first shown; what is older states no time */
#define DOCKER_TIME_DAY   86400

/* Seconds since the epoch of an RFC 3339 text ("2026-01-02T03:04:05.678Z", also with an offset) or of a number of seconds. 0 for
 * anything else, and for a time before DOCKER_TIME_FIRST: Go's zero time 0001-01-01, and the 1970 and 1980 of builds that are to
 * come out the same each time. */
int64_t docker_time_of(const json_t *time);

/* Whole days from then to now, 0 when it is yet to come. */
int64_t docker_time_days(int64_t then, int64_t now);

#endif
