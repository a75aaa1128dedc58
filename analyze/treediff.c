/*
 * analyze/treediff.c - see treediff.h.
 *
 * A merge of two sorted entry lists over raw tree objects.  Trees sort a folder
 * as if its name ended in '/', so that walking both in that order yields full
 * paths in byte order, and a file that became a folder is two entries.
 */
#include "analyze/treediff.h"

#include "core/mem.h"
#include "core/str.h"

#define TREE_MAX ((size_t)256 << 20)

struct entry {
	const char *name;
	size_t name_len;
	uint32_t mode;
	git_oid id;
};

struct cursor {
	const char *p, *end;
	struct entry e;
	bool have;
};

struct diff {
	struct odb_reader *r;
	struct change_list *out;
	struct str path;
	struct err *e;
};

/* false at the end; *bad when what is there is not an entry. */
static bool cursor_next(struct cursor *c, bool *bad)
{
	const char *p = c->p;
	uint32_t mode = 0;

	c->have = false;
	if (p >= c->end)
		return false;
	*bad = true;
	while (p < c->end && *p >= '0' && *p <= '7' && mode < (1u << 24))
		mode = mode << 3 | (uint32_t)(*p++ - '0');
	if (p >= c->end || *p != ' ')
		return false;
	c->e.name = ++p;
	p = memchr(p, 0, (size_t)(c->end - p));
	if (!p || c->end - p < 21 || p == c->e.name)
		return false;
	c->e.name_len = (size_t)(p - c->e.name);
	memcpy(c->e.id.id, p + 1, 20);
	/* git's canonical modes: what it compares and prints. */
	if ((mode & 0170000) == 0100000)
		mode = mode & 0100 ? 0100755 : 0100644;
	else if ((mode & 0170000) == 0040000)
		mode = 0040000;
	else if ((mode & 0170000) == 0120000)
		mode = 0120000;
	else
		mode = 0160000;
	c->e.mode = mode;
	c->p = p + 21;
	c->have = true;
	*bad = false;
	return true;
}

static bool is_tree(uint32_t mode)
{
	return mode == 0040000;
}

static int entry_cmp(const struct entry *a, const struct entry *b)
{
	size_t n = a->name_len < b->name_len ? a->name_len : b->name_len;
	int c = memcmp(a->name, b->name, n);
	unsigned char x, y;

	if (c)
		return c;
	x = a->name_len > n ? (unsigned char)a->name[n] :
	    is_tree(a->mode) ? '/' : 0;
	y = b->name_len > n ? (unsigned char)b->name[n] :
	    is_tree(b->mode) ? '/' : 0;
	if (x != y)
		return x < y ? -1 : 1;
	if (a->name_len == b->name_len)
		return 0;
	/* "a" as a folder against "a/"...: cannot be in a valid tree. */
	return a->name_len < b->name_len ? -1 : 1;
}

static char status_of(const struct entry *o, const struct entry *n)
{
	if (!o)
		return 'A';
	if (!n)
		return 'D';
	return (o->mode & 0170000) == (n->mode & 0170000) ? 'M' : 'T';
}

static int add_change(struct diff *d, const struct entry *o,
		      const struct entry *n)
{
	const struct entry *any = n ? n : o;
	struct change_list *l = d->out;
	struct change *c;
	size_t mark = d->path.len;

	if (l->n >= TREE_DELTAS_MAX)
		return err_set(d->e, ERR_LIMIT, "more than %d changed files",
			       TREE_DELTAS_MAX);
	GROW(l->v, l->n, l->cap);
	c = &l->v[l->n++];
	memset(c, 0, sizeof(*c));
	str_addmem(&d->path, any->name, any->name_len);
	c->path = arena_strndup(l->arena, d->path.s, d->path.len);
	str_cut(&d->path, mark);
	c->status = status_of(o, n);
	c->similarity = -1;
	if (o) {
		c->old_mode = o->mode;
		c->old_oid = o->id;
	}
	if (n) {
		c->mode = n->mode;
		c->oid = n->id;
	}
	return 0;
}

static int open_tree(struct odb_reader *r, const git_oid *id,
		     struct cursor *c, struct obj **obj, struct err *e)
{
	char hex[OID_HEX + 1];

	memset(c, 0, sizeof(*c));
	*obj = NULL;
	if (!id || oid_zero(id))
		return 0;
	if (odb_read(r, id, TREE_MAX, obj, e))
		return e->code;
	if ((*obj)->type != GIT_OBJECT_TREE)
		return err_set(e, ERR_CORRUPT, "object %s is not a tree",
			       oid_hex(id, hex));
	c->p = (*obj)->data;
	c->end = c->p + (*obj)->len;
	return 0;
}

static int diff_trees(struct diff *d, const git_oid *a, const git_oid *b,
		      int depth);

