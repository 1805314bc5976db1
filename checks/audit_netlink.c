#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <time.h>

#include "checks/audit_rules.h"

static void close_audit(int *fd)
{
	if (*fd >= 0)
		audit_close(*fd);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int refusal(struct error *err, int code)
{
	switch (code) {
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case EINVAL:
		return error_set(err, ERROR_UNSUPPORTED, "this kernel has no audit socket");
	case EPERM:
	case EACCES:
		return error_set(err, ERROR_DENIED,
				 "the kernel does not list audit rules to us: that takes CAP_AUDIT_CONTROL in the initial pid namespace");
	case ECONNREFUSED:
		return error_set(err, ERROR_SYSTEM, "the kernel's auditing does not answer: it does so only in the initial user namespace");
	default:
		errno = code;
		return error_sys(err, "audit socket");
	}
}

/* ---- one loaded rule ----------------------------------------------------------------------------------------- */

/* struct audit_rule_data packs the texts of its fields one behind the other. */
struct fields {
	const struct audit_rule_data *data;
	size_t used; /* bytes of data->buf */
};

static bool has_text(uint32_t field)
{
	return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) || (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) ||
	       field == AUDIT_WATCH || field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

static const char *take_text(struct arena *arena, struct fields *fields, uint32_t len)
{
	if (len > fields->data->buflen - fields->used)
		return NULL;
	const char *text = arena_strndup(arena, fields->data->buf + fields->used, len);
	fields->used += len;
	return text;
}

static void set_arch(struct audit_rule *rule, uint32_t op, uint32_t elf, int *ret_machine)
{
	rule->abis = elf & __AUDIT_ARCH_64BIT ? AUDIT_ABI_64 : AUDIT_ABI_32;
	if (op == AUDIT_NOT_EQUAL)
		rule->abis ^= AUDIT_ABIS_ALL;
	*ret_machine = audit_elf_to_machine(elf);
}

static void set_field(struct audit_rule *rule, uint32_t field, uint32_t op, uint32_t value, const char *text)
{
	switch (field) {
	case AUDIT_WATCH:
	case AUDIT_DIR:
		rule->object = field == AUDIT_DIR ? OBJECT_DIR : OBJECT_PATH;
		rule->path = text;
		break;
	case AUDIT_PERM:
		rule->letters = value & AUDIT_LETTERS_ALL;
		break;
	case AUDIT_MSGTYPE:
		rule->drops_syscall = audit_rules_drops_syscall(op, value);
		break;
	case AUDIT_FILTERKEY:
		rule->key = text;
		break;
	default:
		rule->filtered = true;
	}
}

struct mask {
	const uint32_t *words;
	int machine;
};

static int has_syscall(const void *data, const char *name)
{
	const struct mask *mask = data;
	int number = audit_name_to_syscall(name, mask->machine);

	if (number < 0 || number >= AUDIT_BITMASK_SIZE * 32)
		return -1;
	return mask->words[AUDIT_WORD(number)] & AUDIT_BIT(number) ? 1 : 0;
}

/* The kernel clears bits of the last word, which name classes of calls (kernel/auditfilter.c, audit_to_entry_common). */
static bool has_all_syscalls(const struct audit_rule_data *data)
{
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE - 1; i++)
		if (data->mask[i] != UINT32_MAX)
			return false;
	return true;
}

static void set_mask(struct audit_rule *rule, const struct audit_rule_data *data, int machine)
{
	struct mask mask = {data->mask, machine};

	if (rule->list != RULE_ON_EXIT || has_all_syscalls(data))
		return;
	if (machine < 0) {
		mask.machine = audit_detect_machine();
		bool is_64 = mask.machine >= 0 && audit_machine_to_elf(mask.machine) & __AUDIT_ARCH_64BIT;
		rule->abis = is_64 ? AUDIT_ABI_64 : AUDIT_ABI_32;
	}
	audit_rules_set_syscalls(rule, has_syscall, &mask);
}

static enum rule_list list_of(uint32_t flags)
{
	static const struct {
		uint32_t filter;
		enum rule_list list;
	} lists[] = {{AUDIT_FILTER_EXIT, RULE_ON_EXIT}, {AUDIT_FILTER_TASK, RULE_ON_TASK}, {AUDIT_FILTER_EXCLUDE, RULE_ON_EXCLUDE}};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (lists[i].filter == (flags & AUDIT_FILTER_MASK))
			return lists[i].list;
	return RULE_ON_OTHER;
}

static int read_rule(struct arena *arena, const struct audit_rule_data *data, size_t len, struct audit_rules *ret,
		     struct error *err)
{
	struct fields fields = {.data = data};
	int machine = -1;

