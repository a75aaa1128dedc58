/* render/doc_change.c - see doc_change.h. */
#include "render/doc_change.h"

#include "core/mem.h"

#define CACHE_BYTES ((size_t)48 << 20)

void doc_mirror_open(struct doc_mirror *m, const char *gitdir,
		     size_t max_file)
{
	if (odb_open(&m->odb, gitdir, NULL))
		return;
	m->reader = odb_reader_new(m->odb, CACHE_BYTES);
	measurer_init(&m->measurer, m->reader, max_file);
	tree_text_init(&m->words, m->reader,
		       m->known.file ? &m->known : NULL);
}

void doc_mirror_done(struct doc_mirror *m)
{
	if (!m->reader)
		return;
	tree_text_release(&m->words);
	measurer_release(&m->measurer);
	odb_reader_free(m->reader);
	m->reader = NULL;
}

void doc_mirror_close(struct doc_mirror *m)
{
	doc_mirror_done(m);
	odb_free(m->odb);
	m->odb = NULL;
}

size_t doc_change_names(const struct doc_change *c, const char **out,
			size_t max)
{
	size_t n = 0, i, pass;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < c->signals.n && n < max; i++) {
			const struct signal *s = &c->signals.v[i];

			if (s->breaking == (pass == 0) && s->name &&
			    strlen(s->name) >= 3 &&
			    strcmp(s->kind, "test-touched"))
				out[n++] = s->name;
		}
	return n;
}

/* "csrc/flat/x.cu" -> "csrc/flat": two folders name a component. */
static const char *component(const char *path, struct arena *a)
{
	const char *s = strchr(path, '/'), *t;

	if (!s)
		return ".";
	t = strchr(s + 1, '/');
	return arena_strndup(a, path, (size_t)((t ? t : s) - path));
}

struct part {
	const char *dir;
	int files, first;
};

static int by_files(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	return a->files != b->files ? b->files - a->files :
	       a->first - b->first;
}

static void read_parts(struct doc_change *c, struct arena *a)
{
	struct part *v = xcalloc(c->changes.n + 1, sizeof(*v));
	size_t n = 0, i, k;

	for (i = 0; i < c->changes.n; i++) {
		const struct change *ch = &c->changes.v[i];
		const char *dir = component(ch->path, a);
		enum path_kind kind = path_kind(ch->path);

		if (kind == PATH_TEST) {
			c->tests_files++;
			if (ch->additions >= 0) {
				c->tests_additions += ch->additions;
				c->tests_deletions += ch->deletions;
			}
		}
		/* Paths are sorted: the same component is the last one. */
		for (k = n; k > 0 && strcmp(v[k - 1].dir, dir); k--)
			;
		if (!k) {
			v[n].dir = dir;
			v[n].first = (int)n;
			k = ++n;
		}
		v[k - 1].files++;
	}
	qsort(v, n, sizeof(*v), by_files);
	for (i = 0; i < n; i++) {
		if (c->parts_n < 4) {
			c->parts[c->parts_n].dir = v[i].dir;
			c->parts[c->parts_n++].files = v[i].files;
		} else {
			c->parts_rest += v[i].files;
		}
	}
	free(v);
}

static void copy_hunk(struct doc_hunk *out, const struct hunk_window *w,
		      const struct landing_view *view, struct arena *a)
{
	size_t i;

	out->file = (int)w->file + 1;
	out->h = w->h;
	out->path = arena_strdup(a, w->old_side ?
				 file_old_path(&view->files[w->file]) :
				 view->files[w->file].change->path);
	out->line = w->line;
	out->old_side = w->old_side;
	out->lines = arena_alloc(a, (w->n + 1) * sizeof(*out->lines));
	out->lines_n = w->n;
	for (i = 0; i < w->n; i++) {
		char *s = arena_alloc(a, w->v[i].len + 2);

		s[0] = w->v[i].op;
		memcpy(s + 1, w->v[i].s, w->v[i].len);
		out->lines[i] = s;
	}
}

static bool has_kind(const struct doc_change *c, const char *kind)
{
	size_t i;

	for (i = 0; i < c->signals.n; i++)
		if (!strcmp(c->signals.v[i].kind, kind))
			return true;
	return false;
}

/* What a small fix took out, for those who have a copy of the file. */
static void read_fixed(struct doc_change *c, const struct landing_view *view,
		       struct arena *a)
{
	size_t i;

	if (strcmp(c->s->type, "fix") || c->unsure || view->files_n > DOC_FIXED_MAX)
		return;
	for (i = 0; i < view->files_n; i++) {
		const struct landing_file *f = &view->files[i];
		struct doc_fixed *x = &c->fixed[c->fixed_n];

		if (f->kind != PATH_PRODUCT || !f->old || !f->new ||
		    f->lang == LANG_OTHER || f->lang == LANG_TEXT)
			continue;
		fixcopy_lines(&x->removed, a, f, '-');
		fixcopy_lines(&x->added, a, f, '+');
		x->path = arena_strdup(a, f->change->path);
		c->fixed_n += x->removed.n > 0;
	}
}

/* Does the mirror lack what it had when the landing was measured? */
static bool lacks_more(const struct doc_change *c, const struct change_list *l)
{
	int missing = 0;
	size_t i;

	for (i = 0; i < l->n; i++)
		missing += !!(l->v[i].flags & CHANGE_MISSING);
	return (int)l->n < c->s->files || missing > c->s->unmeasured;
}

static void read_sides(struct doc_change *c, struct doc_mirror *m,
		       struct arena *a)
{
	struct change_list l = { .arena = a };
	struct hunk_window w[WINDOWS_MAX];
	const char *names[32];
	struct landing_hold h;
	size_t n, i;

	landing_hold_init(&h, m->reader);
	h.words = &m->words;
	if (landing_hold_commit(&h, &m->measurer, c->repo->spec->name,
				&c->s->c, &l, NULL) == 0) {
		c->lost = lacks_more(c, &l);
		c->readable = !h.cut && !c->lost;
		signals_read(&h.view, &c->signals);
		n = doc_change_names(c, names, ARRAY_N(names));
		c->hunks_n = hunks_choose(w, a, h.view.files, h.view.files_n,
					  names, n, has_kind(c, "move"));
		for (i = 0; i < c->hunks_n; i++)
			copy_hunk(&c->hunks[i], &w[i], &h.view, a);
		read_fixed(c, &h.view, a);
	} else {
		c->lost = true;
	}
	landing_hold_release(&h);
	change_list_release(&l);
}

int doc_change_load(struct doc_change *c, struct db *db, struct arena *a,
		    struct err *e)
{
	int rc = read_changes(db, c->s->id, a, &c->changes, e);

	if (!rc && c->s->c.parents_n > 1)
		rc = read_members(db, c->s->id, a, &c->members, e);
	if (!rc)
		read_parts(c, a);
	return rc;
}

void doc_change_look(struct doc_change *c, struct doc_mirror *m)
{
	const char *names[32];

	c->signals.arena = &m->arena;
	if (!(c->s->c.flags & COMMIT_UNREADABLE)) {
		if (m->odb)
			read_sides(c, m, &m->arena);
		else
			c->lost = true;
	}
	excerpt_read(&c->excerpt, &m->arena, c->s->c.subject, c->s->c.body,
		     names, doc_change_names(c, names, ARRAY_N(names)));
}

void doc_change_release(struct doc_change *c)
{
	stored_list_release(&c->members);
	signal_list_release(&c->signals);
	free(c->uses);
	free(c->bounds);
}