/* One step: an entry on the old side, the new side, or both. */
static int diff_entry(struct diff *d, const struct entry *o,
		      const struct entry *n, int depth)
{
	const struct entry *any = n ? n : o;
	size_t mark = d->path.len;
	int rc;

	if (o && n && o->mode == n->mode && oid_eq(&o->id, &n->id))
		return 0;
	if (!is_tree(any->mode))
		return add_change(d, o, n);
	str_addmem(&d->path, any->name, any->name_len);
	str_addch(&d->path, '/');
	rc = diff_trees(d, o ? &o->id : NULL, n ? &n->id : NULL, depth + 1);
	str_cut(&d->path, mark);
	return rc;
}

static int diff_trees(struct diff *d, const git_oid *a, const git_oid *b,
		      int depth)
{
	struct obj *oa = NULL, *ob = NULL;
	struct cursor ca, cb;
	bool bad = false;
	int rc, cmp;

	if (depth > TREE_DEPTH_MAX)
		return err_set(d->e, ERR_LIMIT, "folders nested deeper than %d",
			       TREE_DEPTH_MAX);
	rc = open_tree(d->r, a, &ca, &oa, d->e);
	if (!rc)
		rc = open_tree(d->r, b, &cb, &ob, d->e);
	if (rc)
		goto out;
	cursor_next(&ca, &bad);
	if (!bad)
		cursor_next(&cb, &bad);
	while (!rc && !bad && (ca.have || cb.have)) {
		cmp = !ca.have ? 1 : !cb.have ? -1 : entry_cmp(&ca.e, &cb.e);
		rc = diff_entry(d, cmp <= 0 ? &ca.e : NULL,
				cmp >= 0 ? &cb.e : NULL, depth);
		if (cmp <= 0)
			cursor_next(&ca, &bad);
		if (cmp >= 0 && !bad)
			cursor_next(&cb, &bad);
	}
	if (bad && !rc)
		rc = err_set(d->e, ERR_CORRUPT, "a tree object is malformed");
	/* Histories are read from the new end: older ones are asked for next. */
	if (b)
		odb_done(d->r, b);
out:
	obj_put(oa);
	obj_put(ob);
	return rc;
}

int treediff(struct odb_reader *r, const git_oid *old_tree,
	     const git_oid *new_tree, struct change_list *out, struct err *e)
{
	struct err local = { 0 };
	struct diff d = { .r = r, .out = out, .e = e ? e : &local };
	int rc = 0;

	out->n = 0;
	if (!oid_eq(old_tree, new_tree))
		rc = diff_trees(&d, old_tree, new_tree, 0);
	if (rc)
		out->n = 0;
	str_release(&d.path);
	return rc;
}

void change_list_release(struct change_list *l)
{
	free(l->v);
	l->v = NULL;
	l->n = l->cap = 0;
}

static int each_tree(struct odb_reader *r, const git_oid *tree,
		     struct str *path, int depth,
		     int (*fn)(void *, const char *, uint32_t,
			       const git_oid *),
		     void *arg, struct err *e)
{
	struct cursor c;
	struct obj *o;
	size_t mark = path->len;
	bool bad = false;
	int rc = 0;

	if (depth > TREE_DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "folders nested too deep");
	if (open_tree(r, tree, &c, &o, e)) {
		obj_put(o);
		return e->code;
	}
	while (!rc && cursor_next(&c, &bad)) {
		str_addmem(path, c.e.name, c.e.name_len);
		if (is_tree(c.e.mode)) {
			str_addch(path, '/');
			rc = each_tree(r, &c.e.id, path, depth + 1, fn, arg,
				       e);
		} else {
			rc = fn(arg, path->s, c.e.mode, &c.e.id);
		}
		str_cut(path, mark);
	}
	if (bad && !rc)
		rc = err_set(e, ERR_CORRUPT, "a tree object is malformed");
	obj_put(o);
	return rc;
}

int tree_each(struct odb_reader *r, const git_oid *tree,
	      int (*fn)(void *arg, const char *path, uint32_t mode,
			const git_oid *id),
	      void *arg, struct err *e)
{
	struct err local = { 0 };
	struct str path = STR_INIT;
	int rc = each_tree(r, tree, &path, 0, fn, arg, e ? e : &local);

	str_release(&path);
	return rc;
}

int tree_lookup(struct odb_reader *r, const git_oid *tree, const char *path,
		uint32_t *mode, git_oid *id, struct err *e)
{
	struct err local = { 0 };
	const char *slash = strchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : strlen(path);
	git_oid sub;
	struct cursor c;
	struct obj *o;
	bool bad = false, found = false;

	*mode = 0;
	if (open_tree(r, tree, &c, &o, e ? e : &local)) {
		obj_put(o);
		return (e ? e : &local)->code;
	}
	while (!found && cursor_next(&c, &bad))
		found = c.e.name_len == n && !memcmp(c.e.name, path, n);
	if (found) {
		*id = sub = c.e.id;
		*mode = c.e.mode;
	}
	obj_put(o);
	if (!found || !slash)
		return 0;
	if (!is_tree(*mode)) {
		*mode = 0;
		return 0;
	}
	return tree_lookup(r, &sub, slash + 1, mode, id, e);
}
