/*
 * render/claims.c - the blocks of a page: headings, items, table rows, fences.
 *
 * Not a Markdown parser: only as much of it as tells which commit and which
 * repository a line speaks of.  A line opens or continues one block; items nest
 * by indent; a heading encloses all until the next heading of its level.
 */
#include "render/claims.h"

#include "core/mem.h"
#include "render/claims_row.h"
#include "render/claims_scan.h"

#include <ctype.h>
#include <strings.h>

#define DEPTH 16		/* nested items remembered */
#define CODE_LINE_MAX 4096	/* a longer quoted line is compared up to here */

struct pages {
	struct claim_scan s;
	int headings[7];	/* open heading of each level, or -1 */
	int repo_level;		/* of the heading that named the repository */
	const char *repo;	/* of the section, or NULL */
	bool weak, late;
	int items[DEPTH];	/* open items */
	int content[DEPTH];	/* indent of their content */
	int items_n;
	int details;		/* open <details>, or -1 */
	int para;		/* open paragraph or item, or -1 after a blank */
	const char *header;	/* of the open table, or NULL */
	/* fence */
	int fence;		/* its block, or -1 */
	char fence_ch;
	int fence_len, fence_indent, fence_floor;
	int caption;		/* last path of this item or text, or -1 */
	int caption_line;
	char last_text[200];	/* last line that was not blank */
};

static int add_block(struct pages *p, enum claim_block_kind kind, int parent,
		     int level)
{
	struct claims *c = p->s.c;
	struct claim_block *b;

	if (c->blocks_n >= CLAIM_BLOCKS_MAX)
		return (int)c->blocks_n - 1;
	if (c->blocks_n >= c->blocks_cap) {
		c->blocks_cap = c->blocks_cap ? c->blocks_cap * 2 : 64;
		c->blocks = xreallocarray(c->blocks, c->blocks_cap,
					  sizeof(*c->blocks));
	}
	b = &c->blocks[c->blocks_n];
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	b->parent = parent;
	b->level = level;
	b->line = p->s.line;
	b->owner = b->caption = -1;
	b->repo = p->repo;
	b->flags = (p->weak ? BLOCK_WEAK : 0) | (p->late ? BLOCK_LATE : 0) |
		   (p->details >= 0 ? BLOCK_FOLDED : 0);
	b->text = arena_strndup(&c->arena, str_c(&p->s.ln.s),
				p->s.ln.s.len < 160 ? p->s.ln.s.len : 160);
	b->header = p->header;
	return (int)c->blocks_n++;
}

/* Deepest open heading, or the page. */
static int heading_now(const struct pages *p)
{
	int i;

	for (i = 6; i > 0; i--)
		if (p->headings[i] >= 0)
			return p->headings[i];
	return 0;
}

static int parent_now(const struct pages *p)
{
	if (p->items_n)
		return p->items[p->items_n - 1];
	return p->details >= 0 ? p->details : heading_now(p);
}

/* The first commit of a block is also its enclosing items' and row's. */
static void settle(struct pages *p, size_t first)
{
	struct claims *c = p->s.c;
	size_t i;
	int b, depth;

	for (i = first; i < c->n; i++) {
		if (c->v[i].kind == CLAIM_PATH) {
			p->caption = (int)i;
			p->caption_line = p->s.line;
		}
		if (c->v[i].kind != CLAIM_OID && c->v[i].kind != CLAIM_BAD_OID)
			continue;
		for (b = c->v[i].block, depth = 0; b > 0 && depth < DEPTH + 1;
		     b = c->blocks[b].parent, depth++) {
			if (b != c->v[i].block &&
			    c->blocks[b].kind != BLOCK_ITEM)
				break;
			if (c->blocks[b].owner < 0)
				c->blocks[b].owner = (int)i;
			if (!c->blocks[b].link_repo)
				c->blocks[b].link_repo = c->v[i].repo;
		}
	}
}

/* Scan the current line from `from` into the block. */
static void inline_line(struct pages *p, int block, size_t from)
{
	size_t first = p->s.c->n;

	p->s.block = block;
	scan_inline(&p->s, from);
	row_people(&p->s, first);
	settle(p, first);
}

