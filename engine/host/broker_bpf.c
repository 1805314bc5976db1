/* The device programs in force on a cgroup v2 folder (bpf(2)). */
#include "host/broker_private.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof *attr);
}

static void fail(struct broker_answer *answer, int sys)
{
	answer->sys = sys;
	/* EINVAL: an attach type this kernel was built without; ENOSPC: more programs than there was room for */
	answer->outcome = sys == EINVAL   ? BROKER_UNSUPPORTED
			  : sys == ENOSPC ? BROKER_LIMIT
					  : broker_process_outcome(sys);
}

/* EFAULT instead of instructions: constants are blinded (net.core.bpf_jit_harden) and this reader may not see them. */
static enum broker_outcome read_program(uint32_t id, struct bpf_insn *insns, struct broker_program_row *row, int *ret_sys)
{
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {.prog_id = id};
	_cleanup_(close_fd) int fd = (int)bpf(BPF_PROG_GET_FD_BY_ID, &attr);

	if (fd >= 0) {
		info.xlated_prog_len = BROKER_PROGRAM_INSNS_MAX * sizeof *insns;
		info.xlated_prog_insns = (uintptr_t)insns;
		memset(&attr, 0, sizeof attr);
		attr.info.bpf_fd = (uint32_t)fd;
		attr.info.info_len = sizeof info;
		attr.info.info = (uintptr_t)&info;
	}
	if (fd < 0 || bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) < 0) {
		*ret_sys = errno;
		return errno == EFAULT ? BROKER_UNSUPPORTED : broker_process_outcome(errno);
	}
	if (info.xlated_prog_len > BROKER_PROGRAM_INSNS_MAX * sizeof *insns)
		return BROKER_LIMIT;
	if (info.xlated_prog_len == 0)
		return BROKER_NOT_PERMITTED;
	if (info.xlated_prog_insns == 0)
		return BROKER_UNSUPPORTED;
	*row = (struct broker_program_row){.id = id, .insns = info.xlated_prog_len / sizeof *insns};
	return BROKER_OK;
}

static void read_programs(const uint32_t *ids, uint32_t count, struct broker_answer *answer)
{
	struct broker_program_row rows[BROKER_PROGRAMS_MAX] = {0};
	size_t used = 8 + count * sizeof *rows;

	for (uint32_t i = 0; i < count; i++) {
		answer->outcome = read_program(ids[i], (struct bpf_insn *)(void *)(answer->bytes + used), &rows[i], &answer->sys);
		if (answer->outcome != BROKER_OK)
			return;
		used += rows[i].insns * sizeof(struct bpf_insn);
	}
	memcpy(answer->bytes, &count, sizeof count);
	memset(answer->bytes + sizeof count, 0, 8 - sizeof count);
	memcpy(answer->bytes + 8, rows, count * sizeof *rows);
	answer->len = (uint32_t)used;
}

void broker_bpf_serve(int cgroup_fd, struct broker_answer *answer)
{
	uint32_t ids[BROKER_PROGRAMS_MAX] = {0};
	union bpf_attr attr = {0};
	struct statfs fs;

	if (fstatfs(cgroup_fd, &fs) < 0 || fs.f_type != CGROUP2_SUPER_MAGIC) {
		answer->outcome = BROKER_UNSUPPORTED;
		return;
	}
	attr.query.target_fd = (uint32_t)cgroup_fd;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	attr.query.prog_ids = (uintptr_t)ids;
	attr.query.prog_cnt = BROKER_PROGRAMS_MAX;
	if (bpf(BPF_PROG_QUERY, &attr) < 0) {
		fail(answer, errno);
		return;
	}
	if (attr.query.prog_cnt > BROKER_PROGRAMS_MAX)
		answer->outcome = BROKER_LIMIT;
	else
		read_programs(ids, attr.query.prog_cnt, answer);
}
