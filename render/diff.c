/* render/diff.c - see diff.h: the patch of one file. */
#include "render/diff.h"

#include "core/mem.h"

#include <ctype.h>
#include <string.h>

/* git calls a file binary when there is a NUL in this many bytes. */
#define BINARY_LOOK 8000

/* One side of a file: nothing, a blob, or a submodule's line of text. */
struct side {
	git_blob *blob;
	char line[80];
	const char *data;
	size_t len;
	bool missing, too_large;
};

static bool needs_quote(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f ||
		    *s == '"' || *s == '\\')
			return true;
	return false;
}

static void quote_bytes(struct str *out, const char *s)
{
	static const char letters[] = "\a\b\t\n\v\f\r\"\\";
	static const char names[] = "abtnvfr\"\\";
	const char *at;

	for (; *s; s++) {
		at = strchr(letters, *s);
		if (at)
			str_addf(out, "\\%c", names[at - letters]);
		else if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f)
			str_addf(out, "\\%03o", (unsigned)(unsigned char)*s);
		else
			str_addch(out, *s);
	}
}

/* git quotes "a/" and the name together. */
static void quote_with(struct str *out, const char *prefix, const char *path)
{
	bool quote = needs_quote(path);

	if (quote)
		str_addch(out, '"');
	str_add(out, prefix);
	if (quote)
		quote_bytes(out, path);
	else
		str_add(out, path);
	if (quote)
		str_addch(out, '"');
}

void diff_quote(struct str *out, const char *path)
{
	quote_with(out, "", path);
}

static const char *old_name(const struct change *c)
{
	return c->old_path ? c->old_path : c->path;
}

static void meta(struct str *out, const struct diff_style *st,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void meta(struct str *out, const struct diff_style *st,
		 const char *fmt, ...)
{
	struct str line = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	term_paint(out, &st->term, PAINT_META, str_c(&line), line.len);
	str_release(&line);
}

static void add_index(struct str *out, const struct diff_style *st,
		      const struct change *c)
{
	char from[OID_HEX + 1], to[OID_HEX + 1], mode[16] = "";

	if (oid_eq(&c->old_oid, &c->oid))
		return;
	if (c->old_mode == c->mode)
		snprintf(mode, sizeof(mode), " %06o", (unsigned)c->mode);
	meta(out, st, "index %s..%s%s\n", oid_hex(&c->old_oid, from),
	     oid_hex(&c->oid, to), mode);
}

/* From "diff --git" to the index line, in git's order. */
static void add_header(struct str *out, const struct diff_style *st,
		       const struct change *c)
{
	struct str from = STR_INIT, to = STR_INIT;

	quote_with(&from, "a/", old_name(c));
	quote_with(&to, "b/", c->path);
	meta(out, st, "diff --git %s %s\n", str_c(&from), str_c(&to));
	if (!c->old_mode) {
		meta(out, st, "new file mode %06o\n", (unsigned)c->mode);
	} else if (!c->mode) {
		meta(out, st, "deleted file mode %06o\n",
		     (unsigned)c->old_mode);
	} else if (c->old_mode != c->mode) {
		meta(out, st, "old mode %06o\n", (unsigned)c->old_mode);
		meta(out, st, "new mode %06o\n", (unsigned)c->mode);
	}
	if (c->status == 'R') {
		str_clear(&from);
		str_clear(&to);
		diff_quote(&from, old_name(c));
		diff_quote(&to, c->path);
		meta(out, st, "similarity index %d%%\n", c->similarity);
		meta(out, st, "rename from %s\n", str_c(&from));
		meta(out, st, "rename to %s\n", str_c(&to));
	}
	add_index(out, st, c);
	str_release(&from);
	str_release(&to);
}

static void label(struct str *out, const char *prefix, const char *path,
		  uint32_t mode)
{
	if (mode)
		quote_with(out, prefix, path);
	else
		str_add(out, "/dev/null");
}

/* A name with a blank is followed by a tab, so that tools see its end. */
static void add_names(struct str *out, const struct diff_style *st,
		      const struct change *c)
{
	struct str s = STR_INIT;

	label(&s, "a/", old_name(c), c->old_mode);
	meta(out, st, "--- %s%s\n", str_c(&s),
	     strchr(str_c(&s), ' ') ? "\t" : "");
	str_clear(&s);
	label(&s, "b/", c->path, c->mode);
	meta(out, st, "+++ %s%s\n", str_c(&s),
	     strchr(str_c(&s), ' ') ? "\t" : "");
	str_release(&s);
}

static void side_release(struct side *s)
{
	git_blob_free(s->blob);
	s->blob = NULL;
}

static int side_read(struct side *s, git_repository *repo, const git_oid *id,
		     uint32_t mode, size_t max, struct err *e)
{
	static const char nothing[] = "";
	char hex[OID_HEX + 1];
	git_odb *odb = NULL;
	git_object_t type;
	size_t size;
	int rc;

	memset(s, 0, sizeof(*s));
	s->data = nothing;
	if (!mode)
		return 0;
	if (mode == GIT_FILEMODE_COMMIT) {
		s->len = (size_t)snprintf(s->line, sizeof(s->line),
					  "Subproject commit %s\n",
					  oid_hex(id, hex));
		s->data = s->line;
		return 0;
	}
	if (git_repository_odb(&odb, repo))
		return err_git(e, "object database");
	rc = git_odb_read_header(&size, &type, odb, id);
	git_odb_free(odb);
	s->missing = rc == GIT_ENOTFOUND;
	s->too_large = !rc && size > max;
	if (s->missing || s->too_large)
		return 0;
	if (rc || git_blob_lookup(&s->blob, repo, id))
		return err_git(e, oid_hex(id, hex));
	s->data = git_blob_rawcontent(s->blob);
	s->len = (size_t)git_blob_rawsize(s->blob);
	return 0;
}

static bool is_binary(const struct side *s)
{
	return memchr(s->data, 0, s->len < BINARY_LOOK ? s->len : BINARY_LOOK);
}

/* "@@ -1,2 +3,4 @@" in its colour, what follows without. */
static void add_hunk_header(struct str *out, const struct diff_style *st,
			    const git_diff_hunk *h)
{
	const char *s = h->header, *end = s + h->header_len, *at;

	at = end - s > 4 ? memmem(s + 2, (size_t)(end - s - 2), " @@", 3) : NULL;
	at = at ? at + 3 : end;
	/* The function's name was cut at 80 bytes; git then drops blanks. */
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	term_paint(out, &st->term, PAINT_FRAG, s, (size_t)(at - s));
	term_text(out, &st->term, at, (size_t)(end - at));
	str_addch(out, '\n');
}

static void add_line(struct str *out, const struct diff_style *st,
		     const git_diff_line *l)
{
	enum term_paint paint = l->origin == '+' ? PAINT_NEW :
				l->origin == '-' ? PAINT_OLD : PAINT_NONE;
	struct str s = STR_INIT;

	/* The three "no newline" origins bring the line end with them. */
	if (l->origin == '+' || l->origin == '-' || l->origin == ' ')
		str_addch(&s, l->origin);
	str_addmem(&s, l->content, l->content_len);
	term_paint(out, &st->term, paint, str_c(&s), s.len);
	str_release(&s);
}

static int add_hunks(struct str *out, const struct diff_style *st,
		     const struct side *a, const struct side *b, struct err *e)
{
	git_diff_options opts;
	const git_diff_hunk *hunk;
	const git_diff_line *line;
	git_patch *patch = NULL;
	size_t i, n, lines;
	int k, rc = 0;

	git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION);
	opts.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
	opts.context_lines = (uint32_t)st->context;
	if (git_patch_from_buffers(&patch, a->data, a->len, NULL, b->data,
				   b->len, NULL, &opts))
		return err_git(e, "diff");
	n = git_patch_num_hunks(patch);
	if (st->only_hunk && (size_t)st->only_hunk > n) {
		git_patch_free(patch);
		return err_set(e, ERR_NOTFOUND, "there %s %zu hunk%s, no .h%d",
			       n == 1 ? "is" : "are", n, n == 1 ? "" : "s",
			       st->only_hunk);
	}
	for (i = 0; i < n && !rc; i++) {
		if (st->only_hunk && (size_t)st->only_hunk != i + 1)
			continue;
		rc = git_patch_get_hunk(&hunk, &lines, patch, i);
		if (rc)
			break;
		add_hunk_header(out, st, hunk);
		for (k = 0; k < (int)lines && !rc; k++) {
			rc = git_patch_get_line_in_hunk(&line, patch, i,
							(size_t)k);
			if (!rc)
				add_line(out, st, line);
		}
	}
	if (rc)
		rc = err_git(e, "diff");
	git_patch_free(patch);
	return rc;
}

