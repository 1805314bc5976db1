#include "checks/docker_records.h"

#include "checks/docker_values.h"

/* One row's number from a text of decimal digits, of a range "8000-8010" the lower end; "" is 0. */
static bool port_number(const char *text, int64_t *ret)
{
	char digits[8];
	size_t len = strcspn(text, "-");

	*ret = 0;
	if (!*text)
		return true;
	if (len >= sizeof digits)
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	return text_to_int(digits, 10, ret) && *ret >= 0 && *ret <= 65535;
}

struct ports {
	struct docker_reading *reading;
	struct value rows;
	const char *address; /* for bindings without one; NULL: not known */
	bool unknown;        /* an address was needed */
};

static bool add_port(struct ports *ports, const char *port, const char *host_ip, int64_t host_port)
{
	struct arena *arena = ports->reading->arena;
	const char *slash = strchr(port, '/');
	struct record row = {0};
	int64_t number;

	if (!port_number(arena_strndup(arena, port, strcspn(port, "/")), &number))
		return false;
	if (!*host_ip && !ports->address)
		ports->unknown = true;
	else if (!*host_ip)
		host_ip = ports->address;
	record_set(arena, &row, "container_port", value_int(number));
	record_set(arena, &row, "protocol", value_string(slash ? slash + 1 : "tcp"));
	record_set(arena, &row, "host_ip", value_string(host_ip));
	record_set(arena, &row, "host_port", value_int(host_port));
	vec_push(arena, &ports->rows.records, row);
	return true;
}

/* False when a binding is not what the engine writes: a port may have been missed. */
static bool add_bindings(struct ports *ports, const char *port, const json_t *bindings)
{
	struct arena *arena = ports->reading->arena;
	const json_t *binding;
	size_t i;

	if (!json_is_array(bindings))
		return json_is_null(bindings); /* exposed, not published */
	json_array_foreach(bindings, i, binding) {
		const char *ip = docker_values_text(arena, json_object_get(binding, "HostIp"));
		const char *text = docker_values_text(arena, json_object_get(binding, "HostPort"));
		int64_t host_port;

		if (!port_number(text ? text : "", &host_port) || !json_is_object(binding))
			return false;
		if (text && strchr(text, '-'))
			docker_reading_note(
				ports->reading,
				arena_printf(arena,
					     "port %s: the engine takes a host port out of %s",
					     port, text));
		if (!add_port(ports, port, ip ? ip : "", host_port))
			return false;
	}
	return true;
}

static bool add_map(struct ports *ports, const json_t *map)
{
	const char *key;
	json_t *bindings;

	if (map && !json_is_object(map))
		return false;
	json_object_foreach((json_t *)map, key, bindings)
		if (!add_bindings(ports, text_safe(ports->reading->arena, key, strlen(key)),
				  bindings))
			return false;
	return true;
}

/* -P publishes what is exposed and not bound already. */
static bool add_exposed(struct ports *ports, const json_t *exposed, const json_t *bound)
{
	const char *key;
	json_t *item;

	json_object_foreach((json_t *)exposed, key, item)
		if (json_array_size(json_object_get(bound, key)) == 0 &&
		    !add_port(ports, text_safe(ports->reading->arena, key, strlen(key)), "", 0))
			return false;
	return true;
}

/* What the next start would publish; the origin then is where that stands. */
static bool add_declared(struct ports *ports, const json_t *bound)
{
	struct docker_reading *reading = ports->reading;
	struct fact_side where = {0};
	const json_t *all, *exposed;

	docker_reading_find(reading->container, reading->arena, "HostConfig.PortBindings", &all,
			    &where);
	reading->side->origin = where.origin;
	if (!docker_reading_need(reading, "HostConfig.PublishAllPorts", &all) ||
	    !docker_reading_need(reading, "Config.ExposedPorts", &exposed))
		return false;
	return add_map(ports, bound) && (!json_is_true(all) || add_exposed(ports, exposed, bound));
}

void docker_records_ports(struct docker_reading *reading)
{
	const struct docker_engine *engine = docker_engine_of(reading->ctx,
							      reading->container->list);
	struct ports ports = {
		.reading = reading, .rows = {.type = VALUE_RECORDS}, .address = engine->address};
	const json_t *running, *bound;

	if (!docker_reading_need(reading, "State.Running", &running) ||
	    !docker_reading_need(reading, "HostConfig.PortBindings", &bound))
		return;
	if (!json_is_boolean(running) ||
	    !(json_is_true(running) ? add_map(&ports, reading->json) : add_declared(&ports, bound)))
		docker_reading_wrong(reading, "a table of ports");
	else if (ports.unknown)
		docker_reading_missing(
			reading, FACT_UNREADABLE,
			"the daemon's own address for ports (option ip) is not known");
	else
		docker_reading_present(reading, ports.rows);
}

