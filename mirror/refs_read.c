/*
 * refs_read.c - refs from the files of a repository.
 *
 * Loose files win over packed-refs, as in git.  Symbolic refs are kept aside
 * until everything is read, then followed at most five steps.
 */
#include "mirror/reflist.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/str.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#define PACKED_MAX ((size_t)512 << 20)
#define LOOSE_MAX 4096
#define DEPTH_MAX 64
#define SYMREF_STEPS 5

struct symref { char *name, *target; };

struct reading {
	struct reflist *out;
	struct notes *warn;
	bool all;
	struct symref *sym;
	size_t sym_n, sym_cap;
	struct str path, name;		/* of the folder at hand */
};

static bool wanted(const struct reading *r, const char *name)
{
	return r->all || ref_is_tracked(name);
}

static void broken(struct reading *r, const char *name, const char *why)
{
	reflist_add_broken(r->out, name);
	notes_add(r->warn, "ref '%s' is damaged (%s): not taken as deleted",
		  name, why);
}

static int read_packed(struct reading *r, const char *common, struct err *e)
{
	char *path = fs_join(common, "packed-refs"), *p, *end, *nl;
	struct str s = STR_INIT;
	int rc = fs_read(path, PACKED_MAX, &s, e);

	free(path);
	if (rc == ERR_NOTFOUND)
		rc = 0;
	p = s.s;
	end = p ? p + s.len : NULL;
	for (; !rc && p && p < end; p = nl + 1) {
		git_oid id;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			break;	/* cut off in the middle of a line */
		*nl = 0;
		if (*p == '#' || *p == '^')
			continue;
		if (nl - p < OID_HEX + 2 || p[OID_HEX] != ' ' ||
		    oid_parse(&id, p))
			rc = err_set(e, ERR_CORRUPT,
				     "'%s/packed-refs' is damaged", common);
		else if (r->out->n >= REFS_MAX)
			rc = err_set(e, ERR_LIMIT, "more than %d refs",
				     REFS_MAX);
		else if (wanted(r, p + OID_HEX + 1))
			reflist_add(r->out, p + OID_HEX + 1,
				    (size_t)(nl - p) - OID_HEX - 1, &id);
	}
	str_release(&s);
	return rc;
}

/* Content of a loose ref or of HEAD: an id or the name of another ref. */
static int parse_ref(struct str *s, git_oid *id, const char **target)
{
	*target = NULL;
	str_trim_end(s);
	if (starts_with(str_c(s), "ref:")) {
		*target = s->s + 4 + strspn(s->s + 4, " \t");
		return **target && strlen(*target) <= REF_NAME_MAX ? 0 : -1;
	}
	return s->len == OID_HEX ? oid_parse(id, s->s) : -1;
}

static void read_loose(struct reading *r)
{
	struct str s = STR_INIT;
	struct err e = { 0 };
	const char *target, *name = str_c(&r->name);
	git_oid id;

	if (fs_read(str_c(&r->path), LOOSE_MAX, &s, &e)) {
		if (e.code != ERR_NOTFOUND)
			broken(r, name, fs_refuse_odd(str_c(&r->path), NULL) ?
			       "not a regular file" : "cannot be read");
	} else if (!s.len) {
		broken(r, name, "empty file");
	} else if (parse_ref(&s, &id, &target)) {
		broken(r, name, "neither an id nor a ref");
	} else if (target) {
		GROW(r->sym, r->sym_n, r->sym_cap);
		r->sym[r->sym_n].name = xstrdup(name);
		r->sym[r->sym_n++].target = xstrdup(target);
	} else {
		reflist_add(r->out, name, strlen(name), &id);
	}
	str_release(&s);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.' && !ends_with(d->d_name, ".lock");
}

static void read_folder(struct reading *r, int depth)
{
	size_t path_len = r->path.len, name_len = r->name.len;
	struct dirent **list;
	int i, n;

	n = depth > DEPTH_MAX ? -1 :
		scandir(str_c(&r->path), &list, visible, by_name);
	if (n < 0) {
		if (errno != ENOENT)
			notes_add(r->warn, "refs below '%s' cannot be read",
				  str_c(&r->name));
		return;
	}
	for (i = 0; i < n; i++) {
		str_addf(&r->path, "/%s", list[i]->d_name);
		str_addf(&r->name, "/%s", list[i]->d_name);
		if (fs_is_dir(str_c(&r->path)))
			read_folder(r, depth + 1);
		else if (wanted(r, str_c(&r->name)))
			read_loose(r);
		str_cut(&r->path, path_len);
		str_cut(&r->name, name_len);
		free(list[i]);
	}
	free(list);
}

