#include "analyze/trait_lines.h"

#include "core/find.h"
#include "core/lines.h"
#include "core/mem.h"

#include <ctype.h>
#include <strings.h>

bool side_line(struct side *side, struct line *l)
{
	const char *nl;

	if (!side->len)
		return false;
	nl = memchr(side->s, '\n', side->len);
	l->s = side->s;
	l->len = nl ? (size_t)(nl - side->s) : side->len;
	side->s += l->len + (nl != NULL);
	side->len -= l->len + (nl != NULL);
	if (l->len && l->s[l->len - 1] == '\r')
		l->len--;
	return true;
}

static bool has(const struct line *l, const char *word)
{
	return find_folded(l->s, l->len, word, strlen(word)) != NULL;
}

static bool begins(const struct line *l, const char *word)
{
	size_t i = 0, n = strlen(word);

	while (i < l->len && (l->s[i] == ' ' || l->s[i] == '\t'))
		i++;
	return l->len - i >= n && !memcmp(l->s + i, word, n);
}

/* Digits, a dot, digits: at or after *at; *at moves behind it. */
static bool dotted(const struct line *l, size_t *at)
{
	size_t i;

	for (i = *at; i + 2 < l->len; i++)
		if (isdigit((unsigned char)l->s[i]) && l->s[i + 1] == '.' &&
		    isdigit((unsigned char)l->s[i + 2])) {
			*at = i;
			return true;
		}
	return false;
}

bool line_has_version(const char *path, const struct line *l)
{
	static const char *const words[] = { "version", "major", "minor",
					     "patch", "release" };
	const char *base = strrchr(path, '/');
	size_t i = 0;
	bool digit = false;

	for (i = 0; i < l->len; i++)
		digit |= isdigit((unsigned char)l->s[i]) != 0;
	if (!digit)
		return false;
	for (i = 0; i < ARRAY_N(words); i++)
		if (has(l, words[i]))
			return true;
	base = base ? base + 1 : path;
	i = 0;
	return strcasestr(base, "version") && dotted(l, &i);
}

bool line_has_pin(const char *path, const struct line *l)
{
	static const char *const marks[] = { "==", ">=", "~=", "<=", "\"^",
		"@v", "\": \"", "= \"", "rev:", "tag:", "GIT_TAG", "!=",
		"==", " v", ":v", "@" };
	size_t i, at = 0;
	bool number;

	number = dotted(l, &at);
	if (!number && !has(l, "@v") && !has(l, "GIT_TAG") && !has(l, "rev"))
		return false;
	if (has(l, "version =") || has(l, "__version__") || has(l, "\"version"))
		return false;
	if (ends_with(path, ".md") || ends_with(path, ".rst"))
		return false;
	for (i = 0; i < ARRAY_N(marks); i++)
		if (has(l, marks[i]))
			return true;
	return false;
}

static size_t skip_number(const struct line *l, size_t i)
{
	while (i < l->len && (isalnum((unsigned char)l->s[i]) ||
			      l->s[i] == '.' || l->s[i] == '+' ||
			      l->s[i] == '-'))
		i++;
	return i;
}

bool line_equal_but_numbers(const struct line *a, const struct line *b)
{
	size_t i = 0, j = 0;

	while (i < a->len && j < b->len) {
		bool da = isdigit((unsigned char)a->s[i]) != 0;
		bool db = isdigit((unsigned char)b->s[j]) != 0;

		if (da && db) {
			i = skip_number(a, i);
			j = skip_number(b, j);
		} else if (a->s[i++] != b->s[j++]) {
			return false;
		}
	}
	return i == a->len && j == b->len;
}

static bool ends_in(const char *path, const char *const *ends)
{
	for (; *ends; ends++)
		if (ends_with(path, *ends))
			return true;
	return false;
}

static const char *const c_ends[] = { ".c", ".cc", ".cpp", ".cxx", ".cu",
	".cuh", ".h", ".hh", ".hpp", ".inl", ".hip", ".metal", NULL };
