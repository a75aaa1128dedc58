/* tests/unit/test_downstream.c - uses elsewhere, copies of a fix, terms. */
#include "tests/unit/facts.h"

#include "analyze/downstream.h"
#include "analyze/signals/fixcopy.h"
#include "analyze/signals/sameterm.h"

#define T(f) cmocka_unit_test(f)

static struct arena arena;

static int teardown(void **state UNUSED)
{
	arena_release(&arena);
	return 0;
}

struct tree {
	const char *(*v)[2];
	size_t n, at;
};

static bool next(void *arg, const char **path, const char **text, size_t *len)
{
	struct tree *t = arg;

	if (t->at == t->n)
		return false;
	*path = t->v[t->at][0];
	*text = t->v[t->at++][1];
	*len = strlen(*text);
	return true;
}

static void a_flag_of_anybody_counts_on_lines_that_say_whose(void **s UNUSED)
{
	static const char *files[][2] = {
		{ "a.sh", "vllm serve --mode fast\ncmake --mode x\n" },
		{ "b.py", "p.add_argument(\"--mode\")\nimport vllm\n" },
	};
	const struct downstream_name n[] = { { "--mode", NULL, "vLLM" } };
	struct tree t = { files, 2, 0 };
	struct downstream d;

	downstream_scan(&d, &arena, n, 1, NULL, 0, next, &t);
	assert_int_equal(d.uses[0].files, 1);
	assert_int_equal(d.uses[0].lines, 1);
	assert_int_equal(d.uses[0].line, 1);
}

static void qualified_and_imported_names_count(void **state UNUSED)
{
	static const char *files[][2] = {
		{ "a/x.py", "import cutlass.cute as cute\n"
			    "f(cute.arch.ProxyKind.async_shared)\n"
			    "g(cute.arch.ProxyKind.a, cute.arch.ProxyKind.b)\n"
			    "h(cute.arch.ProxyKindOther)\n" },
		{ "a/y.py", "from cutlass.cute.arch import (\n    other,\n"
			    "    ProxyKind,\n)\nf(ProxyKind.b)\n" },
		{ "a/z.py", "import cutlass.cute.arch as ca\nca.ProxyKind\n"
			    "nvvm.ProxyKind\n" },
		{ "a/w.py", "from elsewhere import ProxyKind\nProxyKind\n"
			    "other.arch.ProxyKind\n" },
		{ "docs/a.md", "cute.arch.ProxyKind\n" },
	};
	const struct downstream_name n[] = {
		{ "ProxyKind", "cutlass.cute.arch" },
		{ "SharedSpace", "cutlass.cute.arch" },
	};
	struct tree t = { files, 5, 0 };
	struct downstream d;

	downstream_scan(&d, &arena, n, 2, NULL, 0, next, &t);
	assert_int_equal(d.uses[0].files, 3);
	assert_int_equal(d.uses[0].lines, 2 + 2 + 1);
	assert_string_equal(d.uses[0].path, "a/x.py");
	assert_int_equal(d.uses[0].line, 2);
	assert_int_equal(d.uses[1].lines, 0);
}

static void bare_names_count_as_whole_words(void **state UNUSED)
{
	static const char *files[][2] = {
		{ "a.py", "os.getenv('VLLM_TRACE_DIR')\nVLLM_TRACE_DIR_X\n" },
		{ "b.sh", "run --old-flag 1 --old-flag-more\n" },
		{ "c.cu", "#include <flashinfer/flat/x.h>\n" },
	};
	const struct downstream_name n[] = {
		{ "VLLM_TRACE_DIR", NULL }, { "--old-flag", NULL },
		{ "flashinfer/flat/x.h", NULL }, { "x", NULL },
	};
	struct tree t = { files, 3, 0 };
	struct downstream d;

	downstream_scan(&d, &arena, n, 4, NULL, 0, next, &t);
	assert_int_equal(d.uses[0].lines, 1);
	assert_int_equal(d.uses[1].lines, 1);
	assert_int_equal(d.uses[2].lines, 1);
	assert_int_equal(d.uses[3].lines, 0);
}

