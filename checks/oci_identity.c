#include "checks/oci_identity.h"

#include "checks/docker_inventory.h"
#include "checks/docker_values.h"

enum word { NAME, POD, POD_NAME, POD_NAMESPACE, POD_CONTAINER, IMAGE, IMAGE_ID, TYPE, SANDBOX, WORDS };

static const struct {
	enum word word;
	const char *engine;
	const char *key;
} keys[] = {
	{NAME, "containerd", "nerdctl/name"},
	{POD, "containerd", "io.kubernetes.cri.sandbox-uid"},
	{POD_NAME, "containerd", "io.kubernetes.cri.sandbox-name"},
	{POD_NAMESPACE, "containerd", "io.kubernetes.cri.sandbox-namespace"},
	{POD_CONTAINER, "containerd", "io.kubernetes.cri.container-name"},
	{IMAGE, "containerd", "io.kubernetes.cri.image-name"},
	{TYPE, "containerd", "io.kubernetes.cri.container-type"},
	{SANDBOX, "containerd", "io.kubernetes.cri.sandbox-id"},
	{POD, "cri-o", "io.kubernetes.pod.uid"},
	{POD_NAME, "cri-o", "io.kubernetes.pod.name"},
	{POD_NAMESPACE, "cri-o", "io.kubernetes.pod.namespace"},
	{POD_CONTAINER, "cri-o", "io.kubernetes.container.name"},
	{IMAGE, "cri-o", "io.kubernetes.cri-o.ImageName"},
	{IMAGE_ID, "cri-o", "io.kubernetes.cri-o.ImageRef"},
	{TYPE, "cri-o", "io.kubernetes.cri-o.ContainerType"},
	{SANDBOX, "cri-o", "io.kubernetes.cri-o.SandboxID"},
};

static const char *short_id(struct arena *arena, const char *id)
{
	return docker_values_is_id(id) ? docker_inventory_short_id(arena, id) : id;
}

static const char *name_of(struct arena *arena, const struct oci_bundle *bundle, const struct oci_identity *identity,
			   const char *own)
{
	const char *pod = identity->pod_name;

	if (pod && identity->pod_namespace)
		pod = arena_printf(arena, "%s/%s", identity->pod_namespace, pod);
	if (pod && identity->sandbox)
		return pod;
	if (pod && identity->pod_container)
		return arena_printf(arena, "%s/%s", pod, identity->pod_container);
	return own ?: bundle->name ?: short_id(arena, bundle->id);
}

void oci_identity_read(struct arena *arena, const struct oci_bundle *bundle, const struct oci_config *config,
		       struct oci_identity *ret)
{
	const char *words[WORDS] = {0};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i].engine, bundle->engine) == 0)
			words[keys[i].word] = oci_config_annotation(config, arena, keys[i].key);
	*ret = (struct oci_identity){
		.pod = words[POD],
		.pod_name = words[POD_NAME],
		.pod_namespace = words[POD_NAMESPACE],
		.pod_container = words[POD_CONTAINER],
		.image = bundle->image ?: words[IMAGE],
		.image_id = bundle->image_id ?: words[IMAGE_ID],
		.sandbox = text_eq(words[TYPE], "sandbox") && text_eq(words[SANDBOX], bundle->id),
	};
	ret->name = name_of(arena, bundle, ret, words[NAME]);
}

bool oci_identity_chosen(const struct probe_context *ctx, const char *id, const struct oci_identity *identity)
{
	const char *const names[] = {identity->name, identity->pod_container, identity->pod_name};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i] && docker_inventory_chosen(ctx, id, names[i]))
			return true;
	return false;
}
