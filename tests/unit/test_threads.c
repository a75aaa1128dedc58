/* tests/unit/test_threads.c - who reverts and re-lands whom. */
#include "tests/unit/facts.h"

#include "analyze/signals/threads.h"

#define T(f) cmocka_unit_test(f)

static struct arena arena;

static int teardown(void **state UNUSED)
{
	arena_release(&arena);
	return 0;
}

static size_t refs(struct thread_ref *r, const char *subject,
		   const char *body)
{
	return thread_refs(r, &arena, subject, body);
}

/* --- one message -------------------------------------------------------- */

static void a_quoted_title_is_a_target(void **state UNUSED)
{
	struct thread_ref r[THREAD_REFS_MAX];

	assert_int_equal(refs(r, "[CI] Revert \"[compile] Speed \"up\" it\" "
			      "(#33820)", ""), 1);
	assert_int_equal(r[0].kind, THREAD_REVERT);
	assert_string_equal(r[0].title, "[compile] Speed \"up\" it");
}

static void a_number_is_a_target_with_or_without_its_sign(void **s UNUSED)
{
	struct thread_ref r[THREAD_REFS_MAX];

	assert_int_equal(refs(r, "Revert #2304 (#2451)", ""), 1);
	assert_int_equal(r[0].pr, 2304);
	assert_int_equal(refs(r, "[Diffusion] Revert 18619", ""), 1);
	assert_int_equal(r[0].pr, 18619);
	assert_int_equal(refs(r, "Partially revert PR #77 (#99)", ""), 1);
	assert_int_equal(r[0].pr, 77);
	assert_true(r[0].partial);
	assert_int_equal(refs(r, "Undo", "Reverts a/b#12\n"), 1);
	assert_string_equal(r[0].repo, "a/b");
	assert_int_equal(refs(r, "Undo",
			      "This reverts commit 0123456789abcdef.\n"), 1);
	assert_string_equal(r[0].oid, "0123456789abcdef");
}

/* What is not read cannot be missed. */
static void a_body_with_a_target_may_speak(void **state UNUSED)
{
	static const char *const bodies[] = {
		"Reverts commit 0123456789", "Reverts: #12", "Revert of #12",
		"This PR reverts #12", "This reverts commit 0123456789",
		"A fixed version of #12", "New version of #12", "Re-land #12",
		"RELAND of #12", "re-apply #12", "This will reapply #12",
		"It was reverted in #12", "#12 was merged and reverted",
		"#12 has been reverted", "#12 got reverted",
		"#12 and #13 were reverted",
	};
	struct thread_ref r[THREAD_REFS_MAX];
	size_t i;

	for (i = 0; i < ARRAY_N(bodies); i++) {
		assert_true(refs(r, "Title of it", bodies[i]) > 0);
		assert_true(thread_body_may_speak(bodies[i],
						  strlen(bodies[i])));
	}
	assert_false(thread_body_may_speak("Fixes #12", 9));
	assert_false(thread_body_may_speak("", 0));
}

static void a_verb_without_a_target_is_no_thread(void **state UNUSED)
{
	struct thread_ref r[THREAD_REFS_MAX];

	assert_int_equal(refs(r, "Fix flaky tests by reverting mamba slot "
			      "release (#18910)", ""), 0);
	/* A guess, which no landing of that title answers. */
	assert_int_equal(refs(r, "Revert comment out of `tl.barrier()`", ""),
			 1);
	assert_true(r[0].plain);
	assert_int_equal(refs(r, "[Revert] Fix performance regression "
			      "(#33771)", ""), 0);
	assert_int_equal(refs(r, "Irreversible 12345", ""), 0);
	refs(r, "Revert 2 commits", "");
	assert_int_equal(r[0].pr, 0);
	assert_true(r[0].plain);
}

static void a_reverted_revert_is_a_reland(void **state UNUSED)
{
	struct thread_ref r[THREAD_REFS_MAX];

	refs(r, "Revert \"Revert \"Add x y\" (#5)\" (#6)", "");
	assert_int_equal(r[0].kind, THREAD_RELAND);
	assert_int_equal(refs(r, "feat: x, fixed (#2462)",
		"NOTE: This is the fixed version of\n"
		"https://github.com/o/flashinfer/pull/2304 that was merged\n"
		"and reverted.\n"), 1);
	assert_int_equal(r[0].kind, THREAD_RELAND);
	assert_int_equal(r[0].pr, 2304);
	assert_string_equal(r[0].repo, "o/flashinfer");
}

