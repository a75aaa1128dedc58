/* render/claims_word.c - what a word may be: an id, a repository, a path. */
#include "render/claims_scan.h"

#include <ctype.h>
#include <strings.h>

bool scan_is_word(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_';
}

bool scan_is_hex(const char *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isxdigit((unsigned char)t[i]))
			return false;
	return n > 0;
}

/* GitHub's alphabet: owner without '_' and '.', name with both. */
size_t scan_repo_name(const char *t, size_t n)
{
	size_t i = 0, slash, end;

	if (!n || !isalnum((unsigned char)t[0]))
		return 0;
	while (i < n && i < 40 && (isalnum((unsigned char)t[i]) || t[i] == '-'))
		i++;
	if (i >= n || t[i] != '/')
		return 0;
	slash = i++;
	while (i < n && i - slash <= 100 &&
	       (scan_is_word(t[i]) || t[i] == '-' || t[i] == '.'))
		i++;
	for (end = i; end > slash + 1 && t[end - 1] == '.'; end--)
		;
	if (end == slash + 1 || (i < n && (t[i] == '/' || t[i] == '*')))
		return 0;
	return end;
}

size_t scan_repo(const struct claim_scan *s, const char *t, size_t n)
{
	size_t best = scan_repo_name(t, n), i, k;

	for (i = 0; i < s->repos_n; i++) {
		k = strlen(s->repos[i]);
		if (k > best && k <= n && !memcmp(s->repos[i], t, k) &&
		    (k == n || strchr(" *`|)", t[k])))
			best = k;
	}
	return best;
}

/* Names without a folder count as files only with an ending of this list. */
static const char *const endings[] = {
	"py", "pyi", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "cu", "cuh",
	"md", "rst", "txt", "toml", "yaml", "yml", "json", "jsonl", "sh",
	"bash", "ipynb", "cmake", "js", "ts", "tsx", "rs", "go", "proto", "inc",
	"jinja", "j2", "cfg", "ini", "lock", "in", "html", "css", "patch",
	"tsv", "csv", "sql", "xml", "mlir", "td", "rat", "env", "conf", "svg",
	"png", "java", "kt", "swift", "m", "mm", "s", "ptx", "hip", "dockerfile",
};

static bool known_ending(const char *t, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strlen(endings[i]) == n &&
		    strncasecmp(endings[i], t, n) == 0)
			return true;
	return false;
}

/* Files that have no ending. */
static bool bare_name(const char *t, size_t n)
{
	static const char *const names[] = {
		"Dockerfile", "Makefile", "LICENSE", "CODEOWNERS", "NOTICE",
		"Jenkinsfile", "BUILD", "WORKSPACE", ".gitignore",
		".gitmodules", ".gitattributes", ".dockerignore",
		".clang-format", ".clang-tidy", ".editorconfig", ".flake8",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && memcmp(names[i], t, n) == 0)
			return true;
	return false;
}

static bool path_char(char ch)
{
	return scan_is_word(ch) || strchr("./-+*{}@=,~[]", ch);
}

/* The ":123" or ":12-34" at the end: its line; *n loses it. */
static int64_t take_line(const char *t, size_t *n)
{
	size_t i = *n, end = *n;
	int64_t v = 0;

	while (i > 0 && (isdigit((unsigned char)t[i - 1]) || t[i - 1] == '-'))
		i--;
	if (i == 0 || i == end || t[i - 1] != ':' || end - i > 20)
		return 0;
	for (*n = i - 1; i < end && isdigit((unsigned char)t[i]) &&
	     v < 100000000; i++)
		v = v * 10 + t[i] - '0';
	return v;
}

/* Where the ending begins (behind the last '.' of the last part), or n. */
static size_t ending_of(const char *t, size_t n, size_t base)
{
	size_t i;

	for (i = n; i > base + 1; i--)
		if (t[i - 1] == '.')
			return i;
	return n;
}

static bool has_alpha(const char *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (isalpha((unsigned char)t[i]))
			return true;
	return false;
}

/*
 * Coded: "a/b" needs an ending, a '*' or a '/' at its end; a bare name a known
 * ending, so that torch.float8 stays a name.  Plain: a slash and an ending.
 */
bool scan_path_like(const char *t, size_t n, bool coded, uint32_t *flags,
		    size_t *path_n, int64_t *line)
{
	size_t i, base = 0, end, slashes = 0;
	bool star = false;

	*line = take_line(t, &n);
	*path_n = n;
	*flags = 0;
	if (n < 2 || n > 1000)
		return false;
	for (i = 0; i < n; i++) {
		if (!path_char(t[i]))
			return false;
		if (t[i] == '/') {
			base = i + 1;
			slashes++;
		}
		star = star || t[i] == '*';
	}
	if (memmem(t, n, "...", 3))
		*flags |= CLAIM_ELIDED;
	if (t[0] == '-' || t[0] == '=' || t[0] == '+' || memmem(t, n, "//", 2))
		return false;
	if (base == n || star) {	/* a folder or a pattern */
		*flags |= CLAIM_GLOB;
		return slashes > 0 && has_alpha(t, n) &&
		       (coded || slashes > 1 || star);
	}
	/* `BUILD` alone is a word */
	if ((slashes || (coded && (*line || t[0] == '.'))) &&
	    bare_name(t + base, n - base))
		return true;
	/* ".cuda" is a method, ".npmrc:3" and "web/.npmrc" are files */
	if (coded && t[base] == '.' && (slashes || *line) &&
	    !memchr(t + base + 1, '.', n - base - 1))
		return has_alpha(t + base, n - base);
	end = ending_of(t, n, base);
	if (end == n || n - end > 12 || !has_alpha(t + end, n - end))
		return false;
	if (!slashes)
		return coded && known_ending(t + end, n - end);
	return coded || known_ending(t + end, n - end) || n - end <= 5;
}
