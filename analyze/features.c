#include "analyze/features.h"

#include "analyze/concepts.h"

#include "core/mem.h"

#include <ctype.h>
#include <stdio.h>

void features_release(struct features *f)
{
	map64_release(&f->seen);
	str_release(&f->names);
	*f = (struct features){ .n = 0 };
}

/* floor(1024 * sqrt(5 / n)) without floating point: the same everywhere. */
int features_scale(const struct features *f, enum feature_group g)
{
	const size_t n = g == FEATURE_PATH || g == FEATURE_BODY ?
		f->group_n[g] : 0;
	const long want = n > 5 ? (5L << 20) / (long)n : 0;
	long r = 1;

	if (!want)
		return 1024;
	while ((r + 1) * (r + 1) <= want)
		r++;
	return (int)r;
}

const char *features_name(const struct features *f, size_t i)
{
	return f->keep_names ? f->names.s + f->f[i].name : "";
}

/* A feature's name is kind + ":" + a + sep + b; hashed without building it. */
static void add(struct features *f, const char *kind, const char *a, size_t al,
		const char *b, size_t bl)
{
	uint64_t h = hash64(HASH64_START, kind, strlen(kind));

	h = hash64(h, a, al);
	if (b) {
		h = hash64(h, "_", 1);
		h = hash64(h, b, bl);
	}
	if (f->n >= FEATURES_MAX || map64_get(&f->seen, h) != MAP64_NONE)
		return;
	map64_set(&f->seen, h, 1);
	f->f[f->n].hash = h;
	f->f[f->n].group = strchr("pef", kind[0]) ? FEATURE_PATH :
		kind[0] == 'd' ? FEATURE_BODY :
		kind[0] == 'r' ? FEATURE_DIFF : FEATURE_ONE;
	f->group_n[f->f[f->n].group]++;
	if (f->keep_names) {
		f->f[f->n].name = (uint32_t)f->names.len;
		str_add(&f->names, kind);
		str_addmem(&f->names, a, al);
		if (b) {
			str_addch(&f->names, '_');
			str_addmem(&f->names, b, bl);
		}
		str_addch(&f->names, 0);
	}
	f->n++;
}

static void add_str(struct features *f, const char *kind, const char *a,
		    const char *b)
{
	add(f, kind, a, strlen(a), b, b ? strlen(b) : 0);
}

/* Letters, digits and bytes over 127 stand for themselves, in lower case; the
 * rest is no part of a word: 0. */
static unsigned char part[256];
const unsigned char word_low[256] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
	24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
	36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
	48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
	60, 61, 62, 63, 64, 97, 98, 99, 100, 101, 102, 103,
	104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,
	116, 117, 118, 119, 120, 121, 122, 91, 92, 93, 94, 95,
	96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107,
	108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119,
	120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131,
	132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143,
	144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155,
	156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167,
	168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179,
	180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191,
	192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203,
	204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215,
	216, 217, 218, 219, 220, 221, 222, 223, 224, 225, 226, 227,
	228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239,
	240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251,
	252, 253, 254, 255,
};

__attribute__((constructor)) static void part_fill(void)
{
	int i;

	for (i = 0; i < 256; i++)
		part[i] = i >= 128 || (i >= '0' && i <= '9') ||
			  (i >= 'A' && i <= 'Z') || (i >= 'a' && i <= 'z');
}

uint64_t word_hash(struct slice w)
{
	uint64_t h = HASH64_START;
	size_t i;

	for (i = 0; i < w.len; i++) {
		h ^= word_low[(unsigned char)w.s[i]];
		h *= 0x100000001b3ULL;
	}
	return h;
}

bool word_next(const char *s, size_t len, size_t *pos, struct slice *w)
{
	size_t i = *pos;

	while (i < len && !part[(unsigned char)s[i]])
		i++;
	w->s = s + i;
	while (i < len && part[(unsigned char)s[i]])
		i++;
	w->len = (size_t)(s + i - w->s);
	*pos = i;
	return w->len > 0;
}

static size_t cut_end(const char *w, size_t n)
{
	if (n > 5 && !memcmp(w + n - 3, "ing", 3))
		n -= 3;
	else if (n > 4 && !memcmp(w + n - 2, "ed", 2))
		n -= 2;
	else if (n > 4 && !memcmp(w + n - 2, "es", 2) &&
		 strchr("sxzh", w[n - 3]))
		n -= 2;
	else if (n > 3 && w[n - 1] == 's' && w[n - 2] != 's' &&
		 w[n - 2] != 'u' && w[n - 2] != 'i')
		n -= 1;
	if (n > 4 && w[n - 1] == 'e')
		n -= 1;
	if (n > 4 && w[n - 1] == w[n - 2] && !strchr("ls", w[n - 1]))
		n -= 1;
	return n;
}