/* --- resolving ---------------------------------------------------------- */

static const struct thread_landing history[] = {
	{ .subject = "Add x y (#10)", .pr = 10 },
	{ .subject = "Add packed weights (#11)", .pr = 11 },
	{ .subject = "Revert \"Add x y\" (#12)", .pr = 12 },
	{ .subject = "Add x y, fixed (#13)", .pr = 13,
	  .body = "This is the fixed version of #10 that was reverted." },
	{ .subject = "Revert \"Never landed here\" (#14)", .pr = 14 },
	{ .subject = "[Model] Apply #11 for recent models (#15)", .pr = 15 },
	{ .subject = "Revert other/repo (#16)", .pr = 16,
	  .body = "Reverts other/project#11" },
	{ .subject = "Revert #11 (#17)", .pr = 17 },
	{ .subject = "Add packed weights (#18)", .pr = 18 },
};
#define N (sizeof(history) / sizeof(*history))

static void targets_resolve_by_title_then_number(void **state UNUSED)
{
	struct thread_link l[N];

	threads_link(l, history, N, "us/project2");
	assert_int_equal(l[2].target, 0);
	assert_int_equal(l[2].kind, THREAD_REVERT);
	assert_int_equal(l[3].target, 0);
	assert_int_equal(l[3].kind, THREAD_RELAND);
	assert_int_equal(l[7].target, 1);
}

static void what_does_not_resolve_is_no_thread(void **state UNUSED)
{
	struct thread_link l[N];

	threads_link(l, history, N, "us/project2");
	assert_int_equal(l[4].target, -1);
	assert_int_equal(l[5].target, -1);	/* applied, never reverted */
	assert_int_equal(l[6].target, -1);	/* another repository's */
}

static void a_reverted_title_that_lands_again_is_a_reland(void **s UNUSED)
{
	struct thread_link l[N];

	threads_link(l, history, N, "us/project2");
	assert_int_equal(l[8].kind, THREAD_RELAND);
	assert_int_equal(l[8].target, 1);
	assert_true(l[8].by_title);
}

/* Titles that every repository lands many times name nothing. */
static void a_title_of_every_day_is_no_reland(void **state UNUSED)
{
	static const struct thread_landing v[] = {
		{ .subject = "Update README.md (#1)", .pr = 1 },
		{ .subject = "Revert \"Update README.md\" (#2)", .pr = 2 },
		{ .subject = "Update README.md (#3)", .pr = 3 },
		{ .subject = "Generated from a pull request, see the notes",
		  .pr = 4 },
		{ .subject = "Revert \"Generated from a pull request, see "
			     "the notes\"", .pr = 5 },
		{ .subject = "Generated from a pull request, see the notes",
		  .pr = 6 },
		{ .subject = "Remove unique_key (#7)", .pr = 7 },
		{ .subject = "Revert \"Remove unique_key (#7)\"", .pr = 8 },
		{ .subject = "Remove unique_key (#9)", .pr = 9 },
		{ .subject = "Fix CI", .pr = 10 },
		{ .subject = "Revert \"Fix CI\"", .pr = 11 },
		{ .subject = "Fix CI", .pr = 12 },
	};
	struct thread_link l[12];

	threads_link(l, v, 12, NULL);
	assert_int_equal(l[1].target, 0);
	assert_int_equal(l[2].target, -1);
	assert_int_equal(l[4].target, 3);
	assert_int_equal(l[5].target, -1);
	assert_int_equal(l[8].target, 6);
	assert_int_equal(l[8].kind, THREAD_RELAND);
	assert_int_equal(l[11].target, -1);
}

static void a_thread_is_read_up_to_its_day(void **state UNUSED)
{
	struct thread_link l[N];
	struct thread_step t[8];

	threads_link(l, history, N, NULL);
	assert_int_equal(thread_steps(t, 8, l, N, 3), 3);
	assert_int_equal(t[0].landing, 0);
	assert_int_equal(t[1].landing, 2);
	assert_int_equal(t[2].landing, 3);
	/* The day of the revert knows nothing of the re-land. */
	assert_int_equal(thread_steps(t, 8, l, 3, 2), 2);
	assert_int_equal(thread_steps(t, 8, l, N, 5), 0);
}

