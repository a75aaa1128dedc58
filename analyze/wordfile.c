/*
 * analyze/wordfile.c - see wordfile.h and blobwords.h.
 *
 * The file: a head of 24 bytes (8 that name the format, 8 that are the finger-
 * print of blobwords.c, 8 that say where the newest index begins, or 0), then
 * records:
 *
 *	check of the rest of the record, 8 bytes
 *	id of the blob, 20 bytes
 *	number of words, 4 bytes
 *	hashes of the words, ascending, 4 bytes each
 *
 * in this machine's byte order.  An index is a record, too, with an id of zeros;
 * six of its "words" are an entry: an id and its record's place in the file,
 * divided by four; entries are sorted by id and tell of all records before it.
 * So a file of thousands of records is not walked, only what came after.
 *
 * A record is believed when its check is right, which is found out when it is
 * first asked for; without an index that can be believed all are walked.
 */
#include "analyze/wordfile.h"

#include "core/fs.h"
#include "core/mem.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD 24
#define INDEX_AT 16			/* of the head */
#define RECORD 32			/* without the words */
#define ENTRY 24
#define RECORDS_MAX 4000000
#define WALKED_MAX 512			/* more: an index is written */
#define BUCKETS 4096			/* by the first bits of an id */

static const char magic[] = "airepwd2";

/* Threads may find out the same at once. */
enum state { UNCHECKED, GOOD, BAD };

struct blobwords_file {
	char *path;
	unsigned char *map;		/* NULL: nothing on disk */
	size_t map_len;
	const unsigned char *entries;	/* of the index */
	size_t entries_n;
	unsigned char *entry_state;
	uint32_t first[BUCKETS + 1];	/* entry of each bucket */
	/* What was walked, then what was read since: */
	struct oid_map index;		/* id -> place in v */
	const unsigned char **v;
	unsigned char *state;		/* of each in v */
	uint32_t *place;		/* in the file, divided by four */
	size_t n, cap, state_cap, place_cap;
	size_t on_disk;			/* of v; further ones are allocated */
	size_t saved;			/* of v */
	pthread_mutex_t lock;		/* of who is first to need it */
	pthread_t thread;		/* that reads it, when `ahead` */
	bool ahead, loaded;
	bool rewrite;			/* what is there is damaged */
};

/* ---- records */

static uint64_t mix(const unsigned char *s, size_t len)
{
	uint64_t h = (uint64_t)len * 0x9e3779b97f4a7c15ull, x;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&x, s, 8);
		h = (h ^ x) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	x = 0;
	memcpy(&x, s, len);
	h = (h ^ x) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 29;
}

static uint32_t u32_at(const unsigned char *s)
{
	uint32_t n;

	memcpy(&n, s, 4);
	return n;
}

static uint64_t u64_at(const unsigned char *s)
{
	uint64_t n;

	memcpy(&n, s, 8);
	return n;
}

static uint32_t words_n(const unsigned char *r)
{
	return u32_at(r + 28);
}

static size_t record_len(const unsigned char *r)
{
	return RECORD + (size_t)words_n(r) * 4;
}

uint64_t word_record_check(const unsigned char *r)
{
	return mix(r + 8, record_len(r) - 8);
}

unsigned char *word_record_new(const git_oid *id, const uint32_t *words,
			       size_t n)
{
	unsigned char *r = xmalloc(RECORD + n * 4);
	uint32_t n32 = (uint32_t)n;
	uint64_t sum;

	memcpy(r + 8, id->id, OID_RAW);
	memcpy(r + 28, &n32, 4);
	if (n)
		memcpy(r + RECORD, words, n * 4);
	sum = word_record_check(r);
	memcpy(r, &sum, 8);
	return r;
}

struct wordset word_record_set(const unsigned char *r)
{
	/* Records are a multiple of four bytes, from the map's beginning on. */
	return (struct wordset){ (const uint32_t *)(const void *)(r + RECORD),
				 words_n(r), true };
}

