/*
 * First rule that fits, most telling first: a test in a CI folder is CI, a
 * README in a test folder is documentation.
 */
#include "analyze/place.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <strings.h>

const char *const place_names[PLACE_N] = {
	"python", "kernel", "source", "test", "doc", "ci", "build", "docker",
	"dep", "version", "bench", "example", "tooling", "config", "other",
};

/* `list` is "|a|b|c|"; true when the word stands in it. */
static bool in(const char *list, const char *word, size_t len)
{
	char key[48];
	const char *at;

	if (!len || len + 2 >= sizeof(key))
		return false;
	key[0] = '|';
	memcpy(key + 1, word, len);
	key[len + 1] = '|';
	key[len + 2] = 0;
	at = strstr(list, key);
	return at != NULL;
}

static const char ci_parts[] =
	"|.github|.buildkite|.circleci|.gitlab|.ci|ci|.azure-pipelines|"
	".jenkins|jenkins|.pipelines|.pfnci|ci_scripts|.gitea|.tekton|";
static const char test_parts[] =
	"|test|tests|testing|unittest|unittests|unit_tests|ut|e2e|st|"
	"functional_tests|integration_tests|testdata|test_utils|test_data|";
static const char doc_parts[] =
	"|doc|docs|documentation|website|blog|blogs|tutorials|man|";
static const char bench_parts[] =
	"|benchmark|benchmarks|bench|benches|profiler|perf_test|benchmarking|";
static const char example_parts[] =
	"|example|examples|samples|demo|demos|recipes|recipe|cookbook|"
	"notebooks|playground|";
static const char docker_parts[] = "|docker|dockerfiles|helm|charts|deploy|";
static const char dep_parts[] =
	"|requirements|third_party|3rdparty|third-party|thirdparty|vendor|"
	"submodules|";
static const char doc_ends[] = "|md|rst|mdx|adoc|ipynb|bib|tex|";
static const char picture_ends[] = "|png|jpg|jpeg|svg|gif|webp|pdf|drawio|";
static const char kernel_ends[] =
	"|cu|cuh|hip|metal|ptx|cl|comp|wgsl|asm|cce|mlir|tablegen|td|";
static const char source_ends[] =
	"|c|cc|cpp|cxx|h|hh|hpp|hxx|inl|rs|go|java|ts|tsx|js|jsx|vue|css|"
	"scala|swift|kt|lua|proto|m|mm|html|rb|zig|svelte|scss|cts|mts|";
static const char config_ends[] =
	"|yaml|yml|json|toml|ini|cfg|jsonl|csv|conf|tpl|jinja|env|xml|";
static const char build_names[] =
	"|setup.py|cmakelists.txt|makefile|build.rs|meson.build|bazel|build|"
	"build.bazel|workspace|setup.cfg|manifest.in|build.sh|compile.sh|"
	"pyproject.toml|build.py|configure|build_backend.py|setup.sh|"
	"install.sh|package.json|cargo.toml|build.ps1|justfile|"
	"custom_build_backend.py|build_utils.py|wscript|";
static const char dep_names[] =
	"|.gitmodules|cargo.lock|poetry.lock|uv.lock|package-lock.json|"
	"pnpm-lock.yaml|yarn.lock|go.mod|go.sum|pipfile|pipfile.lock|"
	"environment.yml|environment.yaml|constraints.txt|";
static const char version_names[] =
	"|version.py|_version.py|version.txt|version|version.h|version.in|"
	"__version__.py|.release-please-manifest.json|package_info.py|"
	"chart.yaml|versions.py|version.cmake|version_info.py|version.rs|";
static const char tooling_names[] =
	"|.gitignore|.pre-commit-config.yaml|codeowners|.clang-format|"
	".clang-tidy|.flake8|.pylintrc|.isort.cfg|.editorconfig|.coveragerc|"
	"ruff.toml|.gitattributes|.dockerignore|mypy.ini|.codespellrc|"
	".yapfignore|.style.yapf|.pre-commit|format.sh|.mailmap|typos.toml|"
	".typos.toml|.markdownlint.yaml|lint.sh|pytest.ini|tox.ini|.cursorrules|"
	".coderabbit.yaml|codecov.yml|.rustfmt.toml|rustfmt.toml|clippy.toml|"
	"dependabot.yml|renovate.json|mergify.yml|";
