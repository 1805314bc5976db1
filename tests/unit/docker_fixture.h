/* Containers of a real Docker Engine 20.10, in both shapes (tests/fixtures/docker-20.10*): what
 * inspect answered, and the data root. */
#ifndef TESTS_DOCKER_FIXTURE_H
#define TESTS_DOCKER_FIXTURE_H

#include "probe_tree.h"

#include "checks/docker_container.h"
#include "checks/docker_dataroot.h"

extern const struct probe probe_container;

#define PLAIN      "5c5c561331527366e243fd98d879fce9ec690895ea42aa4e50eb34b25c04e727"
#define CAREFUL    "09c749ad35afb4934cf696ed77d8c322cd5cfc45e633896d20937526014e1c62"
#define EVERYTHING "f4fdb5e790d6e4df226d7542bc7792243ea6317396623c1655a708ddc9d5f362"
#define VANILLA    "2f20790495e5d7d9c86800c2ba8ed0f1be84e652489e2a08246e2a43aa54a39b"
#define ALLCAPS    "f97992ecbd7c7996530879b3f9e26d4fcccf4df5952719b385c53a8dbb3ff415"
#define PUBLISHED  "340d2fd99a0dabd0bfb96d1a5da8949859cc750b95a346ec8c84c88a3582657e"
#define SERVING    "29550a29d7d6003b61baa496f18309bd427cf8258d51b3820efaeeb9be12564f"
#define JOINED     "b8046d0a605ed17b4f5b8b2a8b645f28037c246b5a5ccd6f206d250b9f2fbccf"
/* Of an engine with --no-new-privileges, default-ulimits nofile=1024:2048, a seccomp profile,
 * default-ipc-mode shareable, --ip 127.0.0.1. */
#define INHERITS         "99da96539df4081b8160430cca2154c0c2668e9854cd155bdb7f97054d7508e3"
#define OVERRIDES        "4c8db45c162c221debf8d60b5bd419963e7f1da727195b797be547457832423f"
#define INHERITS_RUNNING "8de1e7c8e5fdb7b50efb9117fa17062dbbdc912fe8e4abced055ea3815f8eaae"

struct docker_fixture {
	struct arena *arena;
	struct host *host;
	struct facts *facts;
	struct request request;
	struct services services;
	struct probe_context ctx;
	struct docker_daemon daemon;
	struct docker_engine engine;
	struct docker_list list;
	const char *folder;
};

/* `name` is the folder below tests/fixtures; the engine answers as 20.10 does without options. */
static inline void fixture_open(struct docker_fixture *fixture, const char *name)
{
	memset(fixture, 0, sizeof *fixture);
	fixture->arena = arena_new();
	fixture->folder = arena_printf(fixture->arena, "%s/tests/fixtures/%s", TEST_SRCDIR, name);
	assert_int_equal(host_open(arena_printf(fixture->arena, "%s/root", fixture->folder),
				   &fixture->host, NULL),
			 0);
	fixture->facts = facts_new();
	fixture->request.everything = true;
	fixture->services.arena = fixture->arena;
	fixture->ctx = (struct probe_context){
		.host = fixture->host,
		.facts = fixture->facts,
		.request = &fixture->request,
		.probe = &probe_container,
		.services = &fixture->services,
	};
	fixture->daemon = (struct docker_daemon){.data_root = "/var/lib/docker",
						 .subject = facts_host(fixture->facts)};
	fixture->engine = (struct docker_engine){
		.seccomp = "default",
		.seccomp_origin = "test",
		.no_new_privileges = DOCKER_NO,
		.no_new_privileges_origin = "test",
		.address = "0.0.0.0",
		.remapped = DOCKER_NO,
	};
	fixture->list = (struct docker_list){.daemon = &fixture->daemon,
					     .engine = &fixture->engine};
	vec_push(fixture->arena, &fixture->list.homes, "/var/lib/docker");
}

static inline void fixture_close(struct docker_fixture *fixture)
{
	facts_free(fixture->facts);
	host_close(fixture->host);
	arena_free(fixture->arena);
}

/* What the API answered. A new reference. */
static inline json_t *fixture_inspect(const struct docker_fixture *fixture, const char *id)
{
	json_t *json = json_load_file(
		arena_printf(fixture->arena, "%s/api/containers/%s.json", fixture->folder, id), 0,
		NULL);

	assert_non_null(json);
	return json;
}

/* The facts of a container read from an inspect document (borrowed), the files beside it or not;
 * or from the files alone. */
static inline struct subject *fixture_record(struct docker_fixture *fixture, const char *id,
					     const json_t *inspect, bool files)
{
	struct docker_listed listed = {.id = id,
				       .name = docker_inventory_short_id(fixture->arena, id)};
	struct docker_container container = {.listed = &listed,
					     .list = &fixture->list,
					     .inspect = inspect,
					     .volumes = strmap_new(fixture->arena)};
	struct subject *subject = facts_subject(
		fixture->facts, SCOPE_CONTAINER,
		arena_printf(fixture->arena, "%s/%d%d", id, !!inspect, files), listed.name,
		fixture->daemon.subject);

	listed.folder = docker_dataroot_folder(fixture->host, &fixture->list.homes, id,
					       fixture->arena);
	if (files)
		docker_reading_load(&fixture->ctx, &fixture->list, listed.folder,
				    &container.stored);
	docker_container_record(&fixture->ctx, subject, &container);
	docker_reading_unload(&container.stored);
	return subject;
}

/* A fact as JSON, or "!state". */
static inline const char *fixture_shown(struct arena *arena, const struct subject *subject,
					const char *fact)
{
	const struct fact_side *side = facts_side(subject, fact, SIDE_PLAIN);
	const char *shown;
	json_t *json;
	char *text;

	if (side->state != FACT_PRESENT)
		return arena_printf(arena, "!%s", fact_state_name(side->state));
	json = value_to_json(&side->value);
	text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	shown = arena_strdup(arena, text);
	free(text);
	json_decref(json);
	return shown;
}

#endif
