/*
 * analyze/blobwords.c - see blobwords.h.
 *
 * The file: a head of 16 bytes (8 that name the format, 8 that are the check of
 * the words of a fixed text: another byte order, hash or idea of a word makes
 * another number), then records:
 *
 *	check of the rest of the record, 8 bytes
 *	id of the blob, 20 bytes
 *	number of words, 4 bytes
 *	hashes of the words, ascending, 4 bytes each
 *
 * in this machine's byte order.  A record is believed when its check is right,
 * which is found out when it is first asked for.
 */
#include "analyze/blobwords.h"

#include "core/fs.h"
#include "core/mem.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD 16
#define RECORD 32			/* without the words */
#define RECORDS_MAX 4000000
#define WORD_MIN 3
#define PROBES_MAX 256			/* words made to collide: not kept */

static const char magic[] = "airepwd1";

struct blobwords_file {
	char *path;
	unsigned char *map;		/* NULL: nothing on disk */
	size_t map_len;
	struct oid_map index;		/* id -> place in v */
	const unsigned char **v;
	unsigned char *state;		/* of each in v: enum state */
	size_t n, cap, state_cap;
	size_t on_disk;			/* of v; further ones are allocated */
	size_t saved;			/* of v */
	pthread_mutex_t lock;		/* of who is first to need it */
	pthread_t thread;		/* that reads it, when `ahead` */
	bool ahead, loaded;
	bool rewrite;			/* what is there is damaged */
};

/* Threads may find out the same at once. */
enum state { UNCHECKED, GOOD, BAD };

/* Both hashes are stored: a file made with others is not believed (make_head). */
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

static uint64_t load(const char *s, size_t n)
{
	uint64_t x = 0;

	memcpy(&x, s, n);
	return x;
}

/* Loads of fixed length, that may overlap: words are short.  0 is an empty place
 * of the table. */
static uint32_t word_hash(const char *s, size_t len)
{
	uint64_t h = (uint64_t)len * 0x9e3779b97f4a7c15ull;
	const char *last = s + len;

	for (; last - s > 8; s += 8) {
		h = (h ^ load(s, 8)) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	if (len >= 8)
		h ^= load(last - 8, 8);
	else if (len >= 4)
		h ^= load(s, 4) | load(last - 4, 4) << 32;
	else
		h ^= load(s, 2) | load(last - 1, 1) << 16;
	h *= 0xc4ceb9fe1a85ec53ull;
	h = (h ^ h >> 29) * 0xff51afd7ed558ccdull;
	return h >> 32 ? (uint32_t)(h >> 32) : 1;
}

static uint32_t words_n(const unsigned char *r)
{
	uint32_t n;

	memcpy(&n, r + 28, 4);
	return n;
}

static size_t record_len(const unsigned char *r)
{
	return RECORD + (size_t)words_n(r) * 4;
}

static uint64_t check(const unsigned char *r)
{
	return mix(r + 8, record_len(r) - 8);
}

/* ---- the words of a text */

struct table {
	uint32_t *v;
	size_t mask, n, max;
	int shift;
};

static void table_clear(struct blobwords *w, struct table *t, size_t places)
{
	if (places > w->table_n) {
		free(w->table);
		free(w->sorted);
		w->table_n = places;
		w->table = xmalloc(places * sizeof(*w->table));
		w->sorted = xmalloc(places * sizeof(*w->sorted));
	}
	memset(w->table, 0, places * sizeof(*w->table));
	t->v = w->table;
	t->mask = places - 1;
	t->n = 0;
	t->max = places / 2;
	t->shift = 32 - __builtin_ctzl(places);
}

/*
 * Places follow the order of the hashes, so that the table read from its
 * beginning is sorted but for those next to each other.
 */
static bool put_word(struct table *t, uint32_t h)
{
	size_t i = h >> t->shift;
	int probes = 0;

	while (t->v[i] && t->v[i] != h) {
		if (++probes > PROBES_MAX)
			return false;
		i = (i + 1) & t->mask;
	}
	t->n += !t->v[i];
	t->v[i] = h;
	return t->n < t->max;
}

static bool put_run(struct table *t, const char *s, size_t len)
{
	return len < WORD_MIN || (*s >= '0' && *s <= '9') ||
	       put_word(t, word_hash(s, len));
}

/* A bit for each of n <= 64 bytes: does it belong to a word? */
static uint64_t word_bits(const char *s, size_t n)
{
	uint64_t bits = 0;
	size_t i = 0;
#ifdef __SSE2__
	const __m128i case_bit = _mm_set1_epi8(0x20), a = _mm_set1_epi8('a'),
		      zero = _mm_set1_epi8('0'), low = _mm_set1_epi8('_'),
		      letters = _mm_set1_epi8(25), digits = _mm_set1_epi8(9);

	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(s + i));
		__m128i x = _mm_sub_epi8(_mm_or_si128(v, case_bit), a);
		__m128i y = _mm_sub_epi8(v, zero);
		__m128i is = _mm_or_si128(_mm_or_si128(
			_mm_cmpeq_epi8(_mm_min_epu8(x, letters), x),
			_mm_cmpeq_epi8(_mm_min_epu8(y, digits), y)),
			_mm_cmpeq_epi8(v, low));

		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(is) << i;
	}
