/* Live filters as facts: which stack counts, what of a declared profile is built, what goes beyond it. Threads that must be stopped
 * are in tests/e2e/seccomp.sh. */
#include "seccomp_fixture.h"

#undef COUNT /* both fixtures have it */
#include "probe_tree.h"

#include "checks/container_seccomp.h"
#include "checks/seccomp_beyond.h"
#include "checks/seccomp_profile.h"

#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define STAT "(sleep) S 1 1 1 0 -1 4194560 1 1 0 0 0 0 0 0 20 0 1 0 100 1000 1 1844674407370955161 1 1 0 0 0 0 0 0 0 0 0 0 17\n"
#define ALLOW_ALL "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}"

static void put_process(struct probe_tree *tree, int pid, int parent, int mode, int filters)
{
	const char *status = arena_printf(tree->arena,
					  "Name:\tsleep\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n"
					  "Groups:\t\nNStgid:\t%d\t1\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\n"
					  "NoNewPrivs:\t0\nSeccomp:\t%d\nSeccomp_filters:\t%d\n",
					  pid, pid, parent, pid, mode, filters);

	tree_file(tree, arena_printf(tree->arena, "/proc/%d/status", pid), status, 0644);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/task/%d/status", pid, pid), status, 0644);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/stat", pid), arena_printf(tree->arena, "%d " STAT, pid), 0644);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/cmdline", pid), "sleep", 0644);
	tree_file(tree, arena_printf(tree->arena, "/proc/%d/cgroup", pid), "0::/docker/" ID "\n", 0644);
	tree_link(tree, arena_printf(tree->arena, "/proc/%d/exe", pid), "/bin/sleep");
	tree_folder(tree, arena_printf(tree->arena, "/proc/%d/ns", pid));
	for (const char *const *kind = (const char *const[]){"pid", "mnt", "user", "net", "ipc", "uts", "cgroup", NULL}; *kind; kind++)
		tree_link(tree, arena_printf(tree->arena, "/proc/%d/ns/%s", pid, *kind),
			  arena_printf(tree->arena, "%s:[%d]", *kind, pid == 1 || pid == 2 ? 1 : 7));
}

static void put_host(struct probe_tree *tree)
{
	tree_file(tree, "/proc/stat", "btime 1000\n", 0644);
	tree_file(tree, "/proc/2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 1 1 0 0 0 0 0 0 20 0 1 0 1 0 0 0 0 0\n", 0644);
	put_process(tree, 1, 0, 0, 0);
	tree_file(tree, "/proc/1/cgroup", "0::/init.scope\n", 0644);
}

/* Which threads decide, told without stopping anybody. */
static const struct {
	const char *name;
	int modes[2], filters[2]; /* of two processes; -1: there is no such */
	bool refused; /* --no-seccomp-dump */
	enum fact_state state;
	const char *shown; /* hash of the stack, or part of the reason */
} look_rows[] = {
	{"without a filter", {0, -1}, {0, 0}, false, FACT_PRESENT, "none"},
	{"one without a filter decides", {2, 0}, {1, 0}, false, FACT_PRESENT, "none"},
	{"and needs no dump", {2, 0}, {1, 0}, true, FACT_PRESENT, "none"},
	{"filters that may not be read", {2, 2}, {1, 1}, true, FACT_UNREADABLE, "--no-seccomp-dump"},
	{"filters of a copy", {2, 2}, {1, 1}, false, FACT_UNSUPPORTED, "copy of a host"},
	{"a kernel without", {-2, -1}, {0, 0}, false, FACT_UNSUPPORTED, "no seccomp"},
};