size_t word_stem(char *out, size_t out_size, const char *s, size_t len)
{
	size_t i, n = len < out_size ? len : out_size;
	bool digits = true;

	for (i = 0; i < n; i++) {
		out[i] = (char)tolower((unsigned char)s[i]);
		digits &= isdigit((unsigned char)s[i]) != 0;
	}
	if (digits) {
		out[0] = '#';
		return 1;
	}
	return cut_end(out, n);
}

/* Stems of the subject, for pairs and for crossing with places. */
struct stems {
	char text[64][24];
	size_t len[64];
	size_t n;
};

static void stems_of(struct stems *st, struct slice s)
{
	struct slice w;
	size_t pos = 0;

	st->n = 0;
	while (st->n < ARRAY_N(st->len) && word_next(s.s, s.len, &pos, &w)) {
		st->len[st->n] = word_stem(st->text[st->n],
					   sizeof(st->text[0]), w.s, w.len);
		st->n++;
	}
}

/* Marks in the subject that say what sort of thing it names. */
static void of_marks(struct features *f, struct slice s)
{
	bool dotted = false, times = false, hash = false, path = false;
	size_t i;

	for (i = 1; i + 1 < s.len; i++) {
		bool before = isdigit((unsigned char)s.s[i - 1]) != 0;
		bool after = isdigit((unsigned char)s.s[i + 1]) != 0;

		dotted |= s.s[i] == '.' && before && after;
		times |= before && !after && (s.s[i] == 'x' || s.s[i] == '%');
		hash |= s.s[i] == '#' && after;
		path |= s.s[i] == '/' && !before && !after;
	}
	if (dotted)
		add_str(f, "s:", "dotted", NULL);
	if (times)
		add_str(f, "s:", "times", NULL);
	if (hash)
		add_str(f, "s:", "number", NULL);
	if (path)
		add_str(f, "s:", "path", NULL);
	if (memmem(s.s, s.len, "->", 2))
		add_str(f, "s:", "arrow", NULL);
	if (memmem(s.s, s.len, "==", 2))
		add_str(f, "s:", "equals", NULL);
}

static void of_subject(struct features *f, const struct message *m,
		       const struct stems *st)
{
	size_t i;
	int t;

	for (i = 0; i < st->n; i++)
		add(f, "w:", st->text[i], st->len[i], NULL, 0);
	if (st->n)
		add(f, "1:", st->text[0], st->len[0], NULL, 0);
	for (i = 0; i + 1 < st->n; i++)
		add(f, i ? "b:" : "2:", st->text[i], st->len[i],
		    st->text[i + 1], st->len[i + 1]);
	for (i = 2; i < st->n; i++)
		add(f, "h:", st->text[0], st->len[0], st->text[i], st->len[i]);
	for (t = 0; t < m->tags_n; t++) {
		struct slice w;
		size_t pos = 0;
		char stem[24];

		while (word_next(m->tags[t].s, m->tags[t].len, &pos, &w)) {
			size_t n = word_stem(stem, sizeof(stem), w.s, w.len);

			add(f, "t:", stem, n, NULL, 0);
		}
	}
	if (memchr(m->rest.s, '`', m->rest.len))
		add_str(f, "s:", "backtick", NULL);
	if (memmem(m->rest.s, m->rest.len, "()", 2))
		add_str(f, "s:", "call", NULL);
	of_marks(f, m->rest);
	add_str(f, "s:words", st->n < 3 ? "2" : st->n < 5 ? "4" : st->n < 9 ?
		"8" : st->n < 14 ? "13" : "14", NULL);
}

static void of_body(struct features *f, const struct message *m)
{
	struct slice w;
	size_t pos = 0, n;
	char stem[24];
	int i;

	for (i = 0; i < FEATURES_BODY &&
	     word_next(str_c(&m->body), m->body.len, &pos, &w); i++) {
		n = word_stem(stem, sizeof(stem), w.s, w.len);
		add(f, "d:", stem, n, NULL, 0);
	}
}

/* 0, 1, 2, 3-4, 5-8, 9-16, ...: names of steps are short digits. */
static const char *step(int64_t v)
{
	static const char *const names[] = { "0", "1", "2", "4", "8", "16",
		"32", "64", "128", "256", "512", "1k", "2k", "big" };
	size_t i = 0;

	if (v < 0)
		return "unknown";
	if (v > 0)
		for (i = 1; i + 1 < ARRAY_N(names) && v > 1LL << (i - 1); i++)
			;
	return names[i];
}

