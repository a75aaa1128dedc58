/* tests/unit/test_importance.c - points, reasons and folding. */
#include "tests/unit/unit.h"

#include "analyze/importance.h"

#define T(f) cmocka_unit_test(f)

static struct arena arena;

static int teardown(void **state UNUSED)
{
	arena_release(&arena);
	return 0;
}

static int points_for(const struct importance *im, const char *what)
{
	for (size_t i = 0; i < im->reasons_n; i++)
		if (!strcmp(im->reasons[i].what, what))
			return im->reasons[i].points;
	return 0;
}

static struct importance score(const struct importance_input *in)
{
	struct importance im;
	int sum = 0;

	importance_score(&im, &arena, in);
	for (size_t i = 0; i < im.reasons_n; i++)
		sum += im.reasons[i].points;
	assert_int_equal(sum, im.score);
	return im;
}

static void a_kind_counts_once_however_often_it_fires(void **state UNUSED)
{
	const struct signal v[] = {
		{ .kind = "env-removed", .name = "A_B" },
		{ .kind = "env-removed", .name = "C_D" },
		{ .kind = "export-removed", .name = "x", .breaking = true },
		{ .kind = "module-removed", .name = "y", .breaking = true },
	};
	struct importance im = score(&(struct importance_input){
		.subject = "x", .signals = v, .signals_n = 4 });

	assert_int_equal(im.score, 80);
	assert_int_equal(points_for(&im, "environment variable removed"), 40);
}

static void what_is_no_break_is_not_scored_as_one(void **state UNUSED)
{
	const struct signal v[] = {
		{ .kind = "export-removed", .name = "x" },
		{ .kind = "default", .name = "y" },
	};
	struct importance im = score(&(struct importance_input){
		.subject = "x", .signals = v, .signals_n = 2 });

	assert_int_equal(im.score, 0);
}

static void a_runtime_pin_outweighs_a_test_pin(void **state UNUSED)
{
	const struct signal v[] = {
		{ .kind = "pin", .name = "a", .detail =
		  "{\"scope\":\"test\",\"what\":\"spec\"}" },
		{ .kind = "pin", .name = "av", .detail =
		  "{\"scope\":\"runtime\",\"what\":\"marker\"}" },
	};
	struct importance im = score(&(struct importance_input){
		.subject = "x", .signals = v, .signals_n = 2 });

	assert_int_equal(points_for(&im, "runtime pin"), 22);
	assert_int_equal(points_for(&im, "dependency marker"), 14);
	im = score(&(struct importance_input){
		.subject = "x", .signals = v, .signals_n = 1 });
	assert_int_equal(im.score, 8);
}

static void labels_score_by_the_names_they_have(void **state UNUSED)
{
	struct importance im = score(&(struct importance_input){
		.subject = "x", .type = "performance" });

	assert_int_equal(points_for(&im, "performance"), 6);
	im = score(&(struct importance_input){ .subject = "x",
					       .type = "fix" });
	assert_int_equal(points_for(&im, "fix"), 14);
	im = score(&(struct importance_input){ .subject = "x",
					       .type = "chore" });
	assert_int_equal(points_for(&im, "chore"), -10);
}

static void severity_is_a_whole_word(void **state UNUSED)
{
	struct importance im = score(&(struct importance_input){
		.subject = "Fix shared-memory race", .body = "It is a race." });

	assert_int_equal(im.score, 14);
	im = score(&(struct importance_input){
		.subject = "Add a trace of the finance room and change" });
	assert_int_equal(im.score, 0);
}

static void lines_of_product_code_count_on_a_log_scale(void **state UNUSED)
{
	const struct change v[] = {
		{ .path = "vllm/a.py", .status = 'M', .additions = 200,
		  .deletions = 55 },
		{ .path = "tests/test_a.py", .status = 'M',
		  .additions = 9000 },
	};
	struct importance im = score(&(struct importance_input){
		.subject = "x", .changes = v, .changes_n = 2 });

	assert_int_equal(im.score, 16);
	assert_int_equal(im.class, CLASS_NORMAL);
}

static void support_is_folded_but_keeps_its_weakened_test(void **s UNUSED)
{
	const struct change c[] = {
		{ .path = "tests/test_a.py", .status = 'M', .additions = 9 },
		{ .path = ".github/workflows/x.yml", .status = 'M' },
	};
	const struct signal v[] = { { .kind = "test-weakened",
				      .name = "atol" } };
	struct importance im = score(&(struct importance_input){
		.subject = "x", .changes = c, .changes_n = 2, .signals = v,
		.signals_n = 1 });

	assert_int_equal(im.score, 14 - 30);
	assert_int_equal(im.class, CLASS_SUPPORT);
	assert_true(im.folded);
	assert_true(im.weakens_tests);
}

static void pure_renames_and_bots_are_folded(void **state UNUSED)
{
	const struct change c[] = {
		{ .path = "a/b.py", .old_path = "b.py", .status = 'R' },
	};
	struct importance im = score(&(struct importance_input){
		.subject = "x", .changes = c, .changes_n = 1 });

	assert_int_equal(im.class, CLASS_RENAMES);
	assert_int_equal(im.score, -25);
	im = score(&(struct importance_input){ .subject = "x", .bot = true });
	assert_true(im.folded);
}

static void the_readers_stack_raises_and_says_why(void **state UNUSED)
{
	const char *hw[] = { "blackwell" }, *stack[] = { "Blackwell", "xpu" };
	struct importance im = score(&(struct importance_input){
		.subject = "x", .hardware = hw, .hardware_n = 1,
		.stack = stack, .stack_n = 2 });

	assert_int_equal(im.score, 15);
	assert_string_equal(im.reasons[0].name, "Blackwell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_kind_counts_once_however_often_it_fires),
		T(what_is_no_break_is_not_scored_as_one),
		T(a_runtime_pin_outweighs_a_test_pin),
		T(labels_score_by_the_names_they_have),
		T(severity_is_a_whole_word),
		T(lines_of_product_code_count_on_a_log_scale),
		T(support_is_folded_but_keeps_its_weakened_test),
		T(pure_renames_and_bots_are_folded),
		T(the_readers_stack_raises_and_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
