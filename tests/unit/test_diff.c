/*
 * tests/unit/test_diff.c - patches, --stat and --numstat against git's own.
 *
 * git makes the repository and the rows (diff-tree --raw, --numstat), so only
 * the rendering is under test.  AIREP_DIFF_REPO=DIR AIREP_DIFF_N=500 compares
 * the newest commits of a real repository too.
 */
#include "tests/unit/unit.h"

#include "core/git_compat.h"
#include "core/utf8.h"
#include "render/diff.h"

#define SHOW "diff-tree --no-commit-id --root -r -M --full-index "

static char *dir;
static git_repository *repo;

static struct diff_style plain(void)
{
	struct diff_style st = {
		.term = { .columns = 80 }, .max_file = 1 << 24, .context = 3,
	};

	return st;
}

static void run(struct str *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void run(struct str *out, const char *fmt, ...)
{
	struct str cmd = STR_INIT;
	char buf[65536];
	va_list ap;
	size_t n;
	FILE *p;

	str_add(&cmd, "export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 "
		"GIT_CONFIG_GLOBAL=/dev/null; ");
	va_start(ap, fmt);
	str_vaddf(&cmd, fmt, ap);
	va_end(ap);
	p = popen(str_c(&cmd), "r");
	assert_non_null(p);
	str_clear(out);
	while ((n = fread(buf, 1, sizeof(buf), p)) > 0)
		str_addmem(out, buf, n);
	if (pclose(p))
		fail_msg("failed: %s", str_c(&cmd));
	str_release(&cmd);
}

struct rows {
	struct change *v;
	size_t n;
	struct str raw, num;	/* the paths point into raw */
};

/* "100644 ABC DEF 100644 R90\0old\0new\0": one record after the colon. */
static const char *read_raw(struct change *c, const char *p)
{
	unsigned from, to;
	int score = 0, at = 0;
	char a[41], b[41];

	assert_true(sscanf(p, ":%o %o %40s %40s %c%n", &from, &to, a, b,
			   &c->status, &at) >= 5);
	sscanf(p + at, "%d", &score);
	c->old_mode = from;
	c->mode = to;
	assert_int_equal(oid_parse(&c->old_oid, a), 0);
	assert_int_equal(oid_parse(&c->oid, b), 0);
	c->similarity = c->status == 'R' ? score : -1;
	p += strlen(p) + 1;
	if (c->status == 'R') {
		c->old_path = p;
		p += strlen(p) + 1;
	}
	c->path = p;
	return p + strlen(p) + 1;
}

/* "1\t2\tpath\0", "-\t-\t\0old\0new\0", in the order of the raw rows. */
static const char *read_num(struct change *c, const char *p)
{
	const char *tab = strchr(strchr(p, '\t') + 1, '\t');
	int add, del;

	if (*p == '-') {
		c->flags |= CHANGE_BINARY;
	} else {
		assert_int_equal(sscanf(p, "%d\t%d", &add, &del), 2);
		c->additions = add;
		c->deletions = del;
	}
	p = tab + 1;
	if (!*p) {
		p++;
		p += strlen(p) + 1;
	}
	return p + strlen(p) + 1;
}

/* False for a commit that has no rows or that git cannot read. */
static bool rows_of(struct rows *r, const char *at, const char *from,
		    const char *to)
{
	const char *p, *end;
	size_t cap = 0;

	memset(r, 0, sizeof(*r));
	run(&r->raw, "git -C %s " SHOW "--raw -z %s %s || :", at, from, to);
	run(&r->num, "git -C %s " SHOW "--numstat -z %s %s || :", at, from, to);
	if (!r->raw.len || !r->num.len)
		return false;
	end = r->raw.s + r->raw.len;
	for (p = r->raw.s; p < end; r->n++) {
		GROW(r->v, r->n, cap);
		memset(&r->v[r->n], 0, sizeof(*r->v));
		p = read_raw(&r->v[r->n], p);
	}
	p = r->num.s;
	for (cap = 0; cap < r->n; cap++)
		p = read_num(&r->v[cap], p);
	return true;
}

static void rows_release(struct rows *r)
{
	free(r->v);
	str_release(&r->raw);
	str_release(&r->num);
}

static void same(const char *what, const struct str *want,
		 const struct str *got)
{
	size_t i, start = 0;

	if (want->len == got->len &&
	    !memcmp(str_c(want), str_c(got), want->len))
		return;
	for (i = 0; i < want->len && i < got->len &&
	     want->s[i] == got->s[i]; i++)
		if (want->s[i] == '\n')
			start = i + 1;
	fail_msg("%s differs at byte %zu:\nwant: %.200s\ngot:  %.200s", what, i,
		 str_c(want) + start, str_c(got) + start);
}

/* All three forms of one step against git's. */
static void compare(git_repository *r, const char *at, const char *from,
		    const char *to)
{
	struct diff_style st = plain();
	struct str want = STR_INIT, got = STR_INIT;
	struct rows rows;
	struct err e = {0};
	size_t i;

	if (!rows_of(&rows, at, from, to))
		goto out;
	run(&want, "git -C %s " SHOW "-p %s %s", at, from, to);
	for (i = 0; i < rows.n; i++)
		if (diff_patch(&got, r, &rows.v[i], &st, &e))
			fail_msg("%s: %s", to, e.msg);
	same("patch", &want, &got);
	for (st.term.columns = 30; st.term.columns < 140;
	     st.term.columns += 25) {
		run(&want, "git -C %s " SHOW "--stat=%d %s %s", at,
		    st.term.columns, from, to);
		str_clear(&got);
		diff_stat(&got, r, rows.v, rows.n, &st);
		same("stat", &want, &got);
	}
	run(&want, "git -C %s " SHOW "--numstat %s %s", at, from, to);
	str_clear(&got);
	diff_numstat(&got, rows.v, rows.n);
	same("numstat", &want, &got);
out:
	rows_release(&rows);
	str_release(&want);
	str_release(&got);
}

static int setup(void **state UNUSED)
{
	static const char script[] =
		"cd '%s' && git init -q -b main . && "
		"git config user.name u && git config user.email u@e && "
		"mkdir -p src/deep/er bin && "
		"seq 1 200 >src/a.c && "
		"printf 'int f(void)\\n{\\n\\tone;\\n\\ttwo;\\n\\tthree;\\n"
		"\\tfour;\\n\\tfive;\\n\\tsix;\\n}\\n' >src/deep/er/f.c && "
		"printf 'a\\000b' >bin/x.bin && printf 'no end' >noend && "
		"printf 'one\\r\\ntwo\\r\\n' >crlf && : >empty && "
		"seq 1 40 >'with blank' && seq 1 30 >\"q\\\"uo\\te\" && "
		"seq 5 60 >\"$(printf 'caf\\303\\251')\" && "
		"ln -s src link && echo mode >mode && "
		"git add -A && git commit -qm one && git tag one && "
		"git mv src/a.c src/deep/b.c && seq 150 160 >>src/deep/b.c && "
		"git mv src/deep/er/f.c src/deep/f.c && "
		"sed -i 's/four/4/' src/deep/f.c && "
		"printf 'a\\000bc' >bin/x.bin && printf 'no end\\n' >noend && "
		"printf 'one\\r\\n2\\r\\n' >crlf && echo x >empty && "
		"echo 41 >>'with blank' && sed -i 7d q* && "
		"sed -i 's/^50$/fifty/' \"$(printf 'caf\\303\\251')\" && "
		"rm link && echo file >link && chmod +x mode && "
		"seq 1 5000 >long.txt && "
		"mkdir -p very/long/path/to/show/how/names/are/cut/in/front && "
		"seq 1 7 >very/long/path/to/show/how/names/are/cut/in/front/"
		"of_the_graph.txt && "
		"git update-index --add --cacheinfo "
		"160000,1234567890123456789012345678901234567890,sub && "
		"git add src bin noend crlf empty with* q* caf* link mode "
		"long.txt very && git commit -qm two && git tag two && "
		"git rm -qr --cached bin very && rm -r bin very && "
		"git update-index --cacheinfo "
		"160000,abcdefabcdefabcdefabcdefabcdefabcdefabcd,sub && "
		"git mv mode moved && git mv noend src/noend && "
		"git commit -qm three && git tag three";
	struct str out = STR_INIT;

	dir = unit_dir();
	run(&out, script, dir);
	str_release(&out);
	git_libgit2_init();
	return git_repository_open(&repo, dir);
}

static int teardown(void **state UNUSED)
{
	git_repository_free(repo);
	git_libgit2_shutdown();
	unit_dir_remove(dir);
	return 0;
}

static void every_kind_of_change_is_printed_as_git_prints_it(
	void **state UNUSED)
{
	compare(repo, dir, "", "one");
	compare(repo, dir, "one", "two");
	compare(repo, dir, "two", "three");
	compare(repo, dir, "three", "two");
	compare(repo, dir, "two", "one");
	compare(repo, dir, "one", "three");
}

static struct change find(struct rows *r, const char *path)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].path, path))
			return r->v[i];
	fail_msg("no row for %s", path);
	return r->v[0];
}

