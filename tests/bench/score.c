/* tests/bench/score.c - see score.h. */
#include "tests/bench/score.h"

int best_class(const double *p)
{
	int c, b = 0;

	for (c = 1; c < CLASSES; c++)
		if (p[c] > p[b])
			b = c;
	return b;
}

void score_add(struct score *s, int is, int repo, const double *logits)
{
	double p[CLASSES];
	int b, k;

	memcpy(p, logits, sizeof(p));
	softmax(p);
	b = best_class(p);
	k = (int)(p[b] * 20);
	k = k > 19 ? 19 : k;
	s->n++;
	s->ok += b == is;
	s->is[is]++;
	s->said[b]++;
	s->hit[is] += b == is;
	s->bucket_n[k]++;
	s->bucket_ok[k] += b == is;
	s->confusion[is][b]++;
	s->repo_n[repo]++;
	s->repo_ok[repo] += b == is;
}

static bool by_rule(int c)
{
	return !strcmp(classify_types[c], "revert") ||
	       !strcmp(classify_types[c], "release") ||
	       !strcmp(classify_types[c], "dependency");
}

double score_macro(const struct score *s, bool all)
{
	double sum = 0, n = 0;
	int c;

	for (c = 0; c < CLASSES; c++) {
		if (!s->is[c] || (!all && by_rule(c)))
			continue;
		sum += 2 * s->hit[c] / (s->said[c] + s->is[c]);
		n++;
	}
	return n ? sum / n : 0;
}

static void print_class(const struct score *s, int c)
{
	double said = s->said[c] ? s->said[c] : 1, is = s->is[c] ? s->is[c] : 1;
	int k;

	printf("  %-14s n %5.0f  precision %.3f  recall %.3f  F1 %.3f  as",
	       classify_types[c], s->is[c], s->hit[c] / said, s->hit[c] / is,
	       2 * s->hit[c] / (said + is));
	for (k = 0; k < CLASSES; k++)
		printf(" %.3s=%.0f", classify_types[k], s->confusion[c][k]);
	printf("\n");
}

void score_print(const char *what, const struct score *s, bool more)
{
	double mean = 0, repos = 0;
	int c, k;

	for (k = 0; k < 256; k++) {
		if (s->repo_n[k] < 40)
			continue;
		mean += s->repo_ok[k] / s->repo_n[k];
		repos++;
	}
	printf("%s: %.0f rows, accuracy %.4f, macro-F1 %.4f, without revert, "
	       "release, dependency %.4f, mean accuracy of the %.0f "
	       "repositories of 40 rows or more %.4f\n", what, s->n,
	       s->ok / s->n, score_macro(s, true), score_macro(s, false),
	       repos, mean / (repos ? repos : 1));
	for (c = 0; more && c < CLASSES; c++)
		print_class(s, c);
	for (k = 0; more && k < 20; k++)
		if (s->bucket_n[k])
			printf("  p >= %.2f: %5.0f rows, right %.3f\n",
			       k / 20.0, s->bucket_n[k],
			       s->bucket_ok[k] / s->bucket_n[k]);
}

void score_print_repos(const struct score *s, const struct rows *rows)
{
	int r;

	for (r = 0; r < rows->repos_n; r++)
		if (s->repo_n[r] > 0)
			printf("  %-45s %5.0f rows  %.3f\n", rows->repo[r],
			       s->repo_n[r], s->repo_ok[r] / s->repo_n[r]);
}
