/* tests/unit/test_facts.c - facts that must be read from a diff, and as many
 * look-alikes that must not. */
#include "tests/unit/facts.h"

#define T(f) cmocka_unit_test(f)
#define LANDING(subject, body, ...) \
	read_all(make((subject), (body), (struct side[]){ __VA_ARGS__ }, \
		      sizeof((struct side[]){ __VA_ARGS__ }) / \
		      sizeof(struct side)))

static struct made *read_all(struct made *m)
{
	signals_read(&m->view, &m->out);
	return m;
}

static void assert_change(const struct signal *s, const char *name,
			  const char *old, const char *new)
{
	assert_non_null(s);
	assert_string_equal(s->name, name);
	assert_string_equal(s->old ? s->old : "(none)", old);
	assert_string_equal(s->new ? s->new : "(none)", new);
}

/* --- pins --------------------------------------------------------------- */

static void a_bound_that_appears_is_a_pin(void **state UNUSED)
{
	struct made *m = LANDING("Bump", "", {
		"requirements/common.txt",
		"torch\naiohttp\ntyping_extensions >= 4.10\n",
		"torch\naiohttp >= 3.13.3\ntyping_extensions >= 4.10\n" });

	assert_int_equal(count(m, "pin"), 1);
	assert_change(nth(m, "pin", 0), "aiohttp", "", ">= 3.13.3");
	assert_int_equal(nth(m, "pin", 0)->line, 2);
	assert_non_null(strstr(nth(m, "pin", 0)->detail, "\"runtime\""));
	made_free(m);
}

static void a_marker_that_differs_is_a_pin_of_its_own_kind(void **s UNUSED)
{
	struct made *m = LANDING("fix a logic error", "", {
		"pyproject.toml",
		"[project]\ndependencies = [\n"
		"  \"av ; a == 'x' and b == 'y'\",\n]\n",
		"[project]\ndependencies = [\n"
		"  \"av ; a == 'x' or b == 'y'\",\n]\n" });
	const struct signal *p = nth(m, "pin", 0);

	assert_change(p, "av", "a == 'x' and b == 'y'",
		      "a == 'x' or b == 'y'");
	assert_non_null(strstr(p->detail, "\"marker\""));
	made_free(m);
}

static void reordered_commented_and_respaced_pins_are_none(void **s UNUSED)
{
	struct made *m = LANDING("tidy", "",
		{ "requirements.txt",
		  "a==1\nb>=2,<3  # why\nc\n",
		  "# ray is optional\nc\nb <3, >=2\na == 1\n" },
		{ "pyproject.toml",
		  "[project]\ndependencies = [\"x>=1\", \"y\"]\n",
		  "[project]\ndependencies = [\n  'y',\n  'x >= 1',\n]\n" });

	assert_int_equal(count(m, "pin"), 0);
	made_free(m);
}

static void a_missing_end_of_line_is_no_pin(void **s UNUSED)
{
	struct made *m = LANDING("Add mcp", "", {
		"requirements/common.txt", "a==1\nmodel-hosting",
		"a==1\nmodel-hosting\nmcp\n" });

	assert_int_equal(count(m, "pin"), 1);
	assert_change(nth(m, "pin", 0), "mcp", "(none)", "");
	made_free(m);
}

static void a_pin_that_changed_its_file_says_nothing(void **s UNUSED)
{
	struct made *m = LANDING("split requirements", "",
		{ "requirements/cuda.txt", "a==1\nb==2\n", "a==1\n" },
		{ "requirements/rocm.txt", "c==3\n", "c==3\nb==2\n" });

	assert_int_equal(count(m, "pin"), 0);
	made_free(m);
}