static void look(struct probe_tree *tree, size_t i)
{
	struct services services = {.arena = tree->arena};
	struct probe_context ctx = {.host = tree->host, .facts = tree->facts, .request = &tree->request, .services = &services};

	tree->request.no_seccomp_dump = look_rows[i].refused;
	put_host(tree);
	for (int j = 0; j < 2; j++)
		if (look_rows[i].modes[j] != -1)
			put_process(tree, 40 + j, 1, look_rows[i].modes[j], look_rows[i].filters[j]);
	struct subject *subject = facts_subject(tree->facts, SCOPE_CONTAINER, ID, "c", facts_host(tree->facts));
	struct container_facts of = container_facts_of(&ctx, subject);

	assert_non_null(of.container);
	struct container_seccomp seccomp = container_seccomp_look(&of);
	if (seccomp.state != look_rows[i].state)
		fail_msg("%s: %s %s", look_rows[i].name, fact_state_name(seccomp.state), seccomp.reason ? seccomp.reason : "");
	if (seccomp.state != FACT_PRESENT) {
		if (!strstr(seccomp.reason, look_rows[i].shown))
			fail_msg("%s: %s", look_rows[i].name, seccomp.reason);
	} else {
		assert_int_equal(seccomp.stacks.count, 1);
		assert_ptr_equal(seccomp.stacks.items[0], seccomp_stacks_none(container_seccomp_stacks(&ctx)));
	}
	services_close(&services);
}

