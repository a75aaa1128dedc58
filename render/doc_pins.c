/* render/doc_pins.c - see doc_pins.h. */
#include "render/doc_pins.h"

#include "analyze/signals/pathkind.h"
#include "analyze/signals/pins.h"
#include "core/mem.h"

#include <ctype.h>

#define FILE_MAX ((size_t)1 << 20)
#define PARTS 5
#define ID_MIN 10		/* hex digits that name a commit */

/* ---- versions */

struct version {
	int v[PARTS];		/* "v1.2.post3": 1 2 0 0 3 */
	bool ok;
};

/* "1.2.3", "v1.2", "1.2.3.post1"; nothing with rc, dev, nightly or words. */
static struct version version_of(const char *s)
{
	struct version x = { .ok = false };
	int n = 0;

	s += *s == 'v';
	while (isdigit((unsigned char)*s) && n < PARTS - 1) {
		char *end;

		x.v[n++] = (int)strtol(s, &end, 10);
		s = end;
		if (*s != '.' || !isdigit((unsigned char)s[1]))
			break;
		s++;
	}
	if (!strncmp(s, ".post", 5) && isdigit((unsigned char)s[5])) {
		x.v[PARTS - 1] = (int)strtol(s + 5, NULL, 10);
		s += 5 + strspn(s + 5, "0123456789");
	}
	x.ok = n >= 2 && !*s;
	return x;
}

static int version_cmp(const struct version *a, const struct version *b)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i] ? -1 : 1;
	return 0;
}

/* ---- what is known of a repository that may be pinned */

struct tag {
	const char *name;
	git_oid target;
	int64_t at;
};

struct target {
	const struct doc_repo *r;
	char *base;			/* "flashinfer": letters and digits */
	struct tag *tags;
	size_t tags_n;
	const char *newest;		/* release tag as of `until`, or NULL */
	struct version newest_version;
};

struct reading {
	struct doc_pins *out;
	const struct doc_set *set;
	struct target *targets;		/* one for each of set */
	const struct doc_repo *r;	/* whose tree it is */
	struct db *db;
	int64_t until;
	struct arena *a;
	struct err *e;
	int rc;
};

/* Letters and digits, lower case: "flash-attention" -> "flashattention". */
static char *plain(const char *s, size_t n, struct arena *a)
{
	char *out = arena_alloc(a, n + 1);
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (isalnum((unsigned char)s[i]))
			out[k++] = (char)tolower((unsigned char)s[i]);
	out[k] = '\0';
	return out;
}

/* A tag's own time, else that of its target; later than observed: observed. */
static int64_t tag_time(const struct ref_move *m)
{
	if (m->tagged)
		return m->tagged < m->observed ? m->tagged : m->observed;
	return m->placed ? m->landed : m->observed;
}

static void read_tags(struct target *t, struct reading *x)
{
	const struct ref_move *moves = t->r->moves;
	size_t n = t->r->moves_n, i;

	t->tags = arena_alloc(x->a, (n + 1) * sizeof(*t->tags));
	for (i = 0; i < n; i++) {
		struct version v;

		if (strncmp(moves[i].ref, "refs/tags/", 10) ||
		    !strcmp(moves[i].kind, "deleted"))
			continue;
		t->tags[t->tags_n++] = (struct tag){ moves[i].ref + 10,
			moves[i].target, tag_time(&moves[i]) };
		v = version_of(moves[i].ref + 10);
		if (!v.ok || tag_time(&moves[i]) >= x->until ||
		    (t->newest && version_cmp(&v, &t->newest_version) <= 0))
			continue;
		t->newest = moves[i].ref + 10;
		t->newest_version = v;
	}
}

static void read_targets(struct reading *x)
{
	size_t i;

	for (i = 0; i < x->set->n; i++) {
		struct target *t = &x->targets[i];
		const char *name = x->set->v[i].spec->name;
		const char *slash = strrchr(name, '/');

		t->r = &x->set->v[i];
		name = slash ? slash + 1 : name;
		t->base = plain(name, strlen(name), x->a);
		if (t->r->row.id)
			read_tags(t, x);
	}
}

/* ---- one pin */

/* "FLASHINFER_VERSION", "flashinfer-python", "repo-cutlass": the base name,
 * and words that only say what kind of thing it is. */
static bool names(const char *name, const struct target *t, struct arena *a)
{
	static const char *const fill[] = {
		"version", "revision", "commit", "sha", "hash", "tag", "rev",
		"ref", "git", "python", "src", "repo", "the", NULL
	};
	bool seen = false;
	char *s = plain(name, strlen(name), a), *at = strstr(s, t->base);
	const char *p;
	size_t i, n;

	if (strlen(t->base) < 4 || !at)
		return false;
	for (p = s; *p; p += n) {
		n = 0;
		if (p == at) {
			n = strlen(t->base);
			seen = true;
		}
		for (i = 0; !n && fill[i]; i++)
			if (!strncmp(p, fill[i], strlen(fill[i])))
				n = strlen(fill[i]);
		if (!n)
			return false;
	}
	return seen;
}

