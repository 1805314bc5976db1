#include "checks/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "host/host_process.h"

#define WAITING_MAX 64 /* as many as one question about links may name */

/* Flag of a kernel thread in field 9 of stat (include/linux/sched.h, PF_KTHREAD); no process can set it for itself. */
#define FLAG_KTHREAD 0x00200000

/* What a scan needs beside its result. One descriptor on /proc and one on /proc/PID: names below them are looked up without
 * following links, and a reused pid cannot mix two processes, since an old /proc/PID descriptor answers ESRCH. */
struct scan {
	const struct host *host;
	struct processes *processes;
	struct arena *arena;
	int proc_fd;
	bool is_procfs;  /* the kernel's own, not a copy in a captured tree */
	int64_t boot_time;
	long ticks_per_second;
	size_t hidden;   /* processes that were seen but not read */
	VEC(struct process) kernel_threads;
	char *buffer;    /* of PROCESS_CMDLINE_MAX + 1 bytes */
	struct {         /* those last in the table: only their executables are not known yet */
		int folders[WAITING_MAX];
		size_t first, count;
	} waiting;
};

/* ---- small bounded reads ------------------------------------------------------------------------------------- */

/* Read to the end or to `cap` bytes; always terminated. The length, or -1 with errno. */
static ssize_t read_capped(int fd, char *buffer, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t got = read(fd, buffer + len, cap - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	buffer[len] = '\0';
	return (ssize_t)len;
}

/* The files of procfs read here are regular and come whole in one read, which saves half the calls of a scan
 * (fs/proc/base.c, proc_pid_cmdline_read; fs/seq_file.c, single_open). */
static ssize_t read_at(const struct scan *scan, int dir_fd, const char *name)
{
	_cleanup_(close_fd) int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (scan->is_procfs) {
		ssize_t len = read(fd, scan->buffer, PROCESS_CMDLINE_MAX);

		scan->buffer[len > 0 ? len : 0] = '\0';
		return len;
	}
	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return read_capped(fd, scan->buffer, PROCESS_CMDLINE_MAX);
}

static bool is_gone(int code)
{
	return code == ENOENT || code == ESRCH;
}

/* ---- the parts of one process -------------------------------------------------------------------------------- */

struct stat_fields {
	const char *comm; /* within the text, not terminated */
	size_t comm_len;
	char state;
	uint64_t threads;
	uint64_t flags;
	uint64_t start_ticks;
};

/* The name may hold blanks and parentheses: it ends at the last ")" (proc_pid_stat(5)). */
static bool parse_stat(char *text, struct stat_fields *ret)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	unsigned field = 3;

	if (!open || !close || close < open)
		return false;
	ret->comm = open + 1;
	ret->comm_len = (size_t)(close - open) - 1;
	char *rest = close + 1, *word;
	while ((word = strsep(&rest, " \n")) != NULL) {
		if (!*word)
			continue;
		if (field == 3)
			ret->state = *word;
		if (field == 9)
			ret->flags = strtoull(word, NULL, 10);
		if (field == 20)
			ret->threads = strtoull(word, NULL, 10);
		if (field == 22) {
			ret->start_ticks = strtoull(word, NULL, 10);
			return true;
		}
		field++;
	}
	return false;
}

static bool is_zombie(const struct stat_fields *fields)
{
	return (fields->state == 'Z' || fields->state == 'X') && fields->threads <= 1;
}

/* The second number behind "Uid:" is the effective one (proc_pid_status(5)). */
static uid_t parse_status_uid(const char *text)
{
	const char *line = strstr(text, "\nUid:");
	unsigned long real, effective;

	if (!line || sscanf(line, "\nUid: %lu %lu", &real, &effective) != 2 || effective > UINT32_MAX)
		return (uid_t)-1;
	return (uid_t)effective;
}

/* On procfs the folder itself belongs to the effective user whatever the process's dumpable flag says (fs/proc/base.c,
 * task_dump_owner), which spares the dearest of the files. A copy says nothing by its owner. */
static void read_uid(const struct scan *scan, int dir_fd, struct process *process)
{
	struct stat st;

	process->uid = (uid_t)-1;
	if (!scan->is_procfs) {
		if (read_at(scan, dir_fd, "status") >= 0)
			process->uid = parse_status_uid(scan->buffer);
	} else if (fstat(dir_fd, &st) == 0) {
		process->uid = st.st_uid;
		process->folder = st.st_ino;
	}
}

static void take_exe(const struct scan *scan, const struct host_links *links, struct process *process)
{
	static const char deleted[] = " (deleted)";
	const char *target = links->text[HOST_LINK_EXE];

	process->exe_denied = !target && !is_gone(links->sys[HOST_LINK_EXE]);
	if (!target)
		return;
	size_t len = strlen(target) - (text_ends(target, deleted) ? sizeof deleted - 1 : 0);
	process->exe = text_safe(scan->arena, target, len);
}