static void set_text(struct docker_reading *reading, struct record *row, const char *name,
		     const char *text)
{
	if (text)
		record_set(reading->arena, row, name, value_string(text));
}

static bool add_devices(struct docker_reading *reading, const json_t *list, struct value *rows)
{
	const json_t *item;
	size_t i;

	if (list && !json_is_null(list) && !json_is_array(list))
		return false;
	json_array_foreach(list, i, item) {
		const char *path = docker_values_text(reading->arena,
						      json_object_get(item, "PathOnHost"));
		struct record row = {0};

		if (!path)
			return false;
		set_text(reading, &row, "host_path", path);
		set_text(reading, &row, "container_path",
			 docker_values_text(reading->arena,
					    json_object_get(item, "PathInContainer")));
		set_text(reading, &row, "permissions",
			 docker_values_text(reading->arena,
					    json_object_get(item, "CgroupPermissions")));
		vec_push(reading->arena, &rows->records, row);
	}
	return true;
}

/* What a request asks for, in the words it has: device ids, else the driver, else "any". */
static void add_request(struct docker_reading *reading, const json_t *request, struct value *rows)
{
	const char *driver = docker_values_text(reading->arena, json_object_get(request, "Driver"));
	struct strings ids = {0};

	if (docker_values_texts(reading->arena, json_object_get(request, "DeviceIDs"), &ids) < 0 ||
	    ids.count == 0)
		vec_push(reading->arena, &ids, driver && *driver ? driver : "any");
	vec_each(id, &ids) {
		struct record row = {0};

		set_text(reading, &row, "host_path", *id);
		set_text(reading, &row, "permissions", "rwm");
		vec_push(reading->arena, &rows->records, row);
	}
}

void docker_records_devices(struct docker_reading *reading)
{
	const json_t *requests = json_object_get(reading->json, "DeviceRequests"), *request;
	struct value rows = {.type = VALUE_RECORDS};
	size_t i;

	if (!json_is_object(reading->json) ||
	    !add_devices(reading, json_object_get(reading->json, "Devices"), &rows) ||
	    (requests && !json_is_null(requests) && !json_is_array(requests))) {
		docker_reading_wrong(reading, "a list of devices");
		return;
	}
	json_array_foreach(requests, i, request)
		add_request(reading, request, &rows);
	docker_reading_present(reading, rows);
}

/* -1 and uint64(-1) are setrlimit(2)'s RLIM_INFINITY. */
bool docker_records_limit(const json_t *number, struct value *ret)
{
	int64_t value;

	if (!docker_values_int(number, &value))
		return false;
	*ret = value_int(value < 0 ? VALUE_UNLIMITED : value);
	return true;
}

static bool add_ulimits(struct docker_reading *reading, const json_t *list, struct value *rows)
{
	const json_t *item;
	size_t i;

	if (list && !json_is_null(list) && !json_is_array(list))
		return false;
	json_array_foreach(list, i, item) {
		const char *name = docker_values_text(reading->arena,
						      json_object_get(item, "Name"));
		struct record row = {0};
		struct value soft, hard;

		if (!name || !docker_records_limit(json_object_get(item, "Soft"), &soft) ||
		    !docker_records_limit(json_object_get(item, "Hard"), &hard))
			return false;
		set_text(reading, &row, "name", name);
		record_set(reading->arena, &row, "soft", soft);
		record_set(reading->arena, &row, "hard", hard);
		vec_push(reading->arena, &rows->records, row);
	}
	return true;
}

void docker_records_ulimits(struct docker_reading *reading)
{
	const struct docker_stored *stored = &reading->container->stored;
	const json_t *list = reading->json;
	struct value rows = {.type = VALUE_RECORDS};

	if (stored->host_config) {
		list = json_object_get(stored->host_config, "Ulimits");
		reading->side->origin = arena_printf(reading->arena, "%s Ulimits",
						     stored->host_config_path);
	}
	if (!add_ulimits(reading, list, &rows))
		docker_reading_wrong(reading, "a list of limits");
	else if (!stored->host_config && rows.records.count > 0)
		docker_reading_missing(
			reading, FACT_UNREADABLE,
			arena_printf(reading->arena,
				     "inspect mixes the daemon's default-ulimits in, and %s cannot "
				     "be read: %s",
				     stored->host_config_path ? stored->host_config_path
							      : "hostconfig.json",
				     stored->host_config_reason ? stored->host_config_reason
								: "not asked for"));
	else
		docker_reading_present(reading, rows);
}