static git_oid id_of(const unsigned char *r)
{
	git_oid id;

	memcpy(id.id, r + 8, OID_RAW);
	return id;
}

/* The record at a byte of the map, or NULL: it is not all there. */
static const unsigned char *record_at(const struct blobwords_file *f,
				      uint64_t at)
{
	const unsigned char *r;

	if (at < HEAD || at % 4 || f->map_len < RECORD ||
	    at > f->map_len - RECORD)
		return NULL;
	r = f->map + at;
	return (f->map_len - at - RECORD) / 4 < words_n(r) ? NULL : r;
}

/* ---- reading */

static void make_head(unsigned char out[HEAD], uint64_t index_at)
{
	uint64_t print = blobwords_fingerprint();

	memcpy(out, magic, 8);
	memcpy(out + 8, &print, 8);
	memcpy(out + INDEX_AT, &index_at, 8);
}

/* The newest of an id counts: an older one was damaged. */
static void add_record(struct blobwords_file *f, const unsigned char *r,
		       enum state state, uint32_t place)
{
	git_oid id = id_of(r);

	oid_map_set(&f->index, &id, (int32_t)f->n);
	GROW(f->state, f->n, f->state_cap);
	GROW(f->place, f->n, f->place_cap);
	f->state[f->n] = (unsigned char)state;
	f->place[f->n] = place;
	GROW(f->v, f->n, f->cap);
	f->v[f->n++] = r;
}

static size_t bucket_of(const unsigned char *id)
{
	return (size_t)id[0] << 4 | id[1] >> 4;
}

/* False: entries are not in order. */
static bool fill_buckets(struct blobwords_file *f)
{
	size_t i, b, next = 0;

	for (i = 0; i < f->entries_n; i++) {
		b = bucket_of(f->entries + i * ENTRY);
		if (b + 1 < next)
			return false;
		while (next <= b)
			f->first[next++] = (uint32_t)i;
	}
	while (next <= BUCKETS)
		f->first[next++] = (uint32_t)f->entries_n;
	return true;
}

/* Where to walk from: behind an index that can be believed, or from the first
 * record on. */
static size_t read_index(struct blobwords_file *f)
{
	const unsigned char *r = record_at(f, u64_at(f->map + INDEX_AT));
	git_oid id;

	if (!r || words_n(r) % (ENTRY / 4))
		return HEAD;
	id = id_of(r);
	if (!oid_zero(&id) || u64_at(r) != word_record_check(r))
		return HEAD;
	f->entries = r + RECORD;
	f->entries_n = words_n(r) / (ENTRY / 4);
	if (!fill_buckets(f)) {
		f->entries_n = 0;
		return HEAD;
	}
	f->entry_state = xcalloc(f->entries_n + 1, 1);
	return (size_t)(r - f->map) + record_len(r);
}

/* As far as it can be walked; what follows a wrong length is lost. */
static void read_records(struct blobwords_file *f)
{
	unsigned char head[HEAD];
	const unsigned char *r;
	size_t at;

	make_head(head, 0);
	f->rewrite = true;
	if (f->map_len < HEAD || memcmp(f->map, head, INDEX_AT))
		return;
	for (at = read_index(f); f->n < RECORDS_MAX; at += record_len(r)) {
		git_oid id;

		r = record_at(f, at);
		if (!r)
			break;
		id = id_of(r);
		if (!oid_zero(&id))
			add_record(f, r, UNCHECKED, (uint32_t)(at / 4));
	}
	f->rewrite = at != f->map_len;
}

struct blobwords_file *blobwords_open(const char *path)
{
	struct blobwords_file *f = xcalloc(1, sizeof(*f));

	pthread_mutex_init(&f->lock, NULL);
	f->path = xstrdup(path);
	return f;
}

static void read_file(struct blobwords_file *f)
{
	struct stat st;
	int fd = open(f->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	void *map;

	f->rewrite = true;
	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd,
			   0);
		if (map != MAP_FAILED) {
			f->map = map;
			f->map_len = (size_t)st.st_size;
			read_records(f);
		}
	}
	close(fd);
	f->on_disk = f->saved = f->n;
}