/* Words end with NUL. Programs that write a title over their arguments leave a run of NULs behind, which are no words. */
static void split_words(const struct scan *scan, size_t len, struct strings *ret)
{
	const char *text = scan->buffer, *end = text + len;
	bool cut = len == PROCESS_CMDLINE_MAX;

	while (len >= 3 && !text[len - 1] && !text[len - 2] && !text[len - 3])
		end = text + --len;
	while (text < end) {
		size_t word = strnlen(text, (size_t)(end - text));

		vec_push(scan->arena, ret, text_safe(scan->arena, text, word));
		text += word + 1;
	}
	if (cut)
		vec_push(scan->arena, ret, "…");
}

static void read_words(const struct scan *scan, int dir_fd, struct process *process)
{
	ssize_t len = read_at(scan, dir_fd, "cmdline");

	if (len > 0)
		split_words(scan, (size_t)len, &process->argv);
}

static int64_t start_time(const struct scan *scan, uint64_t ticks)
{
	if (scan->boot_time <= 0 || ticks > INT64_MAX / 2)
		return 0;
	return scan->boot_time + (int64_t)(ticks / (uint64_t)scan->ticks_per_second);
}

/* ---- the table ----------------------------------------------------------------------------------------------- */

static void count_unread(struct scan *scan, int code)
{
	if (!is_gone(code))
		scan->hidden++;
}

/* A process without an executable whose folder is gone too has just ended; one that is there is a zombie. */
static void ask_waiting(struct scan *scan)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	__typeof__(&scan->processes->list) list = &scan->processes->list;
	struct host_links links[WAITING_MAX];
	size_t kept = scan->waiting.first;

	if (!scan->waiting.count)
		return;
	host_process_links_at(scan->host, scan->waiting.folders, scan->waiting.count, 1u << HOST_LINK_EXE, scratch, links);
	for (size_t i = 0; i < scan->waiting.count; i++) {
		struct process *process = &list->items[scan->waiting.first + i];

		take_exe(scan, &links[i], process);
		if (process->exe || process->exe_denied || read_at(scan, scan->waiting.folders[i], "stat") >= 0) {
			scan->processes->exe_denied += process->exe_denied;
			list->items[kept++] = *process;
		}
		close(scan->waiting.folders[i]);
	}
	list->count = kept;
	scan->waiting.count = 0;
}

static void add_waiting(struct scan *scan, const struct process *process, int folder)
{
	if (!scan->waiting.count)
		scan->waiting.first = scan->processes->list.count;
	scan->waiting.folders[scan->waiting.count++] = folder;
	vec_push(scan->arena, &scan->processes->list, *process);
	if (scan->waiting.count == WAITING_MAX)
		ask_waiting(scan);
}

