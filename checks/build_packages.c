/* Package managers in the steps of a build. */
#include <ctype.h>
#include <strings.h>

#include "checks/build_packages.h"

#define WORDS_MAX 8

struct manager {
	const char *programs[WORDS_MAX];
	const char *refresh[WORDS_MAX];
	const char *install[WORDS_MAX * 2];
	const char *unverified[WORDS_MAX]; /* options; those that end in '=' with a word behind */
};

/* Their manual pages: apt-get(8), apk(8), yum(8), dnf(8), zypper(8), opkg. */
static const struct manager managers[] = {
	{{"apt-get", "apt", "aptitude"},
	 {"update"},
	 {"install", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "build-dep", "reinstall", "source",
	  "download", "satisfy"},
	 {"--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories", "Acquire::AllowInsecureRepositories=",
	  "APT::Get::AllowUnauthenticated=", "Acquire::AllowDowngradeToInsecureRepositories="}},
	{{"apk"}, {"update"}, {"add", "upgrade", "fix"}, {"--allow-untrusted"}},
	{{"yum", "dnf", "microdnf", "tdnf", "dnf5"},
	 {"makecache"},
	 {"install", "update", "upgrade", "reinstall", "groupinstall", "localinstall", "distro-sync", "swap", "group", "module",
	  "builddep"},
	 {"--nogpgcheck", "--no-gpgchecks", "--setopt=gpgcheck=", "--setopt=sslverify="}},
	{{"zypper"},
	 {"refresh", "ref"},
	 {"install", "in", "update", "up", "dist-upgrade", "dup", "patch"},
	 {"--no-gpg-checks", "--allow-unsigned-rpm"}},
	{{"opkg"}, {"update"}, {"install", "upgrade"}, {"--force-signature", "--no-check-certificate"}},
	{{"rpm"}, {0}, {0}, {"--nosignature", "--nogpg", "--nodigest", "--noverify"}},
	{{"pip", "pip3"}, {0}, {0}, {"--trusted-host", "--trusted-host="}},
	{{"npm", "yarn", "pnpm"}, {0}, {0}, {"--no-strict-ssl", "--strict-ssl="}},
	{{"wget"}, {0}, {0}, {"--no-check-certificate"}},
	{{"curl"}, {0}, {0}, {"--insecure", "--proxy-insecure"}},
	{{"git"}, {0}, {0}, {"http.sslVerify="}},
};