static void *read_ahead(void *f)
{
	read_file(f);
	return NULL;
}

void blobwords_ahead(struct blobwords_file *f)
{
	if (f && !f->ahead && !f->loaded)
		f->ahead = !pthread_create(&f->thread, NULL, read_ahead, f);
}

static void need(struct blobwords_file *f)
{
	if (__atomic_load_n(&f->loaded, __ATOMIC_ACQUIRE))
		return;
	pthread_mutex_lock(&f->lock);
	if (f->ahead)
		pthread_join(f->thread, NULL);
	else if (!f->loaded)
		read_file(f);
	f->ahead = false;
	__atomic_store_n(&f->loaded, true, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&f->lock);
}

void blobwords_close(struct blobwords_file *f)
{
	size_t i;

	if (!f)
		return;
	if (f->ahead)
		need(f);
	for (i = f->on_disk; i < f->n; i++)
		free((void *)(uintptr_t)f->v[i]);
	if (f->map)
		munmap(f->map, f->map_len);
	pthread_mutex_destroy(&f->lock);
	oid_map_release(&f->index);
	free(f->entry_state);
	free(f->v);
	free(f->state);
	free(f->place);
	free(f->path);
	free(f);
}

/* ---- asking */

static bool is_good(unsigned char *state, const unsigned char *r)
{
	enum state s = __atomic_load_n(state, __ATOMIC_RELAXED);

	if (s == UNCHECKED) {
		s = u64_at(r) == word_record_check(r) ? GOOD : BAD;
		__atomic_store_n(state, (unsigned char)s, __ATOMIC_RELAXED);
	}
	return s == GOOD;
}

/* The record of an entry, or NULL: it is not what the entry says. */
static const unsigned char *entry_record(const struct blobwords_file *f,
					 size_t i)
{
	const unsigned char *e = f->entries + i * ENTRY;
	const unsigned char *r = record_at(f, (uint64_t)u32_at(e + OID_RAW) *
					      4);

	return r && !memcmp(r + 8, e, OID_RAW) &&
	       is_good(&f->entry_state[i], r) ? r : NULL;
}

/* Or entries_n. */
static size_t find_entry(const struct blobwords_file *f, const git_oid *id)
{
	size_t b = bucket_of(id->id), i;

	if (!f->entries_n)
		return 0;
	for (i = f->first[b]; i < f->first[b + 1]; i++)
		if (!memcmp(f->entries + i * ENTRY, id->id, OID_RAW))
			return i;
	return f->entries_n;
}

const unsigned char *wordfile_get(struct blobwords_file *f, const git_oid *id)
{
	int32_t at;
	size_t i;

	need(f);
	at = oid_map_get(&f->index, id);
	if (at >= 0)
		return is_good(&f->state[at], f->v[at]) ? f->v[at] : NULL;
	i = find_entry(f, id);
	return i < f->entries_n ? entry_record(f, i) : NULL;
}

/* A record that is there and was read all the same is damaged; two threads may
 * have read the same blob. */
void wordfile_add(struct blobwords_file *f, unsigned char *r)
{
	git_oid id = id_of(r);

	need(f);
	if (f->n >= RECORDS_MAX || wordfile_get(f, &id)) {
		free(r);
		return;
	}
	f->rewrite |= oid_map_get(&f->index, &id) >= 0 ||
		      find_entry(f, &id) < f->entries_n;
	add_record(f, r, GOOD, 0);
}

/* ---- writing */

struct writer {
	FILE *out;
	uint64_t at;
	unsigned char *entries;
	size_t n, cap;
};

static void write_record(struct writer *w, const unsigned char *r)
{
	fwrite(r, 1, record_len(r), w->out);
	w->at += record_len(r);
}

static void put_entry(struct writer *w, const unsigned char *id,
		      uint32_t place)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 1024;
		w->entries = xreallocarray(w->entries, w->cap, ENTRY);
	}
	memcpy(w->entries + w->n * ENTRY, id, OID_RAW);
	memcpy(w->entries + w->n++ * ENTRY + OID_RAW, &place, 4);
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, OID_RAW);
}

