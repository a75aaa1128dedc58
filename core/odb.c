/*
 * core/odb.c - see odb.h.
 *
 * A reader keeps whole objects by pack and offset (obj_cache.h).  They serve as
 * delta bases too: histories are read from the new end to the old one, where
 * git's packs store the newer version whole and the older one as a delta on it,
 * so a chain is rarely followed further than one step.
 */
#include "core/odb.h"

#include "core/fs.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "core/pack.h"
#include "core/str.h"

#include <dirent.h>
#include <pthread.h>
#include <libdeflate.h>
#include <sys/stat.h>

/* Deeper chains than this do not come from git (its limit is 4095). */
#define CHAIN_MAX 8192
/* What others are deltas of may be longer than what is asked for, but not longer
 * than this: libgit2 then reads it. */
#define BASE_MAX ((size_t)64 << 20)

struct odb {
	char *gitdir;
	struct pack *packs;
	size_t packs_n, packs_cap;
	char *objects;
	bool others;			/* more than these packs and loose ones */
	struct timespec packs_at;	/* when their folder was last changed */
	pthread_mutex_t lock;		/* of what follows */
	git_odb *fallback;		/* libgit2's, see fallback() */
	bool no_fallback;		/* it could not be opened */
	git_oid damaged;		/* the lowest id, when damaged_n */
	int damaged_n;
};

struct odb_reader {
	struct odb *odb;
	struct libdeflate_decompressor *inflate;
	struct obj_cache cache;
	size_t last_pack;
	unsigned char *scratch;		/* inflated delta instructions */
	size_t scratch_cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct pack *)a)->name,
		      ((const struct pack *)b)->name);
}

/* Of the folder of packs; zero when there is none. */
static struct timespec packs_time(const struct odb *o)
{
	char *path = fs_join(o->objects, "pack");
	struct stat st = { 0 };

	if (stat(path, &st))
		memset(&st, 0, sizeof(st));
	free(path);
	return st.st_mtim;
}

static bool is_there(const struct odb *o, const char *name)
{
	char *path = fs_join(o->objects, name);
	bool there = fs_exists(path);

	free(path);
	return there;
}

/* A pack we cannot map is left to libgit2: not an error here. */
static void open_packs(struct odb *o)
{
	char *dir_path = fs_join(o->gitdir, "objects/pack"), *path;
	DIR *dir = opendir(dir_path);
	struct dirent *d;

	o->packs_at = packs_time(o);
	o->others = is_there(o, "info/alternates") ||
		    is_there(o, "pack/multi-pack-index");
	while (dir && (d = readdir(dir))) {
		if (!ends_with(d->d_name, ".idx"))
			continue;
		path = fs_join(dir_path, d->d_name);
		GROW(o->packs, o->packs_n, o->packs_cap);
		if (pack_open(&o->packs[o->packs_n], path, NULL) == 0)
			o->packs_n++;
		else
			o->others = true;
		free(path);
	}
	if (dir)
		closedir(dir);
	if (o->packs_n)
		qsort(o->packs, o->packs_n, sizeof(*o->packs), by_name);
	free(dir_path);
}

int odb_open(struct odb **out, const char *gitdir, struct err *e)
{
	struct odb *o = xcalloc(1, sizeof(*o));
	const char *off = getenv("AIREP_NO_PACK");

	*out = NULL;
	o->gitdir = xstrdup(gitdir);
	pthread_mutex_init(&o->lock, NULL);
	o->objects = fs_join(gitdir, "objects");
	if (!fs_is_dir(o->objects)) {
		free(o->objects);
		o->objects = fs_join(gitdir, ".git/objects");
		if (fs_is_dir(o->objects)) {
			free(o->gitdir);
			o->gitdir = fs_join(gitdir, ".git");
		}
	}
	if (!fs_is_dir(o->objects)) {
		err_set(e, ERR_GIT, "'%s' has no folder of objects", gitdir);
		odb_free(o);
		return ERR_GIT;
	}
	if (!off || strcmp(off, "1"))
		open_packs(o);
	else
		o->others = true;
	*out = o;
	return 0;
}

/*
 * May an object that is in none of our packs be there all the same?  `name`: where
 * it would lie on its own.  Mirrors lack an object here and there, and to hear so
 * from libgit2 would take longer than all other reading of a day's report.
 */
static bool may_be_elsewhere(const struct odb *o, const char *name)
{
	struct timespec now;

	if (o->others || is_there(o, name))
		return true;
	now = packs_time(o);
	return now.tv_sec != o->packs_at.tv_sec ||
	       now.tv_nsec != o->packs_at.tv_nsec;
}

