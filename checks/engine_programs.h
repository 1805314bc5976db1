/* The files of the programs that an engine runs beside its daemon (containerd, shims, runc), as they are really used on this host:
 * those that run now, and those that would be started next. */
#ifndef CHECKS_ENGINE_PROGRAMS_H
#define CHECKS_ENGINE_PROGRAMS_H

#include "checks/docker.h"

struct engine_programs {
	struct probe_context *ctx;
	const struct docker *docker;
	const struct processes *processes;
};
struct engine_programs engine_programs_open(struct probe_context *ctx);

/* Processes of a program on the host's own root, by the base name of their executable. */
struct engine_processes VEC_BODY(const struct process *);
struct engine_processes engine_programs_running(const struct engine_programs *programs, const char *name);

/* STRINGS: the executables that run under that name, and the first such file in PATH of each dockerd and containerd, or beside it
 * (containerd, core/runtime/v2/shim_manager: resolveRuntimePath); where none runs, in systemd's own PATH (systemd.exec(5)). ABSENT:
 * there is none. UNREADABLE: some process could not be told. Where the files are links, links they stay. */
struct fact_side engine_programs_find(const struct engine_programs *programs, const char *name);

/* Likewise the low-level runtimes: runc, and all that the daemons say they have (GET /info Runtimes); in a tree at rest all of
 * /etc/docker/daemon.json. One that is a shim of its own (runtimeType io.containerd.kata.v2) counts by its shim. */
struct fact_side engine_programs_runtimes(const struct engine_programs *programs);

/* Paths of the sockets on which every containerd serves, as bound, and containerd's usual one. Not those for shims (.ttrpc) and
 * profiling (debug.sock). */
struct fact_side engine_programs_sockets(const struct engine_programs *programs);

/* The files that every containerd reads: what --config names, else /etc/containerd/config.toml with conf.d beside it, which
 * containerd 2 imports by default. Whether they exist is not asked. */
struct fact_side engine_programs_configs(const struct engine_programs *programs);

#endif
