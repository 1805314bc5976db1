/* Times as reports write them: always UTC, never the reader's zone. */
#ifndef REPORTS_TEXT_TIME_H
#define REPORTS_TEXT_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct text_time {
	char text[24];
};

/* Seconds since the epoch as "2026-01-02T03:04:05Z" (RFC 3339 §5.6), "2026-01-02 03:04:05 UTC" and
 * "2026-01-02T03:04:05". RFC 3339 has four-digit years: what lies outside is moved to the nearest
 * end of that range. */
struct text_time text_time_rfc3339(int64_t seconds);
struct text_time text_time_person(int64_t seconds);
struct text_time text_time_zoneless(int64_t seconds);

/* The last day that is wholly or partly before `seconds`: the day a waiver that ends then names. */
struct text_time text_time_last_day(int64_t seconds);

/* The exact form that text_time_rfc3339 writes; false on anything else and on dates that do not
 * exist. */
bool text_time_parse(const char *text, int64_t *ret_seconds);

#endif