static bool is_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= ID_MIN && n <= OID_HEX && !s[n];
}

static void keep(struct reading *x, const struct doc_pin *p)
{
	struct doc_pins *o = x->out;

	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = *p;
}

/* A few tens of ids are compared with every tag there is. */
static bool begins_with(const git_oid *id, const char *hex)
{
	size_t i;

	for (i = 0; hex[i]; i++)
		if (i == OID_HEX || hex[i] != "0123456789abcdef"[
				i % 2 ? id->id[i / 2] & 15 : id->id[i / 2] >> 4])
			return false;
	return true;
}

/* A tag that names the commit: for what is not on the mainline. */
static const struct tag *tag_of(const struct target *t, const char *hex)
{
	size_t i;

	for (i = 0; i < t->tags_n; i++)
		if (begins_with(&t->tags[i].target, hex) &&
		    version_of(t->tags[i].name).ok)
			return &t->tags[i];
	return NULL;
}

/* Landings of t from the pinned commit to the window's end; -1: it is not
 * on the mainline. */
static int64_t landings_after(struct reading *x, const struct target *t,
			      const char *hex)
{
	struct stored s;
	struct arena a = { 0 };
	int64_t ids[8], n = -1;
	int found = 0;

	if (!t->r->last.n)
		return -1;
	x->rc = find_commits(x->db, t->r->row.id, hex, ids, &found, x->e);
	if (!x->rc && found == 1)
		x->rc = read_commit(x->db, ids[0], &a, &s, x->e);
	if (!x->rc && found == 1 && s.landing_id && !s.gone && !s.sidelined)
		x->rc = count_span(x->db, t->r->row.id, s.pos,
				   t->r->last.v[0].pos, &n, x->e);
	arena_release(&a);
	return n;
}

static void see_version(struct reading *x, const struct target *t,
			struct doc_pin *p, const char *version)
{
	struct version v = version_of(version);

	p->of = t->r;
	p->landings = -1;
	if (v.ok && t->newest && version_cmp(&v, &t->newest_version) < 0)
		p->newest = t->newest;
	if (v.ok)
		keep(x, p);
}

static void see_commit(struct reading *x, struct doc_pin *p)
{
	size_t i;

	p->is_commit = true;
	for (i = 0; i < x->set->n && !x->rc; i++) {
		const struct target *t = &x->targets[i];
		const struct tag *tag;

		if (t->r == x->r || !t->r->row.id)
			continue;
		p->of = t->r;
		p->landings = landings_after(x, t, p->spec);
		if (p->landings >= 0) {
			keep(x, p);
			return;
		}
		tag = tag_of(t, p->spec);
		if (tag) {
			p->tag = tag->name;
			see_version(x, t, p, tag->name);
			return;
		}
	}
}

/* "==0.6.2" and "0.6.2" are exact, ">=0.6" and "1.2,<2" are none. */
static const char *exact(const char *spec)
{
	const char *extras = *spec == '[' ? strchr(spec, ']') : NULL;

	spec = extras ? extras + 1 : spec;
	while (*spec == ' ' || *spec == '=')
		spec++;
	return strpbrk(spec, "<>!~,* ") ? "" : spec;
}

static void see_line(struct reading *x, const struct doc_pin_line *l)
{
	const char *spec = l->submodule ? l->spec : exact(l->spec);
	struct doc_pin p = { .repo = x->r, .path = l->path, .name = l->name,
			     .spec = spec, .line = l->line };
	size_t i;

	if (l->submodule || is_id(spec)) {
		see_commit(x, &p);
		return;
	}
	for (i = 0; *spec && i < x->set->n; i++)
		if (x->targets[i].r != x->r &&
		    names(l->name, &x->targets[i], x->a)) {
			see_version(x, &x->targets[i], &p, spec);
			return;
		}
}

/* ---- the trees */

static bool is_read(const char *path)
{
	enum pin_format f = pin_format(path);
	enum path_kind k;

	if (f == PINS_NONE || f == PINS_CARGO)
		return false;
	k = path_kind(path);
	return k == PATH_PRODUCT || k == PATH_SCRIPT || k == PATH_DATA ||
	       (k == PATH_DOCS && f == PINS_REQUIREMENTS);
}

static bool counts(const char *path, const struct pin *p)
{
	const char *scope = pin_scope(path, p);

	return strcmp(scope, "test") && strcmp(scope, "docs") &&
	       strcmp(scope, "dev");
}