static void requirement_lines_give_the_bound(void **state UNUSED)
{
	static const char *files[][2] = {
		{ "flash_attn/cute/pyproject.toml", "[project]\nname = \"fa\"\n"
		  "dependencies = [\n  \"nvidia-cutlass-dsl>=4.3.5,<4.4.0\",\n"
		  "  \"torch\",\n]\n" },
		{ "requirements.txt", "# nvidia-cutlass-dsl\n"
		  "nvidia_cutlass_dsl>=4.3.4\n" },
	};
	const char *packages[] = { "nvidia-cutlass-dsl" };
	struct tree t = { files, 2, 0 };
	struct downstream d;

	downstream_scan(&d, &arena, NULL, 0, packages, 1, next, &t);
	assert_int_equal(d.bounds_n, 2);
	assert_string_equal(d.bounds[0].spec, ">=4.3.5,<4.4.0");
	assert_int_equal(d.bounds[0].line, 4);
	assert_string_equal(d.bounds[1].spec, ">=4.3.4");
	assert_int_equal(d.bounds[1].line, 2);
}

/* --- fix not in a copy -------------------------------------------------- */

static void a_copy_that_keeps_the_removed_lines_tells(void **state UNUSED)
{
	struct made *m = make("Fix race", "", (struct side[]){ { "a/f.py",
		"    sScale[row + m_block_size * 2] = row_max\n    z = 1\n",
		"    sScale[row + q_stage * m_block_size] = row_max\n"
		"    z = 1\n" } }, 1);
	struct fixcopy_lines gone, come;
	struct fixcopy c;
	const char *copy = "x\n  sScale[row + m_block_size * 2] = row_max\n";
	const char *ported =
		"sScale[row + q_stage * m_block_size] = row_max\n";

	fixcopy_lines(&gone, &m->arena, m->files, '-');
	fixcopy_lines(&come, &m->arena, m->files, '+');
	assert_int_equal(gone.n, 1);
	fixcopy_compare(&c, &gone, &come, copy, strlen(copy));
	assert_int_equal(c.held, 1);
	assert_int_equal(c.line, 2);
	assert_true(fixcopy_tells(&c));
	fixcopy_compare(&c, &gone, &come, ported, strlen(ported));
	assert_false(fixcopy_tells(&c));
	made_free(m);
}

/* --- the same term ------------------------------------------------------ */

static void a_rare_name_in_two_repositories_is_a_term(void **state UNUSED)
{
	const struct sameterm_text v[] = {
		{ 0, 1, "refactor: reduce gdn prefill compilation time" },
		{ 1, 2, "[PERF] Change GDN Attention State Layout (#33291)" },
		{ 0, 3, "model: support interns1-pro" },
		{ 1, 4, "InternS1ProForConditionalGeneration" },
		{ 0, 5, "Fix FP8 moe on H100" },
		{ 1, 6, "FP8 moe for H100 and some words" },
		{ 0, 7, "use GQA kernels" },
		{ 1, 8, "more GQA kernels" },
	};
	const char *old[] = { "GQA again", "GQA, second", "GQA, third",
			      "GQA, fourth", "GQA, fifth", "GQA, sixth" };
	const struct sameterm_past past[] = { { old, 6 }, { old, 6 } };
	struct sameterm out[8];
	size_t n = sameterm_find(out, 8, &arena, v, 8, past, 2);

	assert_int_equal(n, 2);
	assert_string_equal(out[0].term, "gdn");
	assert_int_equal(out[0].changes_n, 2);
	assert_int_equal(out[0].changes[0], 1);
	assert_int_equal(out[1].repos, 2);
	assert_int_equal(out[1].changes[1], 4);
}

static void words_of_one_repository_are_no_term(void **state UNUSED)
{
	const struct sameterm_text v[] = {
		{ 0, 1, "Add XYZ9" }, { 0, 2, "Fix XYZ9" },
	};
	const struct sameterm_past past[] = { { NULL, 0 } };
	struct sameterm out[4];

	assert_int_equal(sameterm_find(out, 4, &arena, v, 2, past, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(qualified_and_imported_names_count),
		T(a_flag_of_anybody_counts_on_lines_that_say_whose),
		T(bare_names_count_as_whole_words),
		T(requirement_lines_give_the_bound),
		T(a_copy_that_keeps_the_removed_lines_tells),
		T(a_rare_name_in_two_repositories_is_a_term),
		T(words_of_one_repository_are_no_term),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