static void the_weakest_thread_decides(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(look_rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		look(tree, i);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

/* ---- stacks -------------------------------------------------------------------------------------- */

static struct seccomp_program refusing(const struct sock_filter *code)
{
	return (struct seccomp_program){code, 1};
}

static void equal_stacks_are_kept_once(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct seccomp_stacks *stacks = seccomp_stacks_new(arena);
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1);
	const struct sock_filter broken = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
	struct seccomp_program both[] = {refusing(&allow), refusing(&refuse)}, turned[] = {refusing(&refuse), refusing(&allow)};
	struct error err = {0};
	struct seccomp_known *one = seccomp_stacks_add(stacks, &(struct seccomp_stack){both, 2}, &err);
	struct sock_filter copies[] = {allow, refuse};
	struct seccomp_program again[] = {refusing(&copies[0]), refusing(&copies[1])};

	assert_ptr_equal(one, seccomp_stacks_add(stacks, &(struct seccomp_stack){again, 2}, &err));
	assert_ptr_not_equal(one, seccomp_stacks_add(stacks, &(struct seccomp_stack){turned, 2}, &err));
	assert_ptr_not_equal(one, seccomp_stacks_add(stacks, &(struct seccomp_stack){both, 1}, &err));
	assert_int_equal(one->instructions, 2);
	assert_ptr_equal(seccomp_stacks_none(stacks), seccomp_stacks_add(stacks, &(struct seccomp_stack){0}, &err));
	/* Of the same hash, but other: whoever can write a filter can find one. */
	one->hash = seccomp_stacks_add(stacks, &(struct seccomp_stack){turned, 2}, &err)->hash;
	assert_ptr_not_equal(one, seccomp_stacks_add(stacks, &(struct seccomp_stack){turned, 2}, &err));
	both[0] = refusing(&broken);
	assert_null(seccomp_stacks_add(stacks, &(struct seccomp_stack){both, 1}, &err));
	assert_int_equal(err.code, ERROR_MALFORMED);
}

static void strict_mode_is_four_calls(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct seccomp_known *strict = seccomp_stacks_strict(seccomp_stacks_new(arena));
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	assert_int_equal(filter_ask(arena, &strict->stack, &abis[0], "read").class, SECCOMP_ALLOW);
	assert_int_equal(filter_ask(arena, &strict->stack, &abis[0], "rt_sigreturn").class, SECCOMP_ALLOW);
	assert_int_equal(filter_ask(arena, &strict->stack, &abis[0], "exit_group").class, SECCOMP_KILL);
	assert_int_equal(filter_ask(arena, &strict->stack, &abis[count - 1], "sigreturn").class, SECCOMP_ALLOW);
	assert_int_equal(filter_ask(arena, &strict->stack, &abis[count - 1], "mount").class, SECCOMP_KILL);
}

/* ---- declared profiles --------------------------------------------------------------------------- */

#define RULE(names, rest) "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [" names "], " rest "}]}"
#define ALLOWED "\"action\": \"SCMP_ACT_ALLOW\""
static const struct {
	const char *profile;
	const char *call;
	const char *answer; /* of the call in the host's own ABI, or part of the error */
} profile_rows[] = {
	{ALLOW_ALL, "mount", "allow"},
	{RULE("\"read\"", ALLOWED), "read", "allow"},
	{RULE("\"read\"", ALLOWED), "write", "errno 1"},
	{RULE("\"no_such_call\", \"read\"", ALLOWED), "read", "allow"},
	{RULE("\"read\"", "\"action\": \"SCMP_ACT_ERRNO\""), "read", "errno 1"}, /* the default's own action */
	{RULE("\"read\"", "\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38"), "read", "errno 38"},
	{"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 99}", "read", "errno 99"},
	{"{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\"}", "read", "kill"},
	{"{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}", "read", "notify"},
	{RULE("\"personality\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 8, \"op\": \"SCMP_CMP_EQ\"}]"), "personality",
	 "depends: arg0 == 0x8"},
	{RULE("\"socket\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}, "
				    "{\"index\": 0, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]"),
	 "socket", "depends: arg0 == 0x2 or arg0 == 0x1"},
	{RULE("\"socket\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}, "
				    "{\"index\": 1, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]"),
	 "socket", "depends: arg0 == 0x1 and arg1 == 0x2"},
	{"{}", "", "an action is not known"},
	{"{\"defaultAction\": \"SCMP_ACT_PRAY\"}", "", "an action is not known"},
	{"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 70000}", "", "errnoRet"},
	{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_ABACUS\"]}", "", "architecture"},
	{RULE("\"read\"", ALLOWED ", \"args\": [{\"index\": 6, \"value\": 8, \"op\": \"SCMP_CMP_EQ\"}]"), "", "numbers of a condition"},
	{RULE("\"read\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 18446744073709551615, \"op\": \"SCMP_CMP_EQ\"}]"), "",
	 "numbers of a condition"},
	{RULE("\"read\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 8, \"op\": \"SCMP_CMP_LIKE\"}]"), "", "operator"},
};

static void profiles_are_built_as_runtimes_do(void **state _unused_)
{
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < COUNT(profile_rows); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		json_t *profile = json_loads(profile_rows[i].profile, JSON_DECODE_INT_AS_REAL, NULL);
		struct seccomp_program program;
		struct error err = {0};

		assert_non_null(profile);
		int status = seccomp_profile_build(arena, profile, &program, &err);

		json_decref(profile);
		if (status < 0) {
			if (*profile_rows[i].call || !strstr(err.text, profile_rows[i].answer))
				fail_msg("row %zu: %s", i, err.text);
			continue;
		}
		struct seccomp_answer answer =
			filter_ask(arena, &(struct seccomp_stack){&program, 1}, &abis[0], profile_rows[i].call);
		if (strcmp(seccomp_solve_text(arena, &answer), profile_rows[i].answer) != 0)
			fail_msg("row %zu: %s", i, seccomp_solve_text(arena, &answer));
	}
}

/* ---- beyond the declaration ---------------------------------------------------------------------- */

#define CONFIG(profile) "{\"linux\": {\"seccomp\": " profile "}}"
static const struct {
	const char *name;
	const char *config; /* NULL: it could not be read */
	const char *live;   /* a profile; NULL: no filter */
	enum fact_state state;
	const char *shown;  /* the calls beyond in the host's own ABI; "many"; or part of the reason */
} beyond_rows[] = {
	{"the same", CONFIG(RULE("\"read\"", ALLOWED)), RULE("\"read\"", ALLOWED), FACT_PRESENT, ""},
	{"tighter", CONFIG(RULE("\"read\"", ALLOWED)), RULE("", ALLOWED), FACT_PRESENT, ""},
	{"one more", CONFIG(RULE("\"read\"", ALLOWED)), RULE("\"read\", \"mount\"", ALLOWED), FACT_PRESENT, "mount(0x0) errno 1 allow; "},
	{"one argument more", CONFIG(RULE("\"personality\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 0, \"op\": \"SCMP_CMP_EQ\"}]")),
	 RULE("\"personality\"", ALLOWED ", \"args\": [{\"index\": 0, \"value\": 8, \"op\": \"SCMP_CMP_LE\"}]"), FACT_PRESENT,
	 "personality(0x1) errno 1 allow; "},
	{"none at all", CONFIG(RULE("\"read\"", ALLOWED)), NULL, FACT_PRESENT, "many"},
	{"none, as declared", "{\"linux\": {}}", NULL, FACT_PRESENT, ""},
	{"no bundle", NULL, NULL, FACT_UNREADABLE, "denied"},
	{"no configuration", "[]", NULL, FACT_UNREADABLE, "no OCI configuration"},
	{"a profile that cannot be built", CONFIG("{\"defaultAction\": 7}"), NULL, FACT_UNREADABLE, "an action"},
};

