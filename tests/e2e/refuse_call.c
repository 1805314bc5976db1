/* refuse_call NAME PROGRAM ARGUMENT…: runs the program where one system call fails with EPERM, as an outer filter may have it. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{"pidfd_open", SYS_pidfd_open},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
	{"seccomp", SYS_seccomp},
	{"socketpair", SYS_socketpair},
};

int main(int argc, char **argv)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {4, insns};

	for (size_t i = 0; argc > 2 && i < sizeof calls / sizeof *calls; i++) {
		if (strcmp(argv[1], calls[i].name) != 0)
			continue;
		insns[1].k = calls[i].number;
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
			execvp(argv[2], argv + 2);
		perror(argv[2]);
		return 99;
	}
	fprintf(stderr, "refuse_call: no such call\n");
	return 98;
}