static const char *const switches[] = {"GIT_SSL_NO_VERIFY", "PIP_TRUSTED_HOST"};
static const char *const off_switches[] = {"NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "NPM_CONFIG_STRICT_SSL"};
static const char *const written[] = {"trusted=yes", "gpgcheck=0", "sslverify=0", "AllowUnauthenticated \"true\"",
				      "strict-ssl=false"};
static const char *const interpreters[] = {"python", "python3", "perl", "ruby", "node", "php"};

#define HAS(list, text) has((list), sizeof(list) / sizeof *(list), (text))
static bool has(const char *const *list, size_t max, const char *text)
{
	for (size_t i = 0; i < max && list[i]; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static const char *program_of(const struct build_command *command)
{
	return command->words.count ? build_script_program(command->words.items[0]) : "";
}

/* The row, ret_program its own text of the name. */
static const struct manager *manager_of(const struct build_command *command, const char **ret_program)
{
	for (size_t i = 0; i < sizeof managers / sizeof *managers; i++)
		for (size_t k = 0; k < WORDS_MAX && managers[i].programs[k]; k++)
			if (strcmp(managers[i].programs[k], program_of(command)) == 0) {
				*ret_program = managers[i].programs[k];
				return &managers[i];
			}
	return NULL;
}

/* ---- refresh and install ---------------------------------------------------------------------------------- */

/* The first of its words that is one or the other decides what it does. */
static bool does(const struct build_command *command, const struct manager *manager, bool refresh)
{
	for (size_t i = 1; i < command->words.count; i++) {
		const char *word = command->words.items[i];

		if (HAS(manager->refresh, word))
			return refresh;
		if (HAS(manager->install, word))
			return !refresh;
	}
	return false;
}

static bool installs(const struct build_step *step, const struct manager *manager)
{
	vec_each(command, &step->commands) {
		const char *program;

		if (manager_of(command, &program) == manager && does(command, manager, false))
			return true;
	}
	return false;
}

const char *build_packages_lone_update(const struct build_step *step)
{
	static const struct {
		const char *program, *text;
	} texts[] = {
		{"apt-get", "apt-get update"}, {"apt", "apt update"}, {"aptitude", "aptitude update"}, {"apk", "apk update"},
		{"zypper", "zypper refresh"}, {"opkg", "opkg update"},
	};

	if (step->kind != BUILD_STEP_RUN)
		return NULL;
	vec_each(command, &step->commands) {
		const char *program;
		const struct manager *manager = manager_of(command, &program);

		if (!manager || !does(command, manager, true) || installs(step, manager))
			continue;
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			if (strcmp(texts[i].program, program) == 0)
				return texts[i].text;
		return "makecache of yum or dnf";
	}
	return NULL;
}

/* ---- verification switched off -------------------------------------------------------------------------------- */

static bool is_off(const char *value)
{
	return strcasecmp(value, "0") == 0 || strcasecmp(value, "false") == 0 || strcasecmp(value, "no") == 0;
}

/* What the options of a row that end in '=' must be set to: gpgcheck=0, AllowUnauthenticated=true. */
static bool weakens(const char *option, const char *value)
{
	if (strstr(option, "Allow"))
		return *value && !is_off(value);
	return strstr(option, "host=") ? *value != '\0' : is_off(value);
}

static bool matches(const char *word, const char *option)
{
	size_t len = strlen(option);

	if (option[len - 1] != '=')
		return strcmp(word, option) == 0;
	if (strncasecmp(word, "-o", 2) == 0 && !strncasecmp(word + 2, option, len))
		word += 2;
	return strncasecmp(word, option, len) == 0 && weakens(option, word + len);
}

/* curl(1): short options stand together; what follows one that wants a word is that word. */
static bool has_short_k(const char *word)
{
	if (word[0] != '-' || word[1] == '-')
		return false;
	for (word++; *word && !strchr("oHdXuAeTFbcmEKwxyYzrtCDPQU", *word); word++)
		if (*word == 'k')
			return true;
	return false;
}

static void judge_options(struct arena *arena, const struct build_command *command, struct strings *ret)
{
	const char *program;
	const struct manager *manager = manager_of(command, &program);

	for (size_t i = 1; manager && i < command->words.count; i++) {
		const char *word = command->words.items[i];

		for (size_t k = 0; k < WORDS_MAX && manager->unverified[k]; k++)
			if (matches(word, manager->unverified[k]))
				strings_add_unique(arena, ret, arena_printf(arena, "%s %s", program, manager->unverified[k]));
		if (strcmp(program, "curl") == 0 && has_short_k(word))
			strings_add_unique(arena, ret, "curl -k");
	}
}

/* "git config http.sslVerify false", "npm config set strict-ssl false". */
static void judge_pairs(struct arena *arena, const struct build_command *command, struct strings *ret)
{
	for (size_t i = 1; i + 1 < command->words.count; i++) {
		const char *word = command->words.items[i];

		if (!is_off(command->words.items[i + 1]))
			continue;
		if (strcasecmp(word, "http.sslVerify") == 0)
			strings_add_unique(arena, ret, "git http.sslVerify");
		if (strcasecmp(word, "strict-ssl") == 0)
			strings_add_unique(arena, ret, "npm strict-ssl");
	}
}

/* The value of NAME=VALUE, or NULL. */
static const char *value_in(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return strncasecmp(entry, name, len) == 0 && entry[len] == '=' ? entry + len + 1 : NULL;
}

void build_packages_assignment(struct arena *arena, const char *entry, struct strings *ret)
{
	const char *value;

	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
		value = value_in(entry, switches[i]);
		if (value && *value && !is_off(value))
			strings_add_unique(arena, ret, switches[i]);
	}
	for (size_t i = 0; i < sizeof off_switches / sizeof *off_switches; i++) {
		value = value_in(entry, off_switches[i]);
		if (value && is_off(value))
			strings_add_unique(arena, ret, off_switches[i]);
	}
}

/* What is written into configuration files by echo, sed and the like. */
static void judge_written(struct arena *arena, const char *program, const char *word, struct strings *ret)
{
	if (strcmp(program, "sed") == 0 && word[0] == 's' && word[1] && word[2]) { /* s/what was/what is put there/ */
		const char *put = strchr(word + 2, word[1]);

		word = put ? put : word;
	} else if (strcmp(program, "grep") == 0) {
		return;
	}
	for (size_t i = 0; i < sizeof written / sizeof *written; i++)
		if (strstr(word, written[i]))
			strings_add_unique(arena, ret, written[i]);
}

static bool downloads(const char *program)
{
	return strcmp(program, "curl") == 0 || strcmp(program, "wget") == 0;
}

static bool runs(const struct build_command *command)
{
	return build_script_is_shell(program_of(command)) || HAS(interpreters, program_of(command));
}

static void judge_download(struct arena *arena, const struct build_commands *commands, size_t i, struct strings *ret)
{
	const struct build_command *command = &commands->items[i];

	if (command->piped && i && downloads(program_of(&commands->items[i - 1])) && runs(command))
		strings_add_unique(arena, ret, "download | shell");
	for (size_t k = 1; k < command->words.count && runs(command); k++)
		if (strstr(command->words.items[k], "$(curl") || strstr(command->words.items[k], "$(wget"))
			strings_add_unique(arena, ret, "download | shell");
}

void build_packages_unverified(struct arena *arena, const struct build_step *step, struct strings *ret)
{
	for (size_t i = 0; i < step->commands.count; i++) {
		const struct build_command *command = &step->commands.items[i];

		vec_each(word, &command->assigned)
			build_packages_assignment(arena, *word, ret);
		if (step->kind != BUILD_STEP_RUN)
			continue;
		judge_options(arena, command, ret);
		judge_pairs(arena, command, ret);
		judge_download(arena, &step->commands, i, ret);
		vec_each(word, &command->words)
			judge_written(arena, program_of(command), *word, ret);
	}
}
