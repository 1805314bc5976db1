#include "checks/docker_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "checks/docker_values.h"

/* "Z", "+02:00", "-0330" is not one. */
static int parse_offset(const char *text, long *ret)
{
	unsigned hours, minutes;
	int end = 0;

	if (strcmp(text, "Z") == 0) {
		*ret = 0;
		return 0;
	}
	if (sscanf(text + (*text != '\0'), "%2u:%2u%n", &hours, &minutes, &end) != 2 || text[1 + end] || !strchr("+-", *text))
		return -1;
	*ret = (long)(hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
	return 0;
}

static int64_t parse(const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	long offset;

	if (end && *end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (!end || parse_offset(end, &offset) < 0)
		return 0;
	return (int64_t)timegm(&tm) - offset;
}

int64_t docker_time_of(const json_t *time)
{
	const char *text = json_string_value(time);
	int64_t seconds = 0;

	if (text)
		seconds = parse(text);
	else if (!docker_values_int(time, &seconds))
		return 0;
	return seconds < DOCKER_TIME_FIRST ? 0 : seconds;
}

int64_t docker_time_days(int64_t then, int64_t now)
{
	return now > then ? (now - then) / DOCKER_TIME_DAY : 0;
}
