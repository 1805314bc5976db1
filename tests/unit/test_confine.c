/* What a confined process can no longer do, each in a process of its own. */
#include "probe_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "cli/confine.h"

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

typedef int deed(struct probe_tree *tree);

/* The exit status of a confined process that did it, or minus the signal that ended it. */
static int confined(struct probe_tree *tree, deed *act)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct strings folders = {0};

		vec_push(tree->arena, &folders, tree_path(tree, "/out"));
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(confine_process(&folders, NULL) < 0 ? 99 : act(tree));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int opens(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int read_anywhere(struct probe_tree *tree)
{
	return opens(tree_path(tree, "/in/a"), O_RDONLY);
}

static int write_elsewhere(struct probe_tree *tree)
{
	return opens(tree_path(tree, "/in/a"), O_WRONLY);
}

static int make_elsewhere(struct probe_tree *tree)
{
	return opens(tree_path(tree, "/in/b"), O_WRONLY | O_CREAT);
}

static int remove_elsewhere(struct probe_tree *tree)
{
	return unlink(tree_path(tree, "/in/a")) < 0 ? errno : 0;
}

static int write_there(struct probe_tree *tree)
{
	return opens(tree_path(tree, "/out/old"), O_WRONLY);
}

static int rename_there(struct probe_tree *tree)
{
	return rename(tree_path(tree, "/out/new"), tree_path(tree, "/out/old")) < 0 ? errno : 0;
}

static int remove_there(struct probe_tree *tree)
{
	return unlink(tree_path(tree, "/out/old")) < 0 ? errno : 0;
}

static int speak_tcp(struct probe_tree *tree _unused_)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int speak_unix(struct probe_tree *tree _unused_)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int start_thread(struct probe_tree *tree _unused_)
{
	return syscall(SYS_clone3, NULL, 0) < 0 ? errno : 0;
}

static int execute(struct probe_tree *tree _unused_)
{
	char *args[] = {(char *)"true", NULL};

	execv("/bin/true", args);
	return errno;
}

static int trace(struct probe_tree *tree _unused_)
{
	return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 ? errno : 0;
}

#if defined __SANITIZE_ADDRESS__
#define FILTERED false
#else
#define FILTERED true
#endif

static const struct {
	const char *name;
	deed *act;
	int expected;
	bool by_filter;
} rows[] = {
	{"read", read_anywhere, 0, false},
	{"write elsewhere", write_elsewhere, EACCES, false},
	{"make elsewhere", make_elsewhere, EACCES, false},
	{"remove elsewhere", remove_elsewhere, EACCES, false},
	{"write there", write_there, EACCES, false},
	{"rename there", rename_there, 0, false},
	{"remove there", remove_there, 0, false},
	{"unix socket", speak_unix, 0, false},
	{"tcp", speak_tcp, ENOSYS, true},
	{"thread", start_thread, ENOSYS, true},
	{"execve", execute, -SIGSYS, true},
	{"ptrace", trace, -SIGSYS, true},
};

static void confined_process_reads_and_renames_alone(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/in/a", "", 0666);
	tree_file(tree, "/out/old", "old", 0666);
	tree_file(tree, "/out/new", "new", 0666);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].by_filter ? !FILTERED || prctl(PR_GET_SECCOMP) != 0 : rows[i].expected && !has_landlock())
			continue;
		int got = confined(tree, rows[i].act);

		if (got != rows[i].expected)
			fail_msg("%s: %d, not %d", rows[i].name, got, rows[i].expected);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(confined_process_reads_and_renames_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