static const char *const slash_ends[] = { ".rs", ".go", ".js", ".ts", ".tsx",
	".jsx", ".java", ".proto", ".css", ".scala", ".swift", ".kt", NULL };
static const char *const hash_ends[] = { ".py", ".pyi", ".sh", ".bash", ".rb",
	".yaml", ".yml", ".toml", ".cmake", ".cfg", ".pl", "CMakeLists.txt",
	"Makefile", "Dockerfile", NULL };

/* What begins a test, and what begins another definition: the language is
 * found once a file, not once a line. */
static const char *const py_tests[] = { "def test_", "async def test_", NULL };
static const char *const go_tests[] = { "func Test", "func Benchmark", NULL };
static const char *const rs_tests[] = { "#[test]", "#[tokio::test", NULL };
static const char *const c_tests[] = { "TEST(", "TEST_F(", "TEST_P(",
	"TYPED_TEST(", NULL };
static const char *const py_defs[] = { "def ", "class ", "async def ", NULL };
static const char *const go_defs[] = { "func ", NULL };
static const char *const rs_defs[] = { "fn ", "pub fn ", "pub(crate) fn ",
	"pub struct ", NULL };
static const char *const other_defs[] = { "function ", "export function ",
	NULL };

/* The lines of a side that count: all, or the changed ones. */
struct counted {
	const struct side *side;
	struct line_walk walk;
	size_t i;
};

static void counted_init(struct counted *c, const struct side *side)
{
	c->side = side;
	c->i = 0;
	line_walk_init(&c->walk, side->s, side->len);
}

/* As next_line(); *s is where the line begins. */
static size_t counted_next(struct counted *c, const char **s)
{
	const struct changed_line *v = c->side->changed;
	size_t len;

	if (v) {
		if (c->i == c->side->changed_n)
			return 0;
		*s = c->side->s + v[c->i].off;
		return v[c->i++].len;
	}
	len = next_line(&c->walk);
	*s = c->walk.at - len;
	return len;
}

bool side_has(const struct side *side, const char *word)
{
	struct counted c;
	const char *s;
	size_t len;

	if (!side->changed)
		return find_bytes(side->s, side->len, word, strlen(word));
	counted_init(&c, side);
	while ((len = counted_next(&c, &s)))
		if (find_bytes(s, len, word, strlen(word)))
			return true;
	return false;
}

/* Most lines are indented by spaces, many by more than eight. */
static const char *skip_indent(const char *s, const char *end)
{
	while (end - s >= 8 && !memcmp(s, "        ", 8))
		s += 8;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s;
}

/* Lines that begin with one of the words, blanks before it left out. */
static size_t count_begun(const struct side *side, const char *const *words)
{
	struct counted c;
	size_t n = 0, len;
	const char *s;

	counted_init(&c, side);
	while ((len = counted_next(&c, &s))) {
		const char *end = s + len;

		s = skip_indent(s, end);
		for (const char *const *w = words; *w && s < end; w++)
			if (*s == **w && (size_t)(end - s) >= strlen(*w) &&
			    !memcmp(s, *w, strlen(*w))) {
				n++;
				break;
			}
	}
	return n;
}

size_t side_tests(const struct side *side, const char *path)
{
	if (ends_with(path, ".py"))
		return count_begun(side, py_tests);
	if (ends_with(path, ".go"))
		return count_begun(side, go_tests);
	if (ends_with(path, ".rs"))
		return count_begun(side, rs_tests);
	return ends_in(path, c_ends) ? count_begun(side, c_tests) : 0;
}

/* A line of C that begins a definition: at the margin, with a parameter list,
 * no statement and no declaration. */
static bool c_defines(const struct line *l)
{
	if (l->len < 4 || !(isalpha((unsigned char)l->s[0]) || l->s[0] == '_'))
		return false;
	if (begins(l, "struct ") || begins(l, "class "))
		return l->s[l->len - 1] == '{';
	return memchr(l->s, '(', l->len) != NULL && l->s[l->len - 1] != ';' &&
	       (l->s[l->len - 1] == '{' || l->s[l->len - 1] == ',' ||
		l->s[l->len - 1] == ')' || l->s[l->len - 1] == '(');
}

