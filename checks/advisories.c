#include "checks/advisories.h"

#include <string.h>

#include "base/version.h"

/* From a version on, up to and without another; NULL from: since ever. */
struct range {
	const char *from, *below;
};

#define RANGES_MAX 9

/* Sources: the release notes and security advisories of each project; https://osv.dev. `unsure`: the range, or that branch,
 * could not be confirmed by a second source. */
static const struct {
	const char *component;
	const char *ids; /* blanks between them */
	bool unsure;
	struct range ranges[RANGES_MAX];
} advisories[] = {
	{"runc", "CVE-2019-5736", false, {{NULL, "1.0.0-rc7"}}},
	{"runc", "CVE-2021-30465", false, {{NULL, "1.0.0-rc95"}}},
	{"runc", "CVE-2021-43784", false, {{NULL, "1.0.3"}}},
	{"runc", "CVE-2022-29162", false, {{NULL, "1.1.2"}}},
	{"runc", "CVE-2023-25809 CVE-2023-27561 CVE-2023-28642", false, {{NULL, "1.1.5"}}},
	{"runc", "CVE-2024-21626", false, {{"1.0.0-rc93", "1.1.12"}}},
	{"runc", "CVE-2024-45310", false, {{NULL, "1.1.14"}, {"1.2.0-rc.1", "1.2.0-rc.3"}}},
	/* The 1.1 branch got no fix. */
	{"runc", "CVE-2025-31133 CVE-2025-52565 CVE-2025-52881", false,
	 {{NULL, "1.2.8"}, {"1.3.0-rc.1", "1.3.3"}, {"1.4.0-rc.1", "1.4.0-rc.3"}}},
	{"runc", "CVE-2026-41579", false, {{NULL, "1.3.6"}, {"1.4.0-rc.1", "1.4.3"}, {"1.5.0-rc.1", "1.5.0-rc.3"}}},
	{"runc", "CVE-2026-119101", false, {{NULL, "1.3.7"}, {"1.4.0-rc.1", "1.4.4"}, {"1.5.0-rc.1", "1.5.3"}}},
	{"crun", "CVE-2022-27650", false, {{NULL, "1.4.4"}}},
	{"crun", "CVE-2025-24965", false, {{NULL, "1.20"}}},
	{"crun", "CVE-2026-30892", true, {{NULL, "1.27"}}},
	{"crun", "CVE-2026-47766", true, {{NULL, "1.28"}}},
	{"crun", "CVE-2026-84042 CVE-2026-88264 CVE-2026-88265", false, {{NULL, "1.30"}}},
	{"moby", "CVE-2018-15664", false, {{NULL, "18.09.7"}}},
	{"moby", "CVE-2021-41091", false, {{NULL, "20.10.9"}}},
	{"moby", "CVE-2022-24769", false, {{NULL, "20.10.14"}}},
	{"moby", "CVE-2022-36109", true, {{NULL, "20.10.18"}}},
	{"moby", "CVE-2023-28840 CVE-2023-28841 CVE-2023-28842", false, {{NULL, "20.10.24"}, {"23.0.0-beta.1", "23.0.3"}}},
	{"moby", "CVE-2024-24557", false, {{NULL, "24.0.9"}, {"25.0.0-beta.1", "25.0.2"}}},
	/* No release of 24.0 mended it. */
	{"moby", "CVE-2024-29018", false, {{NULL, "23.0.11"}, {"24.0.0-beta.1", "25.0.5"}, {"26.0.0-rc1", "26.0.0-rc3"}}},
	{"moby", "CVE-2024-32473", false, {{"26.0.0", "26.0.2"}}},
	{"moby", "CVE-2024-41110", false,
	 {{"19.03.0", "19.03.16"}, {"20.0", "20.10.28"}, {"23.0.0", "23.0.15"}, {"24.0.0", "24.0.10"}, {"25.0.0", "25.0.6"},
	  {"26.0.0", "26.0.3"}, {"26.1.0", "26.1.5"}, {"27.0.0", "27.0.4"}, {"27.1.0", "27.1.1"}}},
	{"moby", "CVE-2025-54388", false, {{"28.2.0", "28.3.3"}}},
	{"moby", "CVE-2025-54410", false, {{NULL, "25.0.13"}, {"26.0.0-rc1", "28.0.0"}}},
	{"moby", "CVE-2026-34040 CVE-2026-33997", false, {{NULL, "29.3.1"}}},
	{"moby", "CVE-2026-41567 CVE-2026-42306", false, {{NULL, "29.5.1"}}},
	{"moby", "GHSA-vp62-88p7-qqf5", true, {{NULL, "29.5.1"}}},
	{"moby", "CVE-2026-17106", true, {{NULL, "29.7.0"}}},
	{"containerd", "CVE-2020-15257", false, {{NULL, "1.3.9"}, {"1.4.0-beta.0", "1.4.3"}}},
	{"containerd", "CVE-2021-32760", false, {{NULL, "1.4.8"}, {"1.5.0-beta.0", "1.5.4"}}},
	{"containerd", "CVE-2021-41103", false, {{NULL, "1.4.11"}, {"1.5.0-beta.0", "1.5.7"}}},
	{"containerd", "CVE-2021-43816", false, {{"1.5.0", "1.5.9"}}},
	{"containerd", "CVE-2022-23648", false, {{NULL, "1.4.13"}, {"1.5.0-beta.0", "1.5.10"}, {"1.6.0-beta.0", "1.6.1"}}},
	{"containerd", "CVE-2022-31030", false, {{"1.6.0-beta.0", "1.6.6"}}},
	{"containerd", "CVE-2022-31030", true, {{NULL, "1.6.0-beta.0"}}},
	{"containerd", "CVE-2023-25173 CVE-2023-25153", false, {{NULL, "1.5.18"}, {"1.6.0-beta.0", "1.6.18"}}},
	{"containerd", "CVE-2024-40635", false, {{NULL, "1.6.38"}, {"1.7.0-beta.0", "1.7.27"}, {"2.0.0-beta.0", "2.0.4"}}},
	{"containerd", "CVE-2025-47291", false, {{"2.0.1", "2.0.5"}, {"2.1.0", "2.1.1"}}},
	{"containerd", "CVE-2024-25621 CVE-2025-64329", false,
	 {{NULL, "1.7.29"}, {"2.0.0-beta.0", "2.0.7"}, {"2.1.0-beta.0", "2.1.5"}, {"2.2.0-beta.0", "2.2.0"}}},
	{"containerd", "CVE-2026-46680", false,
	 {{NULL, "1.7.32"}, {"2.0.0-beta.0", "2.0.9"}, {"2.2.0-beta.0", "2.2.4"}, {"2.3.0-beta.0", "2.3.1"}}},
	{"containerd", "CVE-2026-46680", true, {{"2.1.0-beta.0", "2.2.0-beta.0"}}},
	{"containerd", "CVE-2026-50195 CVE-2026-53488 CVE-2026-53492 CVE-2026-53489 CVE-2026-47262", true,
	 {{NULL, "1.7.33"}, {"2.0.0-beta.0", "2.0.10"}, {"2.1.0-beta.0", "2.1.9"}, {"2.2.0-beta.0", "2.2.5"}, {"2.3.0-beta.0", "2.3.2"}}},
	{"containerd", "CVE-2026-95839", false,
	 {{"2.2.0-beta.0", "2.2.10"}, {"2.3.0-beta.0", "2.3.7"}, {"2.4.0-beta.0", "2.4.2"}}},
	{"containerd", "CVE-2026-95839", true, {{NULL, "2.2.0-beta.0"}}},
	{"buildkit", "CVE-2024-23650 CVE-2024-23651 CVE-2024-23652 CVE-2024-23653", true, {{NULL, "0.12.5"}}},
	{"buildkit", "CVE-2026-33747 CVE-2026-33748", false, {{NULL, "0.28.1"}}},
	{"buildkit", "buildkit-0.31.2", true, {{NULL, "0.31.2"}}},
	{"nvidia-container-toolkit", "CVE-2024-0132", false, {{NULL, "1.16.2"}}},
	{"nvidia-container-toolkit", "CVE-2025-23359", true, {{NULL, "1.17.4"}}},
	{"nvidia-container-toolkit", "CVE-2025-23266", false, {{NULL, "1.17.8"}}},
};

static bool is_in(const struct range *range, const char *version)
{
	return (!range->from || version_compare(version, range->from) >= 0) && version_compare(version, range->below) < 0;
}

static void add_ids(struct arena *arena, struct strings *list, const char *ids)
{
	for (;;) {
		size_t len = strcspn(ids, " ");

		strings_add_unique(arena, list, arena_strndup(arena, ids, len));
		if (!ids[len])
			return;
		ids += len + 1;
	}
}

struct advisories advisories_find(struct arena *arena, const char *component, const char *version)
{
	struct advisories found = {0};

	for (size_t i = 0; i < sizeof advisories / sizeof *advisories; i++) {
		if (strcmp(advisories[i].component, component) != 0)
			continue;
		for (size_t j = 0; j < RANGES_MAX && advisories[i].ranges[j].below; j++)
			if (is_in(&advisories[i].ranges[j], version)) {
				add_ids(arena, advisories[i].unsure ? &found.possible : &found.known, advisories[i].ids);
				break;
			}
	}
	return found;
}
