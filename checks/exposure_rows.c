#include "checks/exposure.h"

struct exposure_rows exposure_rows_new(const struct container_facts *of, enum value_type type)
{
	return (struct exposure_rows){.of = of, .value = {.type = type}, .known = strmap_new(of->arena)};
}

void exposure_rows_text(const struct exposure_rows *rows, struct record *row, const char *field, const char *text)
{
	record_set(rows->of->arena, row, field, value_string(text_safe(rows->of->arena, text, strlen(text))));
}

void exposure_rows_flag(const struct exposure_rows *rows, struct record *row, const char *field, bool flag)
{
	record_set(rows->of->arena, row, field, value_bool(flag));
}

static bool is_new(struct exposure_rows *rows, const char *key)
{
	if (strmap_get(rows->known, key))
		return false;
	if (strmap_count(rows->known) == EXPOSURE_ROWS_MAX) {
		rows->left_out++;
		return false;
	}
	strmap_put(rows->known, key, rows);
	return true;
}

/* Texts and flags. Safe texts hold no line end, so the fields cannot run into each other. */
static const char *key_of(struct arena *arena, const struct record *row)
{
	_cleanup_(buf_done) struct buf key = {0};

	vec_each(field, row) {
		if (field->value->type == VALUE_STRING)
			buf_puts(&key, field->value->string);
		else
			buf_puts(&key, field->value->boolean ? "1" : "0");
		buf_add(&key, "\n", 1);
	}
	return arena_strndup(arena, key.data ? key.data : "", key.len);
}

void exposure_rows_add(struct exposure_rows *rows, struct record row)
{
	if (is_new(rows, key_of(rows->of->arena, &row)))
		vec_push(rows->of->arena, &rows->value.records, row);
}

void exposure_rows_add_text(struct exposure_rows *rows, const char *text)
{
	const char *safe = text_safe(rows->of->arena, text, strlen(text));

	if (is_new(rows, safe))
		vec_push(rows->of->arena, &rows->value.strings, safe);
}

struct fact_side exposure_side(const struct container_facts *of, struct value value)
{
	const struct container_mounts *mounts = container_mounts_of(of->ctx, of->container);
	struct fact_side side = side_present(value, mounts->origin);

	vec_each(view, &mounts->views)
		if (view->host)
			vec_push(of->arena, &side.notes,
				 arena_printf(of->arena, "%s is in the host's mount namespace",
					      container_facts_who(of->arena, view->process->pid, view->process->pid,
								  view->process->comm)));
	return side;
}

struct fact_side exposure_rows_side(const struct exposure_rows *rows)
{
	struct fact_side side = exposure_side(rows->of, rows->value);

	if (rows->left_out)
		vec_push(rows->of->arena, &side.notes, arena_printf(rows->of->arena, "%zu more are left out", rows->left_out));
	return side;
}

void exposure_each(const struct container_facts *of, exposure_look *look, void *data)
{
	const struct container_mounts *mounts = container_mounts_of(of->ctx, of->container);

	vec_each(view, &mounts->views)
		vec_each(mount, &view->mounts)
			look(data, view, mount);
}
