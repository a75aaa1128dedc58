/* core/config.c - see config.h. */
#include "core/config.h"

#include "core/config_check.h"
#include "core/config_scan.h"
#include "core/fs.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/mem.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A settings file of a mebibyte is not one. */
#define CONFIG_FILE_MAX ((size_t)1 << 20)

struct value {
	char *text;		/* all items joined; NULL: the default holds */
	char **item;
	int item_n, item_cap;
	char *origin;
};

struct host_value {
	char *key, *text, *origin;
};

struct config {
	struct value *v;	/* one per row of config_keys */
	struct host_value *host;
	size_t host_n, host_cap;
};

static size_t keys_n(void)
{
	size_t n = 0;

	while (config_keys[n].name)
		n++;
	return n;
}

static void value_clear(struct value *v)
{
	int i;

	for (i = 0; i < v->item_n; i++)
		free(v->item[i]);
	free(v->item);
	free(v->text);
	free(v->origin);
	memset(v, 0, sizeof(*v));
}

void config_free(struct config *c)
{
	size_t i, n = keys_n();

	if (!c)
		return;
	for (i = 0; i < n; i++)
		value_clear(&c->v[i]);
	for (i = 0; i < c->host_n; i++) {
		free(c->host[i].key);
		free(c->host[i].text);
		free(c->host[i].origin);
	}
	free(c->host);
	free(c->v);
	free(c);
}

/* The key was not found: say which one is near it, its host part apart. */
int config_key_unknown(const char *key, int code, struct err *e)
{
	const struct config_key *k;
	const char *first = strchr(key, '.'), *last = strrchr(key, '.');
	const char *near = NULL;
	struct str flat = STR_INIT;
	char *low;
	int best = 4, d;

	if (first && last > first)
		str_addf(&flat, "%.*s.*%s", (int)(first - key), key, last);
	else
		str_add(&flat, key);
	for (k = config_keys; k->name; k++) {
		size_t i;

		low = xstrdup(k->name);
		for (i = 0; low[i]; i++)
			low[i] = (char)tolower((unsigned char)low[i]);
		for (i = 0; i < flat.len; i++)
			flat.s[i] = (char)tolower((unsigned char)flat.s[i]);
		d = edit_distance(str_c(&flat), low);
		if (d < best) {
			best = d;
			near = k->name;
		}
		free(low);
	}
	str_release(&flat);
	if (near)
		return err_set(e, code, "unknown key '%.80s'; did you "
			       "mean '%s'?", key, near);
	return err_set(e, code, "unknown key '%.80s' ('airep-git config "
		       "list' names them all)", key);
}

static void join_items(struct value *v)
{
	struct str all = STR_INIT;
	int i;

	for (i = 0; i < v->item_n; i++)
		str_addf(&all, "%s%s", i ? ", " : "", v->item[i]);
	free(v->text);
	v->text = str_detach(&all);
}

static void add_items(struct value *v, const char *s)
{
	size_t n;

	if (!*s)
		value_clear(v);
	for (; *s; s += n + (s[n] == ',')) {
		size_t m;

		s += strspn(s, " \t");
		m = n = strcspn(s, ",");
		while (m && isspace((unsigned char)s[m - 1]))
			m--;
		if (!m)
			continue;
		GROW(v->item, v->item_n, v->item_cap);
		v->item[v->item_n++] = xstrndup(s, m);
	}
	join_items(v);
}

/* A checked value takes the place of, or is added to, what was there. */
static void put(struct config *c, const struct config_key *k, const char *key,
		const char *text, const char *origin)
{
	struct value *v = &c->v[k - config_keys];

	if (strchr(k->name, '*')) {
		GROW(c->host, c->host_n, c->host_cap);
		c->host[c->host_n++] = (struct host_value) {
			xstrdup(key), xstrdup(text), xstrdup(origin)
		};
		return;
	}
	if (k->type == CONFIG_LIST) {
		add_items(v, text);
	} else {
		free(v->text);
		v->text = xstrdup(text);
	}
	free(v->origin);
	v->origin = xstrdup(origin);
}

static int put_line(struct config *c, const char *path, int line,
		    const char *key, const char *text, struct err *e)
{
	const struct config_key *k = config_key_find(key);
	const char *base = strrchr(path, '/');
	char *origin;
	int rc = 0;

	if (!k)
		rc = config_key_unknown(key, ERR_CONFIG, e);
	else if (!text && k->type == CONFIG_BOOL)
		text = "true";	/* git: a key alone means yes */
	else if (!text)
		rc = err_set(e, ERR_CONFIG, "'%s' has no value", k->name);
	if (!rc)
		rc = config_check(k, text, e);
	if (rc) {
		err_wrap(e, "%s:%d", path, line);
		return rc;
	}
	origin = xasprintf("%s:%d", base ? base + 1 : path, line);
	put(c, k, key, text, origin);
	free(origin);
	return 0;
}