/*
 * libgit2's view of the same objects, opened when something is not in our packs:
 * most runs never need it, and libgit2 is slow to start.  NULL: it cannot read
 * them.
 */
static git_odb *fallback(struct odb *o)
{
	git_odb *g;

	pthread_mutex_lock(&o->lock);
	if (!o->fallback && !o->no_fallback)
		o->no_fallback = gitlib_init(NULL) ||
				 git_odb_open(&o->fallback, o->objects);
	g = o->fallback;
	pthread_mutex_unlock(&o->lock);
	return g;
}

/* ours: in one of our packs, but not to be read there. */
static bool fallback_has(struct odb *o, const git_oid *id, bool ours)
{
	char hex[OID_HEX + 1], name[OID_HEX + 2];
	git_odb *g;

	oid_hex(id, hex);
	snprintf(name, sizeof(name), "%.2s/%s", hex, hex + 2);
	if (!ours && !may_be_elsewhere(o, name))
		return false;
	g = fallback(o);
	return g && git_odb_exists_ext(g, id, GIT_ODB_LOOKUP_NO_REFRESH);
}

void odb_free(struct odb *o)
{
	size_t i;

	if (!o)
		return;
	for (i = 0; i < o->packs_n; i++)
		pack_close(&o->packs[i]);
	free(o->packs);
	if (o->fallback)
		git_odb_free(o->fallback);
	pthread_mutex_destroy(&o->lock);
	free(o->objects);
	free(o->gitdir);
	free(o);
}

static void *free_all(void *arg)
{
	struct odb **v = arg, **o;

	for (o = v; *o; o++)
		odb_free(*o);
	free(v);
	return NULL;
}

/* What libgit2 has opened is not for a thread that may outlive it. */
void odb_free_beside(struct odb **v, size_t n)
{
	struct odb **left = xcalloc(n + 1, sizeof(*left));
	pthread_attr_t detached;
	pthread_t thread;
	size_t i, left_n = 0;

	for (i = 0; i < n; i++)
		if (v[i]->fallback)
			odb_free(v[i]);
		else
			left[left_n++] = v[i];
	free(v);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	if (!left_n || pthread_create(&thread, &detached, free_all, left))
		free_all(left);
	pthread_attr_destroy(&detached);
}

struct odb_reader *odb_reader_new(struct odb *o, size_t cache_bytes)
{
	struct odb_reader *r = xcalloc(1, sizeof(*r));

	r->odb = o;
	r->inflate = libdeflate_alloc_decompressor();
	obj_cache_init(&r->cache, cache_bytes);
	return r;
}

void odb_reader_free(struct odb_reader *r)
{
	if (!r)
		return;
	obj_cache_release(&r->cache);
	libdeflate_free_decompressor(r->inflate);
	free(r->scratch);
	free(r);
}

void odb_reader_trim(struct odb_reader *r, size_t bytes)
{
	obj_cache_trim(&r->cache, bytes);
}

static bool inflate(struct odb_reader *r, const struct pack_entry *e,
		    void *out)
{
	size_t used, got;

	return libdeflate_zlib_decompress_ex(r->inflate, e->in, e->in_len, out,
					     e->size, &used, &got) ==
		       LIBDEFLATE_SUCCESS && got == e->size;
}

static bool reserve_scratch(struct odb_reader *r, uint64_t n)
{
	if (n > r->scratch_cap) {
		free(r->scratch);
		r->scratch_cap = n * 2;
		r->scratch = malloc(r->scratch_cap);
		if (!r->scratch)
			r->scratch_cap = 0;
	}
	return r->scratch != NULL || !n;
}

/* Both ends of a delta from its first bytes, without inflating all of it. */
static bool peek_delta(struct odb_reader *r, const struct pack_entry *e,
		       uint64_t *out_len)
{
	uint64_t base;

	return e->size < ((uint64_t)1 << 31) && reserve_scratch(r, e->size) &&
	       inflate(r, e, r->scratch) &&
	       delta_sizes(r->scratch, e->size, &base, out_len, NULL);
}

/* Where the base of a delta lies in the same pack, or -1. */
static int64_t base_offset(const struct pack *p, const struct pack_entry *e)
{
	return e->type == 6 ? e->base_at : pack_find(p, &e->base_id);
}

static struct obj *read_whole(struct odb_reader *r, const struct pack_entry *e,
			      size_t max)
{
	struct obj *o;

	if (e->size > max)
		return NULL;
	o = obj_new(e->type, e->size);
	if (o && !inflate(r, e, o->data)) {
		obj_put(o);
		o = NULL;
	}
	return o;
}

