#include "probe_tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "host/broker.h"
#include "host/host_process.h"

static const struct host_process process = {10, 9};

static void make_process(struct probe_tree *tree, const char *start)
{
	tree_file(tree, "/proc/10/stat", arena_printf(tree->arena, "10 (a) b) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %s 0", start), 0444);
}

static void root_is_a_handle_that_links_cannot_leave(void **state)
{
	struct probe_tree *tree = *state;
	_cleanup_(host_cleanup) struct host *root = NULL;
	struct error err = {0};
	char *text;

	make_process(tree, "9");
	tree_file(tree, "/etc/secret", "host", 0644);
	tree_file(tree, "/proc/10/root/etc/secret", "container", 0644);
	tree_link(tree, "/proc/10/root/out", "../../../etc/secret");
	assert_int_equal(host_process_root(tree->host, process, &root, &err), 0);
	assert_int_equal(host_read(root, "/out", 64, tree->arena, &text, NULL, &err), 0);
	assert_string_equal(text, "container");
	assert_false(host_is_live(root));
}

static void another_process_with_the_pid_is_not_found(void **state)
{
	struct probe_tree *tree = *state;
	struct host *root;
	struct error err = {0};
	const char *target;
	char *text;
	size_t len;

	make_process(tree, "8");
	tree_file(tree, "/proc/10/root/x", "", 0644);
	tree_file(tree, "/proc/10/environ", "A=1", 0400);
	tree_link(tree, "/proc/10/cwd", "/tmp");
	assert_int_equal(host_process_root(tree->host, process, &root, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_int_equal(host_process_link(tree->host, process, HOST_LINK_CWD, tree->arena, &target, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_int_equal(host_process_environ(tree->host, process, tree->arena, &text, &len, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
}

static void links_and_environment_are_read(void **state)
{
	struct probe_tree *tree = *state;
	struct error err = {0};
	const char *target;
	char *text;
	size_t len;

	make_process(tree, "9");
	tree_link(tree, "/proc/10/exe", "/usr/bin/x");
	tree_file(tree, "/proc/10/environ", "A=1", 0400);
	assert_int_equal(host_process_link(tree->host, process, HOST_LINK_EXE, tree->arena, &target, &err), 0);
	assert_string_equal(target, "/usr/bin/x");
	assert_int_equal(host_process_environ(tree->host, process, tree->arena, &text, &len, &err), 0);
	assert_int_equal(len, 3);
}

/* --- a process of our own, by a real broker and without one -------------------------------------------------------- */

struct child {
	struct host *host;
	struct broker *broker;
	struct host_process process;
	int ends[2];
};

static struct child start_child(bool with_broker)
{
	struct child child = {0};

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, child.ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(host_open("/", &child.host, NULL), 0);
	if (with_broker)
		assert_int_equal(broker_start(0, &child.broker, NULL), 0);
	host_lend_broker(child.host, child.broker);
	assert_int_equal(host_process_find(child.host, pid, &child.process, NULL), 0);
	return child;
}

static void kill_child(struct child *child)
{
	kill(child->process.pid, SIGKILL);
	waitpid(child->process.pid, NULL, 0);
}

static void end_child(struct child *child)
{
	kill_child(child);
	close(child->ends[0]);
	close(child->ends[1]);
	host_close(child->host);
	broker_stop(child->broker);
}

static uint64_t own_inode(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static bool holds(const struct host_sockets *sockets, int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	vec_each(inode, sockets)
		if (*inode == st.st_ino)
			return true;
	return false;
}

static void see_child(struct probe_tree *tree, bool with_broker)
{
	struct child child = start_child(with_broker);
	_cleanup_(host_cleanup) struct host *root = NULL;
	unsigned wanted = 1u << HOST_LINK_PID | 1u << HOST_LINK_USER;
	struct host_links links[2];
	struct host_process two[] = {child.process, {child.process.pid, child.process.start + 1}};
	struct host_sockets sockets;
	struct error err = {0};
	const char *cwd;
	char *text, own[4096];
	size_t len;

	host_process_links(child.host, two, 2, wanted, tree->arena, links);
	assert_int_equal(host_process_inode(links[0].text[HOST_LINK_PID], "pid"), own_inode("/proc/self/ns/pid"));
	assert_int_equal(host_process_inode(links[0].text[HOST_LINK_USER], "user"), own_inode("/proc/self/ns/user"));
	assert_true(!links[0].text[HOST_LINK_EXE] && !links[1].text[HOST_LINK_PID]);
	assert_int_equal(links[1].sys[HOST_LINK_PID], ESRCH);
	assert_int_equal(host_process_link(child.host, child.process, HOST_LINK_CWD, tree->arena, &cwd, &err), 0);
	assert_string_equal(cwd, getcwd(own, sizeof own));
	assert_int_equal(host_process_sockets(child.host, child.process, tree->arena, &sockets, &err), 0);
	assert_true(holds(&sockets, child.ends[0]) && holds(&sockets, child.ends[1]));
	close(child.ends[0]);
	assert_int_equal(socket(AF_UNIX, SOCK_STREAM, 0), child.ends[0]); /* one that it does not hold */
	assert_false(holds(&sockets, child.ends[0]));
	assert_int_equal(host_process_environ(child.host, child.process, tree->arena, &text, &len, &err), 0);
	assert_true(len == 0 || memchr(text, '=', len));
	assert_int_equal(host_process_root(child.host, child.process, &root, &err), 0);
	assert_int_equal(host_read(root, "/proc/self/stat", HOST_READ_SMALL, tree->arena, &text, NULL, &err), 0);
	assert_false(host_is_live(root));
	kill_child(&child);
	assert_int_equal(host_process_link(child.host, child.process, HOST_LINK_CWD, tree->arena, &cwd, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_int_equal(host_process_environ(child.host, child.process, tree->arena, &text, &len, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	end_child(&child);
}

static void process_is_seen_through_the_broker(void **state)
{
	see_child(*state, true);
}

static void process_is_seen_without_one(void **state)
{
	see_child(*state, false);
}

/* Every folder in a batch is answered for, also where a batch is full. */
static void many_are_seen_in_batches(void **state)
{
	enum { MANY = 150 };
	struct probe_tree *tree = *state;
	struct child child = start_child(true);
	struct host_process list[MANY];
	struct host_links links[MANY];

	for (size_t i = 0; i < MANY; i++)
		list[i] = (struct host_process){child.process.pid, child.process.start + (i % 50 == 49)};
	host_process_links(child.host, list, MANY, 1u << HOST_LINK_EXE, tree->arena, links);
	for (size_t i = 0; i < MANY; i++)
		assert_true(i % 50 == 49 ? links[i].sys[HOST_LINK_EXE] == ESRCH : text_ends(links[i].text[HOST_LINK_EXE], "_process"));
	end_child(&child);
}

static void broker_that_died_is_a_reason(void **state)
{
	struct probe_tree *tree = *state;
	struct child child = start_child(true);
	struct error err = {0};
	struct host *root;
	const char *cwd;

	kill(broker_keeper_pid(child.broker), SIGKILL);
	waitpid(broker_keeper_pid(child.broker), NULL, WNOHANG);
	while (kill(broker_worker_pid(child.broker), 0) == 0)
		usleep(1000);
	assert_int_equal(host_process_link(child.host, child.process, HOST_LINK_CWD, tree->arena, &cwd, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_int_equal(host_process_root(child.host, child.process, &root, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	end_child(&child);
}

static void inodes_are_read_strictly(void **state _unused_)
{
	assert_int_equal(host_process_inode("mnt:[4026531841]", "mnt"), 4026531841);
	assert_int_equal(host_process_inode("mnt:[4026531841]", "pid"), 0);
	assert_int_equal(host_process_inode("mnt:[12", "mnt"), 0);
	assert_int_equal(host_process_inode("mnt:[12]x", "mnt"), 0);
	assert_int_equal(host_process_inode("mnt:[-1]", "mnt"), 0);
	assert_int_equal(host_process_inode("/tmp/socket:[12]", "socket"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(root_is_a_handle_that_links_cannot_leave),
		TEST(another_process_with_the_pid_is_not_found),
		TEST(links_and_environment_are_read),
		TEST(process_is_seen_through_the_broker),
		TEST(process_is_seen_without_one),
		TEST(many_are_seen_in_batches),
		TEST(broker_that_died_is_a_reason),
		TEST(inodes_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