#endif
	for (; i < n; i++)
		bits |= (uint64_t)is_word_byte(s[i]) << i;
	return bits;
}

static size_t ones_from(uint64_t bits, size_t at)
{
	uint64_t rest = ~(bits >> at);

	return rest ? (size_t)__builtin_ctzll(rest) : 64;
}

static bool put_words(struct table *t, const char *s, size_t len)
{
	const char *end = s + len, *from = NULL;

	for (; s < end; s += 64) {
		uint64_t bits = word_bits(s, end - s < 64 ?
					  (size_t)(end - s) : 64);
		size_t at = from ? ones_from(bits, 0) : 0, n;

		if (at == 64)
			continue;
		if (from && !put_run(t, from, (size_t)(s + at - from)))
			return false;
		from = NULL;
		for (bits &= UINT64_MAX << at; bits;
		     bits &= UINT64_MAX << (at + n)) {
			at = (size_t)__builtin_ctzll(bits);
			n = ones_from(bits, at);
			if (at + n >= 64) {
				from = s + at;
				break;
			}
			if (!put_run(t, s + at, n))
				return false;
		}
	}
	return !from || put_run(t, from, (size_t)(end - from));
}

static size_t sort_words(uint32_t *out, const struct table *t)
{
	size_t n = 0, i, k;

	for (i = 0; i <= t->mask; i++) {
		uint32_t h = t->v[i];

		if (!h)
			continue;
		for (k = n++; k && out[k - 1] > h; k--)
			out[k] = out[k - 1];
		out[k] = h;
	}
	return n;
}

/* How many distinct words, sorted in w->sorted, or -1: they cannot be told. */
static int64_t collect(struct blobwords *w, const char *s, size_t len)
{
	struct table t;
	size_t places = 1024;

	while (places < len / 8)
		places *= 2;
	for (; places <= len + 4096; places *= 2) {
		table_clear(w, &t, places);
		if (put_words(&t, s, len))
			return (int64_t)sort_words(w->sorted, &t);
	}
	return -1;
}

static unsigned char *record_new(const git_oid *id, const uint32_t *words,
				 size_t n)
{
	unsigned char *r = xmalloc(RECORD + n * 4);
	uint32_t n32 = (uint32_t)n;
	uint64_t sum;

	memcpy(r + 8, id->id, OID_RAW);
	memcpy(r + 28, &n32, 4);
	if (n)
		memcpy(r + RECORD, words, n * 4);
	sum = check(r);
	memcpy(r, &sum, 8);
	return r;
}

/* ---- the file */

/* What this program makes of a text that has one of everything. */
static void make_head(unsigned char out[HEAD])
{
	static const char text[] = "def head_of(x1, _long_name_of_a_file): "
				   "return 7up + \"caf\xc3\xa9\" - --a-flag";
	struct blobwords w = { 0 };
	git_oid id = { { 1 } };
	int64_t n = collect(&w, text, sizeof(text) - 1);
	unsigned char *r = record_new(&id, w.sorted, (size_t)n);

	memcpy(out, magic, 8);
	memcpy(out + 8, r, 8);
	free(r);
	blobwords_join(&w);
}

/* The newest of an id counts: an older one was damaged. */
static void add_record(struct blobwords_file *f, const unsigned char *r,
		       enum state state)
{
	git_oid id;

	memcpy(id.id, r + 8, OID_RAW);
	oid_map_set(&f->index, &id, (int32_t)f->n);
	GROW(f->state, f->n, f->state_cap);
	f->state[f->n] = (unsigned char)state;
	GROW(f->v, f->n, f->cap);
	f->v[f->n++] = r;
}