/* The repository a heading names: alone, or one of the known names in it. */
static const char *heading_repo(struct pages *p, size_t from)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, i, k, r;

	while (n > from && strchr(" #*`", t[n - 1]))
		n--;
	while (from < n && strchr(" *`", t[from]))
		from++;
	k = scan_repo(&p->s, t + from, n - from);
	if (k && k == n - from) {
		scan_add(&p->s, CLAIM_REPO, from, n);
		return arena_strndup(&p->s.c->arena, t + from, k);
	}
	for (i = from; i < n && i - from < 2000; i++) {
		if ((i > from && (scan_is_word(t[i - 1]) ||
				  strchr("/-.", t[i - 1]))) ||
		    (k = scan_repo_name(t + i, n - i)) == 0)
			continue;
		for (r = 0; r < p->s.repos_n; r++)
			if (strlen(p->s.repos[r]) == k &&
			    strncasecmp(p->s.repos[r], t + i, k) == 0)
				return p->s.repos[r];
		i += k - 1;
	}
	return NULL;
}

static bool says_late(const char *t, size_t n)
{
	return memmem(t, n, "\xe8\xbf\x9f\xe5\x88\xb0", 6) ||
	       memmem(t, n, "Late", 4) || memmem(t, n, "late arriv", 10);
}

static void do_heading(struct pages *p, int level, size_t from)
{
	const char *repo;
	int i, parent = 0, block;

	for (i = level; i <= 6; i++)
		p->headings[i] = -1;
	for (i = level - 1; i > 0 && !parent; i--)
		if (p->headings[i] >= 0)
			parent = p->headings[i];
	p->items_n = 0;
	p->details = p->para = -1;
	p->header = NULL;
	p->s.block = parent;
	if (level <= 3)
		p->late = says_late(p->s.ln.s.s, p->s.ln.s.len);
	block = add_block(p, BLOCK_HEADING, parent, level);
	p->headings[level] = p->s.block = block;
	repo = heading_repo(p, from);
	if (repo) {
		p->repo = repo;
		p->repo_level = level;
		p->weak = false;
	} else if (p->repo && level <= p->repo_level) {
		p->weak = true;
	}
	p->s.c->blocks[block].repo = p->repo;
	p->s.c->blocks[block].flags = (p->weak ? BLOCK_WEAK : 0) |
				      (p->late ? BLOCK_LATE : 0);
	inline_line(p, block, from);
}

/* A list marker at byte i of the line: where its content begins, or 0. */
static size_t marker(const char *t, size_t n, size_t i)
{
	size_t k = i;

	if (k < n && strchr("-*+", t[k]))
		k++;
	else {
		while (k < n && k - i < 9 && isdigit((unsigned char)t[k]))
			k++;
		if (k == i || k >= n || (t[k] != '.' && t[k] != ')'))
			return 0;
		k++;
	}
	if (k >= n || t[k] != ' ')
		return 0;
	while (k < n && t[k] == ' ')
		k++;
	return k < n ? k : 0;
}

static void close_items(struct pages *p, int indent)
{
	while (p->items_n && p->content[p->items_n - 1] > indent)
		p->items_n--;
}

static void do_item(struct pages *p, int indent, size_t content)
{
	int block;

	close_items(p, indent);
	if (p->items_n == DEPTH)
		p->items_n--;
	block = add_block(p, BLOCK_ITEM, parent_now(p), indent);
	p->caption = -1;	/* what stands in it has no path of another */
	p->items[p->items_n] = block;
	p->content[p->items_n++] = (int)content;
	p->para = block;
	inline_line(p, block, content);
}

static bool is_rule_row(const char *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strchr("|-: ", t[i]))
			return false;
	return true;
}

static void do_row(struct pages *p)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, first = p->s.c->n;
	int block;

	if (is_rule_row(t, n))
		return;
	p->para = -1;
	if (!p->header) {
		p->header = arena_strndup(&p->s.c->arena, t,
					  n < 2000 ? n : 2000);
		return;
	}
	block = add_block(p, BLOCK_ROW, parent_now(p), 0);
	p->s.block = block;
	row_cells(&p->s, p->header);
	scan_inline(&p->s, 0);
	settle(p, first);
}

/* A fence opens: "```diff", indented or not. */
static bool open_fence(struct pages *p, size_t i, int indent)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, k = i, e;
	struct claim_block *b;

	if (t[i] != '`' && t[i] != '~')
		return false;
	while (k < n && t[k] == t[i])
		k++;
	if (k - i < 3 || (t[i] == '`' && memchr(t + k, '`', n - k)))
		return false;
	close_items(p, indent);
	p->fence = add_block(p, BLOCK_FENCE, parent_now(p), indent);
	p->fence_ch = t[i];
	p->fence_len = (int)(k - i);
	p->fence_indent = indent;
	p->fence_floor = p->items_n ? p->content[p->items_n - 1] : 0;
	while (k < n && t[k] == ' ')
		k++;
	for (e = k; e < n && scan_is_word(t[e]); e++)
		;
	b = &p->s.c->blocks[p->fence];
	b->lang = arena_strndup(&p->s.c->arena, t + k, e - k);
	/* the path named just above, at most four lines up */
	b->caption = p->caption >= 0 && p->s.line - p->caption_line <= 4
		? p->caption : -1;
	b->text = arena_strdup(&p->s.c->arena, p->last_text);
	return true;
}

