#include "checks/seccomp_hole.h"

#include "base/text.h"

/* Arguments of which the kernel uses the lower 32 bits, by SYSCALL_DEFINE in the file named (the C library's prototype in
 * section 2 of the manual agrees unless said). ptrace's request and unshare's flags are long and are judged whole;
 * they are here for ABIs that use 32 bits of everything. */
static const struct {
	const char *call;
	uint8_t arg;
	bool is_long;
} arguments[] = {
	{"socket", 0, false},        /* int domain, net/socket.c */
	{"socket", 1, false},        /* int type */
	{"socket", 2, false},        /* int protocol */
	{"socketpair", 0, false},    /* int domain */
	{"socketpair", 1, false},    /* int type */
	{"socketpair", 2, false},    /* int protocol */
	{"socketcall", 0, false},    /* int call */
	{"setsockopt", 1, false},    /* int level */
	{"setsockopt", 2, false},    /* int optname */
	{"getsockopt", 1, false},    /* int level */
	{"getsockopt", 2, false},    /* int optname */
	{"personality", 0, false},   /* unsigned int, kernel/exec_domain.c; unsigned long in personality(2) */
	{"keyctl", 0, false},        /* int operation, security/keys/keyctl.c */
	{"clone", 0, false},         /* unsigned long, then lower_32_bits(), kernel/fork.c; int in clone(2) */
	{"setns", 1, false},         /* int nstype, kernel/nsproxy.c */
	{"ioctl", 1, false},         /* unsigned int cmd, fs/ioctl.c; unsigned long in ioctl(2) */
	{"fcntl", 1, false},         /* unsigned int cmd, fs/fcntl.c */
	{"prctl", 0, false},         /* int option, kernel/sys.c */
	{"bpf", 0, false},           /* int cmd, kernel/bpf/syscall.c */
	{"umount2", 1, false},       /* int flags, fs/namespace.c */
	{"open_tree", 2, false},     /* unsigned int flags, fs/namespace.c */
	{"move_mount", 4, false},    /* unsigned int flags, fs/namespace.c */
	{"fsconfig", 1, false},      /* unsigned int cmd, fs/fsopen.c */
	{"quotactl", 0, false},      /* unsigned int cmd, fs/quota/quota.c */
	{"reboot", 2, false},        /* unsigned int cmd, kernel/reboot.c */
	{"syslog", 0, false},        /* int type, kernel/printk/printk.c */
	{"userfaultfd", 0, false},   /* int flags, fs/userfaultfd.c */
	{"finit_module", 2, false},  /* int flags, kernel/module/main.c */
	{"swapon", 1, false},        /* int swap_flags, mm/swapfile.c */
	{"open", 1, false},          /* int flags, fs/open.c */
	{"openat", 2, false},        /* int flags, fs/open.c */
	{"kcmp", 2, false},          /* int type, kernel/kcmp.c */
	{"memfd_create", 1, false},  /* unsigned int flags, mm/memfd.c */
	{"ptrace", 0, true},         /* long request, kernel/ptrace.c */
	{"unshare", 0, true},        /* unsigned long flags, kernel/fork.c */
	{"mount", 3, true},          /* unsigned long flags, fs/namespace.c */
	{"perf_event_open", 4, true}, /* unsigned long flags, kernel/events/core.c */
};

struct looking {
	const struct seccomp_stack *stack;
	unsigned upper; /* the word */
	struct seccomp_hole hole;
	bool found;
};

/* The lower half as it is: refused with an upper half of 0, let pass with another? */
static void try_upper(struct looking *looking, const struct seccomp_data *data, uint32_t upper)
{
	struct seccomp_data plain = *data, raised = *data;

	seccomp_walk_set_word(&plain, looking->upper, 0);
	seccomp_walk_set_word(&raised, looking->upper, upper);
	if (looking->found || upper == 0 || !seccomp_filter_refuses(seccomp_filter_run_stack(looking->stack, &plain)) ||
	    !seccomp_filter_passes(seccomp_filter_run_stack(looking->stack, &raised)))
		return;
	looking->hole.refused = plain;
	looking->hole.passing = raised;
	looking->found = true;
}

/* Upper halves that a filter may treat apart: those its bounds name, their neighbours, small and large ones. */
static void take_path(void *context, const struct seccomp_path *path)
{
	struct looking *looking = context;
	size_t tried = 0;

	if (looking->found)
		return;
	try_upper(looking, &path->data, seccomp_walk_word(&path->data, looking->upper));
	try_upper(looking, &path->data, 1);
	try_upper(looking, &path->data, 0x80000000u);
	try_upper(looking, &path->data, UINT32_MAX);
	for (size_t i = 0; i < path->bound_count && tried < 16; i++) {
		const struct seccomp_bound *bound = &path->bounds[i];

		if (bound->word != looking->upper)
			continue;
		try_upper(looking, &path->data, bound->low);
		try_upper(looking, &path->data, bound->high);
		try_upper(looking, &path->data, bound->low - 1);
		try_upper(looking, &path->data, bound->high + 1);
		tried++;
	}
}

void seccomp_hole_find(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
		       const struct seccomp_stack *stack, struct seccomp_holes *ret)
{
	for (size_t i = 0; !abi->narrow && i < sizeof arguments / sizeof *arguments; i++) {
		int nr = syscalls_number(abi, arguments[i].call);
		struct seccomp_question question = {.sides = {stack}, .arch = abi->arch, .nr = nr};
		struct looking looking = {.stack = stack, .upper = 2u * arguments[i].arg + 1};

		if (nr < 0 || (arguments[i].is_long && !abi->truncates))
			continue;
		/* Only the arguments seen so far are judged past a limit: what is found there is a hole all the same. */
		seccomp_walk(walker, &question, take_path, &looking);
		if (!looking.found)
			continue;
		looking.hole.abi = abi;
		looking.hole.name = arguments[i].call;
		looking.hole.arg = arguments[i].arg;
		looking.hole.text = seccomp_condition_call(arena, arguments[i].call, &looking.hole.passing);
		vec_push(arena, ret, looking.hole);
	}
}