static void what_is_not_there_or_too_large_is_said(void **state UNUSED)
{
	struct diff_style st = plain();
	struct str out = STR_INIT;
	struct rows r;
	struct change c;

	assert_true(rows_of(&r, dir, "one", "two"));
	st.max_file = 1000;
	c = find(&r, "long.txt");
	assert_int_equal(diff_patch(&out, repo, &c, &st, NULL), 0);
	assert_non_null(strstr(out.s, "not shown: over 1000 bytes\n"));
	assert_null(strstr(out.s, "@@"));
	str_clear(&out);
	c = find(&r, "crlf");
	memset(c.old_oid.id, 0x77, OID_RAW);
	assert_int_equal(diff_patch(&out, repo, &c, &st, NULL), 0);
	assert_non_null(strstr(out.s, "not shown: the mirror lacks 7777"));
	str_clear(&out);
	c.additions = c.deletions = -1;
	diff_stat(&out, repo, &c, 1, &st);
	assert_string_equal(out.s, " crlf | ? not measured\n 1 file changed, "
			    "0 insertions(+), 0 deletions(-), 1 not measured\n");
	str_clear(&out);
	diff_numstat(&out, &c, 1);
	assert_string_equal(out.s, "?\t?\tcrlf\n");
	str_release(&out);
	rows_release(&r);
}