static void read_loose_below(struct reading *r, const char *common,
			     const char *name)
{
	str_clear(&r->path);
	str_clear(&r->name);
	str_addf(&r->path, "%s/%s", common, name);
	str_add(&r->name, name);
	read_folder(r, 0);
}

static const char *symref_target(const struct reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->sym_n; i++)
		if (!strcmp(r->sym[i].name, name))
			return r->sym[i].target;
	return NULL;
}

/* The id a name ends at; -1: a loop, or nothing there. */
static int follow(const struct reading *r, const char *name, git_oid *id)
{
	int step;

	for (step = 0; step <= SYMREF_STEPS; step++) {
		const struct ref *ref = reflist_find(r->out, name);

		if (ref) {
			*id = ref->id;
			return 0;
		}
		name = symref_target(r, name);
		if (!name)
			return -1;
	}
	return -1;
}

static void resolve_symrefs(struct reading *r)
{
	git_oid *ids = xcalloc(r->sym_n + 1, sizeof(*ids));
	bool *ok = xcalloc(r->sym_n + 1, sizeof(*ok));
	size_t i;

	for (i = 0; i < r->sym_n; i++)
		ok[i] = !follow(r, r->sym[i].target, &ids[i]);
	for (i = 0; i < r->sym_n; i++) {
		if (ok[i])
			reflist_add(r->out, r->sym[i].name,
				    strlen(r->sym[i].name), &ids[i]);
		else
			broken(r, r->sym[i].name, "points to nothing");
	}
	if (r->sym_n)
		reflist_sort(r->out);
	free(ids);
	free(ok);
}

static int read_head(struct reading *r, const char *gitdir, struct err *e)
{
	char *path = fs_join(gitdir, "HEAD");
	struct str s = STR_INIT;
	const char *target;
	git_oid id;
	int rc;

	rc = fs_read(path, LOOSE_MAX, &s, e);
	if (rc) {
		rc = err_wrap(e, "no HEAD");
	} else if (parse_ref(&s, &id, &target)) {
		notes_add(r->warn, "HEAD is damaged");
	} else if (target) {
		r->out->head = xstrdup(target);
		if (follow(r, target, &id))
			memset(&id, 0, sizeof(id));
		r->out->head_id = id;
	} else {
		r->out->detached = true;
		r->out->head_id = id;
	}
	str_release(&s);
	free(path);
	return rc;
}

/* A linked work tree keeps HEAD to itself and shares the rest. */
static char *common_dir(const char *gitdir)
{
	char *path = fs_join(gitdir, "commondir"), *out;
	struct str s = STR_INIT;

	if (fs_read(path, LOOSE_MAX, &s, NULL)) {
		out = xstrdup(gitdir);
	} else {
		str_trim_end(&s);
		out = fs_join(gitdir, str_c(&s));
	}
	str_release(&s);
	free(path);
	return out;
}

int reflist_read(struct reflist *out, const char *gitdir, bool all,
		 struct notes *warn, struct err *e)
{
	struct reading r = { .out = out, .warn = warn, .all = all };
	char *common = common_dir(gitdir);
	size_t i;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = read_packed(&r, common, e);
	if (!rc) {
		if (all) {
			read_loose_below(&r, common, "refs");
		} else {
			read_loose_below(&r, common, "refs/heads");
			read_loose_below(&r, common, "refs/tags");
		}
		reflist_sort(out);
		resolve_symrefs(&r);
		rc = read_head(&r, gitdir, e);
	}
	for (i = 0; i < r.sym_n; i++) {
		free(r.sym[i].name);
		free(r.sym[i].target);
	}
	free(r.sym);
	str_release(&r.path);
	str_release(&r.name);
	free(common);
	if (rc)
		reflist_release(out);
	return rc;
}
