#include "checks/engine_releases.h"

#include "base/version.h"

/* In order; a line reaches up to the next one's first release. */
static const struct line {
	const char *first;
	const char *what;
	int64_t end; /* 0: none is published */
	bool current;
} lines[] = {
	{"0", "before 20.10: ended with 20.10", INT64_C(1607385600), false},
	{"20.10.0", "20.10: ended 2023-12-10", INT64_C(1702166400), false},
	{"23.0.0", "23.0: ended 2025-05-19", INT64_C(1747612800), false},
	{"24.0.0", "24.0: ended 2024-06-08", INT64_C(1717804800), false},
	{"25.0.0", "25.0: no end is published", 0, false},
	{"26.0.0", "26.0: ended with 26.1", INT64_C(1713744000), false},
	{"26.1.0", "26.1: no end is published", 0, false},
	{"27.0.0", "27: ended after 28", INT64_C(1746230400), false},
	{"28.0.0", "28: no end is published", 0, false},
	{"29.0.0", "29: current", 0, true},
	{"30.0.0", "newer than what is known here", 0, false},
};

/* Affected from `from` on and before `below`. `fixed` is the nearest release with the fix, of a later line where its own got
 * none. */
static const struct fault {
	const char *id, *from, *below, *fixed;
} faults[] = {
	{"CVE-2018-15664", "0", "18.09.7", "18.09.7"},
	{"CVE-2021-41091", "0", "20.10.9", "20.10.9"},
	{"CVE-2022-24769", "0", "20.10.14", "20.10.14"},
	{"CVE-2022-36109", "0", "20.10.18", "20.10.18"},
	{"CVE-2023-28840", "0", "20.10.24", "20.10.24"},
	{"CVE-2023-28840", "23.0.0", "23.0.3", "23.0.3"},
	{"CVE-2024-24557", "0", "24.0.9", "24.0.9"},
	{"CVE-2024-24557", "25.0.0", "25.0.2", "25.0.2"},
	{"CVE-2024-29018", "0", "23.0.11", "23.0.11"},
	{"CVE-2024-29018", "24.0.0", "25.0.5", "25.0.5"},
	{"CVE-2024-29018", "26.0.0-rc1", "26.0.0-rc3", "26.0.0"},
	{"CVE-2024-32473", "26.0.0", "26.0.2", "26.0.2"},
	{"CVE-2024-41110", "19.03.0", "19.03.16", "23.0.15"},
	{"CVE-2024-41110", "20.0", "20.10.28", "23.0.15"},
	{"CVE-2024-41110", "23.0.0", "23.0.15", "23.0.15"},
	{"CVE-2024-41110", "24.0.0", "25.0.0", "25.0.6"},
	{"CVE-2024-41110", "25.0.0", "25.0.6", "25.0.6"},
	{"CVE-2024-41110", "26.0.0", "26.1.5", "26.1.5"},
	{"CVE-2024-41110", "27.0.0", "27.1.1", "27.1.1"},
	{"CVE-2025-54388", "28.2.0", "28.3.3", "28.3.3"},
	{"CVE-2025-54410", "0", "25.0.13", "25.0.13"},
	{"CVE-2025-54410", "26.0.0", "28.0.0", "28.0.0"},
	{"CVE-2026-34040", "0", "29.3.1", "29.3.1"},
	{"CVE-2026-33997", "0", "29.3.1", "29.3.1"},
	{"CVE-2026-41567", "0", "29.5.1", "29.5.1"},
	{"CVE-2026-42306", "0", "29.5.1", "29.5.1"},
};

enum engine_support engine_releases_support(const char *version, int64_t now, const char **ret_line)
{
	const struct line *line = lines;

	for (size_t i = 1; i < sizeof lines / sizeof *lines && version_compare(version, lines[i].first) >= 0; i++)
		line = &lines[i];
	*ret_line = line->what;
	if (line->end && line->end <= now)
		return ENGINE_SUPPORT_ENDED;
	return line->current && now < ENGINE_RELEASES_AS_OF + ENGINE_RELEASES_FRESH ? ENGINE_SUPPORT_CURRENT
										    : ENGINE_SUPPORT_UNKNOWN;
}

void engine_releases_faults(struct arena *arena, const char *version, struct strings *ret_ids, struct strings *ret_notes)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const struct fault *fault = &faults[i];

		if (version_compare(version, fault->from) < 0 || version_compare(version, fault->below) >= 0)
			continue;
		strings_add_unique(arena, ret_ids, fault->id);
		vec_push(arena, ret_notes, arena_printf(arena, "%s: fixed in %s", fault->id, fault->fixed));
	}
}
