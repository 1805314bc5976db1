#include "checks/oci_devices.h"

#include "checks/oci_reading.h"

/* A device, or a rule for some: -1 is every number. */
struct device {
	const char *type; /* c, u (the same), b, p, or a: all */
	int64_t major, minor;
};

static bool number_at(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *json = json_object_get(object, key);

	*ret = -1;
	return !json || json_is_null(json) || docker_values_int(json, ret);
}

static bool device_of(const struct docker_reading *reading, const json_t *item, struct device *ret)
{
	ret->type = oci_reading_text(reading, item, "type");
	if (!*ret->type)
		ret->type = "a";
	if (strcmp(ret->type, "u") == 0)
		ret->type = "c";
	return json_is_object(item) && number_at(item, "major", &ret->major) && number_at(item, "minor", &ret->minor);
}

static bool covers(const struct device *rule, const struct device *device)
{
	return (*rule->type == 'a' || strcmp(rule->type, device->type) == 0) && (rule->major < 0 || rule->major == device->major) &&
	       (rule->minor < 0 || rule->minor == device->minor);
}

/* Later rules win. */
static const char *permissions(const struct docker_reading *reading, const json_t *rules, const struct device *device)
{
	const char *access = "";
	const json_t *item;
	size_t i;

	json_array_foreach(rules, i, item) {
		struct device rule;

		if (device_of(reading, item, &rule) && covers(&rule, device))
			access = json_is_true(json_object_get(item, "allow")) ? oci_reading_text(reading, item, "access") : "";
	}
	return access;
}

static const json_t *rules_of(const struct docker_reading *reading)
{
	return docker_values_at(reading->json, "resources.devices");
}

/* The name that the kernel has for it, Documentation/ABI/stable/sysfs-devices: /sys/dev/block/MAJOR:MINOR leads to its folder. */
static const char *host_name(const struct docker_reading *reading, const struct device *device, const char *path)
{
	const char *link = arena_printf(reading->arena, "/sys/dev/%s/%lld:%lld", *device->type == 'b' ? "block" : "char",
					(long long)device->major, (long long)device->minor);
	char *text;
	const char *line;

	if (host_read(reading->ctx->host, arena_printf(reading->arena, "%s/uevent", link), HOST_READ_SMALL, reading->arena, &text,
		      NULL, NULL) < 0)
		return path;
	line = text_starts(text, "DEVNAME=") ? text : strstr(text, "\nDEVNAME=");
	if (!line)
		return path;
	line = strchr(line, '=') + 1;
	return arena_printf(reading->arena, "/dev/%s", text_safe(reading->arena, line, strcspn(line, "\n")));
}

void oci_devices_convert(struct docker_reading *reading)
{
	const json_t *list = json_object_get(reading->json, "devices"), *item;
	struct value rows = {.type = VALUE_RECORDS};
	struct arena *arena = reading->arena;
	size_t i;

	if (!oci_reading_is_list(list) || !oci_reading_is_list(rules_of(reading))) {
		docker_reading_wrong(reading, "a list of devices");
		return;
	}
	json_array_foreach(list, i, item) {
		const char *path = oci_reading_text(reading, item, "path");
		struct record row = {0};
		struct device device;

		if (!*path || !device_of(reading, item, &device)) {
			docker_reading_wrong(reading, "a list of devices");
			return;
		}
		record_set(arena, &row, "host_path", value_string(host_name(reading, &device, path)));
		record_set(arena, &row, "container_path", value_string(path));
		record_set(arena, &row, "permissions", value_string(permissions(reading, rules_of(reading), &device)));
		vec_push(arena, &rows.records, row);
	}
	docker_reading_present(reading, rows);
}

/* config-linux.md "Default Devices", pts and what runc and engines allow beside them: mknod of any. */
static bool is_default_rule(const struct device *rule, const char *access)
{
	static const struct device defaults[] = {{"c", 1, 3}, {"c", 1, 5}, {"c", 1, 7}, {"c", 1, 8}, {"c", 1, 9},
						 {"c", 5, 0}, {"c", 5, 1}, {"c", 5, 2}, {"c", 136, -1}};

	if (strcmp(access, "m") == 0 && *rule->type != 'a')
		return true;
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		if (covers(&defaults[i], rule))
			return true;
	return false;
}

static bool is_listed(const struct docker_reading *reading, const struct device *rule)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(reading->json, "devices"), i, item) {
		struct device device;

		if (device_of(reading, item, &device) && device.major == rule->major && device.minor == rule->minor)
			return true;
	}
	return false;
}

static const char *number_text(struct arena *arena, int64_t number)
{
	return number < 0 ? "*" : arena_printf(arena, "%lld", (long long)number);
}

void oci_devices_rules(struct docker_reading *reading)
{
	const json_t *item;
	struct strings rules = {0};
	struct arena *arena = reading->arena;
	size_t i;

	if (!oci_reading_is_list(rules_of(reading))) {
		docker_reading_wrong(reading, "a list of rules");
		return;
	}
	json_array_foreach(rules_of(reading), i, item) {
		const char *access = oci_reading_text(reading, item, "access");
		struct device rule;

		if (!device_of(reading, item, &rule)) {
			docker_reading_wrong(reading, "a list of rules");
			return;
		}
		if (json_is_true(json_object_get(item, "allow")) && !is_default_rule(&rule, access) && !is_listed(reading, &rule))
			vec_push(arena, &rules,
				 arena_printf(arena, "%s %s:%s %s", rule.type, number_text(arena, rule.major),
					      number_text(arena, rule.minor), access));
	}
	docker_values_unique(&rules);
	docker_reading_present(reading, value_strings(rules));
}


bool oci_devices_all(const struct docker_reading *reading, const json_t *rules)
{
	static const struct device any = {"b", -2, -2}; /* that no rule names */

	return strcmp(permissions(reading, rules, &any), "rwm") == 0;
}