static bool closes_fence(const struct pages *p, size_t i)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, k = i;

	while (k < n && t[k] == p->fence_ch)
		k++;
	if (k - i < (size_t)p->fence_len)
		return false;
	while (k < n && (t[k] == ' ' || t[k] == '\r'))
		k++;
	return k == n;
}

static bool comment_only(const char *t, size_t n)
{
	while (n && *t == ' ') {
		t++;
		n--;
	}
	return n && (*t == '#' || (n > 1 && t[0] == '/' && t[1] == '/') ||
		     (n > 1 && t[0] == '/' && t[1] == '*'));
}

/* A line of a "text" fence: no code but words, "owner/name A..B 5". */
static void text_line(struct pages *p)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, i = 0, k, first = p->s.c->n;
	int block = add_block(p, BLOCK_ROW, p->fence, 0);

	while (i < n && t[i] == ' ')
		i++;
	p->s.block = block;
	p->s.c->blocks[block].repo = NULL;
	k = scan_repo(&p->s, t + i, n - i);
	if (k && i + k < n && t[i + k] == ' ') {
		scan_add(&p->s, CLAIM_REPO, i, i + k);
		p->s.c->blocks[block].repo =
			arena_strndup(&p->s.c->arena, t + i, k);
	}
	scan_inline(&p->s, i + k);
	if (!k)		/* versions and hashes of the tool, no commits */
		while (p->s.c->n > first &&
		       p->s.c->v[p->s.c->n - 1].kind != CLAIM_DATE)
			p->s.c->n--;
	settle(p, first);
}

/* One line inside a fence, without the fence's indent. */
static void fence_line(struct pages *p)
{
	struct claim_block *b = &p->s.c->blocks[p->fence];
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, i = 0;
	bool diff = b->lang && strcasecmp(b->lang, "diff") == 0;
	uint32_t flags = diff ? CLAIM_DIFF : 0;
	struct claim *c;

	while (i < n && i < (size_t)p->fence_indent && t[i] == ' ')
		i++;
	while (n > i && (t[n - 1] == ' ' || t[n - 1] == '\r'))
		n--;
	if (diff && i < n && strchr("+- ", t[i])) {
		flags |= t[i] == '+' ? CLAIM_ADDED :
			 t[i] == '-' ? CLAIM_REMOVED : 0;
		i++;
	}
	if (i >= n && !diff)
		return;
	p->s.block = p->fence;
	c = scan_add(&p->s, CLAIM_LINE, i, n);
	if (!c)
		return;
	if (n - i > 1024)	/* scan_add kept less */
		c->text = arena_strndup(&p->s.c->arena, t + i,
					n - i < CODE_LINE_MAX ? n - i
							      : CODE_LINE_MAX);
	if (n - i <= CODE_LINE_MAX)
		c->flags &= ~(uint32_t)CLAIM_ELIDED;
	if (memmem(t + i, n - i, "...", 3))
		c->flags |= CLAIM_ELIDED;
	if (comment_only(t + i, n - i))
		c->flags |= CLAIM_COMMENT;
	c->flags |= flags;
	c->ref = b->caption;
}

/* "..." of a block quote: each quoted sentence. */
static void do_quotes(struct pages *p, size_t from)
{
	const char *t = p->s.ln.s.s, *q, *e;
	size_t n = p->s.ln.s.len;

	while (from < n && (q = memchr(t + from, '"', n - from)) != NULL) {
		size_t at = (size_t)(q - t) + 1;

		/* the closing quote is followed by a blank, '(' or the end */
		for (e = q + 1; (e = memchr(e, '"', n - (size_t)(e - t))); e++)
			if (e + 1 == t + n || (e[1] == ' ' &&
			    (e + 2 == t + n || e[2] == '"' || e[2] == '(')))
				break;
		if (!e)
			return;
		if ((size_t)(e - t) > at + 3)
			scan_add(&p->s, CLAIM_QUOTE, at, (size_t)(e - t));
		from = (size_t)(e - t) + 1;
	}
}

static void do_quoted(struct pages *p, size_t i)
{
	int block = add_block(p, BLOCK_PARAGRAPH, parent_now(p), 0);

	p->s.c->blocks[block].flags |= BLOCK_QUOTED;
	p->s.block = block;
	do_quotes(p, i + 1);
	p->s.flags = CLAIM_QUOTED;
	inline_line(p, block, i + 1);
	p->s.flags = 0;
	p->para = -1;
}

