/*
 * A small reader of PCRE2 syntax that only ever errs to the side of "not
 * known": at anything it does not fully understand it gives up.
 */
#include "analyze/literals.h"
#include "core/find.h"

#include <ctype.h>
#include <string.h>

struct reader {
	const char *p;
	bool fail;
	int depth;
};

static void read_alternatives(struct reader *r, struct literals *out);

static size_t shortest(const struct literals *l)
{
	size_t min = 0;
	int i;

	for (i = 0; i < l->n; i++) {
		size_t n = strlen(l->s[i]);

		if (!i || n < min)
			min = n;
	}
	return min;
}

/* The better of two sets that both hold is the one with longer words. */
static void keep_better(struct literals *best, const struct literals *l)
{
	if (l->n && shortest(l) > shortest(best))
		*best = *l;
}

static void flush(struct literals *best, char *run, size_t *len)
{
	struct literals l = { .n = 1 };

	if (*len) {
		memcpy(l.s[0], run, *len);
		keep_better(best, &l);
	}
	*len = 0;
}

/* Skip a quantifier; *min is how often the atom must be there. */
static bool quantifier(struct reader *r, int *min)
{
	*min = 1;
	if (*r->p == '?' || *r->p == '*') {
		*min = 0;
	} else if (*r->p == '{' && isdigit((unsigned char)r->p[1])) {
		*min = r->p[1] != '0';
		while (*r->p && *r->p != '}')
			r->p++;
	} else if (*r->p != '+') {
		return false;
	}
	if (*r->p)
		r->p++;
	if (*r->p == '?' || *r->p == '+')
		r->p++;
	return true;
}

static void skip_class(struct reader *r)
{
	r->p++;
	if (*r->p == '^')
		r->p++;
	if (*r->p == ']')
		r->p++;
	for (; *r->p && *r->p != ']'; r->p++) {
		if (*r->p == '[' && r->p[1] == ':')
			r->fail = true;
		if (*r->p == '\\' && r->p[1])
			r->p++;
	}
	if (*r->p)
		r->p++;
	else
		r->fail = true;
}

static void read_group(struct reader *r, struct literals *best)
{
	struct literals in = { 0 };
	bool look = false;
	int min;

	r->p++;
	if (*r->p == '*') {
		r->fail = true;
	} else if (*r->p == '?') {
		r->p++;
		if (*r->p == ':')
			r->p++;
		else if (*r->p == '=' || *r->p == '!')
			look = true, r->p++;
		else if (*r->p == '<' && (r->p[1] == '=' || r->p[1] == '!'))
			look = true, r->p += 2;
		else
			r->fail = true;
	}
	if (++r->depth > 20)
		r->fail = true;
	if (r->fail)
		return;
	read_alternatives(r, &in);
	r->depth--;
	if (*r->p != ')') {
		r->fail = true;
		return;
	}
	r->p++;
	quantifier(r, &min);
	if (!look && min)
		keep_better(best, &in);
}

/* One character that stands for itself, or 0. */
static char literal(struct reader *r)
{
	char c = *r->p;

	if (c == '\\') {
		c = r->p[1];
		if (!c || isalnum((unsigned char)c))
			return 0;
		r->p += 2;
		return c;
	}
	if ((unsigned char)c >= 128) {
		r->fail = true;
		return 0;
	}
	if (strchr(".[]()^$|?*+{}", c))
		return 0;
	r->p++;
	return (char)tolower((unsigned char)c);
}

static void skip_escape(struct reader *r)
{
	if (!r->p[1] || !strchr("bBdDsSwWAzZ", r->p[1]))
		r->fail = true;
	else
		r->p += 2;
}

static void read_sequence(struct reader *r, struct literals *best)
{
	char run[LITERALS_LEN], c;
	size_t len = 0;
	int min;

	while (!r->fail && *r->p && *r->p != '|' && *r->p != ')') {
		c = literal(r);
		if (c) {
			const char *at = r->p;

			if (quantifier(r, &min)) {
				if (min && len < sizeof(run) - 1)
					run[len++] = c;
				flush(best, run, &len);
			} else {
				r->p = at;
				if (len == sizeof(run) - 1)
					flush(best, run, &len);
				run[len++] = c;
			}
			continue;
		}
		flush(best, run, &len);
		if (*r->p == '(')
			read_group(r, best);
		else if (*r->p == '[')
			skip_class(r);
		else if (*r->p == '\\')
			skip_escape(r);
		else if (*r->p && !r->fail)
			r->p++;
		if (!r->fail)
			quantifier(r, &min);
	}
	flush(best, run, &len);
}

static void read_alternatives(struct reader *r, struct literals *out)
{
	bool all = true;

	out->n = 0;
	for (;;) {
		struct literals one = { 0 };

		read_sequence(r, &one);
		if (!one.n || out->n + one.n > LITERALS_N)
			all = false;
		if (all) {
			memcpy(out->s[out->n], one.s,
			       (size_t)one.n * sizeof(one.s[0]));
			out->n += one.n;
		}
		if (r->fail || *r->p != '|')
			break;
		r->p++;
	}
	if (!all)
		out->n = 0;
}

void literals_read(struct literals *out, const char *pattern)
{
	struct reader r = { .p = pattern };

	memset(out, 0, sizeof(*out));
	read_alternatives(&r, out);
	if (r.fail || *r.p)
		out->n = 0;
}

bool literals_may_match(const struct literals *l, const char *low, size_t len,
			bool ascii)
{
	int i;

	if (!l->n || !ascii)
		return true;
	for (i = 0; i < l->n; i++)
		if (find_bytes(low, len, l->s[i], strlen(l->s[i])))
			return true;
	return false;
}
