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

/* Deeper chains than this do not come from git (its limit is 4095). */
#define CHAIN_MAX 8192

struct odb {
	char *gitdir;
	struct pack *packs;
	size_t packs_n, packs_cap;
	char *objects;
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

/* A pack we cannot map is left to libgit2: not an error here. */
static void open_packs(struct odb *o)
{
	char *dir_path = fs_join(o->gitdir, "objects/pack"), *path;
	DIR *dir = opendir(dir_path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		if (!ends_with(d->d_name, ".idx"))
			continue;
		path = fs_join(dir_path, d->d_name);
		GROW(o->packs, o->packs_n, o->packs_cap);
		if (pack_open(&o->packs[o->packs_n], path, NULL) == 0)
			o->packs_n++;
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
	*out = o;
	return 0;
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

static bool fallback_has(struct odb *o, const git_oid *id)
{
	git_odb *g = fallback(o);

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
	struct pack_entry e;
	struct obj *o = NULL, *next;

	for (;;) {
		o = obj_cache_get(&r->cache, pack, off);
		if (o)
			break;
		if (off < 0 || n >= CHAIN_MAX || !pack_entry(p, off, &e))
			goto out;
		if (e.type < 6) {
			o = read_whole(r, &e, max);
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
		next = apply_one(r, o, &e, max);
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

static int read_fallback(struct odb_reader *r, const git_oid *id, size_t max,
			 struct obj **out, struct err *e)
{
	git_odb_object *g = NULL;
	char hex[OID_HEX + 1];
	git_object_t type;
	size_t len;
	int rc;

	if (!fallback_has(r->odb, id))
		return err_set(e, ERR_NOTFOUND, "object %s is not in '%s'",
			       oid_hex(id, hex), r->odb->gitdir);
	if (git_odb_read_header(&len, &type, r->odb->fallback, id) == 0 &&
	    len > max)
		return err_set(e, ERR_LIMIT, "object %s has %zu bytes",
			       oid_hex(id, hex), len);
	rc = git_odb_read(&g, r->odb->fallback, id);
	if (rc)
		note_damage(r->odb, id);
	if (rc)
		return err_set(e, ERR_CORRUPT, "object %s cannot be read: %s",
			       oid_hex(id, hex), git_error_last() ?
			       git_error_last()->message : "unknown");
	*out = obj_new(git_odb_object_type(g), git_odb_object_size(g));
	if (*out)
		memcpy((*out)->data, git_odb_object_data(g), (*out)->len);
	git_odb_object_free(g);
	return *out ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

int odb_read(struct odb_reader *r, const git_oid *id, size_t max,
	     struct obj **out, struct err *e)
{
	uint32_t pack;
	int64_t off;
	char hex[OID_HEX + 1];

	*out = NULL;
	if (!find(r, id, &pack, &off))
		return read_fallback(r, id, max, out, e);
	*out = read_at(r, pack, off, max);
	if (!*out)
		return read_fallback(r, id, max, out, e);
	if ((*out)->len > max) {
		obj_put(*out);
		*out = NULL;
		return err_set(e, ERR_LIMIT, "object %s is too large",
			       oid_hex(id, hex));
	}
	return 0;
}

int odb_header(struct odb_reader *r, const git_oid *id, int *type,
	       size_t *len, struct err *e)
{
	struct pack_entry pe;
	uint32_t pack;
	uint64_t out_len;
	int64_t off;
	char hex[OID_HEX + 1];
	git_object_t t;
	int depth;
	struct obj *o;

	if (find(r, id, &pack, &off)) {
		o = obj_cache_get(&r->cache, pack, off);
		if (o) {
			*type = o->type;
			*len = o->len;
			obj_put(o);
			return 0;
		}
		if (pack_entry(&r->odb->packs[pack], off, &pe)) {
			bool known = pe.type < 6;

			*len = pe.size;
			if (!known && peek_delta(r, &pe, &out_len)) {
				*len = out_len;
				known = true;
			}
			for (depth = 0; known && pe.type >= 6 &&
			     depth < CHAIN_MAX; depth++) {
				off = base_offset(&r->odb->packs[pack], &pe);
				if (!pack_entry(&r->odb->packs[pack], off,
						&pe))
					known = false;
			}
			*type = pe.type;
			if (known && pe.type < 6)
				return 0;
		}
	}
	if (!fallback_has(r->odb, id) ||
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
	       fallback_has(r->odb, id);
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
	if (!n && fallback(r->odb) &&
	    git_odb_exists_prefix(&id, r->odb->fallback, &low, digits) == 0)
		n = add_found(out, n, max, &id);
	return n;
}
