#include "checks/seccomp_profile.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <seccomp.h>
#include <unistd.h>

#include "base/text.h"

#define CONDITIONS_MAX 6
#define EXACT_MAX      9007199254740992.0 /* 2^53: beyond, a number read as a real may be another */

static inline void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

/* The largest return value is 16 bits. */
static bool number_of(const json_t *item, double most, uint64_t *ret)
{
	double value = json_number_value(item);

	if (!json_is_number(item) || !(value >= 0) || value > most || value != floor(value))
		return false;
	*ret = (uint64_t)value;
	return true;
}

static int action_of(const json_t *name, const json_t *number, uint32_t *ret, struct error *err)
{
	static const struct {
		const char *name;
		uint32_t action;
		bool takes_number;
	} actions[] = {
		{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW, false},
		{"SCMP_ACT_LOG", SCMP_ACT_LOG, false},
		{"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0), true},
		{"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0), true},
		{"SCMP_ACT_TRAP", SCMP_ACT_TRAP, false},
		{"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY, false},
		{"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD, false},
		{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD, false},
		{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS, false},
	};
	uint64_t value = EPERM;

	if (number && !json_is_null(number) && !number_of(number, UINT16_MAX, &value))
		return error_set(err, ERROR_MALFORMED, "an errnoRet is no 16-bit number");
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (!text_eq(json_string_value(name), actions[i].name))
			continue;
		*ret = actions[i].action | (actions[i].takes_number ? (uint32_t)value : 0);
		return 0;
	}
	return error_set(err, json_is_string(name) ? ERROR_UNSUPPORTED : ERROR_MALFORMED, "an action is not known");
}

static int add_architectures(scmp_filter_ctx filter, const json_t *list, struct error *err)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *name = json_string_value(item);
		char low[32];
		size_t len = 0;

		if (!name || !text_starts(name, "SCMP_ARCH_") || strlen(name) >= sizeof low)
			return error_set(err, ERROR_MALFORMED, "an architecture is not known");
		for (name += 10; name[len]; len++)
			low[len] = (char)(name[len] >= 'A' && name[len] <= 'Z' ? name[len] + 32 : name[len]);
		low[len] = '\0';
		uint32_t token = seccomp_arch_resolve_name(low);
		int status = token ? seccomp_arch_add(filter, token) : -EINVAL;

		if (status < 0 && status != -EEXIST)
			return error_set(err, ERROR_UNSUPPORTED, "an architecture cannot be built here");
	}
	return 0;
}

static int condition_of(const json_t *item, struct scmp_arg_cmp *ret, struct error *err)
{
	static const struct {
		const char *name;
		enum scmp_compare op;
	} ops[] = {
		{"SCMP_CMP_NE", SCMP_CMP_NE}, {"SCMP_CMP_LT", SCMP_CMP_LT}, {"SCMP_CMP_LE", SCMP_CMP_LE},
		{"SCMP_CMP_EQ", SCMP_CMP_EQ}, {"SCMP_CMP_GE", SCMP_CMP_GE}, {"SCMP_CMP_GT", SCMP_CMP_GT},
		{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
	};
	const json_t *second = json_object_get(item, "valueTwo");
	uint64_t index, value, value_two = 0;

	if (!number_of(json_object_get(item, "index"), CONDITIONS_MAX - 1, &index) ||
	    !number_of(json_object_get(item, "value"), EXACT_MAX, &value) || (second && !number_of(second, EXACT_MAX, &value_two)))
		return error_set(err, ERROR_UNSUPPORTED, "the numbers of a condition cannot be taken");
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (!text_eq(json_string_value(json_object_get(item, "op")), ops[i].name))
			continue;
		*ret = (struct scmp_arg_cmp){(unsigned)index, ops[i].op, value, value_two};
		return 0;
	}
	return error_set(err, ERROR_MALFORMED, "an operator is not known");
}

struct rule {
	uint32_t action;
	struct scmp_arg_cmp conditions[CONDITIONS_MAX];
	unsigned count;
	bool repeated; /* several on one argument */
};

static int conditions_of(const json_t *list, struct rule *rule, struct error *err)
{
	unsigned seen = 0;
	const json_t *item;
	size_t i;

	if (json_array_size(list) > CONDITIONS_MAX)
		return error_set(err, ERROR_MALFORMED, "a rule has too many conditions");
	json_array_foreach(list, i, item) {
		if (condition_of(item, &rule->conditions[i], err) < 0)
			return -1;
		rule->repeated |= seen >> rule->conditions[i].arg & 1;
		seen |= 1u << rule->conditions[i].arg;
		rule->count++;
	}
	return 0;
}

/* A rule of the default's own action is refused with EACCES and says nothing anyway. */
static int add_call(scmp_filter_ctx filter, const struct rule *rule, int nr, struct error *err)
{
	unsigned each = rule->repeated ? 1 : rule->count;

	for (unsigned at = 0; at == 0 || at < rule->count; at += each ? each : 1) {
		int status = seccomp_rule_add_array(filter, rule->action, nr, each, rule->conditions + at);

		if (status < 0 && status != -EACCES && status != -EEXIST)
			return error_set(err, ERROR_UNSUPPORTED, "libseccomp refuses a rule: %s", strerror(-status));
	}
	return 0;
}

static int add_rule(scmp_filter_ctx filter, const json_t *item, struct error *err)
{
	struct rule rule = {0};
	const json_t *name;
	size_t i;

	if (action_of(json_object_get(item, "action"), json_object_get(item, "errnoRet"), &rule.action, err) < 0 ||
	    conditions_of(json_object_get(item, "args"), &rule, err) < 0)
		return -1;
	json_array_foreach(json_object_get(item, "names"), i, name) {
		const char *text = json_string_value(name);
		int nr = text ? seccomp_syscall_resolve_name(text) : __NR_SCMP_ERROR;

		if (nr != __NR_SCMP_ERROR && add_call(filter, &rule, nr, err) < 0)
			return -1;
	}
	return 0;
}

/* By a pipe that never waits: it holds more than the longest program, and what is longer shows by what came through. */
static int export(struct arena *arena, scmp_filter_ctx filter, struct seccomp_program *ret, struct error *err)
{
	size_t most = SECCOMP_PROGRAM_MAX * sizeof(struct sock_filter);
	struct sock_filter *code = ARENA_ARRAY(arena, struct sock_filter, SECCOMP_PROGRAM_MAX + 1);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_sys(err, "no pipe");
	_cleanup_(close_fd) int from = ends[0];
	_cleanup_(close_fd) int to = ends[1];
	int status = seccomp_export_bpf(filter, to);
	ssize_t len = status < 0 ? -1 : read(from, code, most + sizeof *code);

	if (len <= 0)
		return error_set(err, ERROR_UNSUPPORTED, "libseccomp gives no program: %s", strerror(-status));
	if ((size_t)len > most)
		return error_set(err, ERROR_LIMIT, "the program is longer than the kernel takes");
	struct seccomp_program program = {code, (size_t)len / sizeof *code};

	if (seccomp_filter_check(&program, err) < 0)
		return -1;
	*ret = program;
	return 0;
}

/* What this kernel supports is not asked, for which the library would make calls that we may not: programs are made to be read. */
static scmp_filter_ctx start(uint32_t otherwise)
{
	for (unsigned level = 7; level > 0 && seccomp_api_set(level) < 0; level--)
		;
	return seccomp_init(otherwise);
}

int seccomp_profile_build(struct arena *arena, const json_t *profile, struct seccomp_program *ret, struct error *err)
{
	_cleanup_(release) scmp_filter_ctx filter = NULL;
	uint32_t otherwise;
	const json_t *item;
	size_t i;

	if (action_of(json_object_get(profile, "defaultAction"), json_object_get(profile, "defaultErrnoRet"), &otherwise, err) < 0)
		return -1;
	filter = start(otherwise);
	if (!filter)
		return error_set(err, ERROR_SYSTEM, "libseccomp gives no filter");
	if (add_architectures(filter, json_object_get(profile, "architectures"), err) < 0)
		return -1;
	json_array_foreach(json_object_get(profile, "syscalls"), i, item)
		if (add_rule(filter, item, err) < 0)
			return -1;
	return export(arena, filter, ret, err);
}