static void add_line(struct doc_pin_lines *o, const char *path,
		     const char *name, const char *spec, int line,
		     bool submodule)
{
	GROW(o->v, o->n, o->cap);
	o->v[o->n++] = (struct doc_pin_line){ path, name, spec, line,
					      submodule };
}

static void see_file(struct doc_pin_lines *out, const struct doc_tree *t,
		     const struct doc_tree_file *f)
{
	struct pins pins = { .arena = &t->m->arena };
	struct obj *o;
	size_t i;

	if (odb_read(t->m->reader, &f->id, FILE_MAX, &o, NULL))
		return;
	pins_parse(&pins, pin_format(f->path), o->data, o->len, 0);
	for (i = 0; i < pins.n; i++)
		if (counts(f->path, &pins.v[i]))
			add_line(out, f->path, pins.v[i].name, pins.v[i].spec,
				 pins.v[i].line, false);
	pins_release(&pins);
	obj_put(o);
}

void doc_pins_see(struct doc_pin_lines *out, const struct doc_tree *t)
{
	char hex[OID_HEX + 1];
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct doc_tree_file *f = &t->v[i];

		if ((f->mode & 0170000) == 0160000)
			add_line(out, f->path, f->path,
				 arena_strdup(&t->m->arena,
					      oid_hex(&f->id, hex)), 0, true);
		else if (is_plain_file(f) && is_read(f->path))
			see_file(out, t, f);
	}
}

/* ---- what is worth a word */

static bool same_pin(const struct doc_pin *a, const struct doc_pin *b)
{
	const char *s = a->spec + (*a->spec == 'v');
	const char *t = b->spec + (*b->spec == 'v');

	if (a->is_commit != b->is_commit)
		return true;	/* a tag and an id: may be the same */
	return a->is_commit ? !strncmp(s, t, ID_MIN) : !strcmp(s, t);
}

static void mark_different(struct doc_pins *o)
{
	size_t i, k;

	for (i = 0; i < o->n; i++)
		for (k = 0; k < o->n; k++)
			if (o->v[i].repo == o->v[k].repo &&
			    o->v[i].of == o->v[k].of &&
			    strcmp(o->v[i].path, o->v[k].path) &&
			    !same_pin(&o->v[i], &o->v[k]))
				o->v[i].differs = true;
}

/* Those that say something; the same pin of one file only once. */
static void drop_others(struct doc_pins *o)
{
	size_t i, k, n = 0;

	for (i = 0; i < o->n; i++) {
		const struct doc_pin *p = &o->v[i];

		if (p->landings <= 0 && !p->newest && !p->differs)
			continue;
		for (k = 0; k < n; k++)
			if (o->v[k].repo == p->repo && o->v[k].of == p->of &&
			    !strcmp(o->v[k].path, p->path) &&
			    same_pin(&o->v[k], p))
				break;
		if (k == n)
			o->v[n++] = *p;
	}
	o->n = n;
}

int doc_pins(struct doc_pins *out, const struct doc_set *set,
	     const struct doc_pin_lines *lines, struct db *db, int64_t until,
	     struct arena *a, struct err *e)
{
	struct reading x = { .out = out, .set = set, .db = db, .until = until,
			     .a = a, .e = e };
	size_t i, k;

	*out = (struct doc_pins){ 0 };
	x.targets = arena_alloc(a, (set->n + 1) * sizeof(*x.targets));
	memset(x.targets, 0, (set->n + 1) * sizeof(*x.targets));
	read_targets(&x);
	for (i = 0; i < set->n; i++) {
		x.r = &set->v[i];
		for (k = 0; k < lines[i].n && !x.rc; k++)
			see_line(&x, &lines[i].v[k]);
	}
	mark_different(out);
	drop_others(out);
	return x.rc;
}

void doc_pins_release(struct doc_pins *p)
{
	free(p->v);
}

void doc_pins_json(struct json *j, const struct doc_pins *p)
{
	size_t i;

	json_open(j, '[');
	for (i = 0; i < p->n; i++) {
		const struct doc_pin *x = &p->v[i];

		json_open(j, '{');
		json_kstr(j, "repo", x->repo->spec->name);
		json_kstr(j, "path", x->path);
		json_kint(j, "line", x->line);
		json_kstr(j, "name", x->name);
		json_kstr(j, "of", x->of->spec->name);
		json_kstr(j, "spec", x->spec);
		json_kstr(j, "tag", x->tag);
		json_key(j, "behind");
		if (x->landings >= 0)
			json_int(j, x->landings);
		else
			json_put_null(j);
		json_kstr(j, "newest", x->newest);
		json_kbool(j, "differs", x->differs);
		json_close(j, '}');
	}
	json_close(j, ']');
}
