/* What control groups say of containers: every line, every runtime's names, and names made to mislead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "checks/cgroup_path.h"

#define A     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Every match as "runtime=key", weak ones with "?", pods behind "@"; "-" for none. */
static const char *told(struct arena *arena, const char *text)
{
	struct cgroup_matches matches = {0};
	const char *all = "-";

	cgroup_path_read(arena, text, &matches, NULL);
	vec_each(match, &matches) {
		const char *one = arena_printf(arena, "%s%s=%s%s%s", match->runtime, match->weak ? "?" : "", match->key,
					       match->pod ? "@" : "", match->pod ?: "");
		all = match == matches.items ? one : arena_printf(arena, "%s %s", all, one);
	}
	return all;
}

static const struct {
	const char *text, *told;
} rows[] = {
	{"0::/\n", "-"},
	{"", "-"},
	{"junk\n::\n", "-"},
	{"0::/user.slice/user-1000.slice/session-3.scope\n", "-"},
	{"0::/system.slice/docker.service\n", "-"},
	{"4:memory:/agent/55460b5a4746e7092bd11a8b3268424d\n0::/\n",
	 "containerd?=55460b5a4746e7092bd11a8b3268424d"},
	{"4:memory:/docker/" A "\n0::/\n", "docker=" A},
	{"0::/system.slice/docker-" A ".scope\n", "docker=" A},
	{"0::/system.slice/docker-" A ".scope (deleted)\n", "docker=" A},
	{"0::/system.slice/docker-proxy.scope\n", "-"},
	{"0::/docker/aaaa\n", "containerd?=aaaa"},
	{"0::/machine.slice/libpod-" A ".scope/container\n", "podman=" A},
	{"0::/machine.slice/libpod-conmon-" A ".scope\n", "-"},
	{"1:name=systemd:/libpod_parent/libpod-" A "\n", "podman=" A},
	{"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" A ".scope/container\n", "podman=" A},
	{"0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1_2.slice/crio-" A ".scope\n", "cri-o=" A "@1-2"},
	{"0::/kubepods.slice/kubepods-pod1_2.slice/crio-conmon-" A ".scope\n", "-"},
	{"0::/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-" A ".scope\n", "containerd=" A "@1-2"},
	{"3:cpu:/kubepods/burstable/podab-cd/" A "\n", "cri=" A "@ab-cd"},
	{"0::/kubepods-burstable-pod1_2.slice:cri-containerd:" A "\n", "containerd=" A "@1-2"},
	{"0::/default/foo\n", "containerd?=foo"},
	{"0::/lxc.payload.web\n", "lxc=web"},
	{"0::/lxc.monitor.web\n", "-"},
	{"4:cpu:/lxc/web/init.scope\n", "lxc=web"},
	{"0::/machine.slice/machine-my\\x2dbox.scope/payload\n", "systemd-nspawn=my-box"},
	{"0::/machine.slice/machine-box.scope/supervisor\n", "-"},
	{"0::/machine.slice/systemd-nspawn@box.service/payload/init.scope\n", "systemd-nspawn=box"},
	{"0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator\n", "-"},
	{"0::/docker/buildkit/abc\n", "buildkit=abc"},
	{"0::/plimsoll/" A "\n", "unknown?=" A},
	/* an engine inside a container */
	{"0::/docker/" A "/docker/" B "\n", "docker=" A " docker=" A "/" B},
	/* the telling line may be any; a proof takes the place of a hint; two lines that differ are two */
	{"9:cpu:/\n8:pids:/x/" A "\n0::/docker/" A "\n", "docker=" A},
	{"2:cpu:/docker/" A "\n1:pids:/docker/" B "\n", "docker=" A " docker=" B},
	/* folders that a container makes below its own */
	{"0::/docker/" A "/libpod-conmon-" B ".scope\n", "docker=" A},
	{"0::/docker/" A "/lxc.monitor.x/docker/" B "\n", "docker=" A " docker=" A "/" B},
	{"0::/docker/" A "/machine-x.scope/supervisor\n", "docker=" A " systemd-nspawn=" A "/x"},
	{"0::/system.slice/docker-" A ".scope/lxc.monitor.x\n", "docker=" A},
	{"0::/lxc.payload.a\x1b[2J\n", "lxc=a\\x1B[2J"},
};

static void every_line_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		const char *got = told(arena, rows[i].text);

		if (strcmp(got, rows[i].told) != 0)
			fail_msg("%s: %s, not %s", rows[i].text, got, rows[i].told);
	}
}

static void services_are_told(void **state)
{
	static const struct {
		const char *text;
		bool service;
	} lines[] = {
		{"1:name=systemd:/system.slice/nginx.service\n0::/\n", true},
		{"0::/user.slice/user-1.slice/user@1.service/app.slice/x.scope\n", false},
		{"0::/\n", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct cgroup_matches matches = {0};
		bool service;

		cgroup_path_read(arena, lines[i].text, &matches, &service);
		assert_int_equal(service, lines[i].service);
	}
}

static void depth_is_bounded(void **state)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct cgroup_matches matches = {0};
	const char *path = "0::";

	(void)state;
	for (int i = 0; i < 40; i++)
		path = arena_printf(arena, "%s/docker/" A, path);
	cgroup_path_read(arena, path, &matches, NULL);
	assert_int_equal(matches.count, CGROUP_PATH_DEPTH_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_told),
		cmocka_unit_test(services_are_told),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