	if (len < sizeof *data || data->field_count > AUDIT_MAX_FIELDS || data->buflen > len - sizeof *data)
		return error_set(err, ERROR_MALFORMED, "the kernel's list of audit rules cannot be read");
	if (ret->list.count >= AUDIT_RULES_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d audit rules are loaded", AUDIT_RULES_MAX);
	struct audit_rule rule = {
		.list = list_of(data->flags),
		.always = data->action == AUDIT_ALWAYS,
		.letters = AUDIT_LETTERS_ALL,
		.covered = AUDIT_LETTERS_ALL,
		.touched = AUDIT_LETTERS_ALL,
		.abis = AUDIT_ABIS_ALL,
		.origin = arena_printf(arena, "loaded rule %zu", ret->list.count + 1),
	};
	for (uint32_t i = 0; i < data->field_count; i++) {
		uint32_t field = data->fields[i], op = data->fieldflags[i], value = data->values[i];
		const char *text = NULL;

		if (has_text(field) && !(text = take_text(arena, &fields, value)))
			return error_set(err, ERROR_MALFORMED, "%s cannot be read", rule.origin);
		if (field == AUDIT_ARCH)
			set_arch(&rule, op, value, &machine);
		else
			set_field(&rule, field, op, value, text);
	}
	set_mask(&rule, data, machine);
	vec_push(arena, &ret->list, rule);
	return 0;
}

/* ---- the conversation ---------------------------------------------------------------------------------------- */

/* The next message before the deadline: its type, or -1. */
static int next_message(int fd, int64_t deadline, struct audit_reply *reply, struct error *err)
{
	for (;;) {
		int64_t left = deadline - now_ms();
		struct pollfd waiting = {.fd = fd, .events = POLLIN};

		if (left <= 0 || poll(&waiting, 1, left > INT32_MAX ? INT32_MAX : (int)left) == 0)
			return error_set(err, ERROR_TIMEOUT, "the kernel's auditing did not answer in time");
		int got = audit_get_reply(fd, reply, GET_REPLY_NONBLOCKING, 0);
		if (got > 0)
			return reply->type;
		if (got < 0 && got != -EAGAIN && got != -EINTR)
			return refusal(err, -got);
	}
}

static int check_reply(const struct audit_reply *reply, struct error *err)
{
	if (reply->type == NLMSG_ERROR && NLMSG_PAYLOAD(reply->nlh, 0) >= (int)sizeof(struct nlmsgerr) && reply->error->error)
		return refusal(err, -reply->error->error);
	return 0;
}

static int read_status(int fd, struct arena *arena, int64_t deadline, struct audit_rules *ret, struct error *err)
{
	struct audit_reply reply;
	int sent = audit_request_status(fd), type;

	if (sent < 0)
		return refusal(err, -sent);
	do {
		type = next_message(fd, deadline, &reply, err);
		if (type < 0 || check_reply(&reply, err) < 0)
			return -1;
	} while (type != AUDIT_GET);
	/* Older kernels send a shorter struct: what is read here has always been in it. */
	if (NLMSG_PAYLOAD(reply.nlh, 0) < (int)(offsetof(struct audit_status, lost) + sizeof reply.status->lost))
		return error_set(err, ERROR_MALFORMED, "the kernel's audit status cannot be read");
	ret->enabled = reply.status->enabled > 0;
	ret->enabled_origin = arena_printf(arena, "AUDIT_GET enabled %u", reply.status->enabled);
	ret->daemon = reply.status->pid != 0;
	ret->lost = reply.status->lost;
	if (!ret->daemon)
		vec_push(arena, &ret->notes, "no audit daemon is attached: records go to the kernel's log, or to journald where it listens");
	return 0;
}

static int read_rules(int fd, struct arena *arena, int64_t deadline, struct audit_rules *ret, struct error *err)
{
	struct audit_reply reply;
	int sent = audit_request_rules_list_data(fd), type;

	if (sent < 0)
		return refusal(err, -sent);
	for (;;) {
		type = next_message(fd, deadline, &reply, err);
		if (type < 0 || check_reply(&reply, err) < 0)
			return -1;
		if (type == NLMSG_DONE)
			return 0;
		if (type == AUDIT_LIST_RULES && read_rule(arena, reply.ruledata, NLMSG_PAYLOAD(reply.nlh, 0), ret, err) < 0)
			return -1;
	}
}

int audit_netlink_read(struct arena *arena, int64_t deadline_ms, struct audit_rules *ret, struct error *err)
{
	struct audit_rules rules = {.origin = "audit rules in the kernel"};
	int64_t deadline = now_ms() + deadline_ms;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	_cleanup_(close_audit) int fd = audit_open();
	if (fd < 0)
		return refusal(err, errno);
	if (read_status(fd, arena, deadline, &rules, err) < 0 || read_rules(fd, arena, deadline, &rules, err) < 0)
		return -1;
	*ret = rules;
	return 0;
}