/* What stands there still has not gone, nor come, however often it stood. */
static void a_pin_that_stands_elsewhere_says_nothing(void **s UNUSED)
{
	struct made *m = LANDING("Tidy", "", {
		"docs/requirements-docs.txt",
		"a==1\nopenai # for the client\nb==2\nopenai\n",
		"a==1\nb==2\nopenai\n" });

	assert_int_equal(count(m, "pin"), 0);
	made_free(m);
	/* Two extras that became one, and one more of another. */
	m = LANDING("One list of what diffusion needs", "", {
		"pyproject.toml",
		"[project.optional-dependencies]\n"
		"hip = [\"x==1\", \"y==2\"]\nnpu = [\"x==1\"]\n"
		"dsl = [\"z==3\"]\n",
		"[project.optional-dependencies]\n"
		"common = [\"x==1\", \"y==2\"]\nhip = []\nnpu = []\n"
		"dsl = [\"z==3\"]\nall = [\"z==3\", \"w==4\"]\n" });
	assert_int_equal(count(m, "pin"), 1);
	assert_change(nth(m, "pin", 0), "w", "(none)", "==4");
	made_free(m);
	/* The file that has it now came whole. */
	m = LANDING("Tests of their own", "",
		{ "requirements/test.txt", "a==1\nb==2\nc==3\n", "a==1\n" },
		{ "requirements/xpu.txt", NULL, "b==2\nc==4\n" });
	assert_int_equal(count(m, "pin"), 1);
	assert_change(nth(m, "pin", 0), "c", "==3", "(none)");
	made_free(m);
}

static void image_and_cmake_variables_are_pins(void **s UNUSED)
{
	struct made *m = LANDING("Bump", "",
		{ "docker/Dockerfile",
		  "ARG FLASHINFER_VERSION=0.6.3\nFROM nvidia/cuda:12.8 AS b\n"
		  "RUN sed -i 's/NUM_TIMEOUT=100/NUM_TIMEOUT=200/' x\n",
		  "ARG FLASHINFER_VERSION=0.6.4\nFROM nvidia/cuda:12.9 AS b\n"
		  "RUN sed -i 's/NUM_TIMEOUT=100/NUM_TIMEOUT=300/' x\n" },
		{ "cmake/flash.cmake",
		  "FetchContent_Declare(\n  flash-attn\n  GIT_TAG "
		  "aaaaaaa1\n)\nif(NOT RESULT EQUAL 0)\n",
		  "FetchContent_Declare(\n  flash-attn\n  GIT_TAG "
		  "bbbbbbb2\n)\nif(NOT RESULT EQUAL 1)\n" });

	assert_int_equal(count(m, "pin"), 3);
	assert_change(nth(m, "pin", 0), "FLASHINFER_VERSION", "0.6.3",
		      "0.6.4");
	assert_change(nth(m, "pin", 1), "FROM nvidia/cuda", "12.8", "12.9");
	assert_change(nth(m, "pin", 2), "flash-attn", "aaaaaaa1", "bbbbbbb2");
	made_free(m);
}

static void a_wheel_address_gives_its_version(void **s UNUSED)
{
	struct made *m = LANDING("Bump", "", { "requirements/xpu.txt",
		"xk @ https://h.example/r/v0.1.0/xk-0.1.0-cp312-linux.whl\n",
		"xk @ https://h.example/r/v0.1.1/xk-0.1.1-cp312-linux.whl\n" });

	assert_change(nth(m, "pin", 0), "xk", "0.1.0", "0.1.1");
	made_free(m);
}

static void compiler_flags_and_own_extras_are_no_pins(void **s UNUSED)
{
	struct made *m = LANDING("Flags", "",
		{ "setup.py", "f = [\"-gencode\", \"arch=compute_90\", \"x==1\"]\n",
		  "f = [\"-gencode\", \"arch=compute_100\", \"x==1\"]\n" },
		{ "pyproject.toml",
		  "[project]\nname = \"sglang\"\n[project.optional-"
		  "dependencies]\nall = [\"sglang[a]\"]\n",
		  "[project]\nname = \"sglang\"\n[project.optional-"
		  "dependencies]\nall = [\"sglang[a]\", \"sglang[b]\"]\n" });

	assert_int_equal(count(m, "pin"), 0);
	made_free(m);
}

