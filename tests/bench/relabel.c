/*
 * relabel [COMMITS [JOBS [RULES]]] - how long labelling a whole store again
 * takes: what `classify --rebuild` does.  The store is made here in a temporary
 * file, the same each time: subjects and bodies of common words, six files a
 * commit out of 20,000 paths, bodies of about 600 bytes.
 */
#include "analyze/relabel.h"
#include "core/fs.h"
#include "core/mem.h"
#include "store/facts.h"

#include <time.h>
#include <unistd.h>

static uint64_t seed = 88172645463325252ULL;

static unsigned roll(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static const char *const words[] = {
	"fix", "add", "support", "update", "remove", "improve", "kernel",
	"attention", "moe", "scheduler", "cache", "the", "for", "on", "SM90",
	"Blackwell", "ROCm", "test", "docs", "CI", "build", "release", "wheel",
	"quantization", "fp8", "tensor", "parallel", "router", "server",
	"benchmark", "memory", "leak", "crash", "when", "with", "model",
	"Qwen3", "DeepSeek", "vision", "speculative", "decoding", "graph",
	"prefill", "decode", "batch", "size", "stream", "error", "handling",
};
static const char *const starts[] = { "", "", "fix: ", "feat: ", "[Bugfix] ",
	"[Kernel] ", "[CI] ", "chore(deps): ", "perf(moe): ", "[Doc] " };
static const char *const folders[] = { "csrc/attention", "pkg/moe", "tests",
	"docs", "pkg/entrypoints/openai", ".github/workflows", "benchmarks",
	"pkg/model_executor/models", "pkg/distributed", "pkg/v1/core/sched" };
static const char *const ends[] = { "cu", "py", "md", "cpp", "yml" };

static void some_words(struct str *s, unsigned n)
{
	while (n--)
		str_addf(s, "%s%s", words[roll(ARRAY_N(words))],
			 n ? roll(9) ? " " : ".\n" : "");
}

static void add_commit(struct facts *f, int64_t repo, unsigned i,
		       struct err *e)
{
	struct str subject = STR_INIT, body = STR_INIT;
	struct change ch[6];
	char path[6][80];
	git_oid parent = { .id = { 1 } };
	struct commit c = { .parents = &parent, .parents_n = 1,
		.author = { "A", "a@example.com", 1, 0, NULL },
		.committer = { "A", "a@example.com", 1, 0, NULL } };
	struct commit_fact fact = { .commit = &c, .changes = ch,
		.changes_n = 6 };
	int64_t id;
	unsigned k;

	str_add(&subject, starts[roll(ARRAY_N(starts))]);
	some_words(&subject, 4 + roll(8));
	some_words(&body, 100);
	memcpy(c.oid.id, &i, sizeof(i));
	c.subject = str_c(&subject);
	c.body = str_c(&body);
	for (k = 0; k < 6; k++) {
		snprintf(path[k], sizeof(path[k]), "%s/%s_%u.%s",
			 folders[roll(ARRAY_N(folders))],
			 words[roll(ARRAY_N(words))], roll(8),
			 ends[roll(ARRAY_N(ends))]);
		ch[k] = (struct change){ .path = path[k], .status = 'M',
			.similarity = -1, .mode = 0100644,
			.additions = (int32_t)roll(100),
			.deletions = (int32_t)roll(50) };
	}
	if (facts_add(f, repo, &fact, &id, e) < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
	str_release(&subject);
	str_release(&body);
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fill(struct db *db, unsigned commits, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_ADD, e);
	struct facts f;
	unsigned i;

	q_text(s, ":name", "a/b");
	q_text(s, ":source", "x");
	if (db_run(db, s, e) || db_begin(db, e))
		exit(1);
	facts_init(&f, db);
	for (i = 0; i < commits; i++)
		add_commit(&f, 1, i, e);
	facts_release(&f);
	if (db_commit(db, e))
		exit(1);
}

int main(int argc, char **argv)
{
	unsigned commits = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) :
		100000;
	struct relabel_options o = { .all = true };
	struct relabel_result res;
	struct rules *r = NULL;
	struct db *db = NULL;
	struct err e = { 0 };
	char dir[] = "/tmp/airep-relabel-XXXXXX", *path;
	double t, cpu;
	int rc;

	o.jobs = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 2;
	if (!mkdtemp(dir))
		return 1;
	path = fs_join(dir, "airep.db");
	rc = rules_load(&r, argc > 3 ? argv[3] : NULL, &e);
	if (rc == 0)
		rc = db_open(&db, path, DB_CREATE, &e);
	if (rc == 0) {
		fill(db, commits, &e);
		o.rules = r;
		t = now(CLOCK_MONOTONIC);
		cpu = now(CLOCK_PROCESS_CPUTIME_ID);
		rc = relabel(db, &o, &res, &e);
		printf("%lld commits, %d threads: %.2f s, %.2f s of processor\n",
		       (long long)res.commits, o.jobs,
		       now(CLOCK_MONOTONIC) - t,
		       now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	}
	if (rc < 0)
		fprintf(stderr, "%s\n", e.msg);
	db_close(db);
	rules_free(r);
	fs_remove_tree(dir, NULL);
	free(path);
	return rc < 0;
}
