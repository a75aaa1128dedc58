/* render/diffstat.c - --stat and --numstat of render/diff.h. */
#include "core/mem.h"
#include "core/utf8.h"
#include "render/diff.h"

#include <string.h>

/* "a/{b => c}/d": what both share at whole path parts stands outside. */
void diff_rename(struct str *out, const struct change *c)
{
	const char *a = c->old_path, *b = c->path;
	struct str qa = STR_INIT, qb = STR_INIT;
	size_t an, bn, pre = 0, suf = 0, i, share;

	if (!a) {
		diff_quote(out, b);
		return;
	}
	diff_quote(&qa, a);
	diff_quote(&qb, b);
	/* A name that has to be quoted is shown whole. */
	if (*str_c(&qa) == '"' || *str_c(&qb) == '"') {
		str_addf(out, "%s => %s", str_c(&qa), str_c(&qb));
		goto out;
	}
	an = strlen(a);
	bn = strlen(b);
	for (i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			pre = i + 1;
	/* The suffix begins with a slash, which may be that of the prefix. */
	share = pre ? pre - 1 : 0;
	for (i = 1; i <= an - share && i <= bn - share &&
	     a[an - i] == b[bn - i]; i++)
		if (a[an - i] == '/')
			suf = i;
	if (pre + suf)
		str_addf(out, "%.*s{", (int)pre, a);
	str_addf(out, "%.*s => %.*s",
		 an > pre + suf ? (int)(an - pre - suf) : 0, a + pre,
		 bn > pre + suf ? (int)(bn - pre - suf) : 0, b + pre);
	if (pre + suf)
		str_addf(out, "}%s", a + an - suf);
out:
	str_release(&qa);
	str_release(&qb);
}

static bool unmeasured(const struct change *c)
{
	return c->additions < 0 || c->deletions < 0;
}

void diff_numstat(struct str *out, const struct change *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (unmeasured(&c[i]))
			str_add(out, "?\t?\t");
		else if (c[i].flags & CHANGE_BINARY)
			str_add(out, "-\t-\t");
		else
			str_addf(out, "%d\t%d\t", (int)c[i].additions,
				 (int)c[i].deletions);
		diff_rename(out, &c[i]);
		str_addch(out, '\n');
	}
}

/* One line of the table. */
struct row {
	char *name;
	uint64_t add, del;	/* lines; sizes in bytes for a binary file */
	bool binary, measured;
};

struct widths {
	int name, number, graph;
	uint64_t most;		/* largest add + del of a text file */
};

static int digits(uint64_t v)
{
	int n = 1;

	while (v >= 10) {
		v /= 10;
		n++;
	}
	return n;
}

static uint64_t blob_size(git_repository *repo, const git_oid *id)
{
	git_odb *odb = NULL;
	git_object_t type;
	size_t size = 0;

	if (!repo || oid_zero(id) || git_repository_odb(&odb, repo))
		return 0;
	if (git_odb_read_header(&size, &type, odb, id))
		size = 0;
	git_odb_free(odb);
	return size;
}

static void fill(struct row *r, git_repository *repo, const struct change *c)
{
	struct str name = STR_INIT;

	diff_rename(&name, c);
	r->name = str_detach(&name);
	r->measured = !unmeasured(c);
	r->binary = r->measured && c->flags & CHANGE_BINARY;
	if (r->binary && !oid_eq(&c->old_oid, &c->oid)) {
		r->add = blob_size(repo, &c->oid);
		r->del = blob_size(repo, &c->old_oid);
	} else if (r->measured && !r->binary) {
		r->add = (uint64_t)c->additions;
		r->del = (uint64_t)c->deletions;
	}
}

/*
 * git's layout: names get 5/8 and the graph 3/8 of the line when both want
 * more than there is; a name never takes room from the numbers.
 */
static struct widths layout(const struct row *r, size_t n, int columns)
{
	struct widths w = {0};
	int bin = 0, want, room;
	size_t i;

	for (i = 0; i < n; i++) {
		want = (int)utf8_columns(r[i].name, strlen(r[i].name));
		if (want > w.name)
			w.name = want;
		if (r[i].binary) {
			/* "Bin XXX -> YYY bytes" */
			want = 14 + digits(r[i].add) + digits(r[i].del);
			bin = want > bin ? want : bin;
			w.number = w.number < 3 ? 3 : w.number;
		} else if (r[i].add + r[i].del > w.most) {
			w.most = r[i].add + r[i].del;
		}
	}
	if (digits(w.most) > w.number)
		w.number = digits(w.most);
	if (columns < 22 + w.number)
		columns = 22 + w.number;
	/* Nothing is wider than a line; keeps the sums within an int. */
	w.graph = w.most > 100000 ? 100000 : (int)w.most;
	if (w.graph + 4 <= bin)
		w.graph = bin - 4;
	room = columns - w.number - 6;
	if (w.name + w.graph <= room)
		return w;
	want = columns * 3 / 8 - w.number - 6;
	if (w.graph > want)
		w.graph = want < 6 ? 6 : want;
	if (w.name > room - w.graph)
		w.name = room - w.graph;
	else
		w.graph = room - w.name;
	return w;
}

