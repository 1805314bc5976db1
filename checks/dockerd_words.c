#include "checks/dockerd_words.h"

static const char *const booleans[] = {
	"allow-direct-routing",
	"api-enable-cors",
	"cri-containerd",
	"debug",
	"disable-legacy-registry",
	"experimental",
	"help",
	"icc",
	"init",
	"ip-forward",
	"ip-forward-no-drop",
	"ip-masq",
	"ip6tables",
	"iptables",
	"ipv6",
	"live-restore",
	"no-new-privileges",
	"raw-logs",
	"rootless",
	"selinux-enabled",
	"tls",
	"tlsverify",
	"userland-proxy",
	"validate",
	"version",
	NULL,
};

const struct goflag_syntax dockerd_words_syntax = {.booleans = booleans, .short_booleans = "Dhv"};

bool dockerd_words_is_daemon(const struct process *process)
{
	static const char *const chores[] = {
		"docker-applyLayer", "docker-mountfrom",  "docker-tar",   "docker-untar",
		"fwmarker",          "libnetwork-setkey", "netns-create", "redirector",
		"set-default-vlan",  "setup-resolver",    "unshare-root",
	};

	if (process->argv.count == 0)
		return true;
	for (size_t i = 0; i < sizeof chores / sizeof chores[0]; i++)
		if (strcmp(process->argv.items[0], chores[i]) == 0)
			return false;
	return true;
}

struct strings dockerd_words_values(struct arena *arena, const struct process *process,
				    const char *flag, const char *short_flag)
{
	struct goflag option = {.flag = flag, .short_flag = short_flag};

	return goflag_values(arena, &dockerd_words_syntax, &process->argv, &option);
}

const char *dockerd_words_last(struct arena *arena, const struct process *process, const char *flag,
			       const char *short_flag)
{
	struct strings values = dockerd_words_values(arena, process, flag, short_flag);

	return values.count ? values.items[values.count - 1] : NULL;
}

bool dockerd_words_bool(struct arena *arena, const struct process *process, const char *flag,
			bool otherwise)
{
	const char *text = dockerd_words_last(arena, process, flag, NULL);
	bool value;

	return text && goflag_bool(text, &value) ? value : otherwise;
}

const char *dockerd_words_incomplete(struct arena *arena, const struct process *process)
{
	if (process->argv.count == 0)
		return arena_printf(arena, "the command line of pid %d cannot be read",
				    (int)process->pid);
	if (strcmp(process->argv.items[process->argv.count - 1], "…") == 0)
		return arena_printf(arena, "the command line of pid %d is longer than %d bytes",
				    (int)process->pid, PROCESS_CMDLINE_MAX);
	return NULL;
}
