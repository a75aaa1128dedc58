/* mirror/repolist.c - see repolist.h. */
#include "mirror/repolist.h"

#include "core/fs.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/str.h"
#include "core/utf8.h"
#include "mirror/repourl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LIST_FILE_MAX ((size_t)1 << 20)
#define FIELD_MAX 4096
#define REPOS_MAX 5000		/* each is compared with all before it */
#define PART_MAX 100		/* bytes of one folder name we make */

/* The line being read; col is that of the field in hand, 1-based bytes. */
struct reader {
	struct repolist *l;
	char *dir;		/* of the file: what relative paths start at */
	const char *p, *end;	/* of the line */
	const char *line_start;
	int line, col;
	struct str field;
	char **key, **where;	/* of each repository: address and folder */
	struct err *e;
};

static int bad(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(struct reader *r, const char *fmt, ...)
{
	struct str s = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	err_set(r->e, ERR_CONFIG, "%s:%d:%d: %s", r->l->path, r->line, r->col,
		str_c(&s));
	str_release(&s);
	return ERR_CONFIG;
}

static void spec_release(struct repo_spec *s)
{
	free(s->name);
	free(s->url);
	free(s->host);
	free(s->mirror);
	free(s->branch);
	free(s->was);
	free(s->forge);
	free(s->api);
	free(s->group);
	memset(s, 0, sizeof(*s));
}

void repolist_release(struct repolist *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		spec_release(&l->v[i]);
	free(l->v);
	free(l->path);
	memset(l, 0, sizeof(*l));
}

/*
 * The next blank-separated field into r->field; double quotes hold blanks
 * together.  1, 0 at the end of the line or at a comment, or an error.
 */
static int next_field(struct reader *r)
{
	bool quoted = false;

	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
	r->col = (int)(r->p - r->line_start) + 1;
	str_clear(&r->field);
	if (r->p == r->end || *r->p == '#')
		return 0;
	for (; r->p < r->end; r->p++) {
		if (*r->p == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && (*r->p == ' ' || *r->p == '\t'))
			break;
		if ((unsigned char)*r->p < 0x20 || *r->p == 0x7f)
			return bad(r, "a control character in the line");
		str_addch(&r->field, *r->p);
	}
	if (quoted)
		return bad(r, "a quote has no end");
	if (r->field.len > FIELD_MAX)
		return bad(r, "longer than %d bytes", FIELD_MAX);
	return 1;
}

/*
 * Take "." and ".." out of an absolute path that need not exist: two spellings
 * of one folder must compare equal.
 */
static void tidy(char *path)
{
	char *to = path, *from = path;
	size_t n;

	while (*from) {
		from += strspn(from, "/");
		n = strcspn(from, "/");
		if (n == 2 && !memcmp(from, "..", 2)) {
			while (to > path && *--to != '/')
				;
		} else if (n && !(n == 1 && *from == '.')) {
			*to++ = '/';
			memmove(to, from, n);
			to += n;
		}
		from += n;
	}
	if (to == path)
		*to++ = '/';
	*to = 0;
}

/* A path as written, from the folder of the file or from the home folder. */
static char *resolve(const struct reader *r, const char *path)
{
	const char *home = getenv("HOME");
	char *joined, *out;

	if (starts_with(path, "~/") && home)
		joined = fs_join(home, path + 2);
	else
		joined = fs_join(r->dir, path);
	out = fs_absolute(joined);
	tidy(out);
	free(joined);
	return out;
}

static int check_name(struct reader *r, const char *name, const char *what)
{
	switch (repo_name_check(name)) {
	case REPO_NAME_OK:
		return 0;
	case REPO_NAME_LONG:
		return bad(r, "%s is longer than %d bytes", what,
			   REPO_NAME_MAX);
	case REPO_NAME_BAD:
		break;
	}
	return bad(r, "%s must be owner/name, not '%.80s'", what, name);
}

static int set_url(struct reader *r, struct repo_spec *s)
{
	struct repo_url u = {0};
	const char *why = NULL;

	if (repo_url_parse(&u, str_c(&r->field), &why))
		return bad(r, "%s", why);
	if (u.had_secret)
		log_warn("%s:%d: the user and password in the URL are not "
			 "used; set credential.%s.tokenFile in airep.conf",
			 r->l->path, r->line, u.host);
	s->url = u.url;
	s->host = u.host;
	s->name = u.name;
	if (u.local) {
		free(s->url);
		s->url = resolve(r, u.local);
		free(s->name);
		s->name = repo_name_of_path(s->url);
	}
	free(u.local);
	return 0;
}

/* Where one option's value goes. */
static char **option_slot(struct repo_spec *s, const char *key)
{
	const struct { const char *key; char **slot; } known[] = {
		{ "mirror", &s->mirror }, { "branch", &s->branch },
		{ "name", &s->name }, { "was", &s->was },
		{ "forge", &s->forge }, { "api", &s->api },
		{ "group", &s->group },
	};
	size_t i;

	for (i = 0; i < ARRAY_N(known); i++)
		if (!strcmp(known[i].key, key))
			return known[i].slot;
	return NULL;
}

static int unknown_option(struct reader *r, const char *key)
{
	static const char *const known[] = {
		"mirror", "branch", "name", "was", "forge", "api", "group",
	};
	const char *near = NULL;
	int best = 4, d;
	size_t i;

	for (i = 0; i < ARRAY_N(known); i++) {
		d = edit_distance(key, known[i]);
		if (d < best) {
			best = d;
			near = known[i];
		}
	}
	if (near)
		return bad(r, "unknown option '%.40s='; did you mean '%s='?",
			   key, near);
	return bad(r, "unknown option '%.40s=' (known: mirror, branch, name, "
		   "was, forge, api, group)", key);
}

static int check_option(struct reader *r, const char *key, const char *value)
{
	char *ref;
	int ok = 1;

	if (!strcmp(key, "name") || !strcmp(key, "was"))
		return check_name(r, value, key);
	if (!strcmp(key, "forge") && strcmp(value, "github") &&
	    strcmp(value, "none"))
		return bad(r, "forge must be github or none, not '%.40s'",
			   value);
	if (!strcmp(key, "api") && !starts_with(value, "https://") &&
	    !starts_with(value, "http://"))
		return bad(r, "api must be an http or https URL");
	if (strcmp(key, "branch"))
		return 0;
	ref = xasprintf("refs/heads/%s", value);
	if (gitlib_init(NULL) || git_reference_name_is_valid(&ok, ref))
		ok = 0;
	free(ref);
	return ok ? 0 : bad(r, "'%.80s' cannot be the name of a branch",
			    value);
}

static int read_option(struct reader *r, struct repo_spec *s, bool *named)
{
	char *eq = strchr(str_c(&r->field), '=');
	const char *key = str_c(&r->field);
	char **slot;
	int rc;

	if (!eq)
		return bad(r, "expected option=value, not '%.80s'", key);
	*eq++ = 0;
	slot = option_slot(s, key);
	if (!slot)
		return unknown_option(r, key);
	if (slot == &s->name ? *named : *slot != NULL)
		return bad(r, "option '%s=' is given twice", key);
	if (!*eq)
		return bad(r, "option '%s=' has no value", key);
	rc = check_option(r, key, eq);
	if (rc)
		return rc;
	if (slot == &s->name)
		*named = true;
	free(*slot);
	*slot = slot == &s->mirror ? resolve(r, eq) : xstrdup(eq);
	return 0;
}

/* Defaults, and what only the whole line can tell. */
static int finish(struct reader *r, struct repo_spec *s)
{
	int rc;

	r->col = 1;
	if (!s->name)
		return bad(r, "add name=owner/name: it cannot be read from "
			   "the address");
	rc = check_name(r, s->name, "the name");
	if (rc)
		return rc;
	/* A mirror in place is for machines that may have no network: nothing
	 * is asked unless it was said where. */
	if (!s->forge)
		s->forge = xstrdup(s->api || (!s->mirror &&
				   !strcmp(s->host, "github.com")) ?
				   "github" : "none");
	if (s->mirror) {
		free(s->url);
		s->url = NULL;
	}
	return 0;
}

static int twice(struct reader *r, const struct repo_spec *old,
		 const char *what)
{
	return bad(r, "%s already on line %d", what, old->line);
}

/*
 * Two lines for one repository would count its landings twice, and two names
 * for one folder would mix their objects.
 */
static int check_twice(struct reader *r, const struct repo_spec *s,
		       const char *key, const char *where)
{
	const struct repo_spec *o;
	size_t i;

	for (i = 0; i < r->l->n; i++) {
		o = &r->l->v[i];
		if (!strcasecmp(o->name, s->name))
			return twice(r, o, "a repository of this name is");
		if (s->url && o->url && !strcmp(r->key[i], key))
			return twice(r, o, "this repository is");
		if (s->mirror ? !strcmp(r->where[i], where) :
		    !strcasecmp(r->where[i], where))
			return twice(r, o, "this mirror's folder is");
	}
	return 0;
}

/* The list takes *s over, unless it is refused. */
static int append(struct reader *r, struct repo_spec *s)
{
	char *key = s->url ? repo_url_key(s->url) : xstrdup("");
	char *where = repo_mirror_path(s, "");
	size_t n = r->l->n;
	int rc = check_twice(r, s, key, where);

	if (!rc && n == REPOS_MAX)
		rc = bad(r, "more than %d repositories", REPOS_MAX);
	if (rc) {
		free(key);
		free(where);
		return rc;
	}
	r->l->v = xreallocarray(r->l->v, n + 1, sizeof(*s));
	r->key = xreallocarray(r->key, n + 1, sizeof(*r->key));
	r->where = xreallocarray(r->where, n + 1, sizeof(*r->where));
	r->l->v[n] = *s;
	r->key[n] = key;
	r->where[n] = where;
	r->l->n++;
	return 0;
}

static int read_line(struct reader *r)
{
	struct repo_spec s = {0};
	bool named = false;
	int rc = next_field(r);

	if (rc <= 0)
		return rc;
	s.line = r->line;
	rc = set_url(r, &s);
	while (!rc) {
		rc = next_field(r);
		if (rc <= 0)
			break;
		rc = read_option(r, &s, &named);
	}
	if (!rc)
		rc = finish(r, &s);
	if (!rc)
		rc = append(r, &s);
	if (rc)
		spec_release(&s);
	return rc;
}

static int read_lines(struct reader *r, const char *p, size_t len)
{
	const char *end = p + len, *nl;
	int rc = 0;

	if (len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3;
	for (; p < end && !rc; p = nl + 1) {
		r->line++;
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		r->line_start = r->p = p;
		r->end = nl > p && nl[-1] == '\r' ? nl - 1 : nl;
		r->col = 1;
		if (!utf8_valid(p, (size_t)(nl - p)))
			rc = bad(r, "text that is not UTF-8");
		else
			rc = read_line(r);
		if (nl == end)
			break;
	}
	return rc;
}

int repolist_load(struct repolist *l, const char *path, struct err *e)
{
	struct reader r = { .l = l, .e = e };
	struct str text = STR_INIT;
	char *slash;
	size_t i;
	int rc;

	memset(l, 0, sizeof(*l));
	l->path = xstrdup(path);
	r.dir = fs_absolute(path);
	slash = strrchr(r.dir, '/');
	if (slash)
		*slash = 0;
	rc = fs_read(path, LIST_FILE_MAX, &text, e);
	if (rc == ERR_LIMIT)
		rc = err_set(e, ERR_CONFIG, "'%s' is over %zu KiB: not a list "
			     "of repositories", path, LIST_FILE_MAX >> 10);
	if (!rc)
		rc = read_lines(&r, str_c(&text), text.len);
	str_release(&text);
	str_release(&r.field);
	for (i = 0; i < l->n; i++) {
		free(r.key[i]);
		free(r.where[i]);
	}
	free(r.key);
	free(r.where);
	free(r.dir);
	if (rc)
		repolist_release(l);
	return rc;
}

const struct repo_spec *repolist_find(const struct repolist *l,
				      const char *name)
{
	const struct repo_spec *found = NULL;
	const char *slash;
	size_t i, hits = 0;

	for (i = 0; i < l->n; i++)
		if (!strcasecmp(l->v[i].name, name))
			return &l->v[i];
	for (i = 0; i < l->n; i++) {
		slash = strrchr(l->v[i].name, '/');
		if (slash && !strcasecmp(slash + 1, name)) {
			found = &l->v[i];
			hits++;
		}
	}
	return hits == 1 ? found : NULL;
}

/* 32 bits are enough to keep apart what one person lists (FNV-1a). */
static uint32_t hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h;
}

/* One folder name that no name can turn into a path or hide. */
static void add_part(struct str *out, const char *s, size_t len)
{
	bool changed = false;
	size_t i, n = len < PART_MAX ? len : PART_MAX;

	for (i = 0; i < n; i++) {
		bool ok = isalnum((unsigned char)s[i]) ||
			  strchr("_-", s[i]) || (s[i] == '.' && i > 0);

		str_addch(out, ok && s[i] ? s[i] : '_');
		changed |= !ok;
	}
	if (changed || n < len)
		str_addf(out, "-%08x", hash(s, len));
}

char *repo_mirror_path(const struct repo_spec *r, const char *workspace)
{
	const char *slash = strchr(r->name, '/');
	struct str s = STR_INIT;

	if (r->mirror)
		return xstrdup(r->mirror);
	str_add(&s, workspace);
	str_add(&s, s.len && s.s[s.len - 1] != '/' ? "/mirrors/" : "mirrors/");
	add_part(&s, r->host, strlen(r->host));
	str_addch(&s, '/');
	add_part(&s, r->name, (size_t)(slash - r->name));
	str_addch(&s, '/');
	add_part(&s, slash + 1, strlen(slash + 1));
	str_add(&s, ".git");
	return str_detach(&s);
}
