/*
 * tests/fuzz/fuzz_pytoken.c - any bytes as Python and as a header, and any two
 * halves as a file's old and new side: no crash, no read past the end, the
 * fast outline equal to the plain one.  Built with -fsanitize=fuzzer where
 * there is one; with -DFUZZ_MAIN it reads files named on the command line.
 */
#include "analyze/signals/cheader.h"
#include "analyze/signals/linediff.h"
#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void same_outline(const struct pymodule *a, const struct pymodule *b)
{
	if (a->n != b->n || a->params_n != b->params_n)
		abort();
	for (size_t i = 0; i < a->n; i++)
		if (a->syms[i].from != b->syms[i].from ||
		    a->syms[i].to != b->syms[i].to ||
		    a->syms[i].parent != b->syms[i].parent ||
		    !span_eq(a->syms[i].name, b->syms[i].name))
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *s = (const char *)data;
	size_t half = size / 2, head = 0, line = 0;
	struct pymodule old = { 0 }, new = { 0 }, like = { 0 };
	struct cheader h;
	struct arena arena = { 0 };
	struct line_diff d;
	struct pylex l;
	struct pytok t;

	pylex_init(&l, s, size);
	while (pylex_next(&l, &t) != PYTOK_END)
		if ((size_t)t.off + t.len > size + 1)
			abort();
	while (head < half && s[head] == s[half + head])
		if (s[head++] == '\n')
			line = head;
	pymodule_parse(&old, s, half);
	pymodule_parse(&new, s + half, size - half);
	pymodule_parse_like(&like, s + half, size - half, &old, line, 0);
	same_outline(&new, &like);
	pymodule_release(&old);
	pymodule_release(&new);
	pymodule_release(&like);
	cheader_parse(&h, s, size);
	cheader_release(&h);
	line_diff_make(&d, s, half, s + half, size - half, NULL, &arena);
	arena_release(&arena);
	return 0;
}

#ifdef FUZZ_MAIN
#include "core/fs.h"

int main(int argc, char **argv)
{
	struct str s = STR_INIT;
	struct err e;
	int i;

	for (i = 1; i < argc; i++)
		if (fs_read(argv[i], (size_t)1 << 28, &s, &e) == 0)
			LLVMFuzzerTestOneInput((const unsigned char *)str_c(&s),
					       s.len);
	str_release(&s);
	return 0;
}
#endif
