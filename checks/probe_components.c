#include "base/version.h"
#include "checks/advisories.h"
#include "checks/containers.h"
#include "checks/docker.h"
#include "checks/dpkg.h"
#include "checks/program_build.h"
#include "model/probe.h"

#define FACT "host.components"

static const struct field_decl fields[] = {
	{"component", VALUE_STRING, "runc, crun, moby (the Docker Engine), containerd, buildkit, podman, cri-o, nvidia-container-toolkit"},
	{"version", VALUE_VERSION, "its version; missing when neither the program nor its package tells"},
	{"source", VALUE_STRING, "where the version was read, or why it was not"},
	{"program", VALUE_STRING, "its file; missing for what an engine tells"},
	{"package", VALUE_STRING, "package that brought the file"},
	{"package_version", VALUE_STRING, "version of that package, the distribution's revision with it"},
	{"distribution", VALUE_BOOL, "a distribution looks after it and mends faults without another number, or that could not be told"},
	{"running", VALUE_BOOL, "a process runs it, or an engine says it is what it uses"},
	{"replaced", VALUE_BOOL, "the file was replaced after a process that runs it began: what runs is older"},
	{"faults", VALUE_STRINGS, "known faults of upstream's release of this version, to " ADVISORIES_AS_OF},
	{"possible_faults", VALUE_STRINGS, "those of which it is not confirmed that this release has them"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = FACT,
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "programs that make and run containers, as they lie on disk and as engines tell what they use",
		.source = "build information in the programs; /var/lib/dpkg; Engine API: GET /version Components",
		.fields = fields,
	},
	{0},
};

struct brought_by {
	const char *name;
	bool tells;    /* its version is the component's */
	bool upstream; /* upstream's own package: faults are mended by newer versions */
};

#define PACKAGES_MAX 4

static const struct component {
	const char *name;
	const char *file;
	const char *modules[3]; /* Go modules that its program is built from; none: not by Go */
	const char *told_as;    /* in the engine's answer */
	struct brought_by packages[PACKAGES_MAX];
} components[] = {
	{"moby", "dockerd", {"github.com/docker/docker", "github.com/moby/moby"}, "Engine",
	 {{"docker.io", true, false}, {"docker-ce", true, true}, {"moby-engine", true, true}}},
	{"containerd", "containerd", {"github.com/containerd/containerd"}, "containerd",
	 {{"containerd", true, false}, {"containerd.io", true, true}, {"moby-containerd", true, true}}},
	{"runc", "runc", {"github.com/opencontainers/runc"}, "runc",
	 {{"runc", true, false}, {"containerd.io", false, true}, {"moby-runc", true, true}}},
	{"crun", "crun", {NULL}, "crun", {{"crun", true, false}}},
	{"podman", "podman", {"github.com/containers/podman", "go.podman.io/podman"}, NULL, {{"podman", true, false}}},
	{"cri-o", "crio", {"github.com/cri-o/cri-o"}, NULL, {{"cri-o", true, true}}},
	{"buildkit", "buildkitd", {"github.com/moby/buildkit"}, NULL, {{"buildkit", true, false}}},
	{"nvidia-container-toolkit", "nvidia-ctk", {"github.com/NVIDIA/nvidia-container-toolkit"}, NULL,
	 {{"nvidia-container-toolkit-base", true, true}, {"nvidia-container-toolkit", true, true}}},
};

#define COMPONENTS (sizeof components / sizeof *components)

static const char *const folders[] = {
	"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin", "/opt/bin", "/opt/containerd/bin",
	"/usr/libexec/crio", "/usr/lib/cri-o-runc/sbin",
	"/snap/docker/current/bin", "/var/lib/rancher/k3s/data/current/bin", "/var/lib/rancher/rke2/bin",
};

struct row {
	const struct component *component;
	const char *version, *source; /* version NULL: it does not tell */
	const char *program, *package, *package_version;
	bool distribution, running, replaced;
	struct strings notes;
};

struct search {
	struct probe_context *ctx;
	struct arena *arena;
	struct dpkg dpkg;
	bool other_packages;  /* another package database is there: rpm, apk */
	struct strmap *seen;  /* resolved path of each file */
	VEC(struct row) rows;
	struct strings notes;
};

static const char *safe(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strlen(text));
}

static bool is_there(const struct search *search, const char *path)
{
	struct stat st;

	return host_stat(search->ctx->host, path, true, &st, NULL) == 0;
}

/* ---- packages ------------------------------------------------------------------------------------------------ */

/* Whatever lies in folders of its own came by hand or from upstream; of the rest a distribution is taken to look after it. */
static bool is_local(const char *path)
{
	return text_starts(path, "/usr/local/") || text_starts(path, "/opt/");
}