static void do_html(struct pages *p)
{
	const char *t = p->s.ln.s.s;

	if (strncasecmp(t, "</details", 9) == 0) {
		p->details = -1;
		p->items_n = 0;
		p->para = -1;
		return;
	}
	if (strncasecmp(t, "<details", 8) != 0)
		return;
	p->items_n = 0;
	p->details = -1;
	p->details = add_block(p, BLOCK_DETAILS, heading_now(p), 0);
	p->para = p->details;
}

/* A line outside fences that is not blank; i: its first byte that is none. */
static void outside(struct pages *p, size_t i)
{
	const char *t = p->s.ln.s.s;
	size_t n = p->s.ln.s.len, k;
	int level = 0;

	while (i + (size_t)level < n && t[i + (size_t)level] == '#')
		level++;
	if (i < 4 && level >= 1 && level <= 6 && i + (size_t)level < n &&
	    t[i + (size_t)level] == ' ') {
		do_heading(p, level, i + (size_t)level);
		return;
	}
	if (open_fence(p, i, (int)i))
		return;
	if (t[i] == '|') {
		close_items(p, (int)i);
		do_row(p);
		return;
	}
	p->header = NULL;
	if (t[i] == '>') {
		close_items(p, (int)i);
		do_quoted(p, i);
		return;
	}
	if (t[i] == '<')
		do_html(p);
	k = marker(t, n, i);
	if (k) {
		do_item(p, (int)i, k);
		return;
	}
	if (p->para < 0) {
		close_items(p, (int)i);
		p->para = add_block(p, BLOCK_PARAGRAPH, parent_now(p), (int)i);
	}
	inline_line(p, p->para, i);
}

static void do_line(struct pages *p, const char *line, size_t len)
{
	const char *t;
	size_t n, i = 0;

	plain_set(&p->s.ln, line, len);
	t = str_c(&p->s.ln.s);
	n = p->s.ln.s.len;
	while (i < n && (t[i] == ' ' || t[i] == '\t'))
		i++;
	if (p->fence >= 0) {
		if (i < n && closes_fence(p, i)) {
			p->fence = p->para = -1;
			return;
		}
		/* an item that ends takes its open fence with it */
		if (i < n && (int)i < p->fence_floor) {
			p->fence = p->para = -1;
		} else {
			if (n && strcmp(p->s.c->blocks[p->fence].lang,
					"text") == 0)
				text_line(p);
			else if (n)
				fence_line(p);
			return;
		}
	}
	if (i == n || (i + 1 == n && t[i] == '\r')) {
		p->para = -1;
		p->header = NULL;
		return;
	}
	outside(p, i);
	n = n < sizeof(p->last_text) ? n : sizeof(p->last_text) - 1;
	memcpy(p->last_text, t, n);
	p->last_text[n] = 0;
}

/* Our pages end in the replay footer, a few lines that name the page. */
static bool ends_as_ours(struct claims *c, const char *text, size_t len)
{
	static const char mark[] = "`airep-git report --replay ";
	const size_t mark_n = sizeof(mark) - 1;
	size_t from = len > 8192 ? len - 8192 : 0, n;
	const char *p = memmem(text + from, len - from, mark, mark_n);

	if (!p)
		return memmem(text + from, len - from, "\nschema 1;", 10);
	p += mark_n;
	for (n = 0; p + n < text + len && p[n] != '`' && p[n] != '\n'; n++)
		;
	c->page = arena_strndup(&c->arena, p, n < 200 ? n : 200);
	return true;
}

void claims_scan(struct claims *out, const char *text, size_t len,
		 const char *const *repos, size_t repos_n)
{
	struct pages p = { 0 };
	size_t at = 0;
	int i;

	memset(out, 0, sizeof(*out));
	p.s.c = out;
	p.s.repos = repos;
	p.s.repos_n = repos_n;
	p.details = p.para = p.fence = p.caption = -1;
	for (i = 0; i < 7; i++)
		p.headings[i] = -1;
	plain_set(&p.s.ln, "", 0);
	add_block(&p, BLOCK_PAGE, -1, 0);
	while (at < len) {
		const char *nl = memchr(text + at, '\n', len - at);
		size_t n = nl ? (size_t)(nl - text) - at : len - at;

		p.s.line++;
		p.s.line_off = at;
		do_line(&p, text + at, n);
		at += n + 1;
	}
	out->lines = (size_t)p.s.line;
	out->exotic = p.s.ln.exotic;
	out->broken = p.s.ln.broken;
	out->ours = ends_as_ours(out, text, len);
	plain_release(&p.s.ln);
}