/* Unknown keys first: libgit2 would follow an include while it reads. */
static int check_known(const struct config_scan *s, const char *path,
		       struct err *e)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (config_key_find(s->v[i].key))
			continue;
		config_key_unknown(s->v[i].key, ERR_CONFIG, e);
		err_wrap(e, "%s:%d", path, s->v[i].line);
		return ERR_CONFIG;
	}
	return 0;
}

static int read_values(struct config *c, const struct config_scan *s,
		       const char *path, struct err *e)
{
	git_config *g = NULL;
	git_config_iterator *it = NULL;
	git_config_entry *en;
	size_t i = 0;
	int rc = 0;

	if (git_config_open_ondisk(&g, path) ||
	    git_config_iterator_new(&it, g)) {
		rc = err_git(e, path);
		rc = e ? (e->code = ERR_CONFIG) : rc;
		goto out;
	}
	while (!rc && git_config_next(&en, it) == 0) {
		if (i >= s->n || strcmp(s->v[i].key, en->name)) {
			rc = err_set(e, ERR_CONFIG, "%s:%d: cannot tell what "
				     "this line says; write it more simply",
				     path, i < s->n ? s->v[i].line : 0);
			break;
		}
		rc = put_line(c, path, s->v[i].line, en->name, en->value, e);
		i++;
	}
	if (!rc && i < s->n)
		rc = err_set(e, ERR_CONFIG, "%s:%d: cannot be read", path,
			     s->v[i].line);
out:
	git_config_iterator_free(it);
	git_config_free(g);
	return rc;
}

/* Every value is one word: no need of libgit2. */
static bool is_plain(const struct config_scan *s)
{
	size_t i = 0;

	while (i < s->n && s->v[i].plain)
		i++;
	return i == s->n;
}

static int put_plain(struct config *c, const struct config_scan *s,
		     const char *path, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < s->n && !rc; i++)
		rc = put_line(c, path, s->v[i].line, s->v[i].key,
			      s->v[i].plain, e);
	return rc;
}

static int load_file(struct config *c, const char *path, struct err *e)
{
	struct str text = STR_INIT;
	struct config_scan scan = {0};
	int rc = fs_read(path, CONFIG_FILE_MAX, &text, e);

	if (rc == ERR_NOTFOUND) {
		/* No file, no error: nothing of it may stay in *e. */
		if (e)
			memset(e, 0, sizeof(*e));
		rc = 0;
		goto out;
	}
	if (rc == ERR_LIMIT)
		rc = err_set(e, ERR_CONFIG, "'%s' is over %zu KiB: not a "
			     "settings file", path, CONFIG_FILE_MAX >> 10);
	if (!rc)
		rc = config_scan(&scan, path, str_c(&text), text.len, e);
	if (!rc)
		rc = check_known(&scan, path, e);
	if (!rc && is_plain(&scan)) {
		rc = put_plain(c, &scan, path, e);
	} else if (!rc) {
		rc = gitlib_init(e);
		if (!rc)
			rc = read_values(c, &scan, path, e);
	}
out:
	config_scan_release(&scan);
	str_release(&text);
	return rc;
}

static char *env_name(const char *key)
{
	char *s = xasprintf("AIREP_%s", key), *p;

	for (p = s; *p; p++)
		*p = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
	return s;
}

static int load_env(struct config *c, struct err *e)
{
	const struct config_key *k;
	const char *text;
	char *name, *origin;
	int rc = 0;

	for (k = config_keys; k->name && !rc; k++) {
		if (strchr(k->name, '*'))
			continue;
		name = env_name(k->name);
		text = getenv(name);
		origin = xasprintf("environment %s", name);
		if (text) {
			rc = config_check(k, text, e);
			if (rc)
				err_wrap(e, "%s", origin);
		}
		if (text && !rc) {
			value_clear(&c->v[k - config_keys]);
			put(c, k, k->name, text, origin);
		}
		free(origin);
		free(name);
	}
	return rc;
}

/* Lists need their items before anybody asks for the i-th. */
static void load_defaults(struct config *c)
{
	const struct config_key *k;

	for (k = config_keys; k->name; k++)
		if (k->dflt && k->type == CONFIG_LIST)
			add_items(&c->v[k - config_keys], k->dflt);
}

int config_load(struct config **out, const char *path, struct err *e)
{
	struct config *c = xcalloc(1, sizeof(*c));
	int rc = 0;

	*out = NULL;
	c->v = xcalloc(keys_n(), sizeof(*c->v));
	load_defaults(c);
	if (path)
		rc = load_file(c, path, e);
	if (!rc)
		rc = load_env(c, e);
	if (rc)
		config_free(c);
	else
		*out = c;
	return rc;
}

static const struct config_key *must_find(const char *key)
{
	const struct config_key *k = config_key_find(key);

	assert(k && !strchr(k->name, '*'));
	return k;
}

const char *config_str(const struct config *c, const char *key)
{
	const struct config_key *k = must_find(key);
	const char *s = c->v[k - config_keys].text;

	return s ? s : k->dflt;
}