struct shape {
	int64_t files[PLACE_N], lines[PLACE_N];
	int64_t add, del, all_files, all_lines, product_add;
	int64_t even;		/* files with as many lines added as removed */
	bool unknown;
	enum place top;		/* most lines, then files */
};

static void shape_of(struct shape *s, const struct classify_input *in,
		     const struct path_facts *const *facts)
{
	size_t i;
	int p;

	*s = (struct shape){ .top = PLACE_OTHER };
	for (i = 0; i < in->paths_n; i++) {
		const struct classify_path *c = &in->paths[i];
		enum place k = facts[i]->place;
		int64_t a = c->additions, d = c->deletions;

		if (a < 0 || d < 0) {
			s->unknown = true;
			a = d = 1;
		}
		s->files[k]++;
		s->all_files++;
		s->lines[k] += a + d;
		s->all_lines += a + d;
		s->add += a;
		s->del += d;
		s->even += a == d;
		if (k <= PLACE_SOURCE)
			s->product_add += a;
	}
	for (p = PLACE_N - 1; p >= 0; p--)
		if (s->files[p] && (!s->files[s->top] ||
				    s->lines[p] >= s->lines[s->top]))
			s->top = (enum place)p;
}

static void of_shape(struct features *f, const struct shape *s,
		     const struct classify_input *in, const struct stems *st)
{
	char set[PLACE_N + 1];
	static const char code[] = "pksTDcbdrvBEtoO";
	size_t n = 0;
	const char *ratio;
	int p;

	if (!s->all_files) {
		add_str(f, "n:", "nofiles", NULL);
		return;
	}
	for (p = 0; p < PLACE_N; p++) {
		if (!s->files[p])
			continue;
		set[n++] = code[p];
		add_str(f, "k:any_", place_names[p], NULL);
		if (s->files[p] == s->all_files)
			add_str(f, "k:all_", place_names[p], NULL);
		if (s->lines[p] * 2 >= s->all_lines)
			add_str(f, "k:most_", place_names[p], NULL);
	}
	add(f, "k:only_", set, n, NULL, 0);
	if (st->n)
		add(f, "z:", st->text[0], st->len[0], set, n);
	add_str(f, "n:files_", step((int64_t)(in->files > in->paths_n ?
		in->files : in->paths_n)), NULL);
	if (s->unknown)
		return;
	add_str(f, "n:add_", step(s->add), NULL);
	add_str(f, "n:del_", step(s->del), NULL);
	add_str(f, "n:src_", step(s->product_add), NULL);
	ratio = !s->all_lines ? "none" : !s->del ? "new" : !s->add ? "gone" :
		s->add > 8 * s->del ? "8" : s->add > 3 * s->del ? "3" :
		s->add * 2 > 3 * s->del ? "2" : s->add * 3 >= 2 * s->del ?
		"1" : "less";
	add_str(f, "n:ratio_", ratio, NULL);
	add_str(f, "n:ratio_", ratio, place_names[s->top]);
	add_str(f, "n:size_", step(s->all_lines), place_names[s->top]);
	add_str(f, "n:even_", s->even == s->all_files ? "all" :
		s->even * 2 >= s->all_files ? "most" : s->even ? "some" :
		"none", s->all_files > 1 ? "many" : "one");
	add_str(f, "n:each_", step(s->all_lines / s->all_files),
		s->all_files > 8 ? "9" : s->all_files > 2 ? "3" : "1");
}

/* Sorts of words: of any word, of the first, of those with the top place. */
static void of_concepts(struct features *f, const struct stems *st,
			const struct shape *s)
{
	unsigned any = 0, first = 0, bits;
	size_t i;
	int k, j;

	for (i = 0; i < st->n; i++) {
		bits = concepts_of(st->text[i], st->len[i]);
		any |= bits;
		first = i ? first : bits;
	}
	for (k = 0; k < CONCEPTS; k++) {
		if (first >> k & 1)
			add_str(f, "c:first_", concept_names[k], NULL);
		if (!(any >> k & 1))
			continue;
		add_str(f, "c:", concept_names[k], NULL);
		if (s->all_files)
			add_str(f, "c:", concept_names[k],
				place_names[s->top]);
	}
	for (k = 0; k < CONCEPTS; k++)
		for (j = k + 1; j < CONCEPTS; j++)
			if (any >> k & any >> j & 1)
				add_str(f, "c:", concept_names[k],
					concept_names[j]);
	if (!any)
		add_str(f, "c:", "none", NULL);
}

