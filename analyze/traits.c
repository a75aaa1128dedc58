/*
 * Each question is put to the two regions of one file as a whole; a commit has
 * an ONLY_ bit when no file has said no.  The regions still hold unchanged
 * lines between two hunks, so "only deletions" asks whether the new lines are
 * the old ones with some left out, not whether nothing is left.
 */
#include "analyze/traits.h"

#include "analyze/map64.h"
#include "analyze/place.h"
#include "analyze/trait_lines.h"
#include "core/find.h"
#include "core/str.h"

#include <string.h>

#define SIDE_MAX ((size_t)64 << 10)

#define ALL_ONLY (TRAIT_ONLY_COMMENTS | TRAIT_ONLY_SPACE | \
		  TRAIT_ONLY_DELETIONS | TRAIT_ONLY_ADDITIONS | \
		  TRAIT_ONLY_VERSION | TRAIT_ONLY_PINS | TRAIT_ONLY_RENAMES | \
		  TRAIT_ONLY_FORMAT | TRAIT_ONLY_ORDER)

const struct trait_name trait_names[] = {
	{ "only-comments", TRAIT_ONLY_COMMENTS },
	{ "only-space", TRAIT_ONLY_SPACE },
	{ "only-format", TRAIT_ONLY_FORMAT },
	{ "only-order", TRAIT_ONLY_ORDER },
	{ "only-deletions", TRAIT_ONLY_DELETIONS },
	{ "only-additions", TRAIT_ONLY_ADDITIONS },
	{ "only-version", TRAIT_ONLY_VERSION },
	{ "only-pins", TRAIT_ONLY_PINS },
	{ "any-pins", TRAIT_ANY_PINS },
	{ "only-renames", TRAIT_ONLY_RENAMES },
	{ "new-tests", TRAIT_NEW_TESTS },
	{ "new-functions", TRAIT_NEW_FUNCTIONS },
	{ "any-version", TRAIT_ANY_VERSION },
	{ "new-files", TRAIT_NEW_FILES },
	{ NULL, 0 },
};

/* Are the lines of `few` those of `many` with some left out? */
static bool is_subsequence(const struct side *few, const struct side *many)
{
	struct side f = *few, m = *many;
	struct line a, b;

	while (side_line(&f, &a)) {
		do {
			if (!side_line(&m, &b))
				return false;
		} while (a.len != b.len || memcmp(a.s, b.s, a.len));
	}
	return true;
}

/* Characters a question does not look at. */
static const bool space[256] = { [' '] = true, ['\t'] = true, ['\n'] = true,
	['\r'] = true };
static const bool format[256] = { [' '] = true, ['\t'] = true, ['\n'] = true,
	['\r'] = true, [','] = true, [';'] = true, ['('] = true, [')'] = true,
	['\\'] = true, ['"'] = true, ['\''] = true };

static bool equal_but(const bool *skip, const struct side *a,
		      const struct side *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->len && skip[(unsigned char)a->s[i]])
			i++;
		while (j < b->len && skip[(unsigned char)b->s[j]])
			j++;
		if (i >= a->len || j >= b->len)
			return i >= a->len && j >= b->len;
		if (a->s[i++] != b->s[j++])
			return false;
	}
}

/* A sum that the order of the lines does not change; blank ones left out. */
static uint64_t sum_of_lines(const struct side *side)
{
	struct side s = *side;
	struct line l;
	uint64_t sum = 0;

	while (side_line(&s, &l))
		if (l.len)
			sum += hash64(HASH64_START, l.s, l.len);
	return sum;
}

/* What is code on both sides, comments and blank lines left out, is equal. */
static bool equal_but_comments(const char *path, const struct side *old,
			       const struct side *new)
{
	struct code_reader a, b;
	struct str x = STR_INIT, y = STR_INIT;
	bool more_a, more_b, equal = true;

	if (!code_reader_init(&a, path, old) || !code_reader_init(&b, path, new))
		return false;
	do {
		more_a = code_line(&a, &x);
		more_b = code_line(&b, &y);
		equal = more_a == more_b &&
			(!more_a || !strcmp(str_c(&x), str_c(&y)));
	} while (equal && more_a);
	str_release(&x);
	str_release(&y);
	return equal;
}

/*
 * Line by line, the sides differ at most in numbers with dots, and only on
 * lines where `means` says that they mean a version or a pin.  *some is set
 * when one such line was there.
 */
static bool differs_only(const char *path, const struct side *old,
			 const struct side *new,
			 bool (*means)(const char *path, const struct line *l),
			 bool *some)
{
	struct side o = *old, n = *new;
	struct line a, b;
	bool more_a, more_b;

	for (;;) {
		more_a = side_line(&o, &a);
		more_b = side_line(&n, &b);
		if (!more_a || !more_b)
			return !more_a && !more_b;
		if (a.len == b.len && !memcmp(a.s, b.s, a.len))
			continue;
		if (!means(path, &a) || !line_equal_but_numbers(&a, &b))
			return false;
		*some = true;
	}
}

