/* Issues of a window: kinds, order, and the two lines that tell the most. */
#include "render/issues.h"

#include "core/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static struct arena mem;

static int drop(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static enum issue_kind kind(const char *title, const char *body,
			    const char *label)
{
	struct issue i = { .title = title, .body = body, .labels = &label,
			   .labels_n = label != NULL };

	return issue_classify(&i, &mem, NULL);
}

static void titles_tell_the_kind(void **state)
{
	static const struct { const char *title; enum issue_kind k; } t[] = {
		{ "[Bug]: vLLM crashes with TP=8", ISSUE_CRASH },
		{ "Illegal memory access in grouped GEMM", ISSUE_CRASH },
		{ "Server hangs after 2h", ISSUE_CRASH },
		{ "Wrong result for M=1", ISSUE_WRONG },
		{ "[Bug] MLA accuracy drops on H20", ISSUE_WRONG },
		{ "NaN in fp8 attention", ISSUE_NAN },
		{ "Softmax gives -inf", ISSUE_NAN },
		{ "Regression in 0.12: 2x slower", ISSUE_REGRESSION },
		{ "ImportError: libcudart.so.12", ISSUE_IMPORT },
		{ "undefined symbol: _ZN3c10", ISSUE_IMPORT },
		{ "RuntimeError in scheduler", ISSUE_BUG },
		{ "[Feature]: avoid NaN in sampler", ISSUE_REQUEST },
		{ "[RFC] crash recovery", ISSUE_REQUEST },
		{ "Support nanbeige", ISSUE_OTHER },
		{ "Inference of Infinite models", ISSUE_OTHER },
		{ "Changing the hangar", ISSUE_OTHER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(t); i++)
		if (kind(t[i].title, NULL, NULL) != t[i].k)
			fail_msg("'%s' is %s", t[i].title, issue_kind_name(
				 kind(t[i].title, NULL, NULL)));
}

static void the_body_speaks_where_the_title_does_not(void **state)
{
	(void)state;
	assert_int_equal(kind("Question about TP",
			      "The engine crashes when TP is 8 here.", NULL),
			 ISSUE_CRASH);
	assert_int_equal(kind("[Question] TP", "The engine crashes at TP 8.",
			      NULL), ISSUE_REQUEST);
	assert_int_equal(kind("TP", "x", "bug"), ISSUE_BUG);
	assert_int_equal(kind("TP crash", "x", "feature request"),
			 ISSUE_REQUEST);
	/* words of the template are not the author's */
	assert_int_equal(kind("TP question", "<!-- did it crash? -->\n"
			      "### Environment\ncrash 1\n", NULL),
			 ISSUE_OTHER);
}

static const char form[] =
	"### Your current environment\n\n<details>\n<summary>The output of "
	"<code>python collect_env.py</code></summary>\n\n```text\n"
	"PyTorch version: 2.9.0+cu129\nGPU models and configuration:\n"
	"GPU 0: NVIDIA H100 80GB HBM3\n```\n</details>\n\n"
	"### Describe the bug\n\n<!-- Please be precise. -->\n"
	"Running FP8 MLA gives NaN for batch 1 on one GPU. It is fine with "
	"bf16.\n\n```\nTraceback\n```\n### Before submitting\n- [x] I "
	"searched the issues.\n";

static void the_sentence_is_the_authors_own(void **state)
{
	(void)state;
	assert_string_equal(issue_sentence(&mem, "FP8", form),
			    "Running FP8 MLA gives NaN for batch 1 on one "
			    "GPU.");
	assert_null(issue_sentence(&mem, "t", "<!-- nothing"));
	assert_null(issue_sentence(&mem, "t", NULL));
	assert_null(issue_sentence(&mem, "t", "### Environment\nH100 80GB "
				   "and CUDA 12.8 here\n"));
}

static void the_environment_is_one_line(void **state)
{
	static const struct { const char *body, *want; } t[] = {
		{ form, "GPU 0: NVIDIA H100 80GB HBM3" },
		{ "x\nEnvironment: H200, CUDA 12.8\n", "H200, CUDA 12.8" },
		{ "- **GPU**: RTX 5090\n", "RTX 5090" },
		{ "## Environment\n- OS: Ubuntu 22.04\n- Card: B200\n",
		  "Card: B200" },
		{ "**Environment**\n\ntorch 2.9, CUDA 13\n",
		  "torch 2.9, CUDA 13" },
		{ "It fails on H100 with 8 cards.\n", NULL },
		{ "Environment:\n", NULL },
		{ "### Environment\n<!-- H100 1 -->\n", NULL },
		{ NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(t); i++) {
		const char *got = issue_environment(&mem, t[i].body);

		if (!t[i].want)
			assert_null(got);
		else
			assert_string_equal(got, t[i].want);
	}
}

static void the_gravest_come_first_and_pulls_are_counted(void **state)
{
	struct issue v[] = {
		{ .number = 1, .title = "Typo", .created_utc = 150 },
		{ .number = 2, .title = "NaN", .created_utc = 150,
		  .comments = 2 },
		{ .number = 3, .title = "Crash", .created_utc = 50,
		  .closed_utc = 120, .state = ISSUE_CLOSED },
		{ .number = 4, .title = "Crash too", .created_utc = 199 },
		{ .number = 5, .title = "nan", .created_utc = 100,
		  .comments = 9 },
		{ .number = 6, .title = "late crash", .created_utc = 200 },
		{ .number = 7, .title = "p", .is_pr = true, .merged_utc = 160,
		  .created_utc = 10, .closed_utc = 160,
		  .state = ISSUE_MERGED },
		{ .number = 8, .title = "p", .is_pr = true, .closed_utc = 170,
		  .created_utc = 110, .state = ISSUE_CLOSED },
	};
	struct issue_list l = { v, ARRAY_N(v) };
	struct issue_page p;
	static const int64_t want[] = { 4, 3, 5, 2, 1 };
	size_t i;

	(void)state;
	issues_rank(&p, &mem, &l, 100, 200);
	assert_int_equal(p.n, ARRAY_N(want));
	for (i = 0; i < p.n; i++)
		assert_int_equal(p.v[i].issue->number, want[i]);
	assert_int_equal(p.opened, 4);
	assert_int_equal(p.closed, 1);
	assert_int_equal(p.pr_opened, 1);
	assert_int_equal(p.pr_merged, 1);
	assert_int_equal(p.pr_closed, 1);
	assert_string_equal(p.v[2].word, "nan");
	assert_true(issue_kind_is_correctness(p.v[0].kind));
	assert_false(issue_kind_is_correctness(ISSUE_BUG));
}

#define T(f) cmocka_unit_test_teardown(f, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(titles_tell_the_kind),
		T(the_body_speaks_where_the_title_does_not),
		T(the_sentence_is_the_authors_own),
		T(the_environment_is_one_line),
		T(the_gravest_come_first_and_pulls_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