/* With one of its own for what was written, and where it is into the head. */
static void write_index(struct writer *w)
{
	git_oid none = { { 0 } };
	uint64_t at = w->at;
	unsigned char *r;

	qsort(w->entries, w->n, ENTRY, by_id);
	r = word_record_new(&none, (const uint32_t *)(void *)w->entries,
			    w->n * (ENTRY / 4));
	write_record(w, r);
	free(r);
	if (!fseek(w->out, INDEX_AT, SEEK_SET))
		fwrite(&at, 1, 8, w->out);
}

static bool is_newest(const struct blobwords_file *f, const unsigned char *id)
{
	git_oid key;

	memcpy(key.id, id, OID_RAW);
	return oid_map_get(&f->index, &key) < 0;
}

/* All good ones; of too much, what this run has looked at. */
static void write_anew(struct blobwords_file *f, struct writer *w)
{
	bool all = f->map_len < BLOBWORDS_FILE_MAX;
	size_t i;

	for (i = 0; i < f->entries_n; i++) {
		const unsigned char *r = all || f->entry_state[i] == GOOD ?
					 entry_record(f, i) : NULL;

		if (!r || !is_newest(f, r + 8))
			continue;
		put_entry(w, r + 8, (uint32_t)(w->at / 4));
		write_record(w, r);
	}
	for (i = 0; i < f->n; i++) {
		if (i < f->on_disk && f->state[i] != GOOD &&
		    !(all && is_good(&f->state[i], f->v[i])))
			continue;
		put_entry(w, f->v[i] + 8, (uint32_t)(w->at / 4));
		write_record(w, f->v[i]);
	}
	if (w->n > WALKED_MAX)
		write_index(w);
}

static void write_more(struct blobwords_file *f, struct writer *w)
{
	size_t i;

	for (i = f->saved; i < f->n; i++) {
		f->place[i] = (uint32_t)(w->at / 4);
		write_record(w, f->v[i]);
	}
	if (f->n <= WALKED_MAX)
		return;
	for (i = 0; i < f->entries_n; i++)
		if (is_newest(f, f->entries + i * ENTRY))
			put_entry(w, f->entries + i * ENTRY,
				  u32_at(f->entries + i * ENTRY + OID_RAW));
	for (i = 0; i < f->n; i++)
		put_entry(w, f->v[i] + 8, f->place[i]);
	write_index(w);
}

static void write_file(struct blobwords_file *f, struct writer *w, bool anew)
{
	unsigned char head[HEAD];

	if (anew) {
		make_head(head, 0);
		fwrite(head, 1, HEAD, w->out);
		w->at = HEAD;
		write_anew(f, w);
	} else if (!fseek(w->out, 0, SEEK_END)) {
		w->at = f->map_len;
		write_more(f, w);
	}
	free(w->entries);
}

/* Not synced to the disk: what a crash leaves of it is found out when read. */
int blobwords_save(struct blobwords_file *f, struct err *e)
{
	struct writer w = { 0 };
	char *name;
	bool anew;
	int rc = 0;

	if (f->ahead)
		need(f);
	if (f->n == f->saved)
		return 0;
	anew = f->rewrite || f->map_len >= BLOBWORDS_FILE_MAX;
	name = anew ? xasprintf("%s.new", f->path) : xstrdup(f->path);
	w.out = fopen(name, anew ? "we" : "r+e");
	if (w.out)
		write_file(f, &w, anew);
	if (!w.out || ferror(w.out))
		rc = err_errno(e, "cannot write '%s'", name);
	if (w.out && fclose(w.out) && !rc)
		rc = err_errno(e, "cannot write '%s'", name);
	if (!rc && anew && rename(name, f->path))
		rc = err_errno(e, "cannot write '%s'", f->path);
	f->saved = f->n;
	free(name);
	return rc;
}
