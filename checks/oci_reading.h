/* One fact on its way from an OCI runtime configuration to a value: what the converters of checks/oci_*.h are given, in the
 * manner of checks/docker_reading.h. Those of Docker that look at nothing but their JSON serve too. */
#ifndef CHECKS_OCI_READING_H
#define CHECKS_OCI_READING_H

#include "checks/docker_reading.h"
#include "checks/docker_values.h"
#include "checks/oci_config.h"

struct oci_reading {
	struct docker_reading reading; /* first: a converter is given its address. No container */
	const struct oci_bundle *bundle;
	const struct oci_config *config;
};

static inline const struct oci_reading *oci_reading_whole(const struct docker_reading *reading)
{
	return (const struct oci_reading *)reading;
}

/* A list, or nothing. */
static inline bool oci_reading_is_list(const json_t *json)
{
	return !json || json_is_null(json) || json_is_array(json);
}

/* The safe text at a key; "" for anything else. */
static inline const char *oci_reading_text(const struct docker_reading *reading, const json_t *object, const char *key)
{
	const char *text = docker_values_text(reading->arena, json_object_get(object, key));

	return text ? text : "";
}

#endif