int64_t config_int(const struct config *c, const char *key)
{
	const char *s = config_str(c, key);
	int64_t v = 0;

	assert(must_find(key)->type == CONFIG_INT);
	if (!s || !config_parse_int(s, &v))
		return 0;
	return v;
}

double config_real(const struct config *c, const char *key)
{
	const char *s = config_str(c, key);
	double v = 0;

	assert(must_find(key)->type == CONFIG_REAL);
	return s && config_parse_real(s, &v) ? v : 0;
}

bool config_bool(const struct config *c, const char *key)
{
	const char *s = config_str(c, key);
	int v = 0;

	assert(must_find(key)->type == CONFIG_BOOL);
	if (!s || !config_parse_bool(s, &v))
		return false;
	return v != 0;
}

const char *config_host(const struct config *c, const char *host,
			const char *leaf)
{
	char *key = xasprintf("credential.%s.%s", host, leaf);
	const char *found = NULL;
	size_t i;

	/* The last one counts, as in git; hosts know no case. */
	for (i = 0; i < c->host_n; i++)
		if (!strcasecmp(c->host[i].key, key))
			found = c->host[i].text;
	free(key);
	return found;
}

bool config_host_at(const struct config *c, size_t i, const char **key,
		    const char **value, const char **origin)
{
	if (i >= c->host_n)
		return false;
	*key = c->host[i].key;
	*value = c->host[i].text;
	*origin = c->host[i].origin;
	return true;
}

const char *config_item(const struct config *c, const char *key, int i)
{
	const struct config_key *k = must_find(key);
	const struct value *v = &c->v[k - config_keys];

	assert(k->type == CONFIG_LIST);
	return i < v->item_n ? v->item[i] : NULL;
}

const char *config_origin(const struct config *c, const char *key)
{
	const char *s = c->v[must_find(key) - config_keys].origin;

	return s ? s : "default";
}

/* libgit2 wants the file to be there and the key in git's form. */
static int write_key(const char *path, const char *key, const char *value,
		     struct err *e)
{
	git_config *g = NULL;
	int rc = fs_refuse_odd(path, e);

	if (!rc && !fs_exists(path))
		rc = fs_write(path, "", 0, e);
	if (rc)
		return rc;
	if (git_config_open_ondisk(&g, path))
		rc = err_git(e, path);
	/* Every value of the key first: a list may have several lines. */
	if (!rc) {
		rc = git_config_delete_multivar(g, key, ".*");
		rc = rc && rc != GIT_ENOTFOUND ? err_git(e, path) : 0;
	}
	if (!rc && value && git_config_set_string(g, key, value))
		rc = err_git(e, path);
	git_config_free(g);
	return rc;
}

/* Only the file: the environment may hold mistakes of its own. */
static int check_file(const char *path, struct err *e)
{
	struct config *c = xcalloc(1, sizeof(*c));
	int rc;

	c->v = xcalloc(keys_n(), sizeof(*c->v));
	rc = load_file(c, path, e);
	config_free(c);
	return rc;
}

/* What is wrong with the copy, without its name and line. */
static int refuse_value(const struct config_key *k, const char *copy,
			const struct err *why, struct err *e)
{
	const char *s = why->msg;

	if (starts_with(s, copy)) {
		s += strlen(copy);
		s += strspn(s, ":0123456789 ");
	}
	return err_set(e, ERR_USAGE, "'%s' cannot be set to that, nothing was "
		       "written: the file would be refused (%.200s)", k->name,
		       s);
}

/*
 * Write into a copy first and read it: no file that every command then refuses.
 * A file that is refused as it is may be mended a key at a time, so there the
 * value is tried in an empty one.
 */
static int rehearse(const char *path, const struct config_key *k,
		    const char *key, const char *value, struct err *e)
{
	char *copy = xasprintf("%s.tmp-%ld", path, (long)getpid());
	struct str text = STR_INIT;
	struct err why = {0};
	int rc;

	if (!fs_exists(path) || check_file(path, &why) ||
	    fs_read(path, CONFIG_FILE_MAX, &text, &why))
		str_clear(&text);
	rc = fs_write(copy, str_c(&text), text.len, e);
	if (!rc && (write_key(copy, key, value, &why) ||
		    check_file(copy, &why)))
		rc = refuse_value(k, copy, &why, e);
	unlink(copy);
	free(copy);
	str_release(&text);
	return rc;
}

int config_set(const char *path, const char *key, const char *value,
	       struct err *e)
{
	const struct config_key *k = config_key_find(key);
	int rc = gitlib_init(e);

	if (rc)
		return rc;
	if (!k)
		rc = config_key_unknown(key, ERR_USAGE, e);
	else if (value)
		rc = config_check(k, value, e);
	if (rc) {
		if (e)
			e->code = ERR_USAGE;
		rc = ERR_USAGE;
	} else {
		/* The table's spelling, unless a host is part of the key. */
		key = strchr(k->name, '*') ? key : k->name;
		rc = value ? rehearse(path, k, key, value, e) : 0;
		if (!rc)
			rc = write_key(path, key, value, e);
	}
	return rc;
}
