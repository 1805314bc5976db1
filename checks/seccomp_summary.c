#include "checks/seccomp_summary.h"

/* capabilities(7), the manual pages in section 2, Documentation/admin-guide/sysctl/kernel.rst. With a mask: only calls
 * whose argument has these bits are asked about. */
static const struct {
	const char *call;
	const char *only; /* what the argument then is */
	uint8_t arg;
	uint32_t mask, value;
} dangers[] = {
	{"acct", NULL, 0, 0, 0},
	{"add_key", NULL, 0, 0, 0},
	{"bpf", NULL, 0, 0, 0},
	{"chroot", NULL, 0, 0, 0},
	{"clock_settime", NULL, 0, 0, 0},
	{"clone", "CLONE_NEWUSER", 0, 0x10000000, 0x10000000}, /* clone(2), linux/sched.h */
	{"clone3", NULL, 0, 0, 0}, /* its flags are in memory: no filter sees them */
	{"create_module", NULL, 0, 0, 0},
	{"delete_module", NULL, 0, 0, 0},
	{"finit_module", NULL, 0, 0, 0},
	{"fsconfig", NULL, 0, 0, 0},
	{"fsmount", NULL, 0, 0, 0},
	{"fsopen", NULL, 0, 0, 0},
	{"fspick", NULL, 0, 0, 0},
	{"init_module", NULL, 0, 0, 0},
	{"io_uring_enter", NULL, 0, 0, 0},
	{"io_uring_register", NULL, 0, 0, 0},
	{"io_uring_setup", NULL, 0, 0, 0},
	{"ioctl", "TIOCSTI", 1, UINT32_MAX, 0x5412}, /* TIOCSTI(2const), asm-generic/ioctls.h */
	{"ioperm", NULL, 0, 0, 0},
	{"iopl", NULL, 0, 0, 0},
	{"kcmp", NULL, 0, 0, 0},
	{"kexec_file_load", NULL, 0, 0, 0},
	{"kexec_load", NULL, 0, 0, 0},
	{"keyctl", NULL, 0, 0, 0},
	{"lookup_dcookie", NULL, 0, 0, 0},
	{"mknod", NULL, 0, 0, 0},
	{"mknodat", NULL, 0, 0, 0},
	{"mount", NULL, 0, 0, 0},
	{"mount_setattr", NULL, 0, 0, 0},
	{"move_mount", NULL, 0, 0, 0},
	{"name_to_handle_at", NULL, 0, 0, 0},
	{"open_by_handle_at", NULL, 0, 0, 0},
	{"open_tree", NULL, 0, 0, 0},
	{"open_tree_attr", NULL, 0, 0, 0},
	{"perf_event_open", NULL, 0, 0, 0},
	{"personality", "ADDR_NO_RANDOMIZE", 0, UINT32_MAX, 0x0040000}, /* personality(2) */
	{"pidfd_getfd", NULL, 0, 0, 0},
	{"pivot_root", NULL, 0, 0, 0},
	{"process_madvise", NULL, 0, 0, 0},
	{"process_vm_readv", NULL, 0, 0, 0},
	{"process_vm_writev", NULL, 0, 0, 0},
	{"ptrace", NULL, 0, 0, 0},
	{"quotactl", NULL, 0, 0, 0},
	{"quotactl_fd", NULL, 0, 0, 0},
	{"reboot", NULL, 0, 0, 0},
	{"request_key", NULL, 0, 0, 0},
	{"setdomainname", NULL, 0, 0, 0},
	{"sethostname", NULL, 0, 0, 0},
	{"setns", NULL, 0, 0, 0},
	{"settimeofday", NULL, 0, 0, 0},
	{"socket", "AF_ALG", 0, UINT32_MAX, 38},   /* address_families(7) */
	{"socket", "AF_VSOCK", 0, UINT32_MAX, 40}, /* vsock(7): reaches the hypervisor, no network namespace */
	{"swapoff", NULL, 0, 0, 0},
	{"swapon", NULL, 0, 0, 0},
	{"syslog", NULL, 0, 0, 0},
	{"umount", NULL, 0, 0, 0},
	{"umount2", NULL, 0, 0, 0},
	{"unshare", NULL, 0, 0, 0},
	{"unshare", "CLONE_NEWUSER", 0, 0x10000000, 0x10000000},
	{"userfaultfd", NULL, 0, 0, 0},
	{"vhangup", NULL, 0, 0, 0},
};