/* Cut in front, at a slash where the rest has one. */
static void add_name(struct str *out, const char *name, int width)
{
	int have = (int)utf8_columns(name, strlen(name)), room = width;
	const char *slash;
	uint32_t cp;
	int n;

	str_addch(out, ' ');
	if (have > width) {
		str_add(out, "...");
		room = width > 3 ? width - 3 : 0;
		while (have > room && *name) {
			n = utf8_next(name, strlen(name), &cp);
			have -= n ? utf8_width(cp) : 1;
			name += n ? n : 1;
		}
		slash = strchr(name, '/');
		if (slash)
			name = slash;
		have = (int)utf8_columns(name, strlen(name));
	}
	str_add(out, name);
	for (; have < room; have++)
		str_addch(out, ' ');
	str_add(out, " | ");
}

/* Something changed is never shown as nothing. */
static int scale(uint64_t v, const struct widths *w)
{
	if (!v)
		return 0;
	return 1 + (int)(v * (uint64_t)(w->graph - 1) / w->most);
}

static void add_graph(struct str *out, const struct term_style *st,
		      const struct row *r, const struct widths *w)
{
	uint64_t add = r->add, del = r->del;
	struct str bar = STR_INIT;
	int total;

	if ((uint64_t)w->graph <= w->most) {
		total = scale(add + del, w);
		if (total < 2 && add && del)
			total = 2;
		if (add < del) {
			add = (uint64_t)scale(add, w);
			del = (uint64_t)total - add;
		} else {
			del = (uint64_t)scale(del, w);
			add = (uint64_t)total - del;
		}
	}
	while (add--)
		str_addch(&bar, '+');
	if (bar.len)
		term_paint(out, st, PAINT_NEW, str_c(&bar), bar.len);
	str_clear(&bar);
	while (del--)
		str_addch(&bar, '-');
	if (bar.len)
		term_paint(out, st, PAINT_OLD, str_c(&bar), bar.len);
	str_release(&bar);
}

static void add_row(struct str *out, const struct term_style *st,
		    const struct row *r, const struct widths *w)
{
	char n[24];

	add_name(out, r->name, w->name);
	if (!r->measured) {
		str_addf(out, "%*s not measured\n", w->number, "?");
	} else if (r->binary) {
		str_addf(out, "%*s", w->number, "Bin");
		if (r->add || r->del) {
			str_addch(out, ' ');
			snprintf(n, sizeof(n), "%llu",
				 (unsigned long long)r->del);
			term_paint(out, st, PAINT_OLD, n, strlen(n));
			str_add(out, " -> ");
			snprintf(n, sizeof(n), "%llu",
				 (unsigned long long)r->add);
			term_paint(out, st, PAINT_NEW, n, strlen(n));
			str_add(out, " bytes");
		}
		str_addch(out, '\n');
	} else {
		str_addf(out, "%*llu%s", w->number,
			 (unsigned long long)(r->add + r->del),
			 r->add + r->del ? " " : "");
		add_graph(out, st, r, w);
		str_addch(out, '\n');
	}
}

static void add_sum(struct str *out, const struct row *r, size_t n)
{
	uint64_t add = 0, del = 0;
	size_t i, not = 0;

	for (i = 0; i < n; i++) {
		if (!r[i].binary) {
			add += r[i].add;
			del += r[i].del;
		}
		not += !r[i].measured;
	}
	str_addf(out, " %zu file%s changed", n, n == 1 ? "" : "s");
	if (n && (add || !del))
		str_addf(out, ", %llu insertion%s(+)", (unsigned long long)add,
			 add == 1 ? "" : "s");
	if (n && (del || !add))
		str_addf(out, ", %llu deletion%s(-)", (unsigned long long)del,
			 del == 1 ? "" : "s");
	if (not)
		str_addf(out, ", %zu not measured", not);
	str_addch(out, '\n');
}

void diff_stat(struct str *out, git_repository *repo, const struct change *c,
	       size_t n, const struct diff_style *st)
{
	struct row *r = xcalloc(n + 1, sizeof(*r));
	struct widths w;
	size_t i;

	for (i = 0; i < n; i++)
		fill(&r[i], repo, &c[i]);
	w = layout(r, n, st->term.columns);
	for (i = 0; i < n; i++)
		add_row(out, &st->term, &r[i], &w);
	if (n)
		add_sum(out, r, n);
	for (i = 0; i < n; i++)
		free(r[i].name);
	free(r);
}