static void a_submodule_step_is_told_by_its_commits(void **s UNUSED)
{
	struct made *m = make("Update", "", (struct side[]){
			      { .path = "3rdparty/cutlass" } }, 1);
	struct change *c = &m->changes[0];

	c->status = 'M';
	c->mode = c->old_mode = 0160000;
	c->flags = CHANGE_SUBMODULE;
	memset(c->old_oid.id, 0xab, 20);
	memset(c->oid.id, 0xcd, 20);
	read_all(m);
	assert_change(nth(m, "submodule", 0), "3rdparty/cutlass",
		      "abababababababababababababababababababab",
		      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd");
	made_free(m);
}

/* --- versions, macros --------------------------------------------------- */

static void a_version_speaks_for_its_folder_only(void **s UNUSED)
{
	struct made *m = LANDING("Mark as stable", "", {
		"hopper/__init__.py", "__version__ = \"3.0.0.b1\"\n",
		"__version__ = \"3.0.0\"\n" });

	assert_change(nth(m, "version", 0), "hopper", "3.0.0.b1", "3.0.0");
	made_free(m);
}

static void a_computed_version_is_no_release(void **s UNUSED)
{
	struct made *m = LANDING("use scm", "", {
		"pkg/__init__.py", "__version__ = read()\nx = 1\n",
		"__version__ = other()\nx = 1\n" });

	assert_int_equal(count(m, "version"), 0);
	made_free(m);
}

static void a_build_macro_that_replaces_another_is_one_fact(void **s UNUSED)
{
	struct made *m = LANDING("Use B over A", "",
		{ "hopper/setup.py", "args = [\"-DSTABLE_ONLY\"]  # checks\n",
		  "args = [\"-DTARGET_VERSION=0x0209\"]  # targets\n" },
		{ "CMakeLists.txt", "set(F \"-DKEEP -DCMAKE_X=1\")\n"
		  "message(\"  -DHELP=0  (say so)\")\n",
		  "\nset(F \"-DCMAKE_X=2 -DKEEP\")\n" });

	assert_int_equal(count(m, "build-macro"), 1);
	assert_change(nth(m, "build-macro", 0), "TARGET_VERSION",
		      "-DSTABLE_ONLY", "-DTARGET_VERSION=0x0209");
	made_free(m);
}

static void definitions_of_a_target_are_macros(void **s UNUSED)
{
	struct made *m = LANDING("Raise", "", { "CMakeLists.txt",
		"target_compile_definitions(_C PRIVATE\n  A_KEPT\n"
		"  TORCH_TARGET_VERSION=0x020AULL)\n",
		"target_compile_definitions(_C PRIVATE\n  A_KEPT\n"
		"  TORCH_TARGET_VERSION=0x020BULL)\n" });

	assert_int_equal(count(m, "build-macro"), 1);
	assert_change(nth(m, "build-macro", 0), "TORCH_TARGET_VERSION",
		      "-DTORCH_TARGET_VERSION=0x020AULL",
		      "-DTORCH_TARGET_VERSION=0x020BULL");
	made_free(m);
}

/* --- numbers ------------------------------------------------------------ */

static void a_claim_is_quoted_with_its_hardware(void **s UNUSED)
{
	struct made *m = LANDING("[Perf] Speed things up, 1.5% Throughput "
				 "improvement (#33612)",
				 "Prefill is 2.3x faster on H100.\n\nSigned-"
				 "off-by: charlotteliu12x@example.org",
				 { "a.py", "a = 1\n", "a = 2\n" });

	assert_int_equal(count(m, "number"), 2);
	assert_string_equal(nth(m, "number", 0)->name, "1.5%");
	assert_string_equal(nth(m, "number", 1)->name, "2.3x");
	assert_string_equal(nth(m, "number", 1)->new,
			    "Prefill is 2.3x faster on H100.");
	assert_non_null(strstr(nth(m, "number", 1)->detail, "H100"));
	made_free(m);
}

static void devices_parts_and_test_output_are_no_numbers(void **s UNUSED)
{
	struct made *m = LANDING("Improve mi35x nightly test (2/2)",
		"Reduce memory on 8x H100 nodes.\n\n"
		"```\ntests/x.py ..... [ 19%]\n5 passed in 5.30s faster\n```\n"
		"Set the timeout to 30s to improve stability.\n",
		{ "a.py", "a = 1\n", "a = 2\n" });

	assert_int_equal(count(m, "number"), 0);
	made_free(m);
}

static void a_claim_in_a_table_or_over_two_lines_is_whole(void **s UNUSED)
{
	struct made *m = LANDING("Document", "", { "docs/env.md",
		"Old text\nends here with\na half line.\n\n| A | B |\n",
		"Old text\nis 2x faster and goes on\na half line.\n\n"
		"| A | B |\n"
		"| `X` | It reduces the time from 30min to 3min. | no |\n\n"
		"The new kernel is about 1.5x\nfaster than the old one.\n" });

	assert_int_equal(count(m, "number"), 2);
	assert_string_equal(nth(m, "number", 0)->new,
			    "It reduces the time from 30min to 3min.");
	assert_int_equal(nth(m, "number", 0)->line, 6);
	assert_string_equal(nth(m, "number", 1)->new, "The new kernel is "
			    "about 1.5x faster than the old one.");
	made_free(m);
}

static void conditions_formulas_and_legends_are_no_numbers(void **s UNUSED)
{
	struct made *m = LANDING("Speed", "The deltas are (a / b - 1) * 100% "
				 "faster. Only outliers > 2% are slower "
				 "here. Numbers reproduce within 1% of the "
				 "better run.",
				 { "a.py", "a = 1\n", "a = 2\n" });

	assert_int_equal(count(m, "number"), 0);
	made_free(m);
}

static void a_number_that_only_moved_in_a_document_is_old(void **s UNUSED)
{
	struct made *m = LANDING("Reorder", "", { "docs/perf.md",
		"# A\n\nThis is 3x faster.\n\n# B\n\nText.\n",
		"# B\n\nText.\n\n# A\n\nThis is 3x faster.\n" });

	assert_int_equal(count(m, "number"), 0);
	made_free(m);
}

/* --- tests -------------------------------------------------------------- */

static void limits_are_compared_as_numbers(void **s UNUSED)
{
	struct made *m = LANDING("adjust", "", { "tests/test_x.py",
		"close(a, b, rtol=0.12, atol=0.0)\nx = 1\n"
		"accuracy_threshold=0.915,\n",
		"close(a, b, rtol=1.2e-1, atol=1e-5)\nx = 1\n"
		"accuracy_threshold=0.90,\n" });

	assert_int_equal(count(m, "test-weakened"), 2);
	assert_change(nth(m, "test-weakened", 0), "atol", "0.0", "1e-5");
	assert_change(nth(m, "test-weakened", 1), "accuracy_threshold",
		      "0.915", "0.90");
	made_free(m);
}

static void a_tightened_or_unclear_limit_is_not_weakened(void **s UNUSED)
{
	struct made *m = LANDING("adjust", "", { "tests/test_x.py",
		"f(atol=1e-2)\nlatency_threshold = 5\n",
		"f(atol=1e-3)\nlatency_threshold = 3\n" });

	assert_int_equal(count(m, "test-weakened"), 0);
	assert_int_equal(count(m, "test-threshold"), 2);
	made_free(m);
}

static void a_new_skip_is_told_with_its_reason(void **s UNUSED)
{
	struct made *m = LANDING("Fix init", "", { "tests/test_x.py",
		"def test_a(model):\n    run(model)\n",
		"def test_a(model):\n    if model == \"org/M\":\n"
		"        pytest.skip(\"Tokenization issue. Fix later\")\n"
		"    run(model)\n" });

	assert_int_equal(count(m, "test-skipped"), 1);
	assert_string_equal(nth(m, "test-skipped", 0)->new,
			    "Tokenization issue. Fix later");
	made_free(m);
}

static void skips_for_hardware_and_moved_skips_are_not_told(void **s UNUSED)
{
	struct made *m = LANDING("Add", "",
		{ "tests/test_x.py", "def test_a():\n    run()\n",
		  "@pytest.mark.skipif(not torch.cuda.is_available(), "
		  "reason=\"x\")\ndef test_a():\n"
		  "    if not is_sm100():\n"
		  "        pytest.skip(\"requires SM100\")\n    run()\n" },
		{ "tests/test_y.py",
		  "def test_a():\n    pytest.skip(\"flaky\")\n\n\n"
		  "def test_b():\n    pass\n",
		  "def test_b():\n    pass\n\n\n"
		  "def test_a():\n    pytest.skip(\"flaky\")\n" });

	assert_int_equal(count(m, "test-skipped"), 0);
	made_free(m);
}

static void a_new_test_that_skips_takes_nothing_away(void **s UNUSED)
{
	struct made *m = LANDING("Add", "", { "tests/test_x.py",
		"def test_a():\n    run()\n",
		"def test_a():\n    run()\n\n\ndef test_b(n):\n"
		"    if n > 3:\n        pytest.skip(\"chain too short\")\n"
		"    run(n)\n" });

	assert_int_equal(count(m, "test-skipped"), 0);
	made_free(m);
}

static void a_limit_that_became_two_is_not_paired(void **s UNUSED)
{
	struct made *m = LANDING("Cases", "",
		{ "tests/test_x.py", "close(a, rtol=1e-3)\nclose(b, rtol=1e-3)\n",
		  "if fp8:\n    rtol = 1e-2\nelse:\n    rtol = 1e-3\n"
		  "close(a, rtol=rtol)\nclose(b, rtol=rtol)\n" },
		{ "tests/test_y.py", "close(a, atol=1e-3)\n",
		  "close(a, atol=1e-2 if fp8 else 1e-3)\n" });

	assert_int_equal(count(m, "test-weakened"), 0);
	made_free(m);
}

static void limits_of_other_cases_are_not_paired(void **s UNUSED)
{
	struct made *m = LANDING("Cases", "", { "test/limits.json",
		"{\"a\": {\n\"clip_threshold\": 0.64\n},\n\"z\": 1}\n",
		"{\"b\": {\n\"clip_threshold\": 0.84\n},\n\"z\": 1}\n" });

	assert_int_equal(count(m, "test-threshold"), 0);
	made_free(m);
}

static void an_expected_value_is_shown_old_and_new(void **s UNUSED)
{
	struct made *m = LANDING("Revert", "", { "tests/test_x.py",
		"assert counters[\"miss\"] == 3\n"
		"assert counters[\"hit\"] == 0\n",
		"assert counters[\"miss\"] == 3\n"
		"assert counters[\"hit\"] == 30\n" });

	assert_int_equal(count(m, "test-expected"), 1);
	assert_change(nth(m, "test-expected", 0), "counters[\"hit\"]", "0",
		      "30");
	made_free(m);
}

static void a_deleted_test_is_named_a_moved_or_renamed_one_not(void **s UNUSED)
{
	struct made *m = LANDING("Clean", "",
		{ "tests/test_a.py",
		  "def test_gone():\n    check(run_everything(1, 2))\n\n\n"
		  "def test_moved():\n    compare(first_thing, 3)\n\n\n"
		  "def test_old_name():\n    compare_many(second_thing, 4)\n",
		  "def test_new_name():\n    compare_many(second_thing, 4)\n" },
		{ "tests/test_b.py", "import x\n",
		  "import x\n\n\ndef test_moved():\n"
		  "    compare(first_thing, 3)\n" });

	assert_int_equal(count(m, "test-deleted"), 1);
	assert_non_null(strstr(nth(m, "test-deleted", 0)->detail,
			       "[\"test_gone\"]"));
	made_free(m);
}

static void a_constant_or_a_name_is_no_test_variable(void **s UNUSED)
{
	struct made *m = LANDING("Rename", "", { "tests/test_x.py",
		"NUM_TOKENS = [512]\n"
		"m.setenv(\"FLASHINFER_ERR_MODE\", err_mode)\n",
		"NUM_TOKENS = [256]\n"
		"m.setenv(\"FLASHINFER_ERR_MODE\", other_mode)\n" });

	assert_int_equal(count(m, "test-variable"), 0);
	made_free(m);
}

static void a_test_variable_is_shown_old_and_new(void **s UNUSED)
{
	struct made *m = LANDING("stability", "", { "test/test_x.py",
		"c(\n    env_vars={\"SGLANG_USE_AITER\": \"1\"},\n)\n",
		"c(\n    env_vars={\n        \"SGLANG_USE_AITER\": \"0\"\n"
		"    },  # off\n)\n" });

	assert_change(nth(m, "test-variable", 0), "SGLANG_USE_AITER", "1",
		      "0");
	made_free(m);
}

/* --- documents ---------------------------------------------------------- */

static struct made *documents(const char *tree)
{
	struct made *m = make("Document", "", (struct side[]){ {
		"docs/env.md",
		"| `SGL_DG_USE_NVRTC` | x |\n| `SGLANG_KEPT` | y |\n",
		"| `SGLANG_DG_USE_NVRTC` | x |\n| `SGLANG_KEPT` | y |\n"
		"\n| `SGLANG_ALONE` | z |\n| `NCCL_DEBUG` | other |\n" } }, 1);

	m->view.repo = "sgl-project/sglang";
	m->tree = tree;
	return read_all(m);
}

static void a_documented_name_nobody_reads_is_told(void **s UNUSED)
{
	struct made *m = documents("x = os.getenv(\"SGL_DG_USE_NVRTC\")\n");

	assert_int_equal(count(m, "docs-code-mismatch"), 1);
	assert_change(nth(m, "docs-code-mismatch", 0), "SGLANG_DG_USE_NVRTC",
		      "SGL_DG_USE_NVRTC", "SGLANG_DG_USE_NVRTC");
	made_free(m);
}

static void a_documented_name_that_is_read_is_fine(void **s UNUSED)
{
	struct made *m = documents("x = getenv(\"SGLANG_DG_USE_NVRTC\")\n"
				   "y = getenv(\"SGL_DG_USE_NVRTC\")\n");

	assert_int_equal(count(m, "docs-code-mismatch"), 0);
	made_free(m);
}

/* --- shapes of a diff --------------------------------------------------- */

static void one_token_replaced_everywhere_is_a_substitution(void **s UNUSED)
{
	struct made *m = LANDING("Fix race", "",
		{ "a.py", "x[i + m_block * 2] = y\nz = 1\n",
		  "x[i + q_stage * m_block] = y\nz = 1\n" },
		{ "b.py", "w = t + self.m_block * 2\nv = u + self.m_block * 2\n",
		  "w = t + self.q_stage * self.m_block\n"
		  "v = u + self.q_stage * self.m_block\n" });
	const struct signal *p = nth(m, "substitution", 0);

	assert_change(p, "q_stage * m_block", "m_block * 2",
		      "q_stage * m_block");
	assert_non_null(strstr(p->detail, "\"places\":3"));
	made_free(m);
}

static void a_point_behind_both_tells_nothing(void **s UNUSED)
{
	struct made *m = LANDING("Fix a path", "",
		{ "a.py", "x = model_id.split(1)\n",
		  "x = model_id.rstrip(2).split(1)\n" });
	const struct signal *p = nth(m, "substitution", 0);

	assert_change(p, "model_id.rstrip(2)", "model_id",
		      "model_id.rstrip(2)");
	made_free(m);
}

static void two_different_edits_are_no_substitution(void **s UNUSED)
{
	struct made *m = LANDING("Edit", "", { "a.py",
		"a = foo(1)\nb = 2\nc = foo(3)\n",
		"a = bar(1)\nb = 2\nc = baz(3)\n" });

	assert_int_equal(count(m, "substitution"), 0);
	made_free(m);
}

static void lines_in_another_order_are_a_move(void **s UNUSED)
{
	struct made *m = LANDING("Move", "",
		{ "a.cu", "first();\nwait_on_dependent_grids();\nlast();\n",
		  "first();\nlast();\nwait_on_dependent_grids();\n" },
		{ "b.cu", "x();\ny();\n", "x();\nz();\n" });

	assert_int_equal(count(m, "move"), 1);
	assert_string_equal(nth(m, "move", 0)->path, "a.cu");
	made_free(m);
}

static void an_indentation_in_python_is_no_move(void **s UNUSED)
{
	struct made *m = LANDING("Indent", "", { "a.py",
		"if x:\n    a()\n    b()\nc()\n",
		"if x:\n    a()\nb()\nc()\n" });

	assert_int_equal(count(m, "move"), 0);
	made_free(m);
}

static void comments_only_are_said_so(void **s UNUSED)
{
	struct made *m = LANDING("Comment", "",
		{ "a.hpp", "int a; // one\n\nint b;\n",
		  "int a; // another\n// more\nint b;\n" },
		{ "b.py", "a = '#1'\n", "a = '#2'\n" });

	assert_int_equal(count(m, "comment-only"), 1);
	assert_string_equal(nth(m, "comment-only", 0)->path, "a.hpp");
	made_free(m);
}

static void a_small_diff_gives_its_telling_line(void **s UNUSED)
{
	struct made *m = LANDING("Fix memory on GPU-0", "",
		{ "p/cuda.py", "def f():\n    return d(x)\n",
		  "def f():\n    if initialized():\n"
		  "        x = get_rank()\n    return d(x)\n" });

	assert_string_equal(nth(m, "small-diff", 0)->new, "x = get_rank()");
	made_free(m);
}

static void renames_are_counted_with_the_unchanged_ones(void **s UNUSED)
{
	struct made *m = LANDING("Move", "",
		{ "include/a.h", "x\n", "x\n", "csrc/a.h" },
		{ "include/b.h", "y\nz\n", "y\nw\n", "csrc/b.h" });
	const struct signal *r = nth(m, "rename", 0);

	assert_string_equal(r->name, "2");
	assert_non_null(strstr(r->detail, "\"unchanged\":1"));
	assert_non_null(strstr(r->detail, "\"from\":[\"csrc\"]"));
	made_free(m);
}

/* --- new things --------------------------------------------------------- */

static void new_kernels_and_architectures_are_named(void **s UNUSED)
{
	struct made *m = LANDING("Add", "",
		{ "csrc/new.cu", NULL, "__global__ void k() {}\n" },
		{ "csrc/config.json", NULL, "{}\n" },
		{ "tests/kernels/t.cu", NULL, "void t() {}\n" },
		{ "vllm/model_executor/models/registry.py",
		  "A = {\n    \"OldForCausalLM\": (\"old\", \"Old\"),\n}\n",
		  "A = {\n    \"NewForCausalLM\": (\"new\", \"New\"),\n"
		  "    \"OldForCausalLM\": (\"old\", \"Old\"),\n}\n" });

	assert_int_equal(count(m, "new-kernel"), 1);
	assert_string_equal(nth(m, "new-kernel", 0)->name, "csrc/new.cu");
	assert_int_equal(count(m, "new-model"), 1);
	assert_string_equal(nth(m, "new-model", 0)->name, "NewForCausalLM");
	made_free(m);
}

static void an_architecture_that_moved_is_not_new(void **s UNUSED)
{
	struct made *m = LANDING("Split", "",
		{ "p/models/a.py", "class A:\n    x = 1\n\nEntryClass = [A, B]\n",
		  "class A:\n    x = 1\n\nEntryClass = A\n" },
		{ "p/models/b.py", NULL, "class Bbbbbb:\n    x = 1\n\n"
		  "EntryClass = Bbbbbb\n" });

	assert_int_equal(count(m, "new-model"), 1);
	made_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_bound_that_appears_is_a_pin),
		T(a_marker_that_differs_is_a_pin_of_its_own_kind),
		T(reordered_commented_and_respaced_pins_are_none),
		T(a_missing_end_of_line_is_no_pin),
		T(a_pin_that_changed_its_file_says_nothing),
		T(a_pin_that_stands_elsewhere_says_nothing),
		T(image_and_cmake_variables_are_pins),
		T(a_wheel_address_gives_its_version),
		T(compiler_flags_and_own_extras_are_no_pins),
		T(a_submodule_step_is_told_by_its_commits),
		T(a_version_speaks_for_its_folder_only),
		T(a_computed_version_is_no_release),
		T(a_build_macro_that_replaces_another_is_one_fact),
		T(definitions_of_a_target_are_macros),
		T(a_claim_is_quoted_with_its_hardware),
		T(devices_parts_and_test_output_are_no_numbers),
		T(a_claim_in_a_table_or_over_two_lines_is_whole),
		T(conditions_formulas_and_legends_are_no_numbers),
		T(a_number_that_only_moved_in_a_document_is_old),
		T(limits_are_compared_as_numbers),
		T(a_tightened_or_unclear_limit_is_not_weakened),
		T(a_new_skip_is_told_with_its_reason),
		T(skips_for_hardware_and_moved_skips_are_not_told),
		T(a_new_test_that_skips_takes_nothing_away),
		T(a_limit_that_became_two_is_not_paired),
		T(limits_of_other_cases_are_not_paired),
		T(an_expected_value_is_shown_old_and_new),
		T(a_deleted_test_is_named_a_moved_or_renamed_one_not),
		T(a_constant_or_a_name_is_no_test_variable),
		T(a_test_variable_is_shown_old_and_new),
		T(a_documented_name_nobody_reads_is_told),
		T(a_documented_name_that_is_read_is_fine),
		T(one_token_replaced_everywhere_is_a_substitution),
		T(a_point_behind_both_tells_nothing),
		T(two_different_edits_are_no_substitution),
		T(lines_in_another_order_are_a_move),
		T(an_indentation_in_python_is_no_move),
		T(comments_only_are_said_so),
		T(a_small_diff_gives_its_telling_line),
		T(renames_are_counted_with_the_unchanged_ones),
		T(new_kernels_and_architectures_are_named),
		T(an_architecture_that_moved_is_not_new),
	};
	int r;

	git_libgit2_init();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	git_libgit2_shutdown();
	return r;
}
