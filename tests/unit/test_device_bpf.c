/* Device programs: those of runtimes, random ones against their rules, what is not evaluated, the
 * kernel's. */
#include "probe_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "device_programs.h"

#define R 2u
#define W 4u
#define M 1u

static struct device_access evaluate(struct probe_tree *tree, const struct program *programs,
				     size_t count)
{
	struct device_program list[8];

	assert_true(count <= COUNT(list));
	for (size_t i = 0; i < count; i++)
		list[i] = (struct device_program){programs[i].insns, programs[i].count};
	return device_bpf_evaluate(tree->arena, list, count);
}

static const char *shown(struct probe_tree *tree, const struct device_access *access)
{
	struct buf text = {0};

	if (access->state != FACT_PRESENT)
		return arena_printf(tree->arena, "%s: %s", fact_state_name(access->state),
				    access->reason);
	struct value value = device_access_value(tree->arena, access);
	vec_each (row, &value.records)
		buf_printf(&text, "%s%s %s:%s %s", text.len ? ", " : "",
			   record_get(row, "type")->string, record_get(row, "major")->string,
			   record_get(row, "minor")->string, record_get(row, "access")->string);
	const char *all = arena_strdup(tree->arena, text.len ? text.data : "none");
	buf_done(&text);
	return all;
}

/* ---- programs of known meaning -------------------------------------------------------------- */

static const struct program_rule docker_rules[] = {
	{'c', 10, 200, 7, true}, {'c', 5, 0, 7, true},    {'c', 5, 1, 7, true},
	{'c', 5, 2, 7, true},    {'c', 136, -1, 7, true}, {'c', 1, 3, 7, true},
	{'c', 1, 5, 7, true},    {'c', 1, 7, 7, true},    {'c', 1, 8, 7, true},
	{'c', 1, 9, 7, true},    {'b', -1, -1, M, true},  {'c', -1, -1, M, true},
};

/* systemd.resource-control(5), DevicePolicy=closed. */
static const struct program_rule closed_rules[] = {
	{'c', 1, 3, 7, true},        {'c', 1, 5, 7, true},     {'c', 1, 7, 7, true},
	{'c', 1, 8, 7, true},        {'c', 1, 9, 7, true},     {'c', 5, 0, 7, true},
	{'c', 136, -1, R | W, true}, {'c', 5, 2, R | W, true},
};

static const struct program_rule all_but_one[] = {{'b', 8, 0, W, false}};

static const struct {
	const struct program_rule *rules;
	size_t count;
	bool otherwise;
	const char *table;
} known[] = {
	{NULL, 0, false, "none"},
	{NULL, 0, true, "a *:* rwm"},
	{docker_rules, COUNT(docker_rules), false,
	 "a *:* m, c 1:3 rwm, c 1:5 rwm, c 1:7 rwm, c 1:8 rwm, c 1:9 rwm, c 5:0 rwm, c 5:1 rwm, c "
	 "5:2 rwm, "
	 "c 10:200 rwm, c 136:* rwm"},
	{closed_rules, COUNT(closed_rules), false,
	 "c 1:3 rwm, c 1:5 rwm, c 1:7 rwm, c 1:8 rwm, c 1:9 rwm, c 5:0 rwm, c 5:2 rw, c 136:* rw"},
	{all_but_one, COUNT(all_but_one), true, "a *:* rwm, b 8:0 rm"},
};

static void programs_of_runtimes_are_understood(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(known); i++) {
		for (enum program_style style = 0; style < STYLE_COUNT; style++) {
			struct program program;

			program_build(&program, style, known[i].rules, known[i].count,
				      known[i].otherwise);
			struct device_access access = evaluate(tree, &program, 1);
			assert_string_equal(shown(tree, &access), known[i].table);
		}
	}
	struct device_access none = evaluate(tree, NULL, 0);
	assert_true(device_access_allows_all(&none));
}

static void every_effective_program_must_allow(void **state)
{
	struct program programs[2];
	struct probe_tree *tree = *state;
	static const struct program_rule majors[] = {{'c', 1, -1, R | W, true}};
	struct device_access access;

	program_build(&programs[0], STYLE_CRUN, docker_rules, COUNT(docker_rules), false);
	program_build(&programs[1], STYLE_SYSTEMD, majors, 1, false);
	access = evaluate(tree, programs, 2);
	assert_string_equal(shown(tree, &access),
			    "c 1:3 rw, c 1:5 rw, c 1:7 rw, c 1:8 rw, c 1:9 rw");
	program_build(&programs[1], STYLE_CLANG, NULL, 0, false);
	access = evaluate(tree, programs, 2);
	assert_string_equal(shown(tree, &access), "none");
}

