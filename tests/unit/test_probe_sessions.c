/* Who runs in a container, what it listens on and which limits were raised. */
#include "member_tree.h"

#include "checks/docker_current.h"

extern const struct probe probe_sessions, probe_listening, probe_rlimits;

#define STATUS(pid, parent, uid, caps)                                                             \
	"Name:\tx\nState:\tS (sleeping)\nTgid:\t" pid "\nPid:\t" pid "\nPPid:\t" parent "\nUid:\t" uid "\t" uid "\t" uid "\t" uid  \
	"\nGid:\t0\t0\t0\t0\nGroups:\t\nNSpid:\t" pid "\t7\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t" caps               \
	"\nCapAmb:\t0\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n"
#define MAP "         0          0 4294967295\n"

static void process(struct probe_tree *tree, int pid, const char *status)
{
	if (pid != 10) /* is there */
		member_make(tree, pid, 200, MEMBER_GROUP);
	member_file(tree, pid, "status", status);
	member_file(tree, pid, "uid_map", MAP);
	tree_folder(tree, arena_printf(tree->arena, "/proc/%d/task/%d", pid, pid));
	member_file(tree, pid, arena_printf(tree->arena, "task/%d/status", pid), status);
}

static void shows(struct probe_tree *tree, const struct probe *probe, const char *fact, const char *expected)
{
	tree_run(tree, probe);
	member_is(tree, fact, SIDE_PLAIN, expected);
}

static void what_the_first_process_did_not_start_is_a_session(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 10, STATUS("10", "5", "1000", "1"));
	process(tree, 11, STATUS("11", "10", "1000", "1"));
	process(tree, 12, STATUS("12", "5", "0", "3"));
	process(tree, 13, STATUS("13", "12", "1000", "1"));
	shows(tree, &probe_sessions, "container.starts_as_root", "false");
	member_is(tree, "container.sessions", SIDE_PLAIN, "(12 x 0 true [dac_override])(13 x 1000 false [])");
}

static void parents_that_run_in_a_circle_are_strangers(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 10, STATUS("10", "5", "0", "1"));
	process(tree, 11, STATUS("11", "12", "0", "1"));
	process(tree, 12, STATUS("12", "11", "0", "1"));
	shows(tree, &probe_sessions, "container.starts_as_root", "true");
	member_is(tree, "container.sessions", SIDE_PLAIN, "(11 x 0 true [])(12 x 0 true [])");
}

static void programs_are_told_once_each(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 11, STATUS("11", "10", "0", "1"));
	tree_link(tree, "/proc/10/exe", "/usr/sbin/sshd");
	tree_link(tree, "/proc/11/exe", "/usr/sbin/sshd (deleted)");
	shows(tree, &probe_sessions, "container.programs", "[/usr/sbin/sshd]");
}

#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#define LINE(at, address, port, status, inode)                                                     \
	"   " at ": " address ":" port " 00000000:0000 " status " 00000000:00000000 00:00000000 00000000 0 0 " inode " 1 0 100 0 0 10 0\n"

static void listeners_are_those_of_its_own_network(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc/10/net");
	member_file(tree, 10, "net/sockstat", "sockets: used 3\nTCP: inuse 2 orphan 0\n");
	member_file(tree, 10, "net/sockstat6", "TCP6: inuse 0\nUDP6: inuse 0\n");
	member_file(tree, 10, "net/tcp",
		    HEAD LINE("0", "00000000", "0016", "0A", "7") LINE("1", "00000000", "0016", "0A", "8")
			    LINE("2", "0100007F", "0050", "01", "9"));
	shows(tree, &probe_listening, "container.listening", "(0.0.0.0:22 22)");
}

static void a_network_without_sockets_is_not_asked_further(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc/10/net");
	member_file(tree, 10, "net/sockstat", "TCP: inuse 0 orphan 0\n");
	member_file(tree, 10, "net/sockstat6", "TCP6: inuse 0\n");
	shows(tree, &probe_listening, "container.listening", "");
}

static void listeners_that_cannot_be_read_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc/10/net");
	member_file(tree, 10, "net/sockstat", "TCP: inuse 01 orphan 0\n");
	shows(tree, &probe_listening, "container.listening", "unreadable");
}

#define LIMITS(files)                                                                              \
	"Limit                     Soft Limit           Hard Limit           Units     \n"           \
	"Max open files            1024                 " files "               files     \n"

static void a_limit_above_that_of_the_starter_is_raised(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 10, STATUS("10", "1", "0", "1"));
	member_file(tree, 1, "limits", LIMITS("4096"));
	member_file(tree, 10, "limits", LIMITS("8192"));
	shows(tree, &probe_rlimits, "container.rlimits_raised", "(nofile 8192 4096)");
}

static void a_limit_as_handed_down_is_not(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 10, STATUS("10", "1", "0", "1"));
	member_file(tree, 1, "limits", LIMITS("4096"));
	member_file(tree, 10, "limits", LIMITS("4096"));
	shows(tree, &probe_rlimits, "container.rlimits_raised", "");
}

static void nobody_who_started_it_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	process(tree, 10, STATUS("10", "5", "0", "1"));
	member_file(tree, 10, "limits", LIMITS("4096"));
	shows(tree, &probe_rlimits, "container.rlimits_raised", "unreadable");
}

static const struct {
	const char *reference, *familiar;
} references[] = {
	{"bb", "bb:latest"},
	{"bb:1", "bb:1"},
	{"docker.io/library/bb:1", "bb:1"},
	{"docker.io/a/b", "a/b:latest"},
	{"localhost:5000/x", "localhost:5000/x:latest"},
	{"localhost:5000/x:1", "localhost:5000/x:1"},
	{"bb:1@sha256:abc", NULL},
};

static void references_are_made_familiar(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(references); i++) {
		const char *got = docker_current_familiar(tree->arena, references[i].reference);

		assert_string_equal(got ?: "none", references[i].familiar ?: "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEMBER_TEST(what_the_first_process_did_not_start_is_a_session),
		MEMBER_TEST(parents_that_run_in_a_circle_are_strangers),
		MEMBER_TEST(programs_are_told_once_each),
		MEMBER_TEST(listeners_are_those_of_its_own_network),
		MEMBER_TEST(a_network_without_sockets_is_not_asked_further),
		MEMBER_TEST(listeners_that_cannot_be_read_are_unreadable),
		MEMBER_TEST(a_limit_above_that_of_the_starter_is_raised),
		MEMBER_TEST(a_limit_as_handed_down_is_not),
		MEMBER_TEST(nobody_who_started_it_is_unreadable),
		MEMBER_TEST(references_are_made_familiar),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