static void find_package(const struct search *search, struct row *row, bool *ret_tells)
{
	*ret_tells = false;
	row->distribution = !is_local(row->program) && (search->other_packages || search->dpkg.error.code);
	for (size_t i = 0; i < PACKAGES_MAX && row->component->packages[i].name; i++) {
		const struct brought_by *package = &row->component->packages[i];

		if (!dpkg_owns(&search->dpkg, package->name, row->program))
			continue;
		row->package = package->name;
		row->package_version = dpkg_version(&search->dpkg, package->name);
		row->distribution = !package->upstream;
		*ret_tells = package->tells;
		return;
	}
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static bool is_built_from(const struct component *component, const struct program_build *build)
{
	for (size_t i = 0; component->modules[i]; i++)
		if (program_build_in_module(build->package, component->modules[i]))
			return true;
	return false;
}

/* The program's own version, or that of the module where another program has the component in it. */
static void version_of_build(const struct search *search, const struct program_build *build, struct row *row)
{
	if (!build->compiler) {
		row->source = "the program does not tell";
	} else if (is_built_from(row->component, build)) {
		row->version = build->version;
		row->source = build->version ? build->how : "the program does not tell";
	} else {
		row->source = arena_printf(search->arena, "a program of another kind: %s", build->package);
		for (size_t i = 0; !row->version && row->component->modules[i]; i++)
			row->version = program_build_module(build, search->arena, row->component->modules[i]);
		if (row->version)
			row->source = arena_printf(search->arena, "a module of %s", build->package);
	}
}

static void version_of_package(const struct search *search, struct row *row)
{
	const char *version = dpkg_upstream(search->arena, row->package_version);

	if (!row->version) {
		row->version = version;
		row->source = arena_printf(search->arena, "package %s", row->package);
	}
}

/* BuildKit is a part of the engine that has no version of its own elsewhere. */
static void add_builder(struct search *search, const struct program_build *build, const struct row *engine)
{
	const struct component *builder = NULL;

	for (size_t i = 0; i < COMPONENTS; i++)
		if (strcmp(components[i].name, "buildkit") == 0)
			builder = &components[i];
	const char *version = program_build_module(build, search->arena, builder->modules[0]);
	if (!version || engine->component != &components[0])
		return;
	struct row row = *engine;
	row.component = builder;
	row.version = version;
	row.source = "a module of the engine";
	vec_push(search->arena, &search->rows, row);
}

static void add_file(struct search *search, const struct component *component, const char *path)
{
	struct program_build build = {0};
	struct error err = {0};
	char *resolved;
	bool tells;

	if (host_realpath(search->ctx->host, path, search->arena, &resolved, &err) < 0 || strmap_get(search->seen, resolved))
		return;
	strmap_put(search->seen, resolved, (void *)component);
	struct row row = {.component = component, .program = safe(search->arena, resolved)};
	if (program_build_read(search->ctx->host, resolved, search->arena, &build, &err) < 0) {
		if (err.code == ERROR_NOT_FOUND)
			return;
		/* What is no program is no component; what may not be read might be one. */
		row.source = safe(search->arena, err.text);
	} else {
		version_of_build(search, &build, &row);
	}
	find_package(search, &row, &tells);
	if (tells)
		version_of_package(search, &row);
	vec_push(search->arena, &search->rows, row);
	if (build.compiler)
		add_builder(search, &build, &row);
}

static void add_files(struct search *search)
{
	for (size_t i = 0; i < COMPONENTS; i++)
		for (size_t j = 0; j < sizeof folders / sizeof *folders; j++) {
			const char *path = arena_printf(search->arena, "%s/%s", folders[j], components[i].file);

			if (is_there(search, path))
				add_file(search, &components[i], path);
		}
}

/* ---- processes ----------------------------------------------------------------------------------------------- */

static const struct component *component_of(const struct process *process)
{
	const char *slash = process->exe ? strrchr(process->exe, '/') : NULL;

	for (size_t i = 0; slash && i < COMPONENTS; i++)
		if (strcmp(slash + 1, components[i].file) == 0)
			return &components[i];
	return NULL;
}

/* An engine within a container has its program there. */
static bool is_contained(const struct containers *containers, const struct process *process)
{
	vec_each(container, &containers->list)
		vec_each(member, &(*container)->members)
			if (member->process->pid == process->pid)
				return true;
	return false;
}

static void mark(struct search *search, const struct process *process)
{
	struct stat st;
	char *resolved;

	if (host_realpath(search->ctx->host, process->exe, search->arena, &resolved, NULL) < 0 ||
	    host_stat(search->ctx->host, resolved, true, &st, NULL) < 0)
		return;
	/* Installing sets the time of change, whatever times the package gives. */
	bool replaced = process->started_at && st.st_ctime > process->started_at;
	vec_each(row, &search->rows)
		if (strcmp(row->program, safe(search->arena, resolved)) == 0) {
			row->running = true;
			row->replaced |= replaced;
		}
}

/* It runs on from a file that is gone, which nobody can look at. */
static void add_deleted(struct search *search, const struct component *component, const struct process *process)
{
	vec_push(search->arena, &search->rows, ((struct row){
		.component = component,
		.source = "the file is gone",
		.program = process->exe,
		.distribution = true,
		.running = true,
		.replaced = true,
	}));
}

static void add_running(struct search *search)
{
	const struct processes *processes = probe_service(search->ctx, &processes_service);
	const struct containers *containers = NULL;

	if (processes->state == FACT_UNREADABLE)
		vec_push(search->arena, &search->notes, arena_printf(search->arena, "what runs is not known: %s", processes->reason));
	vec_each(process, &processes->list) {
		const struct component *component = component_of(process);

		if (!component)
			continue;
		if (!containers)
			containers = probe_service(search->ctx, &containers_service);
		if (is_contained(containers, process))
			continue;
		if (is_there(search, process->exe)) {
			add_file(search, component, process->exe);
			mark(search, process);
		} else {
			add_deleted(search, component, process);
		}
	}
}

/* ---- engines ------------------------------------------------------------------------------------------------- */

static bool any_of_distribution(const struct search *search, const struct component *component)
{
	bool found = false;

	vec_each(row, &search->rows) {
		if (row->component != component || !row->program)
			continue;
		if (row->distribution)
			return true;
		found = true;
	}
	return !found;
}

static void add_told(struct search *search, const char *socket, const char *name, const char *version)
{
	for (size_t i = 0; name && version && i < COMPONENTS; i++) {
		if (!components[i].told_as || strcmp(components[i].told_as, name) != 0)
			continue;
		vec_push(search->arena, &search->rows, ((struct row){
			.component = &components[i],
			.version = safe(search->arena, version),
			.source = arena_printf(search->arena, "GET /version of %s", socket),
			.distribution = any_of_distribution(search, &components[i]),
			.running = true,
		}));
	}
}

/* The engine asks the other programs for their versions when it is asked. */
static void ask_engines(struct search *search)
{
	const struct docker *docker = probe_service(search->ctx, &docker_service);

	vec_each(daemon, &docker->daemons) {
		struct docker_daemon *engine = *daemon;
		const char *socket = engine->sockets.count ? engine->sockets.items[0] : "an engine";
		struct error err = {0};
		json_t *answer, *part;
		size_t i;

		if (docker_get(search->ctx, engine, "/version", &answer, &err) < 0) {
			vec_push(search->arena, &search->notes,
				 arena_printf(search->arena, "%s was not asked what it uses: %s", socket, safe(search->arena, err.text)));
			continue;
		}
		json_array_foreach(json_object_get(answer, "Components"), i, part)
			add_told(search, safe(search->arena, socket), json_string_value(json_object_get(part, "Name")),
				 json_string_value(json_object_get(part, "Version")));
		json_decref(answer);
	}
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static struct record record_of(struct arena *arena, const struct row *row)
{
	const char *version = row->version;
	struct advisories found = {0};
	struct record record = {0};
	const struct {
		const char *name, *text;
	} texts[] = {
		{"source", row->source}, {"program", row->program}, {"package", row->package}, {"package_version", row->package_version},
	};

	record_set(arena, &record, "component", value_string(row->component->name));
	if (version && version_valid(version)) {
		found = advisories_find(arena, row->component->name, version);
		record_set(arena, &record, "version", value_version(version));
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].text)
			record_set(arena, &record, texts[i].name, value_string(texts[i].text));
	record_set(arena, &record, "distribution", value_bool(row->distribution));
	record_set(arena, &record, "running", value_bool(row->running));
	record_set(arena, &record, "replaced", value_bool(row->replaced));
	record_set(arena, &record, "faults", value_strings(found.known));
	record_set(arena, &record, "possible_faults", value_strings(found.possible));
	return record;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct search search = {.ctx = ctx, .arena = facts_arena(ctx->facts), .seen = strmap_new(facts_arena(ctx->facts))};
	struct value rows = {.type = VALUE_RECORDS};

	dpkg_open(ctx->host, search.arena, &search.dpkg);
	search.other_packages = is_there(&search, "/var/lib/rpm") || is_there(&search, "/usr/lib/sysimage/rpm") ||
				is_there(&search, "/lib/apk/db/installed");
	add_files(&search);
	add_running(&search);
	ask_engines(&search);
	vec_each(row, &search.rows)
		vec_push(search.arena, &rows.records, record_of(search.arena, row));
	struct fact_side side = rows.records.count ? side_present(rows, "programs on disk, engines") :
						     side_missing(FACT_ABSENT, "programs on disk, engines", "no program that runs containers was found");
	side.notes = search.notes;
	probe_put(ctx, facts_host(ctx->facts), FACT, NULL, SIDE_PLAIN, side);
	return 0;
}

const struct probe probe_components = {
	.name = "components",
	.about = "versions of the programs that run containers",
	.facts = declarations,
	.collect = collect,
};