static struct obj *apply_one(struct odb_reader *r, struct obj *base,
			     const struct pack_entry *e, size_t max)
{
	uint64_t out_len;
	struct obj *o;

	if (!peek_delta(r, e, &out_len) || out_len > max)
		return NULL;
	o = obj_new(base->type, out_len);
	if (o && !delta_apply((unsigned char *)base->data, base->len,
			      r->scratch, e->size, (unsigned char *)o->data,
			      out_len)) {
		obj_put(o);
		o = NULL;
	}
	return o;
}

/*
 * Go down the chain to a base that is cached or whole, then up again.  NULL
 * where anything is malformed or over max: libgit2 then says what it is.
 */
static struct obj *read_at(struct odb_reader *r, uint32_t pack, int64_t off,
			   size_t max)
{
	const struct pack *p = &r->odb->packs[pack];
	int64_t chain_small[64], *chain = chain_small;
	size_t n = 0, cap = ARRAY_N(chain_small);
	size_t base_max = max > BASE_MAX ? max : BASE_MAX;
	struct pack_entry e;
	struct obj *o = NULL, *next;

	for (;;) {
		o = obj_cache_get(&r->cache, pack, off);
		if (o)
			break;
		if (off < 0 || n >= CHAIN_MAX || !pack_entry(p, off, &e))
			goto out;
		if (e.type < 6) {
			o = read_whole(r, &e, n ? base_max : max);
			if (o)
				obj_cache_add(&r->cache, pack, off, o);
			break;
		}
		if (n == cap) {
			int64_t *more = xcalloc(cap * 2, sizeof(*more));

			memcpy(more, chain, n * sizeof(*more));
			if (chain != chain_small)
				free(chain);
			chain = more;
			cap *= 2;
		}
		chain[n++] = off;
		off = base_offset(p, &e);
	}
	while (o && n) {
		off = chain[--n];
		pack_entry(p, off, &e);
		next = apply_one(r, o, &e, n ? base_max : max);
		obj_put(o);
		o = next;
		if (o)
			obj_cache_add(&r->cache, pack, off, o);
	}
out:
	if (chain != chain_small)
		free(chain);
	return o;
}

/* The pack that has it, the last one hit first. */
static bool find(struct odb_reader *r, const git_oid *id, uint32_t *pack,
		 int64_t *off)
{
	size_t i, n = r->odb->packs_n;

	for (i = 0; i < n; i++) {
		size_t k = (r->last_pack + i) % n;

		*off = pack_find(&r->odb->packs[k], id);
		if (*off >= 0) {
			*pack = (uint32_t)k;
			r->last_pack = k;
			return true;
		}
	}
	return false;
}

/* The lowest id: which thread came first must not show. */
static void note_damage(struct odb *o, const git_oid *id)
{
	pthread_mutex_lock(&o->lock);
	if (!o->damaged_n++ || memcmp(id->id, o->damaged.id, OID_RAW) < 0)
		o->damaged = *id;
	pthread_mutex_unlock(&o->lock);
}

int odb_damaged(struct odb *o, git_oid *id)
{
	int n;

	pthread_mutex_lock(&o->lock);
	*id = o->damaged;
	n = o->damaged_n;
	pthread_mutex_unlock(&o->lock);
	return n;
}

