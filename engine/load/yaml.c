#include "load/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <yaml.h>

#include "load/characters.h"

/* A list or mapping that is still open; `key` waits for its value. */
struct open {
	struct yaml_node *node;
	struct yaml_node *key;
};

struct parse {
	struct arena *arena;
	const char *file;
	struct diags *diags;
	struct open stack[YAML_DEPTH_MAX];
	size_t depth;
	size_t nodes;
	size_t skip; /* open collections of a refused key */
	size_t documents;
	struct yaml_node *root;
	bool stop;   /* nothing after this place is read */
	bool broken; /* and the tree so far is no use */
};

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key)
{
	for (size_t i = 0; i < mapping->keys.count; i++)
		if (strcmp(mapping->keys.items[i]->text, key) == 0)
			return mapping->items.items[i];
	return NULL;
}

static struct position at_mark(const struct parse *parse, yaml_mark_t mark)
{
	return (struct position){parse->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static void give_up(struct parse *parse)
{
	parse->stop = parse->broken = true;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static struct yaml_node *new_node(struct parse *parse, enum yaml_kind kind, yaml_mark_t mark)
{
	struct yaml_node *node;

	if (parse->nodes == YAML_NODES_MAX) {
		diag_add(parse->diags, at_mark(parse, mark), "more than %d values in one file", YAML_NODES_MAX);
		give_up(parse);
		return NULL;
	}
	parse->nodes++;
	node = ARENA_NEW(parse->arena, struct yaml_node);
	node->kind = kind;
	node->where = at_mark(parse, mark);
	return node;
}

/* Put a finished scalar or a just opened collection where it belongs. */
static void deliver(struct parse *parse, struct yaml_node *node)
{
	struct open *open;

	if (parse->depth == 0) {
		parse->root = node;
		return;
	}
	open = &parse->stack[parse->depth - 1];
	if (open->node->kind == YAML_MAPPING && !open->key) {
		open->key = node;
		return;
	}
	if (open->node->kind == YAML_MAPPING) {
		vec_push(parse->arena, &open->node->keys, open->key);
		open->key = NULL;
	}
	vec_push(parse->arena, &open->node->items, node);
}

static bool expects_key(const struct parse *parse)
{
	const struct open *open;

	if (parse->depth == 0)
		return false;
	open = &parse->stack[parse->depth - 1];
	return open->node->kind == YAML_MAPPING && !open->key;
}

/* A stand-in for something refused, so that what follows is still read. */
static void deliver_refused(struct parse *parse, yaml_mark_t mark)
{
	struct yaml_node *node = new_node(parse, YAML_SCALAR, mark);

	if (!node)
		return;
	node->text = "";
	node->refused = true;
	deliver(parse, node);
}

static void refuse_properties(struct parse *parse, const yaml_event_t *event, const void *anchor, const void *tag)
{
	if (anchor)
		diag_add(parse->diags, at_mark(parse, event->start_mark), "anchors are not allowed; quote a text that begins with &");
	if (tag)
		diag_add(parse->diags, at_mark(parse, event->start_mark), "tags are not allowed; quote a text that begins with !");
}

static bool too_deep(struct parse *parse, const yaml_event_t *event)
{
	if (parse->depth + parse->skip < YAML_DEPTH_MAX)
		return false;
	diag_add(parse->diags, at_mark(parse, event->start_mark), "nested deeper than %d levels", YAML_DEPTH_MAX);
	give_up(parse);
	return true;
}

static void open_collection(struct parse *parse, const yaml_event_t *event, enum yaml_kind kind)
{
	struct yaml_node *node;

	if (too_deep(parse, event))
		return;
	if (parse->skip > 0 || expects_key(parse)) {
		if (parse->skip++ == 0)
			diag_add(parse->diags, at_mark(parse, event->start_mark), "a key must be a text, not a list or mapping");
		return;
	}
	node = new_node(parse, kind, event->start_mark);
	if (!node)
		return;
	deliver(parse, node);
	parse->stack[parse->depth++] = (struct open){.node = node};
}

struct seen {
	const char *text;
	size_t index;
};

static int compare_seen(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = strcmp(a->text, b->text);

	return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Sorted, so that a mapping of many keys costs no more than it should. */
static void refuse_duplicates(struct parse *parse, struct yaml_node *mapping)
{
	size_t count = mapping->keys.count, first = 0;
	_cleanup_(free_ptr) struct seen *seen = calloc(count + 1, sizeof *seen);

	if (!seen)
		out_of_memory();
	for (size_t i = 0; i < count; i++)
		seen[i] = (struct seen){mapping->keys.items[i]->text, i};
	qsort(seen, count, sizeof *seen, compare_seen);
	for (size_t i = 1; i < count; i++) {
		struct yaml_node *key = mapping->keys.items[seen[i].index];

		if (strcmp(seen[i].text, seen[first].text) != 0) {
			first = i;
		} else if (!key->refused) {
			key->refused = true;
			diag_add(parse->diags, key->where, "key \"%.100s\" stands here twice, first on line %u", key->text,
				 mapping->keys.items[seen[first].index]->where.line);
		}
	}
}

static void drop_refused_keys(struct yaml_node *mapping)
{
	size_t kept = 0;

	for (size_t i = 0; i < mapping->keys.count; i++) {
		if (mapping->keys.items[i]->refused)
			continue;
		mapping->keys.items[kept] = mapping->keys.items[i];
		mapping->items.items[kept++] = mapping->items.items[i];
	}
	mapping->keys.count = mapping->items.count = kept;
}

static bool is_null(const char *text)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
		if (strcmp(text, nulls[i]) == 0)
			return true;
	return false;
}

/* What is wrong with a scalar, or NULL. */
static const char *scalar_fault(const yaml_event_t *event, bool key, bool quoted)
{
	const char *text = (const char *)event->data.scalar.value;
	struct characters_escape escape;

	if (event->data.scalar.length > YAML_SCALAR_MAX)
		return "a text of more than 64 KiB";
	if (characters_unsafe(text, event->data.scalar.length, &escape) < event->data.scalar.length)
		return "a text with an escaped character that does not show";
	if (!quoted && is_null(text))
		return key ? "an empty key" : "an empty (null) value; write the value, or \"\" for an empty text";
	if (!quoted && key && strcmp(text, "<<") == 0)
		return "merge keys are not allowed";
	return NULL;
}

/* --- events ------------------------------------------------------------------------------------ */

static void on_document(struct parse *parse, const yaml_event_t *event)
{
	const __typeof__(event->data.document_start) *start = &event->data.document_start;

	if (start->version_directive || start->tag_directives.start != start->tag_directives.end)
		diag_add(parse->diags, at_mark(parse, event->start_mark), "%% directives are not allowed");
	if (parse->documents++ == 0)
		return;
	diag_add(parse->diags, at_mark(parse, event->start_mark), "a second document; one file holds one");
	parse->stop = true;
}

static void on_alias(struct parse *parse, const yaml_event_t *event)
{
	if (parse->skip > 0)
		return;
	diag_add(parse->diags, at_mark(parse, event->start_mark), "aliases are not allowed; quote a text that begins with *");
	deliver_refused(parse, event->start_mark);
}

static void on_scalar(struct parse *parse, const yaml_event_t *event)
{
	const __typeof__(event->data.scalar) *scalar = &event->data.scalar;
	bool quoted = scalar->style != YAML_PLAIN_SCALAR_STYLE;
	const char *fault;
	struct yaml_node *node;

	if (parse->skip > 0)
		return;
	refuse_properties(parse, event, scalar->anchor, scalar->tag);
	fault = scalar_fault(event, expects_key(parse), quoted);
	if (fault) {
		diag_add(parse->diags, at_mark(parse, event->start_mark), "%s", fault);
		deliver_refused(parse, event->start_mark);
		return;
	}
	node = new_node(parse, YAML_SCALAR, event->start_mark);
	if (!node)
		return;
	node->text = arena_strndup(parse->arena, (const char *)scalar->value, scalar->length);
	node->quoted = quoted;
	deliver(parse, node);
}

static void on_list(struct parse *parse, const yaml_event_t *event)
{
	refuse_properties(parse, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
	open_collection(parse, event, YAML_LIST);
}

static void on_mapping(struct parse *parse, const yaml_event_t *event)
{
	refuse_properties(parse, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
	open_collection(parse, event, YAML_MAPPING);
}

static void on_end(struct parse *parse, const yaml_event_t *event)
{
	struct yaml_node *node;

	if (parse->skip > 0) {
		if (--parse->skip == 0)
			deliver_refused(parse, event->start_mark);
		return;
	}
	node = parse->stack[--parse->depth].node;
	if (node->kind != YAML_MAPPING)
		return;
	refuse_duplicates(parse, node);
	drop_refused_keys(node);
}

static void (*const handlers[])(struct parse *parse, const yaml_event_t *event) = {
	[YAML_DOCUMENT_START_EVENT] = on_document, [YAML_ALIAS_EVENT] = on_alias,
	[YAML_SCALAR_EVENT] = on_scalar,           [YAML_SEQUENCE_START_EVENT] = on_list,
	[YAML_SEQUENCE_END_EVENT] = on_end,        [YAML_MAPPING_START_EVENT] = on_mapping,
	[YAML_MAPPING_END_EVENT] = on_end,
};

static void report_parser_error(struct parse *parse, const yaml_parser_t *parser, const char *bytes, size_t len)
{
	struct position where = at_mark(parse, parser->problem_mark);
	size_t at = characters_offset(bytes, len, where);

	if (parser->error == YAML_MEMORY_ERROR)
		out_of_memory();
	if (at < len && bytes[at] == '\t')
		diag_add(parse->diags, where, "a tab cannot indent; use spaces");
	else if (parser->context)
		diag_add(parse->diags, where, "not YAML: %s %s that begins on line %zu", parser->problem, parser->context,
			 parser->context_mark.line + 1);
	else
		diag_add(parse->diags, where, "not YAML: %s", parser->problem ? parser->problem : "cannot be read");
	give_up(parse);
}

static void parse_events(struct parse *parse, yaml_parser_t *parser, const char *bytes, size_t len)
{
	yaml_event_t event;
	bool last = false;

	while (!last && !parse->stop) {
		if (!yaml_parser_parse(parser, &event)) {
			report_parser_error(parse, parser, bytes, len);
			return;
		}
		last = event.type == YAML_STREAM_END_EVENT;
		if (event.type < sizeof handlers / sizeof *handlers && handlers[event.type])
			handlers[event.type](parse, &event);
		yaml_event_delete(&event);
	}
}

struct yaml_node *yaml_parse(struct arena *arena, const char *file, const char *bytes, size_t len, struct diags *diags)
{
	struct parse parse = {.arena = arena, .file = file, .diags = diags};
	yaml_parser_t parser;

	if (len > YAML_FILE_MAX) {
		diag_add(diags, (struct position){file, 0, 0}, "longer than %u bytes", YAML_FILE_MAX);
		return NULL;
	}
	if (!characters_check(file, bytes, len, diags))
		return NULL;
	if (!yaml_parser_initialize(&parser))
		out_of_memory();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
	parse_events(&parse, &parser, bytes, len);
	yaml_parser_delete(&parser);
	if (!parse.broken && parse.documents == 0)
		diag_add(diags, (struct position){file, 1, 1}, "the file is empty");
	return parse.broken || (parse.root && parse.root->refused) ? NULL : parse.root;
}

/* A whole regular file into `buf`. O_NONBLOCK: opening a fifo must not wait. */
static int read_file(const char *path, struct buf *buf, struct error *err)
{
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char block[16384];
	struct stat st;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_sys(err, "cannot open");
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_MALFORMED, "not a regular file");
	while ((got = read(fd, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_sys(err, "cannot read");
		buf_add(buf, block, (size_t)got);
		if (buf->len > YAML_FILE_MAX)
			return error_set(err, ERROR_LIMIT, "longer than %u bytes", YAML_FILE_MAX);
	}
	return 0;
}

static int read_whole(const char *path, struct buf *buf, struct diags *diags)
{
	struct error err = {0};

	if (read_file(path, buf, &err) == 0)
		return 0;
	diag_add(diags, (struct position){path, 0, 0}, "%s", err.text);
	return -1;
}

struct yaml_node *yaml_read(struct arena *arena, const char *path, struct diags *diags)
{
	_cleanup_(buf_done) struct buf buf = {0};

	if (read_whole(path, &buf, diags) < 0)
		return NULL;
	return yaml_parse(arena, path, buf.data ? buf.data : "", buf.len, diags);
}

/* Where "key:" stands on a line of its own at the margin and nothing behind it can be another key: lines are indented, items of
 * a list, comments or empty, and no byte is a line break of another kind (YAML 1.1 §5.4). Otherwise NULL. */
static const char *find_last_key(const char *text, const char *key)
{
	const char *found = NULL;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!found && text_starts(line, key) && text_starts(line + strlen(key), ":\n"))
			found = line;
		else if (found && !strchr(" #\n", *line) && !text_starts(line, "- "))
			return NULL;
	}
	for (const char *at = found; at && *at; at++)
		if (*at == '\r' || (unsigned char)*at >= 0x80)
			return NULL;
	return found;
}

struct yaml_node *yaml_read_without(struct arena *arena, const char *path, const char *key, struct diags *diags)
{
	_cleanup_(buf_done) struct buf buf = {0};
	struct diags unsaid = {.arena = arena};
	struct yaml_node *root = NULL;

	if (read_whole(path, &buf, diags) < 0)
		return NULL;
	const char *text = buf.data ? buf.data : "", *last = strlen(text) == buf.len ? find_last_key(text, key) : NULL;
	/* What stands before it is complete by itself, or the line was no key: then there is a mistake. */
	if (last)
		root = yaml_parse(arena, path, text, (size_t)(last - text), &unsaid);
	return root && unsaid.total == 0 ? root : yaml_parse(arena, path, text, buf.len, diags);
}
