/* analyze/measure.c - see measure.h. */
#include "analyze/measure.h"

#include "analyze/rename.h"
#include "core/mem.h"
#include "core/str.h"

static const char lfs_magic[] = "version https://git-lfs.github.com/spec/";

void measurer_init(struct measurer *m, struct odb_reader *r, size_t max_file)
{
	memset(m, 0, sizeof(*m));
	m->r = r;
	m->max_file = max_file;
}

void measurer_release(struct measurer *m)
{
	linecount_release(&m->lines);
}

static bool is_gitlink(uint32_t mode)
{
	return mode == 0160000;
}

static struct obj *gitlink_text(const git_oid *id)
{
	char hex[OID_HEX + 1];
	struct obj *o = xmalloc(sizeof(*o) + 64);

	o->refs = 1;
	o->type = GIT_OBJECT_BLOB;
	o->data = (char *)(o + 1);
	o->len = (size_t)snprintf(o->data, 64, "Subproject commit %s\n",
				  oid_hex(id, hex));
	return o;
}

static bool is_lfs(const struct obj *o)
{
	return o && o->len < 1024 && starts_with(o->data, lfs_magic);
}

/* One side's content, or a flag that says why there is none. */
static struct obj *load(struct measurer *m, uint32_t mode, const git_oid *id,
			uint32_t *flags)
{
	struct obj *o = NULL;
	int rc;

	if (!mode)
		return NULL;
	if (is_gitlink(mode)) {
		*flags |= CHANGE_SUBMODULE;
		return gitlink_text(id);
	}
	if (mode == 0120000)
		*flags |= CHANGE_SYMLINK;
	rc = odb_read(m->r, id, m->max_file, &o, NULL);
	if (rc == ERR_LIMIT)
		*flags |= CHANGE_TOO_LARGE;
	else if (rc)
		*flags |= CHANGE_MISSING;
	else if (is_lfs(o))
		*flags |= CHANGE_LFS;
	return o;
}

static void count_file(struct measurer *m, struct change *c, struct obj *o,
		       struct obj *n)
{
	struct measured_file f = { .change = c, .old = o, .new = n };
	const char *a = o ? o->data : "", *b = n ? n->data : "";
	size_t al = o ? o->len : 0, bl = n ? n->len : 0;

	if ((al && is_binary(a, al)) || (bl && is_binary(b, bl))) {
		c->flags |= CHANGE_BINARY;
		return;
	}
	linecount_middle(a, al, b, bl, &f.mid);
	if (linecount(&m->lines, a, al, b, bl, &f.mid, &c->additions,
		      &c->deletions, NULL)) {
		c->flags |= CHANGE_TOO_LARGE;
		c->additions = c->deletions = -1;
		return;
	}
	f.script = m->lines.scripted ? &m->lines.edit.script : NULL;
	if (m->on_file)
		m->on_file(m->arg, &f);
}

static void measure_change(struct measurer *m, struct change *c)
{
	struct obj *o, *n;

	c->additions = c->deletions = 0;
	if (c->old_mode && c->mode && oid_eq(&c->old_oid, &c->oid)) {
		if (c->old_mode != c->mode)
			c->flags |= CHANGE_MODE_ONLY;
		if (is_gitlink(c->mode)) {
			c->flags |= CHANGE_SUBMODULE;
			return;
		}
		/* git prints "- -" for an unchanged binary: look, once. */
		n = load(m, c->mode, &c->oid, &c->flags);
		if (n && is_binary(n->data, n->len))
			c->flags |= CHANGE_BINARY;
		c->flags &= ~(uint32_t)CHANGE_UNMEASURED;
		obj_put(n);
		return;
	}
	o = load(m, c->old_mode, &c->old_oid, &c->flags);
	n = load(m, c->mode, &c->oid, &c->flags);
	if (c->flags & CHANGE_UNMEASURED)
		c->additions = c->deletions = -1;
	else
		count_file(m, c, o, n);
	obj_put(o);
	obj_put(n);
}

int measure(struct measurer *m, const git_oid *old_tree,
	    const git_oid *new_tree, struct change_list *l, uint32_t *flags,
	    struct err *e)
{
	bool skipped;
	size_t i;
	int rc;

	rc = treediff(m->r, old_tree, new_tree, l, e);
	if (rc) {
		*flags |= rc == ERR_LIMIT ? COMMIT_TOO_LARGE :
					    COMMIT_UNREADABLE;
		return 0;
	}
	rename_detect(m->r, l, m->max_file, &skipped);
	if (skipped)
		*flags |= COMMIT_RENAMES_SKIPPED;
	for (i = 0; i < l->n; i++)
		measure_change(m, &l->v[i]);
	return 0;
}

void change_totals(const struct change_list *l, struct totals *t)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->files = (int)l->n;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].additions < 0) {
			t->unmeasured++;
			continue;
		}
		t->additions += l->v[i].additions;
		t->deletions += l->v[i].deletions;
		t->binary += !!(l->v[i].flags & CHANGE_BINARY);
	}
}