static void a_terminal_gets_no_control_from_a_file(void **state UNUSED)
{
	struct diff_style st = plain();
	struct str out = STR_INIT;
	struct rows r;
	struct change c;

	assert_true(rows_of(&r, dir, "one", "two"));
	c = find(&r, "crlf");
	st.term.terminal = true;
	assert_int_equal(diff_patch(&out, repo, &c, &st, NULL), 0);
	assert_null(strchr(out.s, '\r'));
	assert_non_null(strstr(out.s, "-two\\x0d\n"));
	str_clear(&out);
	st.term.color = true;
	assert_int_equal(diff_patch(&out, repo, &c, &st, NULL), 0);
	assert_non_null(strstr(out.s, "\033[31m-two\\x0d\033[m\n"));
	assert_non_null(strstr(out.s, "\033[36m@@ -1,2 +1,2 @@\033[m\n"));
	str_release(&out);
	rows_release(&r);
}

static void a_terminal_without_utf8_gets_ascii(void **state UNUSED)
{
	struct term_style st = { .terminal = true, .ascii = true };
	struct str out = STR_INIT;

	term_text(&out, &st, "a\xe4\xb8\xad\xff\n", 6);
	assert_string_equal(out.s, "a<U+4E2D>?\n");
	str_release(&out);
}

static void table_columns_line_up_by_width_on_screen(void **state UNUSED)
{
	struct term_style st = { .terminal = true };
	struct term_table t = { .columns = 3, .right = 2 };
	struct str out = STR_INIT;

	term_cell(&t, "\xe4\xb8\xad\xe6\x96\x87");
	term_cellf(&t, "%d", 5);
	term_cell(&t, "x");
	term_cell(&t, "ab");
	term_cell(&t, "1234");
	term_cell(&t, "\033y");
	term_table_put(&out, &st, &t);
	assert_string_equal(out.s, "\xe4\xb8\xad\xe6\x96\x87     5  x\n"
			    "ab    1234  \\x1by\n");
	term_table_release(&t);
	str_release(&out);
}

/* Some tenths of a second for each commit: on request only. */
static void a_real_history_is_printed_as_git_prints_it(void **state UNUSED)
{
	const char *at = getenv("AIREP_DIFF_REPO"), *n = getenv("AIREP_DIFF_N");
	struct str list = STR_INIT;
	git_repository *real = NULL;
	char from[48], *p, *nl;

	if (!at)
		skip();
	assert_int_equal(git_repository_open_bare(&real, at), 0);
	run(&list, "git -C %s rev-list --no-merges --min-parents=1 -n %s HEAD",
	    at, n ? n : "100");
	for (p = list.s; p && *p; p = nl + 1) {
		nl = strchr(p, '\n');
		*nl = 0;
		snprintf(from, sizeof(from), "%s^", p);
		compare(real, at, from, p);
	}
	git_repository_free(real);
	str_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_kind_of_change_is_printed_as_git_prints_it),
		cmocka_unit_test(what_is_not_there_or_too_large_is_said),
		cmocka_unit_test(a_terminal_gets_no_control_from_a_file),
		cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
		cmocka_unit_test(table_columns_line_up_by_width_on_screen),
		cmocka_unit_test(a_real_history_is_printed_as_git_prints_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