/* "R3 & r == 0 → next" lets O_RDWR through a rule for reading: that is write access. */
static void partial_access_that_opens_for_writing_shows(void **state)
{
	static const struct bpf_insn insns[] = {
		{BPF_LDX | BPF_MEM | BPF_W, 3, 1, 0, 0},  {BPF_ALU | BPF_RSH | BPF_K, 3, 0, 0, 16},
		{BPF_JMP | BPF_JSET | BPF_K, 3, 0, 2, R}, {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
		{BPF_JMP | BPF_EXIT, 0, 0, 0, 0},         {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1},
		{BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
	};
	struct probe_tree *tree = *state;
	struct device_access access =
		device_bpf_evaluate(tree->arena, &(struct device_program){insns, COUNT(insns)}, 1);

	assert_string_equal(shown(tree, &access), "a *:* rw");
}

/* A 64-bit test extends the sign of its constant: no 32-bit number equals it. */
static void sign_of_constants_is_extended(void **state)
{
	static const struct bpf_insn insns[] = {
		{BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0},   {BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 2, -1},
		{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
		{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
	};
	struct bpf_insn narrow[COUNT(insns)];
	struct probe_tree *tree = *state;
	struct device_program program = {insns, COUNT(insns)};
	struct device_access access = device_bpf_evaluate(tree->arena, &program, 1);

	assert_string_equal(shown(tree, &access), "none");
	memcpy(narrow, insns, sizeof insns);
	narrow[1].code = BPF_JMP32 | BPF_JEQ | BPF_K;
	program.insns = narrow;
	access = device_bpf_evaluate(tree->arena, &program, 1);
	assert_string_equal(shown(tree, &access), "a 4294967295:* rwm");
}

/* ---- what is not evaluated ------------------------------------------------------------------ */

#define LOAD_MAJOR                                                                                 \
	{                                                                                          \
		BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0                                              \
	}
#define YES                                                                                        \
	{                                                                                          \
		BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1                                            \
	}
#define EXIT                                                                                       \
	{                                                                                          \
		BPF_JMP | BPF_EXIT, 0, 0, 0, 0                                                     \
	}

static void anything_else_is_unsupported(void **state)
{
	static const struct {
		struct bpf_insn insns[5];
		size_t count;
		const char *why;
	} rows[] = {
		{{EXIT}, 1, "returns what is no constant"},
		{{YES}, 1, "behind the end"},
		{{{0}}, 0, "behind the end"},
		{{{BPF_JMP | BPF_CALL, 0, 0, 0, 1}, YES, EXIT},
		 3,
		 "instruction 0 of a device program calls"},
		{{LOAD_MAJOR, {BPF_JMP | BPF_JGT | BPF_K, 4, 0, 0, 5}, YES, EXIT},
		 4,
		 "test that is not"},
		{{LOAD_MAJOR, {BPF_JMP | BPF_JSET | BPF_K, 4, 0, 0, 5}, YES, EXIT},
		 4,
		 "test that is not"},
		{{LOAD_MAJOR, {BPF_ALU | BPF_AND | BPF_K, 4, 0, 0, 5}, YES, EXIT},
		 4,
		 "computes with"},
		{{LOAD_MAJOR, {BPF_JMP | BPF_JEQ | BPF_X, 4, 4, 0, 0}, YES, EXIT},
		 4,
		 "no constant"},
		{{LOAD_MAJOR, {BPF_ALU64 | BPF_MOV | BPF_X, 0, 4, 0, 0}, EXIT}, 3, "returns what"},
		{{{BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0}, YES, EXIT}, 3, "not evaluated"},
		{{{BPF_LDX | BPF_MEM | BPF_W, 2, 10, 0, 0}, YES, EXIT}, 3, "from elsewhere"},
		{{{BPF_LDX | BPF_MEM | BPF_W, 2, 1, 12, 0}, YES, EXIT}, 3, "from elsewhere"},
		{{{BPF_LDX | BPF_MEM | BPF_W, 2, 1, -4, 0}, YES, EXIT}, 3, "from elsewhere"},
		{{{BPF_LDX | BPF_MEM | BPF_H, 2, 1, 3, 0}, YES, EXIT}, 3, "from elsewhere"},
		{{{BPF_LDX | BPF_MEM | BPF_H, 2, 1, 4, 0}, YES, EXIT}, 3, "part of a number"},
		{{{BPF_LDX | BPF_MEM | BPF_DW, 2, 1, 0, 0}, YES, EXIT}, 3, "64 bits"},
		{{{BPF_LD | BPF_IMM | BPF_DW, 2, 0, 0, 0}, {0}, YES, EXIT}, 4, "not evaluated"},
		{{{BPF_ALU64 | BPF_MOV | BPF_X, 2, 3, 0, 0}, YES, EXIT}, 3, "no value"},
		{{YES, {BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 1}, EXIT},
		 3,
		 "operation that is not"},
		{{YES, {BPF_ALU64 | BPF_MOV | BPF_X, 2, 0, 8, 0}, EXIT}, 3, "sign"},
		{{{BPF_ALU64 | BPF_MOV | BPF_K, 15, 0, 0, 1}, YES, EXIT}, 3, "names no register"},
		{{{BPF_JMP | BPF_JA, 0, 0, 7, 0}, YES, EXIT}, 3, "jumps out"},
		{{{BPF_JMP | BPF_JA, 0, 0, -2, 0}, YES, EXIT}, 3, "jumps out"},
		{{{BPF_JMP32 | BPF_JA, 0, 0, 0, INT32_MAX}, YES, EXIT}, 3, "jumps out"},
		{{{BPF_JMP | BPF_JA, 0, 0, -1, 0}, YES, EXIT}, 3, "too many steps"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct device_program program = {rows[i].insns, rows[i].count};
		struct device_access access = device_bpf_evaluate(tree->arena, &program, 1);

		if (access.state != FACT_UNSUPPORTED || !strstr(access.reason, rows[i].why))
			fail_msg("%zu: %s", i, shown(tree, &access));
		assert_false(device_access_allows_all(&access));
	}
}

/* ---- random rules --------------------------------------------------------------------------- */

static uint32_t random_state = 20240601;

static uint32_t draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

static size_t draw_rules(struct program_rule rules[8])
{
	size_t count = draw(9);

	for (size_t i = 0; i < count; i++)
		rules[i] = (struct program_rule){
			.type = "abc"[draw(3)],
			.major = (int64_t)draw(5) - 1,
			.minor = (int64_t)draw(5) - 1,
			.access = 1 + draw(7),
			.allow = draw(3) > 0,
		};
	return count;
}

struct sample {
	struct program_rule rules[2][8];
	size_t counts[2];
	bool otherwise[2];
	size_t programs;
};

static unsigned model_letters(const struct sample *sample, char type, uint32_t major,
			      uint32_t minor)
{
	static const unsigned requests[] = {M, R, W, R | W};
	unsigned letters = 0;

	for (size_t i = 0; i < COUNT(requests); i++) {
		bool allowed = true;

		for (size_t p = 0; p < sample->programs; p++)
			allowed = allowed && rules_allow(sample->rules[p], sample->counts[p],
							 sample->otherwise[p], type, major, minor,
							 requests[i]);
		letters |= allowed ? requests[i] : 0;
	}
	return letters;
}

static void compare(struct probe_tree *tree, const struct sample *sample,
		    const struct device_access *access)
{
	bool all = true;

	for (uint32_t point = 0; point < 2 * 6 * 6; point++) {
		char type = point % 2 ? 'b' : 'c';
		/* 0 to 3 stand in rules, 4 and the largest in none. */
		uint32_t major = point / 2 % 6, minor = point / 12;

		major = major == 5 ? UINT32_MAX : major;
		minor = minor == 5 ? UINT32_MAX : minor;
		unsigned expected = model_letters(sample, type, major, minor);
		all = all && expected == 7;
		if (device_access_letters(access, type, major, minor) != expected)
			fail_msg("%c %u:%u is %u: %s", type, major, minor, expected,
				 shown(tree, access));
	}
	assert_int_equal(device_access_allows_all(access), all);
}

/* 10,000 lists: one program, or two that are both effective, in the style of one runtime or
 * another. */
static void random_rules_are_evaluated_exactly(void **state)
{
	struct probe_tree *tree = *state;

	for (unsigned i = 0; i < 10000; i++) {
		struct sample sample = {.programs = 1 + draw(2)};
		struct program programs[2];

		for (size_t p = 0; p < sample.programs; p++) {
			sample.counts[p] = draw_rules(sample.rules[p]);
			sample.otherwise[p] = draw(2);
			program_build(&programs[p], draw(STYLE_COUNT), sample.rules[p],
				      sample.counts[p], sample.otherwise[p]);
		}
		struct device_access access = evaluate(tree, programs, sample.programs);
		assert_int_equal(access.state, FACT_PRESENT);
		compare(tree, &sample, &access);
		if (i % 256 == 255) {
			arena_free(tree->arena);
			tree->arena = arena_new();
		}
	}
}

/* Random instructions do not crash; what they are taken for is not asked here. */
static void random_instructions_are_survived(void **state)
{
	static const uint8_t codes[] = {
		BPF_LDX | BPF_MEM | BPF_W,
		BPF_LDX | BPF_MEM | BPF_H,
		BPF_ALU | BPF_MOV | BPF_X,
		BPF_ALU64 | BPF_MOV | BPF_K,
		BPF_ALU | BPF_AND | BPF_K,
		BPF_ALU64 | BPF_LSH | BPF_X,
		BPF_JMP | BPF_JEQ | BPF_K,
		BPF_JMP32 | BPF_JNE | BPF_X,
		BPF_JMP | BPF_JA,
		BPF_JMP | BPF_EXIT,
		BPF_JMP32 | BPF_JSET | BPF_K,
		BPF_JMP | BPF_CALL,
	};
	struct probe_tree *tree = *state;

	for (unsigned i = 0; i < 20000; i++) {
		struct bpf_insn insns[12];

		for (size_t k = 0; k < COUNT(insns); k++)
			insns[k] = (struct bpf_insn){codes[draw(COUNT(codes))],
						     (uint8_t)draw(16) & 15, (uint8_t)draw(16) & 15,
						     (int16_t)draw(9), (int32_t)draw(UINT32_MAX)};
		device_bpf_evaluate(tree->arena, &(struct device_program){insns, COUNT(insns)}, 1);
	}
}

/* ---- the kernel ----------------------------------------------------------------------------- */

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof *attr);
}

static int load(const struct program *program)
{
	union bpf_attr attr = {0};

	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)program->insns;
	attr.insn_cnt = (uint32_t)program->count;
	attr.license = (uintptr_t) "GPL";
	return bpf(BPF_PROG_LOAD, &attr);
}

static bool attach(int cgroup, int program)
{
	union bpf_attr attr = {0};

	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	return bpf(BPF_PROG_ATTACH, &attr) == 0;
}

/* The effective programs as the kernel has translated them. */
static size_t read_back(int cgroup, struct program *ret, size_t max)
{
	union bpf_attr attr = {0};
	uint32_t ids[16], count;

	attr.query.target_fd = (uint32_t)cgroup;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	attr.query.prog_ids = (uintptr_t)ids;
	attr.query.prog_cnt = COUNT(ids);
	if (bpf(BPF_PROG_QUERY, &attr) < 0 || attr.query.prog_cnt > max)
		return 0;
	count = attr.query.prog_cnt;
	for (uint32_t i = 0; i < count; i++) {
		struct bpf_prog_info info = {0};

		memset(&attr, 0, sizeof attr);
		attr.prog_id = ids[i];
		_cleanup_(close_fd) int fd = bpf(BPF_PROG_GET_FD_BY_ID, &attr);
		info.xlated_prog_insns = (uintptr_t)ret[i].insns;
		info.xlated_prog_len = sizeof ret[i].insns;
		memset(&attr, 0, sizeof attr);
		attr.info.bpf_fd = (uint32_t)fd;
		attr.info.info = (uintptr_t)&info;
		attr.info.info_len = sizeof info;
		if (fd < 0 || bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) < 0 || info.nr_map_ids > 0)
			return 0;
		ret[i].count = info.xlated_prog_len / sizeof(struct bpf_insn);
	}
	return count;
}

enum { LIVE_RIGHT, LIVE_WRONG, LIVE_REFUSED };

/* Does the kernel open a device node of our own as the table says? Joins the cgroup. */
static bool kernel_agrees(struct probe_tree *tree, const char *cgroup,
			  const struct device_access *access)
{
	static const struct {
		uint32_t major, minor;
	} nodes[] = {{1, 3}, {1, 5}, {1, 7}, {5, 0}, {1, 11}};
	static const struct {
		int flags;
		unsigned letter;
	} opens[] = {{O_RDONLY, R}, {O_WRONLY, W}};
	FILE *procs = fopen(arena_printf(tree->arena, "%s/cgroup.procs", cgroup), "w");

	if (!procs || fprintf(procs, "%d", getpid()) < 0 || fclose(procs) != 0)
		return false;
	for (size_t i = 0; i < COUNT(nodes) * COUNT(opens); i++) {
		uint32_t major = nodes[i / 2].major, minor = nodes[i / 2].minor;
		const char *path =
			tree_path(tree, arena_printf(tree->arena, "/node-%u-%u", major, minor));
		_cleanup_(close_fd) int fd = open(path, opens[i % 2].flags | O_NONBLOCK | O_NOCTTY);
		bool allowed = fd >= 0 || errno != EPERM;

		if (allowed != device_access_allows(access, 'c', major, minor, opens[i % 2].letter))
			return false;
	}
	return true;
}

/* With two programs on two levels; runs in a child with mounts of its own. */
static int live(struct probe_tree *tree, const char *outer, const char *inner)
{
	static const struct program_rule inner_rules[] = {{'c', 1, 5, R, true},
							  {'c', 1, 7, R | W, false},
							  {'c', 1, -1, R | W, true},
							  {'b', -1, -1, M, true}};
	struct program written[2], read[2];
	_cleanup_(close_fd) int outer_fd = open(outer, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(close_fd) int inner_fd = open(inner, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	program_build(&written[0], STYLE_SYSTEMD, docker_rules, COUNT(docker_rules), false);
	program_build(&written[1], STYLE_CLANG, inner_rules, COUNT(inner_rules), false);
	_cleanup_(close_fd) int first = load(&written[0]);
	_cleanup_(close_fd) int second = load(&written[1]);
	if (first < 0 || second < 0 || !attach(outer_fd, first) || !attach(inner_fd, second))
		return LIVE_REFUSED;
	if (read_back(inner_fd, read, 2) != 2)
		return LIVE_REFUSED;
	struct device_access direct = evaluate(tree, written, 2), access = evaluate(tree, read, 2);
	if (!text_eq(shown(tree, &direct), shown(tree, &access)))
		return LIVE_WRONG;
	return kernel_agrees(tree, inner, &access) ? LIVE_RIGHT : LIVE_WRONG;
}

static int in_child(struct probe_tree *tree, const char *mounted, const char *outer,
		    const char *inner)
{
	static const unsigned minors[][2] = {{1, 3}, {1, 5}, {1, 7}, {5, 0}, {1, 11}};

	struct statvfs fs;

	if (statvfs(tree->root, &fs) < 0 || (fs.f_flag & ST_NODEV))
		return LIVE_REFUSED;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("cgroup2", mounted, "cgroup2", 0, NULL) < 0)
		return LIVE_REFUSED;
	for (size_t i = 0; i < COUNT(minors); i++)
		if (mknod(tree_path(tree, arena_printf(tree->arena, "/node-%u-%u", minors[i][0],
						       minors[i][1])),
			  S_IFCHR | 0600, makedev(minors[i][0], minors[i][1])) < 0)
			return LIVE_REFUSED;
	if (mkdir(outer, 0755) < 0 || mkdir(inner, 0755) < 0)
		return LIVE_REFUSED;
	return live(tree, outer, inner);
}

static void kernel_decides_as_the_table_says(void **state)
{
	struct probe_tree *tree = *state;
	const char *mounted = tree_path(tree, "/cgroup2");
	const char *outer = arena_printf(tree->arena, "%s/plimsoll-test-%d", mounted, getpid());
	const char *inner = arena_printf(tree->arena, "%s/inner", outer);
	int status;

	tree_folder(tree, "/cgroup2");
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(in_child(tree, mounted, outer, inner));
	assert_int_equal(waitpid(child, &status, 0), child);
	/* The cgroups outlive the child and its mount; an empty one goes by the same way it came.
	 */
	pid_t sweeper = fork();
	assert_true(sweeper >= 0);
	if (sweeper == 0) {
		if (unshare(CLONE_NEWNS) == 0 &&
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		    mount("cgroup2", mounted, "cgroup2", 0, NULL) == 0)
			_exit((rmdir(inner) | rmdir(outer)) != 0);
		_exit(0);
	}
	int swept;
	assert_int_equal(waitpid(sweeper, &swept, 0), sweeper);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == LIVE_REFUSED) {
		print_message("skipped: mounting cgroup2, mknod or bpf(2) is not permitted here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), LIVE_RIGHT);
	assert_int_equal(WEXITSTATUS(swept), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(programs_of_runtimes_are_understood),
		TEST(every_effective_program_must_allow),
		TEST(partial_access_that_opens_for_writing_shows),
		TEST(sign_of_constants_is_extended),
		TEST(anything_else_is_unsupported),
		TEST(random_rules_are_evaluated_exactly),
		TEST(random_instructions_are_survived),
		TEST(kernel_decides_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
