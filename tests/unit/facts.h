/* tests/unit/facts.h - a landing made of strings, for tests of readers. */
#ifndef TESTS_UNIT_FACTS_H
#define TESTS_UNIT_FACTS_H

#include "tests/unit/unit.h"

#include "analyze/signals/signals.h"
#include "core/arena.h"

/* Cases leave old_path out. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define SIDE_MAX 12

/* One file of a landing; NULL: absent on that side. */
struct side {
	const char *path, *old, *new;
	const char *old_path;		/* set: a rename */
};

struct made {
	struct landing_view view;
	struct landing_file files[SIDE_MAX];
	struct change changes[SIDE_MAX];
	struct arena arena;
	struct signal_list out;
	const char *tree;		/* what count_word looks through */
};

static inline size_t count_lines(const char *s, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += s[i] == '\n';
	return n + (to > from && s[to - 1] != '\n');
}

/* Cuts common leading and trailing lines, as the walk does. */
static inline void made_middle(struct landing_file *f)
{
	size_t a = 0, o = f->old_len, n = f->new_len, line = 0;

	if (!f->old || !f->new) {
		f->old_to = f->old_len;
		f->new_to = f->new_len;
		return;
	}
	while (a < o && a < n && f->old[a] == f->new[a])
		if (f->old[a++] == '\n')
			line = a;
	if (a == o && a == n)
		line = a;
	f->old_from = f->new_from = line;
	f->old_to = o;
	f->new_to = n;
	while (o > line && n > line && f->old[o - 1] == f->new[n - 1]) {
		o--;
		n--;
		if ((!o || f->old[o - 1] == '\n' || o == line) &&
		    (!n || f->new[n - 1] == '\n' || n == line)) {
			f->old_to = o;
			f->new_to = n;
		}
	}
}

static inline int made_read(void *arg, int side, const char *path,
			    const char **out, size_t *len)
{
	struct made *m = arg;

	for (size_t i = 0; i < m->view.files_n; i++) {
		const struct landing_file *f = &m->files[i];
		const char *s = side ? f->new : f->old;

		if (s && !strcmp(f->change->path, path)) {
			*out = s;
			*len = strlen(s);
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

/* Lines of the made tree that hold the word. */
static inline int made_count(void *arg, const char *word, size_t n)
{
	struct made *m = arg;
	const char *p = m->tree ? m->tree : "", *end = p + strlen(p);
	int lines = 0;

	while ((p = find_word(p, (size_t)(end - p), word, n))) {
		lines++;
		p = strchr(p, '\n');
		if (!p)
			break;
	}
	return lines;
}

static inline void made_files(struct made *m, const struct side *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct landing_file *f = &m->files[i];
		struct change *c = &m->changes[i];

		c->path = v[i].path;
		c->old_path = v[i].old_path;
		c->status = !v[i].old ? 'A' : !v[i].new ? 'D' :
			    v[i].old_path ? 'R' : 'M';
		c->mode = v[i].new ? 0100644 : 0;
		c->old_mode = v[i].old ? 0100644 : 0;
		/* Equal contents, equal ids. */
		if (v[i].old)
			c->old_oid.id[0] = 1;
		if (v[i].new)
			c->oid.id[0] = v[i].old && !strcmp(v[i].old,
							   v[i].new) ? 1 : 2;
		f->change = c;
		f->old = v[i].old;
		f->new = v[i].new;
		f->old_len = v[i].old ? strlen(v[i].old) : 0;
		f->new_len = v[i].new ? strlen(v[i].new) : 0;
		f->kind = path_kind(c->path);
		f->lang = path_lang(c->path);
		made_middle(f);
		/* Only the changed lines of a middle count in git. */
		c->additions = f->new ? (int32_t)count_lines(
			f->new, f->new_from, f->new_to) : 0;
		c->deletions = f->old ? (int32_t)count_lines(
			f->old, f->old_from, f->old_to) : 0;
	}
	m->view.files = m->files;
	m->view.files_n = n;
}

static inline struct made *make(const char *subject, const char *body,
				const struct side *v, size_t n)
{
	struct made *m = xcalloc(1, sizeof(*m));

	m->view.repo = "vllm-project/vllm";
	m->view.subject = subject;
	m->view.body = body;
	m->view.read = made_read;
	m->view.count_word = made_count;
	m->view.arg = m;
	m->out.arena = &m->arena;
	made_files(m, v, n);
	return m;
}

static inline void made_free(struct made *m)
{
	signal_list_release(&m->out);
	arena_release(&m->arena);
	free(m);
}

/* The k-th signal of a kind, or NULL. */
static inline const struct signal *nth(const struct made *m, const char *kind,
				       int k)
{
	for (size_t i = 0; i < m->out.n; i++)
		if (!strcmp(m->out.v[i].kind, kind) && !k--)
			return &m->out.v[i];
	return NULL;
}

static inline int count(const struct made *m, const char *kind)
{
	int n = 0;

	while (nth(m, kind, n))
		n++;
	return n;
}

#endif