/* As far as it can be walked; what follows a wrong length is lost. */
static void read_records(struct blobwords_file *f)
{
	unsigned char head[HEAD];
	size_t at = HEAD;

	make_head(head);
	f->rewrite = true;
	if (f->map_len < HEAD || memcmp(f->map, head, HEAD))
		return;
	while (f->map_len - at >= RECORD && f->n < RECORDS_MAX) {
		const unsigned char *r = f->map + at;

		if ((f->map_len - at - RECORD) / 4 < words_n(r))
			return;
		add_record(f, r, UNCHECKED);
		at += record_len(r);
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
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
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
	free(f->v);
	free(f->state);
	free(f->path);
	free(f);
}

static enum state state_of(struct blobwords_file *f, size_t i)
{
	enum state s = __atomic_load_n(&f->state[i], __ATOMIC_RELAXED);
	uint64_t sum;

	if (s != UNCHECKED)
		return s;
	memcpy(&sum, f->v[i], 8);
	s = sum == check(f->v[i]) ? GOOD : BAD;
	__atomic_store_n(&f->state[i], (unsigned char)s, __ATOMIC_RELAXED);
	return s;
}

/* Which records a new file gets: all good ones; of too much, what this run
 * has looked at. */
static void write_records(struct blobwords_file *f, FILE *out, size_t from)
{
	bool all = f->map_len < BLOBWORDS_FILE_MAX;
	size_t i;

	for (i = from; i < f->n; i++)
		if (i >= f->on_disk || f->state[i] == GOOD ||
		    (all && state_of(f, i) == GOOD))
			fwrite(f->v[i], 1, record_len(f->v[i]), out);
}

/* Not synced to the disk: what a crash leaves of it is found out when read. */
int blobwords_save(struct blobwords_file *f, struct err *e)
{
	unsigned char head[HEAD];
	char *name;
	FILE *out;
	bool anew;
	int rc = 0;

	if (f->ahead)
		need(f);
	if (f->n == f->saved)
		return 0;
	anew = f->rewrite || f->map_len >= BLOBWORDS_FILE_MAX;
	name = anew ? xasprintf("%s.new", f->path) : xstrdup(f->path);
	out = fopen(name, anew ? "we" : "ae");
	if (out && anew) {
		make_head(head);
		fwrite(head, 1, HEAD, out);
	}
	if (out)
		write_records(f, out, anew ? 0 : f->saved);
	if (!out || ferror(out))
		rc = err_errno(e, "cannot write '%s'", name);
	if (out && fclose(out) && !rc)
		rc = err_errno(e, "cannot write '%s'", name);
	if (!rc && anew && rename(name, f->path))
		rc = err_errno(e, "cannot write '%s'", f->path);
	f->saved = f->n;
	free(name);
	return rc;
}

/* ---- one thread's view */

void blobwords_init(struct blobwords *w, struct blobwords_file *f)
{
	memset(w, 0, sizeof(*w));
	w->file = f;
}

/* A record that is there and was read all the same is damaged; two threads
 * may have read the same blob. */
static void join_record(struct blobwords_file *f, unsigned char *r)
{
	git_oid id;
	int32_t at;

	memcpy(id.id, r + 8, OID_RAW);
	at = oid_map_get(&f->index, &id);
	if (at >= 0 && f->state[at] == GOOD) {
		free(r);
		return;
	}
	f->rewrite |= at >= 0;
	add_record(f, r, GOOD);
}

void blobwords_join(struct blobwords *w)
{
	size_t i;

	if (w->file && w->n)
		need(w->file);
	for (i = 0; i < w->n; i++)
		if (w->file && w->file->n < RECORDS_MAX)
			join_record(w->file, w->v[i]);
		else
			free(w->v[i]);
	oid_map_release(&w->own);
	free(w->v);
	free(w->table);
	free(w->sorted);
	memset(w, 0, sizeof(*w));
}

static struct wordset set_of(const unsigned char *r)
{
	/* Records are a multiple of four bytes, from the map's beginning on. */
	return (struct wordset){ (const uint32_t *)(const void *)(r + RECORD),
				 words_n(r), true };
}

struct wordset blobwords_get(const struct blobwords *w, const git_oid *id)
{
	struct blobwords_file *f = w->file;
	int32_t at;

	if (f)
		need(f);
	at = f ? oid_map_get(&f->index, id) : -1;
	if (at >= 0 && state_of(f, (size_t)at) == GOOD)
		return set_of(f->v[at]);
	at = oid_map_get(&w->own, id);
	return at >= 0 ? set_of(w->v[at]) : (struct wordset){ 0 };
}

struct wordset blobwords_add(struct blobwords *w, const git_oid *id,
			     const char *s, size_t len)
{
	int64_t n = collect(w, s, len);

	if (n < 0)
		return (struct wordset){ 0 };
	GROW(w->v, w->n, w->cap);
	w->v[w->n] = record_new(id, w->sorted, (size_t)n);
	oid_map_set(&w->own, id, (int32_t)w->n);
	return set_of(w->v[w->n++]);
}

/* ---- asking */

void wordask_init(struct wordask *a, const char *name, size_t len)
{
	const char *s = name, *end = name + len, *from;

	a->n = 0;
	while (s < end && a->n < (int)ARRAY_N(a->v)) {
		for (from = s; s < end && is_word_byte(*s); s++)
			;
		if (s - from >= WORD_MIN && (*from < '0' || *from > '9'))
			a->v[a->n++] = word_hash(from, (size_t)(s - from));
		s++;
	}
}

/* Hashes are spread evenly: a word is near where its hash says. */
static bool has_word(const struct wordset *s, uint32_t h)
{
	size_t i = (size_t)((uint64_t)h * s->n >> 32);

	while (i < s->n && s->v[i] < h)
		i++;
	while (i && s->v[i - 1] >= h)
		i--;
	return i < s->n && s->v[i] == h;
}

bool wordset_may_hold(const struct wordset *s, const struct wordask *a)
{
	int i;

	for (i = 0; s->known && i < a->n; i++)
		if (!has_word(s, a->v[i]))
			return false;
	return true;
}