static void add_binary(struct str *out, const struct change *c)
{
	str_add(out, "Binary files ");
	label(out, "a/", old_name(c), c->old_mode);
	str_add(out, " and ");
	label(out, "b/", c->path, c->mode);
	str_add(out, " differ\n");
}

static void add_not_shown(struct str *out, const struct diff_style *st,
			  const struct change *c, const struct side *a,
			  const struct side *b)
{
	char hex[OID_HEX + 1];

	if (a->missing || b->missing)
		str_addf(out, "not shown: the mirror lacks %s\n",
			 oid_hex(a->missing ? &c->old_oid : &c->oid, hex));
	else
		str_addf(out, "not shown: over %zu bytes\n", st->max_file);
}

/* One header and its hunks. */
static int one_patch(struct str *out, git_repository *repo,
		     const struct change *c, const struct diff_style *st,
		     struct err *e)
{
	struct side a = {0}, b = {0};
	int rc;

	add_header(out, st, c);
	if (oid_eq(&c->old_oid, &c->oid))
		return 0;
	rc = side_read(&a, repo, &c->old_oid, c->old_mode, st->max_file, e);
	if (!rc)
		rc = side_read(&b, repo, &c->oid, c->mode, st->max_file, e);
	if (rc)
		goto out;
	if (a.missing || b.missing || a.too_large || b.too_large) {
		add_not_shown(out, st, c, &a, &b);
	} else if (is_binary(&a) || is_binary(&b)) {
		add_binary(out, c);
	} else if (a.len || b.len) {
		add_names(out, st, c);
		rc = add_hunks(out, st, &a, &b, e);
	}
out:
	side_release(&a);
	side_release(&b);
	return rc;
}

int diff_patch(struct str *out, git_repository *repo, const struct change *c,
	       const struct diff_style *st, struct err *e)
{
	struct change gone = *c, come = *c;
	int rc;

	/* A file that became a symlink or a submodule: first all of the one
	 * goes, then all of the other comes. */
	if (!c->old_mode || !c->mode || !((c->old_mode ^ c->mode) & 0170000)) {
		rc = one_patch(out, repo, c, st, e);
		goto out;
	}
	gone.status = 'D';
	gone.mode = 0;
	memset(&gone.oid, 0, sizeof(gone.oid));
	come.status = 'A';
	come.old_mode = 0;
	memset(&come.old_oid, 0, sizeof(come.old_oid));
	rc = one_patch(out, repo, &gone, st, e);
	if (!rc)
		rc = one_patch(out, repo, &come, st, e);
out:
	if (rc)
		return err_wrap(e, "'%s'", c->path);
	return out->over ? err_set(e, ERR_LIMIT, "the patch is over the "
				   "ceiling of memory") : 0;
}