static void cut_edited_and_tagged_titles_still_resolve(void **state UNUSED)
{
	static const struct thread_landing v[] = {
		{ .subject = "[Core] Use a much better allocator for the "
			     "cache (#11)", .pr = 11 },
		{ .subject = "[Frontend][Core] Add shutdown timeout (#12)",
		  .pr = 12 },
		{ .subject = "Use `fast` mode (#13)", .pr = 13 },
		{ .subject = "Revert \"[Core] Use a much better alloc\xe2\x80"
			     "\xa6 (#21)", .pr = 21 },
		{ .subject = "Revert \"Add shutdown timeout\" (#22)",
		  .pr = 22 },
		{ .subject = "Revert \"Use fast mode #13\" (#23)", .pr = 23 },
		{ .subject = "Revert \"Nothing like it\" (#11) (#24)",
		  .pr = 24 },
		{ .subject = "Fix build (#25)", .pr = 25,
		  .body = "The guards added in #11 / relanded in #12 break." },
	};
	struct thread_link l[8];

	threads_link(l, v, 8, NULL);
	assert_int_equal(l[3].target, 0);
	assert_int_equal(l[4].target, 1);
	assert_int_equal(l[5].target, 2);
	assert_int_equal(l[6].target, 0);
	assert_int_equal(l[7].target, -1);
}

static void the_newest_of_equal_titles_is_meant(void **state UNUSED)
{
	static const struct thread_landing v[] = {
		{ .subject = "Update the docs (#1)", .pr = 1 },
		{ .subject = "Update the docs (#2)", .pr = 2 },
		{ .subject = "Revert \"Update the docs\" (#3)", .pr = 3 },
	};
	struct thread_link l[3];

	threads_link(l, v, 3, NULL);
	assert_int_equal(l[2].target, 1);
}

/* --- exactness ---------------------------------------------------------- */

static void a_line_for_line_inverse_is_seen(void **state UNUSED)
{
	struct made *a = make("x", "", (struct side[]){
		{ "a.py", "1\n2\n3\n", "1\nB\n3\n" },
		{ "b.py", NULL, "new\n" } }, 2);
	struct made *b = make("y", "", (struct side[]){
		{ "a.py", "0\n1\nB\n3\n", "0\n1\n2\n3\n" },
		{ "b.py", "new\n", NULL } }, 2);
	size_t same, total;

	thread_inverse(a->files, 2, b->files, 2, &same, &total);
	assert_int_equal(same, 2);
	assert_int_equal(total, 2);
	made_free(a);
	made_free(b);
}

static void a_partial_revert_is_not_exact(void **state UNUSED)
{
	struct made *a = make("x", "", (struct side[]){
		{ "a.py", "1\n2\n", "1\nB\n" },
		{ "c.py", "1\n", "2\n" } }, 2);
	struct made *b = make("y", "", (struct side[]){
		{ "a.py", "1\nB\n", "1\n2\n" },
		{ "d.py", "1\n", "3\n" } }, 2);
	size_t same, total;

	thread_inverse(a->files, 2, b->files, 2, &same, &total);
	assert_int_equal(same, 1);
	assert_int_equal(total, 3);
	made_free(a);
	made_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_quoted_title_is_a_target),
		T(a_number_is_a_target_with_or_without_its_sign),
		T(a_body_with_a_target_may_speak),
		T(a_verb_without_a_target_is_no_thread),
		T(a_reverted_revert_is_a_reland),
		T(targets_resolve_by_title_then_number),
		T(what_does_not_resolve_is_no_thread),
		T(a_reverted_title_that_lands_again_is_a_reland),
		T(a_title_of_every_day_is_no_reland),
		T(a_thread_is_read_up_to_its_day),
		T(cut_edited_and_tagged_titles_still_resolve),
		T(the_newest_of_equal_titles_is_meant),
		T(a_line_for_line_inverse_is_seen),
		T(a_partial_revert_is_not_exact),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