static bool product(enum place p)
{
	return p == PLACE_PYTHON || p == PLACE_KERNEL || p == PLACE_SOURCE;
}

static bool may_define_test(const char *path, const struct side *s)
{
	return !ends_with(path, ".py") || side_has(s, "test_");
}

/* Questions that count: is there more of it than before? */
static void look_for_new(struct traits *t, const char *path, char status,
			 enum place place, const struct side *old,
			 const struct side *new)
{
	/* Bits that are set stay set; most files name no test at all. */
	if (!(t->any & TRAIT_NEW_TESTS) && may_define_test(path, new) &&
	    side_tests(new, path) > side_tests(old, path))
		t->any |= TRAIT_NEW_TESTS;
	if (!product(place))
		return;
	if (status == 'A')
		t->any |= TRAIT_NEW_FILES;
	if (!(t->any & TRAIT_NEW_FUNCTIONS) &&
	    side_definitions(new, path) > side_definitions(old, path))
		t->any |= TRAIT_NEW_FUNCTIONS;
}

/* Bits in `known` are disproved already and not looked at again. */
static uint32_t disproved(const char *path, enum place place,
			  const struct side *old, const struct side *new,
			  uint32_t known, uint32_t *any)
{
	bool version = false, pins = false, same;
	uint32_t no = TRAIT_ONLY_RENAMES | known;

	same = old->len == new->len && !memcmp(old->s, new->s, old->len);
	if (!(no & TRAIT_ONLY_DELETIONS) && (same || !is_subsequence(new, old)))
		no |= TRAIT_ONLY_DELETIONS;
	if (!(no & TRAIT_ONLY_ADDITIONS) && (same || !is_subsequence(old, new)))
		no |= TRAIT_ONLY_ADDITIONS;
	if (!(no & TRAIT_ONLY_SPACE) && !equal_but(space, old, new))
		no |= TRAIT_ONLY_SPACE;
	if (!(no & TRAIT_ONLY_FORMAT) && !equal_but(format, old, new))
		no |= TRAIT_ONLY_FORMAT;
	if (!(no & TRAIT_ONLY_ORDER) &&
	    (old->len != new->len || sum_of_lines(old) != sum_of_lines(new)))
		no |= TRAIT_ONLY_ORDER;
	if (!(no & TRAIT_ONLY_COMMENTS) && !equal_but_comments(path, old, new))
		no |= TRAIT_ONLY_COMMENTS;
	if (!differs_only(path, old, new, line_has_version, &version) ||
	    !version)
		no |= TRAIT_ONLY_VERSION;
	if (place == PLACE_DEP)
		pins = true;
	else if (!differs_only(path, old, new, line_has_pin, &pins) || !pins)
		no |= TRAIT_ONLY_PINS;
	*any |= (pins ? TRAIT_ANY_PINS : 0) |
		(version ? TRAIT_ANY_VERSION : 0);
	return no;
}

static void take_changed(struct side *s, const struct line_script *script,
			 int side)
{
	static const struct changed_line none;

	if (!script)
		return;
	s->changed = script->n[side] ? script->v[side] : &none;
	s->changed_n = script->n[side];
}

void traits_add(struct traits *t, const char *path, char status,
		const char *old, size_t old_len, const char *new,
		size_t new_len, const struct line_script *script)
{
	struct side o = { .s = old ? old : "", .len = old ? old_len : 0 };
	struct side n = { .s = new ? new : "", .len = new ? new_len : 0 };
	enum place place = place_of(path);

	t->files++;
	if (!o.len && !n.len) {
		/* a rename without edit, a mode, a submodule or binary bytes */
		if (status != 'R')
			t->not_only |= place == PLACE_DEP ?
				ALL_ONLY & ~TRAIT_ONLY_PINS : ALL_ONLY;
		else
			t->not_only |= ALL_ONLY & ~TRAIT_ONLY_RENAMES;
		if (status != 'R' && place == PLACE_DEP)
			t->any |= TRAIT_ANY_PINS;
		return;
	}
	if (o.len > SIDE_MAX || n.len > SIDE_MAX) {
		t->not_only |= ALL_ONLY &
			~((o.len ? 0 : TRAIT_ONLY_ADDITIONS) |
			  (n.len ? 0 : TRAIT_ONLY_DELETIONS));
		o.len = o.len > SIDE_MAX ? SIDE_MAX : o.len;
		n.len = n.len > SIDE_MAX ? SIDE_MAX : n.len;
	} else {
		take_changed(&o, script, 0);
		take_changed(&n, script, 1);
		t->not_only |= disproved(path, place, &o, &n,
					 t->not_only, &t->any);
	}
	look_for_new(t, path, status, place, &o, &n);
}

uint32_t traits_bits(const struct traits *t)
{
	return t->files ? (ALL_ONLY & ~t->not_only) | t->any : 0;
}