static const char doc_names[] =
	"|license|license.txt|notice|readme|readme.txt|authors|contributing|"
	"changelog|copying|governance|maintainers|owners|mkdocs.yml|mkdocs.yaml|"
	".readthedocs.yaml|.readthedocs.yml|.nav.yml|conf.py|citation.cff|"
	"security|roadmap|llms.txt|";

struct parts {
	char low[512];
	const char *base, *ext;
	size_t base_len, ext_len, len;
};

static void take(struct parts *p, const char *path)
{
	const char *dot;
	size_t i;

	for (i = 0; path[i] && i + 1 < sizeof(p->low); i++)
		p->low[i] = (char)tolower((unsigned char)path[i]);
	p->low[i] = 0;
	p->len = i;
	p->base = strrchr(p->low, '/');
	p->base = p->base ? p->base + 1 : p->low;
	p->base_len = strlen(p->base);
	dot = strrchr(p->base, '.');
	p->ext = dot ? dot + 1 : "";
	p->ext_len = strlen(p->ext);
}

/* Does a folder of the path stand in the list? */
static bool folder(const struct parts *p, const char *list)
{
	const char *s = p->low, *slash;

	while (s < p->base && (slash = strchr(s, '/')) != NULL) {
		if (in(list, s, (size_t)(slash - s)))
			return true;
		s = slash + 1;
	}
	return false;
}

static bool base_in(const struct parts *p, const char *list)
{
	return in(list, p->base, p->base_len);
}

static bool is_test(const struct parts *p)
{
	return folder(p, test_parts) || starts_with(p->base, "test_") ||
	       starts_with(p->base, "conftest") ||
	       strstr(p->base, "_test.") != NULL ||
	       strstr(p->base, ".test.") != NULL ||
	       strstr(p->base, "_tests.") != NULL ||
	       strstr(p->base, ".spec.") != NULL;
}

static enum place named(const struct parts *p)
{
	if (base_in(p, tooling_names))
		return PLACE_TOOLING;
	if (base_in(p, version_names))
		return PLACE_VERSION;
	if (base_in(p, dep_names) || (starts_with(p->base, "requirements") &&
				      !strcmp(p->ext, "txt")))
		return PLACE_DEP;
	if (folder(p, ci_parts) || starts_with(p->base, ".gitlab-ci") ||
	    !strncmp(p->base, "jenkinsfile", 11))
		return in(doc_ends, p->ext, p->ext_len) &&
		       !folder(p, "|workflows|ci|") ? PLACE_DOC : PLACE_CI;
	if (strstr(p->base, "dockerfile") || starts_with(p->base, "docker"))
		return PLACE_DOCKER;
	if (base_in(p, doc_names) || in(doc_ends, p->ext, p->ext_len))
		return PLACE_DOC;
	return PLACE_N;
}

static bool kernel_folder(const struct parts *p)
{
	return folder(p, "|csrc|cuda|kernels|kernel|cutlass|cute|triton|cutlass"
		      "_kernels|sgl-kernel|ops|cute_dsl|") &&
	       in("|h|hpp|cpp|cc|inl|c|cxx|jinja|", p->ext, p->ext_len);
}

enum place place_of(const char *path)
{
	struct parts p;
	enum place named_as;

	take(&p, path);
	named_as = named(&p);
	if (named_as != PLACE_N)
		return named_as;
	if (is_test(&p))
		return PLACE_TEST;
	if (folder(&p, doc_parts) || in(picture_ends, p.ext, p.ext_len))
		return PLACE_DOC;
	if (folder(&p, bench_parts) || starts_with(p.base, "bench"))
		return PLACE_BENCH;
	if (folder(&p, example_parts))
		return PLACE_EXAMPLE;
	if (folder(&p, dep_parts))
		return PLACE_DEP;
	if (base_in(&p, build_names) || !strcmp(p.ext, "cmake") ||
	    !strcmp(p.ext, "bzl") || !strcmp(p.ext, "mk"))
		return PLACE_BUILD;
	if (folder(&p, docker_parts))
		return PLACE_DOCKER;
	if (in(kernel_ends, p.ext, p.ext_len) || kernel_folder(&p))
		return PLACE_KERNEL;
	if (!strcmp(p.ext, "py") || !strcmp(p.ext, "pyi") ||
	    !strcmp(p.ext, "pyx"))
		return PLACE_PYTHON;
	if (in(source_ends, p.ext, p.ext_len))
		return PLACE_SOURCE;
	if (in(config_ends, p.ext, p.ext_len))
		return PLACE_CONFIG;
	return PLACE_OTHER;
}