static int read_fallback(struct odb_reader *r, const git_oid *id, bool ours,
			 size_t max, struct obj **out, struct err *e)
{
	git_odb_object *g = NULL;
	char hex[OID_HEX + 1];
	git_object_t type;
	size_t len;
	int rc;

	if (!fallback_has(r->odb, id, ours)) {
		if (!ours)
			return err_set(e, ERR_NOTFOUND,
				       "object %s is not in '%s'",
				       oid_hex(id, hex), r->odb->gitdir);
		/* Our pack has it, whatever libgit2 makes of that pack. */
		note_damage(r->odb, id);
		return err_set(e, ERR_CORRUPT, "object %s cannot be read",
			       oid_hex(id, hex));
	}
	/* Of a damaged delta libgit2 tells any length. */
	if (!ours &&
	    git_odb_read_header(&len, &type, r->odb->fallback, id) == 0 &&
	    len > max)
		return err_set(e, ERR_LIMIT, "object %s has %zu bytes",
			       oid_hex(id, hex), len);
	rc = git_odb_read(&g, r->odb->fallback, id);
	if (rc) {
		note_damage(r->odb, id);
		return err_set(e, ERR_CORRUPT, "object %s cannot be read: %s",
			       oid_hex(id, hex), git_error_last() ?
			       git_error_last()->message : "unknown");
	}
	len = git_odb_object_size(g);
	if (len > max) {
		git_odb_object_free(g);
		return err_set(e, ERR_LIMIT, "object %s has %zu bytes",
			       oid_hex(id, hex), len);
	}
	*out = obj_new(git_odb_object_type(g), len);
	if (*out)
		memcpy((*out)->data, git_odb_object_data(g), (*out)->len);
	git_odb_object_free(g);
	return *out ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

/* From the beginning of the entry, and of those it is a delta of. */
static bool header_at(struct odb_reader *r, uint32_t pack, int64_t off,
		      int *type, size_t *len)
{
	const struct pack *p = &r->odb->packs[pack];
	struct pack_entry e;
	uint64_t out_len;
	int depth;

	if (!pack_entry(p, off, &e))
		return false;
	*len = e.size;
	if (e.type >= 6) {
		if (!peek_delta(r, &e, &out_len))
			return false;
		*len = out_len;
	}
	for (depth = 0; e.type >= 6 && depth < CHAIN_MAX; depth++)
		if (!pack_entry(p, base_offset(p, &e), &e))
			return false;
	*type = e.type;
	return e.type < 6;
}

int odb_read(struct odb_reader *r, const git_oid *id, size_t max,
	     struct obj **out, struct err *e)
{
	uint32_t pack;
	int64_t off;
	char hex[OID_HEX + 1];
	size_t len;
	int type;

	*out = NULL;
	if (!find(r, id, &pack, &off))
		return read_fallback(r, id, false, max, out, e);
	*out = read_at(r, pack, off, max);
	if (*out && (*out)->len <= max)
		return 0;
	if (!*out && (!header_at(r, pack, off, &type, &len) || len <= max))
		return read_fallback(r, id, true, max, out, e);
	obj_put(*out);
	*out = NULL;
	return err_set(e, ERR_LIMIT, "object %s is too large",
		       oid_hex(id, hex));
}

int odb_header(struct odb_reader *r, const git_oid *id, int *type,
	       size_t *len, struct err *e)
{
	uint32_t pack;
	int64_t off;
	char hex[OID_HEX + 1];
	bool ours = find(r, id, &pack, &off);
	git_object_t t;
	struct obj *o;

	o = ours ? obj_cache_get(&r->cache, pack, off) : NULL;
	if (o) {
		*type = o->type;
		*len = o->len;
		obj_put(o);
		return 0;
	}
	if (ours && header_at(r, pack, off, type, len))
		return 0;
	if (!fallback_has(r->odb, id, ours) ||
	    git_odb_read_header(len, &t, r->odb->fallback, id))
		return err_set(e, ERR_NOTFOUND, "object %s is not in '%s'",
			       oid_hex(id, hex), r->odb->gitdir);
	*type = t;
	return 0;
}

void odb_done(struct odb_reader *r, const git_oid *id)
{
	uint32_t pack;
	int64_t off;

	if (find(r, id, &pack, &off))
		obj_cache_done(&r->cache, pack, off);
}

bool odb_exists(struct odb_reader *r, const git_oid *id)
{
	uint32_t pack;
	int64_t off;

	return find(r, id, &pack, &off) ||
	       fallback_has(r->odb, id, false);
}

static int add_found(git_oid *out, int n, int max, const git_oid *id)
{
	int i;

	for (i = 0; i < n && i < max; i++)
		if (oid_eq(&out[i], id))
			return n;
	if (n < max)
		out[n] = *id;
	return n + 1;
}

int odb_find_prefix(struct odb_reader *r, const char *prefix, git_oid *out,
		    int max)
{
	char full[OID_HEX + 1];
	size_t digits = strlen(prefix), k;
	char folder[3] = { 0 };
	git_oid low, id;
	int n = 0;

	if (digits < 4 || digits > OID_HEX)
		return 0;
	memset(full, '0', OID_HEX);
	memcpy(full, prefix, digits);
	full[OID_HEX] = 0;
	if (oid_parse(&low, full))
		return 0;
	for (k = 0; k < r->odb->packs_n; k++) {
		const struct pack *p = &r->odb->packs[k];
		uint32_t i = pack_lower_bound(p, low.id);

		for (; i < p->n; i++) {
			memcpy(id.id, p->ids + (size_t)i * 20, 20);
			if (git_oid_ncmp(&id, &low, digits))
				break;
			n = add_found(out, n, max, &id);
		}
	}
	memcpy(folder, oid_hex(&low, full), 2);
	if (!n && may_be_elsewhere(r->odb, folder) && fallback(r->odb) &&
	    git_odb_exists_prefix(&id, r->odb->fallback, &low, digits) == 0)
		n = add_found(out, n, max, &id);
	return n;
}