static void read_process(struct scan *scan, const char *name, pid_t pid)
{
	_cleanup_(close_fd) int dir_fd = openat(scan->proc_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct process process = {.pid = pid};
	struct stat_fields fields = {0};

	if (dir_fd < 0 || read_at(scan, dir_fd, "stat") < 0) {
		count_unread(scan, errno);
		return;
	}
	if (!parse_stat(scan->buffer, &fields)) {
		scan->hidden++;
		return;
	}
	process.comm = text_safe(scan->arena, fields.comm, fields.comm_len);
	process.start_ticks = fields.start_ticks;
	process.started_at = start_time(scan, fields.start_ticks);
	process.kernel_thread = fields.flags & FLAG_KTHREAD;
	process.zombie = is_zombie(&fields);
	if (process.kernel_thread) {
		vec_push(scan->arena, &scan->kernel_threads, process);
		return;
	}
	read_uid(scan, dir_fd, &process);
	read_words(scan, dir_fd, &process);
	add_waiting(scan, &process, TAKE_FD(dir_fd));
}

static bool parse_pid(const char *name, pid_t *ret)
{
	int64_t number;

	if (*name < '1' || *name > '9' || !text_to_int(name, 10, &number) || number > INT32_MAX)
		return false;
	*ret = (pid_t)number;
	return true;
}

static int by_pid(const void *a, const void *b)
{
	const struct process *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static void set_unreadable(struct processes *processes, const char *reason)
{
	processes->state = FACT_UNREADABLE;
	processes->reason = reason;
}

/* Names come sorted as text; the table goes by number. */
static void read_all(struct scan *scan, const struct strings *names)
{
	struct processes *processes = scan->processes;
	bool init_seen = false;

	vec_each(name, names) {
		pid_t pid;

		if (!parse_pid(*name, &pid))
			continue;
		init_seen |= pid == 1;
		read_process(scan, *name, pid);
	}
	ask_waiting(scan);
	vec_each(process, &scan->kernel_threads)
		vec_push(scan->arena, &processes->list, *process);
	if (processes->list.count)
		qsort(processes->list.items, processes->list.count, sizeof *processes->list.items, by_pid);
	if (scan->hidden)
		set_unreadable(processes, arena_printf(scan->arena, "%zu processes could not be read", scan->hidden));
	else if (scan->is_procfs && !init_seen)
		/* hidepid=invisible, hidepid=ptraceable (proc(5)): others' processes are not even listed. */
		set_unreadable(processes, "/proc does not show process 1, so it hides processes");
}

static int64_t read_boot_time(struct probe_context *ctx)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	long long seconds = 0;
	char *text;

	if (host_read(ctx->host, "/proc/stat", HOST_READ_CONFIG, scratch, &text, NULL, NULL) < 0)
		return 0;
	const char *line = text_starts(text, "btime ") ? text : strstr(text, "\nbtime ");
	if (!line || sscanf(line + (*line == '\n'), "btime %lld", &seconds) != 1)
		return 0;
	return seconds;
}

static void scan_done(struct scan *scan)
{
	close_fd(&scan->proc_fd);
	free(scan->buffer);
}

static void scan_processes(struct probe_context *ctx, struct processes *processes)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct strings names = {0};
	struct error err = {0};
	_cleanup_(scan_done) struct scan scan = {
		.host = ctx->host,
		.processes = processes,
		.arena = facts_arena(ctx->facts),
		.proc_fd = host_open_path(ctx->host, "/proc", true, &err),
		.ticks_per_second = sysconf(_SC_CLK_TCK),
		.buffer = malloc(PROCESS_CMDLINE_MAX + 1),
	};
	struct statfs fs;

	if (!scan.buffer)
		out_of_memory();
	if (scan.ticks_per_second <= 0)
		scan.ticks_per_second = 100; /* USER_HZ on every architecture we build for */
	if (scan.proc_fd < 0 || host_list(ctx->host, "/proc", scratch, &names, &err) < 0) {
		set_unreadable(processes, text_safe(scan.arena, err.text, strlen(err.text)));
		return;
	}
	scan.is_procfs = fstatfs(scan.proc_fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
	scan.boot_time = read_boot_time(ctx);
	read_all(&scan, &names);
}

/* A system installed in a folder has an empty /proc: no process to see is no answer to what would run. */
static bool is_at_rest(struct probe_context *ctx)
{
	struct stat st;

	return !host_is_live(ctx->host) && host_stat(ctx->host, "/proc/stat", true, &st, NULL) < 0;
}

static void *open_processes(struct probe_context *ctx)
{
	struct processes *processes = ARENA_NEW(facts_arena(ctx->facts), struct processes);

	processes->state = FACT_PRESENT;
	processes->origin = "/proc";
	if (is_at_rest(ctx)) {
		processes->state = FACT_UNSUPPORTED;
		processes->reason = "a tree at rest has no running kernel";
	} else {
		scan_processes(ctx, processes);
	}
	return processes;
}

const struct service processes_service = {
	.name = "processes",
	.open = open_processes,
};

/* ---- questions about one process ----------------------------------------------------------------------------- */

static int read_stat(struct probe_context *ctx, const struct process *process, struct stat_fields *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *path = arena_printf(scratch, "/proc/%d/stat", process->pid);
	char *text;

	if (host_read(ctx->host, path, HOST_READ_SMALL, scratch, &text, NULL, err) < 0)
		return -1;
	return parse_stat(text, ret) ? 0 : error_set(err, ERROR_MALFORMED, "%s is not as the kernel writes it", path);
}

bool process_is_same(struct probe_context *ctx, const struct process *process)
{
	const struct host_process same = {process->pid, process->start_ticks};
	_cleanup_(close_fd) int fd = host_process_open_again(ctx->host, same, process->folder, NULL);

	return fd >= 0;
}

bool process_has_ended(struct probe_context *ctx, const struct process *process)
{
	struct stat_fields fields = {0};
	struct error err = {0};

	if (read_stat(ctx, process, &fields, &err) < 0)
		return err.code == ERROR_NOT_FOUND;
	return fields.start_ticks != process->start_ticks || is_zombie(&fields);
}

static const char *find_variable(const char *block, size_t len, const char *name)
{
	const char *end = block + len;
	size_t name_len = strlen(name);

	while (block < end) {
		if (strncmp(block, name, name_len) == 0 && block[name_len] == '=')
			return block + name_len + 1;
		block += strlen(block) + 1;
	}
	return NULL;
}

/* Everything but the one value asked for is a possible secret, so what was read is wiped. */
const char *process_environment(struct probe_context *ctx, const struct process *process, const char *name, bool *ret_denied)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct host_process named = {process->pid, process->start_ticks};
	const char *result = NULL;
	char *block;
	size_t len;
	bool read = host_process_environ(ctx->host, named, scratch, &block, &len, NULL) == 0;

	if (ret_denied)
		*ret_denied = !read;
	if (!read)
		return NULL;
	const char *value = find_variable(block, len, name);
	if (value)
		result = text_safe(facts_arena(ctx->facts), value, strlen(value));
	explicit_bzero(block, len);
	return result;
}