static void of_crosses(struct features *f, const struct stems *st,
		       const struct shape *s)
{
	const char *top = place_names[s->top];
	size_t i;

	if (!s->all_files)
		return;
	if (st->n)
		add(f, "x:", st->text[0], st->len[0], top, strlen(top));
	for (i = 0; i < st->n; i++)
		add(f, "y:", st->text[i], st->len[i], top, strlen(top));
}

/* Words of a path go to the facts (only their hashes) or straight to the
 * features when names are wanted. */
struct path_sink {
	struct path_facts *facts;
	struct features *features;
	int n;
};

static void put_path_word(struct path_sink *k, const char *kind, const char *s,
			  size_t len)
{
	if (k->n++ >= PATH_WORDS)
		return;
	if (k->features)
		add(k->features, kind, s, len, NULL, 0);
	else
		k->facts->hash[k->facts->n++] = hash64(
			hash64(HASH64_START, kind, 2), s, len);
}

static void path_words(struct path_sink *k, const char *path)
{
	const char *base = strrchr(path, '/'), *dot;
	struct slice w;
	size_t pos = 0, n;
	char stem[40];

	base = base ? base + 1 : path;
	n = word_stem(stem, sizeof(stem), base, strlen(base));
	put_path_word(k, "f:", stem, n);
	dot = strrchr(base, '.');
	if (dot) {
		n = word_stem(stem, sizeof(stem), dot + 1, strlen(dot + 1));
		put_path_word(k, "e:", stem, n);
	}
	while (word_next(path, strlen(path), &pos, &w)) {
		n = word_stem(stem, 24, w.s, w.len);
		put_path_word(k, "p:", stem, n);
	}
}

void path_facts_read(struct path_facts *f, const char *path)
{
	struct path_sink k = { .facts = f };

	f->place = place_of(path);
	f->n = 0;
	path_words(&k, path);
}

static void add_path_hash(struct features *f, uint64_t h)
{
	if (f->n >= FEATURES_MAX || map64_get(&f->seen, h) != MAP64_NONE)
		return;
	map64_set(&f->seen, h, 1);
	f->f[f->n].hash = h;
	f->f[f->n++].group = FEATURE_PATH;
	f->group_n[FEATURE_PATH]++;
}

/* The file's name when it is the only one; the ending all files have. */
static void of_names(struct features *f, const struct classify_input *in)
{
	const char *first = NULL;
	char stem[40];
	size_t i, n;

	for (i = 0; i < in->paths_n; i++) {
		const char *base = strrchr(in->paths[i].path, '/'), *dot;

		base = base ? base + 1 : in->paths[i].path;
		if (in->paths_n == 1) {
			n = word_stem(stem, sizeof(stem), base, strlen(base));
			add(f, "o:", stem, n, NULL, 0);
		}
		dot = strrchr(base, '.');
		dot = dot ? dot + 1 : "";
		if (first && strcmp(first, dot))
			return;
		first = dot;
	}
	if (first && *first) {
		n = word_stem(stem, sizeof(stem), first, strlen(first));
		add(f, "g:", stem, n, NULL, 0);
	}
}

static void of_paths(struct features *f, const struct classify_input *in,
		     const struct path_facts *const *facts)
{
	size_t i, n = in->paths_n;
	int w;

	if (n > FEATURES_PATHS)
		n = FEATURES_PATHS;
	for (i = 0; i < n; i++) {
		struct path_sink k = { .features = f };

		if (f->keep_names)
			path_words(&k, in->paths[i].path);
		for (w = 0; !f->keep_names && w < facts[i]->n; w++)
			add_path_hash(f, facts[i]->hash[w]);
	}
}

/* What the diff does, alone and with the kind of file that has most lines. */
static void of_traits(struct features *f, uint32_t traits,
		      const struct shape *s)
{
	int i;

	for (i = 0; trait_names[i].name; i++) {
		if (!(traits & trait_names[i].bit))
			continue;
		add_str(f, "r:", trait_names[i].name, NULL);
		add_str(f, "r:", trait_names[i].name, place_names[s->top]);
	}
}

void features_read(struct features *f, const struct message *m,
		   const struct classify_input *in,
		   const struct path_facts *const *facts)
{
	struct stems st;
	struct shape s;

	f->n = 0;
	memset(f->group_n, 0, sizeof(f->group_n));
	map64_clear(&f->seen);
	str_clear(&f->names);
	stems_of(&st, m->rest);
	shape_of(&s, in, facts);
	add_str(f, "bias", "", NULL);
	of_subject(f, m, &st);
	of_shape(f, &s, in, &st);
	of_crosses(f, &st, &s);
	of_concepts(f, &st, &s);
	of_names(f, in);
	of_paths(f, in, facts);
	of_body(f, m);
	of_traits(f, in->traits, &s);
}