static size_t count_c(const struct side *side)
{
	struct counted c;
	size_t n = 0, len;
	const char *s;

	counted_init(&c, side);
	while ((len = counted_next(&c, &s))) {
		struct line l = { s, len };

		while (l.len && (l.s[l.len - 1] == '\n' ||
				 l.s[l.len - 1] == '\r'))
			l.len--;
		n += c_defines(&l);
	}
	return n;
}

size_t side_definitions(const struct side *side, const char *path)
{
	if (ends_with(path, ".py"))
		return count_begun(side, py_defs);
	if (ends_with(path, ".rs"))
		return count_begun(side, rs_defs);
	if (ends_with(path, ".go"))
		return count_begun(side, go_defs);
	return ends_in(path, c_ends) ? count_c(side) :
				       count_begun(side, other_defs);
}

bool code_reader_init(struct code_reader *r, const char *path,
		      const struct side *side)
{
	*r = (struct code_reader){ .side = *side };
	if (ends_in(path, c_ends) || ends_in(path, slash_ends))
		r->style = '/';
	else if (ends_in(path, hash_ends))
		r->style = '#';
	return r->style != 0;
}

/* Does a docstring or block comment open at s? */
static bool opens_block(struct code_reader *r, const char *s, size_t len,
			bool first)
{
	if (r->style == '/' && len > 1 && s[0] == '/' && s[1] == '*')
		return true;
	/* only a docstring begins its line; other strings are code */
	if (r->style == '#' && first && len > 2 &&
	    (!memcmp(s, "\"\"\"", 3) || !memcmp(s, "'''", 3))) {
		r->quote = s[0];
		return true;
	}
	return false;
}

static size_t block_end(const struct code_reader *r, const char *s, size_t len)
{
	const char *at;

	if (r->style == '/') {
		at = memmem(s, len, "*/", 2);
		return at ? (size_t)(at - s) + 2 : 0;
	}
	at = memmem(s, len, r->quote == '\'' ? "'''" : "\"\"\"", 3);
	return at ? (size_t)(at - s) + 3 : 0;
}

/* Append what of the line is code.  Blanks at its end do not count. */
static void add_code(struct code_reader *r, struct line l, struct str *out)
{
	char quote = 0;
	size_t i = 0, n;
	bool first = true;

	while (i < l.len) {
		if (r->block) {
			n = block_end(r, l.s + i, l.len - i);
			r->block = !n;
			i = n ? i + n : l.len;
			continue;
		}
		if (!quote && opens_block(r, l.s + i, l.len - i, first)) {
			r->block = true;
			i += r->style == '/' ? 2 : 3;
			continue;
		}
		if (!quote && ((r->style == '#' && l.s[i] == '#') ||
			       (r->style == '/' && l.s[i] == '/' &&
				i + 1 < l.len && l.s[i + 1] == '/')))
			break;
		if (quote && l.s[i] == '\\' && i + 1 < l.len)
			str_addch(out, l.s[i++]);
		else if (quote ? l.s[i] == quote : l.s[i] == '"' ||
			 l.s[i] == '\'')
			quote = quote ? 0 : l.s[i];
		first &= l.s[i] == ' ' || l.s[i] == '\t';
		str_addch(out, l.s[i++]);
	}
	str_trim_end(out);
}

bool code_line(struct code_reader *r, struct str *out)
{
	struct line l;

	while (side_line(&r->side, &l)) {
		str_clear(out);
		/* the middle of a block comment whose start was cut away */
		if (r->style == '/' && !r->block &&
		    (begins(&l, "* ") || begins(&l, "*/") ||
		     (begins(&l, "*") && l.len < 4)))
			continue;
		add_code(r, l, out);
		if (out->len)
			return true;
	}
	str_clear(out);
	return false;
}
