/* What of the host can be reached through the mounts of a container: the tables of what to look for, one file for each kind. Every
 * function gives one fact of a container whose mounts are known (container_facts_row). */
#ifndef CHECKS_EXPOSURE_H
#define CHECKS_EXPOSURE_H

#include "checks/container_facts.h"
#include "checks/container_mounts.h"

/* exposure_sockets.c: sockets of programs that rule the host */
extern const struct field_decl exposure_socket_fields[];
struct fact_side exposure_sockets(const struct container_facts *of);

/* exposure_paths.c: folders of the host that matter, and people's secrets */
extern const struct field_decl exposure_path_fields[];
extern const struct field_decl exposure_secret_fields[];
struct fact_side exposure_host_paths(const struct container_facts *of);
struct fact_side exposure_user_secrets(const struct container_facts *of);

/* exposure_kernel.c: what the kernel offers in proc, sysfs, cgroup and other file systems of its own */
extern const struct field_decl exposure_interface_fields[];
struct fact_side exposure_interfaces(const struct container_facts *of);
struct fact_side exposure_filesystems(const struct container_facts *of);
struct fact_side exposure_masked(const struct container_facts *of);
struct fact_side exposure_unmasked(const struct container_facts *of);
struct fact_side exposure_readonly(const struct container_facts *of);
struct fact_side exposure_writable(const struct container_facts *of);
struct fact_side exposure_cgroup_writable(const struct container_facts *of);
struct fact_side exposure_release_agent(const struct container_facts *of);

/* exposure_rows.c: what they share */

/* Rows of which each stands once, at most EXPOSURE_ROWS_MAX; more are noted. */
#define EXPOSURE_ROWS_MAX 4096
struct exposure_rows {
	const struct container_facts *of;
	struct value value;
	struct strmap *known;
	size_t left_out;
};
struct exposure_rows exposure_rows_new(const struct container_facts *of, enum value_type type);
void exposure_rows_text(const struct exposure_rows *rows, struct record *row, const char *field, const char *text); /* not safe */
void exposure_rows_flag(const struct exposure_rows *rows, struct record *row, const char *field, bool flag);
void exposure_rows_add(struct exposure_rows *rows, struct record row);
void exposure_rows_add_text(struct exposure_rows *rows, const char *text);
/* As a fact, with a note of any process that is in the host's mount namespace. */
struct fact_side exposure_rows_side(const struct exposure_rows *rows);
struct fact_side exposure_side(const struct container_facts *of, struct value value);

/* Calls for every mount that is visible, of all namespaces. */
typedef void exposure_look(void *data, const struct container_view *view, const struct container_mount *mount);
void exposure_each(const struct container_facts *of, exposure_look *look, void *data);

#endif