static struct container_seccomp live_of(struct probe_context *ctx, struct arena *arena, const char *text)
{
	struct container_seccomp seccomp = {.state = FACT_PRESENT, .key = "live"};
	struct seccomp_stacks *stacks = container_seccomp_stacks(ctx);
	struct seccomp_program program;
	struct seccomp_known *known = seccomp_stacks_none(stacks);

	if (text) {
		json_t *profile = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL);

		assert_int_equal(seccomp_profile_build(arena, profile, &program, NULL), 0);
		json_decref(profile);
		known = seccomp_stacks_add(stacks, &(struct seccomp_stack){&program, 1}, NULL);
	}
	vec_push(arena, &seccomp.stacks, known);
	return seccomp;
}

static const char *rows_text(struct probe_tree *tree, const struct fact_side *side)
{
	const char *text = "";
	size_t count, native = 0;
	const char *abi = syscalls_abis(&count)->name;

	for (size_t i = 0; i < side->value.records.count; i++) {
		if (strcmp(tree_field(tree, side, i, "abi"), abi) != 0)
			continue;
		native++;
		text = arena_printf(tree->arena, "%s%s %s %s; ", text, tree_field(tree, side, i, "witness"),
				    tree_field(tree, side, i, "declared"), tree_field(tree, side, i, "live"));
	}
	return native > 100 ? "many" : text;
}

static void beyond(struct probe_tree *tree, size_t i)
{
	struct services services = {.arena = tree->arena};
	struct probe_context ctx = {.host = tree->host, .facts = tree->facts, .request = &tree->request, .services = &services};
	struct subject *subject = facts_subject(tree->facts, SCOPE_CONTAINER, ID, "c", facts_host(tree->facts));
	struct container_facts of = {.ctx = &ctx, .subject = subject, .arena = facts_arena(tree->facts)};

	struct oci_config config = {.path = "/run/bundle/config.json", .reason = "permission denied"};

	if (beyond_rows[i].config)
		config.document = json_loads(beyond_rows[i].config, JSON_DECODE_INT_AS_REAL, NULL);
	struct container_seccomp live = live_of(&ctx, tree->arena, beyond_rows[i].live);
	struct fact_side side = seccomp_beyond_side(&of, &live, &config);
	const char *shown = side.state == FACT_PRESENT ? rows_text(tree, &side) : side.reason;

	if (side.state != beyond_rows[i].state ||
	    (side.state == FACT_PRESENT ? strcmp(shown, beyond_rows[i].shown) != 0 : !strstr(shown, beyond_rows[i].shown)))
		fail_msg("%s: %s %s", beyond_rows[i].name, fact_state_name(side.state), shown);
	json_decref(config.document);
	services_close(&services);
}

static void what_is_beyond_has_a_witness(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(beyond_rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		beyond(tree, i);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_weakest_thread_decides),
		cmocka_unit_test(equal_stacks_are_kept_once),
		cmocka_unit_test(strict_mode_is_four_calls),
		cmocka_unit_test(profiles_are_built_as_runtimes_do),
		cmocka_unit_test(what_is_beyond_has_a_witness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
