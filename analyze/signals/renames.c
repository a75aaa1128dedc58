/* analyze/signals/renames.c - how many files only changed their place. */
#include "analyze/signals/readers.h"
#include "core/json.h"
#include "core/str.h"

#include <string.h>

#define FOLDERS_MAX 4

static bool renames_want(const struct landing_file *f)
{
	return f->change->status == 'R';
}

struct folders {
	const char *v[FOLDERS_MAX];
	size_t len[FOLDERS_MAX];
	int n, more;
};

static void note_folder(struct folders *d, const char *path)
{
	size_t len = (size_t)(path_base(path) - path);

	if (len)
		len--;
	for (int i = 0; i < d->n; i++)
		if (d->len[i] == len && !memcmp(d->v[i], path, len))
			return;
	if (d->n == FOLDERS_MAX) {
		d->more++;
		return;
	}
	d->v[d->n] = path;
	d->len[d->n++] = len;
}

static void put_folders(struct json *j, const char *key,
			const struct folders *d)
{
	json_key(j, key);
	json_open(j, '[');
	for (int i = 0; i < d->n; i++)
		json_strn(j, d->v[i], d->len[i]);
	json_close(j, ']');
}

static void renames_read(const struct landing_view *v,
			 struct signal_list *out)
{
	const struct landing_file *only = NULL;
	struct folders from = { .n = 0 }, to = { .n = 0 };
	struct str text = STR_INIT;
	struct json j;
	int n = 0, same = 0;

	for (size_t i = 0; i < v->files_n; i++) {
		const struct change *c = v->files[i].change;

		if (c->status != 'R')
			continue;
		n++;
		same += oid_eq(&c->old_oid, &c->oid);
		only = &v->files[i];
		note_folder(&from, c->old_path);
		note_folder(&to, c->path);
	}
	if (!n)
		return;
	json_init(&j, &text);
	json_open(&j, '{');
	json_key(&j, "renames");
	json_int(&j, n);
	json_key(&j, "unchanged");
	json_int(&j, same);
	put_folders(&j, "from", &from);
	put_folders(&j, "to", &to);
	json_key(&j, "more_folders");
	json_int(&j, from.more > to.more ? from.more : to.more);
	json_close(&j, '}');
	struct signal s = {
		.kind = "rename",
		.name = arena_printf(out->arena, "%d", n),
		.path = n == 1 ? only->change->path : NULL,
		.old = n == 1 ? only->change->old_path : NULL,
		.new = n == 1 ? only->change->path : NULL,
		.detail = str_c(&text),
	};
	signal_add(out, &s);
	str_release(&text);
}

const struct signal_reader renames_reader = {
	"renames", renames_want, renames_read
};