static void ask_danger(struct seccomp_walker *walker, struct arena *arena, const struct seccomp_stack *stack,
		       size_t index, struct seccomp_danger *danger)
{
	struct seccomp_bound given = {.word = (uint8_t)(2 * dangers[index].arg),
				      .mask = dangers[index].mask,
				      .low = dangers[index].value,
				      .high = dangers[index].value};
	struct seccomp_question question = {.sides = {stack},
					    .arch = danger->abi->arch,
					    .nr = danger->nr,
					    .narrow = danger->abi->narrow,
					    .given = &given,
					    .given_count = dangers[index].only ? 1 : 0};

	danger->name = dangers[index].call;
	if (dangers[index].only)
		danger->name = arena_printf(arena, "%s(%s)", dangers[index].call, dangers[index].only);
	seccomp_solve(walker, arena, &question, &danger->answer);
}

static void ask_dangers(struct seccomp_walker *walker, struct arena *arena, const struct seccomp_stack *stack,
			struct seccomp_summary *summary)
{
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < sizeof dangers / sizeof *dangers; i++) {
		for (size_t j = 0; j < count; j++) {
			struct seccomp_danger danger = {.abi = &abis[j],
							.nr = syscalls_number(&abis[j], dangers[i].call)};

			if (danger.nr < 0)
				continue;
			ask_danger(walker, arena, stack, i, &danger);
			vec_push(arena, &summary->dangers, danger);
		}
	}
}

static void ask_abi(struct seccomp_walker *walker, struct arena *arena, const struct seccomp_stack *stack,
		    struct seccomp_abi_summary *ret)
{
	for (size_t i = 0; i < syscalls_count(ret->abi); i++) {
		struct seccomp_call call = {.nr = syscalls_at(ret->abi, i)};
		struct seccomp_question question = {
			.sides = {stack}, .arch = ret->abi->arch, .nr = call.nr, .narrow = ret->abi->narrow};

		call.name = syscalls_name(ret->abi, call.nr);
		seccomp_solve(walker, arena, &question, &call.answer);
		vec_push(arena, &ret->calls, call);
		if (call.name)
			vec_push(arena, &ret->names[call.answer.class], call.name);
		else if (call.answer.allowing_known)
			ret->unnamed_allowed++;
	}
}

static void tell_part(struct seccomp_summary *summary, struct arena *arena, unsigned part)
{
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	if (part == SECCOMP_SUMMARY_DANGERS)
		ask_dangers(walker, arena, summary->stack, summary);
	for (size_t i = 0; part == SECCOMP_SUMMARY_HOLES && i < count; i++)
		seccomp_hole_find(walker, arena, &abis[i], summary->stack, &summary->holes);
	for (size_t i = 0; part == SECCOMP_SUMMARY_CALLS && i < count; i++) {
		struct seccomp_abi_summary abi = {.abi = &abis[i]};

		ask_abi(walker, arena, summary->stack, &abi);
		vec_push(arena, &summary->abis, abi);
	}
}

void seccomp_summary_tell(struct seccomp_summary *summary, struct arena *arena, unsigned parts)
{
	for (unsigned part = 1; part <= SECCOMP_SUMMARY_ALL; part <<= 1)
		if (parts & part & ~summary->parts)
			tell_part(summary, arena, part);
	summary->parts |= parts;
}

struct seccomp_summary *seccomp_summary_make(struct arena *arena, const struct seccomp_stack *stack)
{
	struct seccomp_summary *summary = ARENA_NEW(arena, struct seccomp_summary);

	summary->stack = stack;
	seccomp_summary_tell(summary, arena, SECCOMP_SUMMARY_ALL);
	return summary;
}

static bool may_pass(const struct seccomp_answer *answer)
{
	return answer->allowing_known || answer->class == SECCOMP_MAYBE;
}

static bool is_refused(const struct seccomp_answer *answer)
{
	return answer->refusing_known && seccomp_filter_refuses(answer->refusal);
}

/* The first call of the ABI whose answer is so. */
static const char *first_call(const struct seccomp_stack *stack, struct arena *arena, const struct syscalls_abi *abi,
			      bool (*is_so)(const struct seccomp_answer *answer))
{
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();

	for (size_t i = 0; i < syscalls_count(abi); i++) {
		struct seccomp_question question = {
			.sides = {stack}, .arch = abi->arch, .nr = syscalls_at(abi, i), .narrow = abi->narrow};
		struct seccomp_answer answer;

		if (!syscalls_name(abi, question.nr))
			continue;
		seccomp_solve(walker, arena, &question, &answer);
		if (is_so(&answer))
			return syscalls_name(abi, question.nr);
	}
	return NULL;
}

const char *seccomp_summary_passes(const struct seccomp_stack *stack, struct arena *arena, const struct syscalls_abi *abi)
{
	return first_call(stack, arena, abi, may_pass);
}

const char *seccomp_summary_refuses(const struct seccomp_stack *stack, struct arena *arena, const struct syscalls_abi *abi)
{
	return first_call(stack, arena, abi, is_refused);
}
