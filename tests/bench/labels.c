/*
 * labels FILE.tsv... - how well the program labels commits whose labels are
 * known.  Files with a column subject_stripped are scored on the type with the
 * author's prefix removed and visible; gold sets also on areas and hardware,
 * and leniently (any type a sensible reader might give).
 *
 * The table that is built in was fitted on such files: figures with the prefix
 * removed on repositories of its training say how well it learned, not how well
 * it does elsewhere.  scripts/train-labels measures that, by leaving them out;
 * `make labels` prints what it found beside this.
 */
#include "core/mem.h"
#include "tests/bench/rows.h"

static bool show_wrong;

struct tally {
	double n, ok, hit[16], said[16], is[16];
};

static int type_index(const char *s)
{
	int i;

	for (i = 0; classify_types[i]; i++)
		if (!strcmp(classify_types[i], s))
			return i;
	return -1;
}

static void count(struct tally *t, int is, int said)
{
	t->n++;
	t->ok += is == said;
	t->is[is]++;
	t->said[said]++;
	t->hit[is] += is == said;
}

static double macro(const struct tally *t, bool all)
{
	double sum = 0, n = 0;
	int c;

	for (c = 0; classify_types[c]; c++) {
		const char *s = classify_types[c];

		if (!t->is[c] || (!all && (!strcmp(s, "revert") ||
		    !strcmp(s, "release") || !strcmp(s, "dependency"))))
			continue;
		sum += 2 * t->hit[c] / (t->said[c] + t->is[c]);
		n++;
	}
	return n ? sum / n : 0;
}

static void print_tally(const char *what, const struct tally *t)
{
	printf("  %-28s accuracy %.4f  macro-F1 %.4f  without revert, "
	       "release, dependency %.4f  (%.0f rows)\n", what, t->ok / t->n,
	       macro(t, true), macro(t, false), t->n);
}

static bool listed(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *s = list;

	while ((s = strstr(s, word)) != NULL) {
		if ((s == list || s[-1] == ',') && (!s[n] || s[n] == ','))
			return true;
		s += n;
	}
	return false;
}

static int list_n(const char *list)
{
	int n = *list != 0;

	for (; *list; list++)
		n += *list == ',';
	return n;
}

struct sets {
	double hit, said, is;
};

static void count_set(struct sets *s, const char *truth,
		      const char *const *said, int n)
{
	int i;

	s->is += list_n(truth);
	s->said += n;
	for (i = 0; i < n; i++)
		s->hit += listed(truth, said[i]);
}

static void print_sets(const char *what, const struct sets *s)
{
	printf("  %-28s micro-F1 %.4f  precision %.4f  recall %.4f\n", what,
	       2 * s->hit / (s->said + s->is), s->hit / s->said,
	       s->hit / s->is);
}

static void print_list(const char *what, const char *truth,
		       const char *const *said, int n)
{
	int i;

	printf("\t%s %s ->", what, *truth ? truth : "-");
	for (i = 0; i < n; i++)
		printf(" %s", said[i]);
}

static void run(struct classify_cache *c, const struct row *row,
		const char *subject, struct arena *a, struct labels *l)
{
	struct classify_input in = { .subject = subject, .paths = row->paths,
		.paths_n = row->paths_n, .files = row->files,
		.project = row->repo, .body = row->body,
		.author = row->author, .traits = row->traits };

	classify_with(c, &in, false, a, l);
}

static void score_rows(struct classify_cache *c, const struct rows *rows)
{
	struct tally removed = { 0 }, visible = { 0 };
	struct arena a = { 0 };
	struct labels l;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		const struct row *row = &rows->row[i];

		run(c, row, row->stripped, &a, &l);
		count(&removed, row->type, type_index(l.type));
		run(c, row, row->subject, &a, &l);
		count(&visible, row->type, type_index(l.type));
		if (show_wrong && type_index(l.type) != row->type)
			printf("%s\t%s -> %s\t%s\n", row->repo,
			       classify_types[row->type], l.type,
			       row->subject);
		arena_release(&a);
	}
	print_tally("prefix removed", &removed);
	print_tally("prefix visible", &visible);
}

static void show_gold(const struct row *row, const struct labels *l)
{
	printf("%.20s\t%.80s\t%s", row->repo, row->subject, l->type);
	if (type_index(l->type) != row->type)
		printf("\ttype %s (%s)", classify_types[row->type], row->alt);
	print_list("areas", row->areas, l->areas, l->areas_n);
	print_list("hw", row->hardware, l->hardware, l->hardware_n);
	printf("\n");
}

static void score_gold(struct classify_cache *c, const struct rows *rows)
{
	struct tally strict = { 0 };
	struct sets areas = { 0 }, hardware = { 0 };
	double lenient = 0;
	struct arena a = { 0 };
	struct labels l;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		const struct row *row = &rows->row[i];

		run(c, row, row->subject, &a, &l);
		count(&strict, row->type, type_index(l.type));
		lenient += type_index(l.type) == row->type ||
			   listed(row->alt, l.type);
		count_set(&areas, row->areas, l.areas, l.areas_n);
		count_set(&hardware, row->hardware, l.hardware, l.hardware_n);
		if (show_wrong)
			show_gold(row, &l);
		arena_release(&a);
	}
	print_tally("type, strict", &strict);
	printf("  %-28s accuracy %.4f\n", "type, lenient", lenient / strict.n);
	print_sets("areas", &areas);
	print_sets("hardware", &hardware);
}

int main(int argc, char **argv)
{
	struct classify_cache *c;
	struct rules *r;
	struct err e = { 0 };
	int i;

	if (rules_load(&r, NULL, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	show_wrong = getenv("SHOW") != NULL;
	c = classify_cache_new(r);
	for (i = 1; i < argc; i++) {
		struct rows rows = { 0 };

		if (rows_read(&rows, argv[i], &e) < 0) {
			fprintf(stderr, "%s\n", e.msg);
			return 1;
		}
		if (!rows.n)
			continue;
		printf("%s\n", argv[i]);
		if (rows.row[0].stripped)
			score_rows(c, &rows);
		else
			score_gold(c, &rows);
	}
	classify_cache_free(c);
	rules_free(r);
	return 0;
}
