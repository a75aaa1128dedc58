/*
 * signals_dump - print the signals of commits of a local repository, or time
 * the readers over its mainline.  A tool for reading real data while writing
 * rules; `make signals-dump` builds it.
 *
 *     signals_dump REPO_PATH COMMIT...
 *     signals_dump REPO_PATH --range SINCE UNTIL     (committer time, unix)
 *     signals_dump REPO_PATH --bench N
 */
#include "analyze/signals/signals.h"
#include "core/mem.h"
#include "core/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct held {
	git_blob *blob;
};

struct dump {
	git_repository *repo;
	git_tree *tree[2];
	struct held *held;
	size_t held_n, held_cap;
	struct landing_file *files;
	size_t files_n;
	struct str all;		/* product text of the tree, for count_word */
	bool all_done, bench;
};

static const char *blob_text(struct dump *d, const git_oid *id, size_t *len)
{
	git_blob *b;
	if (git_oid_is_zero(id) || git_blob_lookup(&b, d->repo, id) < 0)
		return NULL;
	GROW(d->held, d->held_n, d->held_cap);
	d->held[d->held_n++].blob = b;
	if (git_blob_is_binary(b) || git_blob_rawsize(b) > (4 << 20))
		return NULL;
	*len = (size_t)git_blob_rawsize(b);
	return git_blob_rawcontent(b);
}

static int read_tree(void *arg, int side, const char *path, const char **out,
		     size_t *len)
{
	struct dump *d = arg;
	git_tree_entry *e;
	if (!d->tree[side] ||
	    git_tree_entry_bypath(&e, d->tree[side], path) < 0)
		return ERR_NOTFOUND;
	*out = git_tree_entry_type(e) == GIT_OBJECT_BLOB ?
	       blob_text(d, git_tree_entry_id(e), len) : NULL;
	git_tree_entry_free(e);
	return *out ? 0 : ERR_NOTFOUND;
}

static int add_product(const char *root, const git_tree_entry *e, void *arg)
{
	struct dump *d = arg;
	char path[1024];
	snprintf(path, sizeof(path), "%s%s", root, git_tree_entry_name(e));
	if (git_tree_entry_type(e) != GIT_OBJECT_BLOB ||
	    path_kind(path) != PATH_PRODUCT)
		return 0;
	git_blob *b;
	if (git_blob_lookup(&b, d->repo, git_tree_entry_id(e)) < 0)
		return 0;
	if (!git_blob_is_binary(b) && git_blob_rawsize(b) < (1 << 20)) {
		str_addmem(&d->all, git_blob_rawcontent(b),
			   (size_t)git_blob_rawsize(b));
		str_addch(&d->all, '\n');
	}
	git_blob_free(b);
	return 0;
}

static int count_word(void *arg, const char *word, size_t n)
{
	struct dump *d = arg;
	if (d->bench)
		return -1;
	if (!d->all_done)
		git_tree_walk(d->tree[1], GIT_TREEWALK_PRE, add_product, d);
	d->all_done = true;
	int lines = 0;
	const char *p = str_c(&d->all), *end = p + d->all.len;
	while ((p = find_word(p, (size_t)(end - p), word, n))) {
		lines++;
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			break;
	}
	return lines;
}

static void cut_ends(struct landing_file *f)
{
	size_t a = 0, n;
	f->old_to = f->old_len;
	f->new_to = f->new_len;
	if (!f->old || !f->new)
		return;
	n = f->old_len < f->new_len ? f->old_len : f->new_len;
	while (a < n && f->old[a] == f->new[a])
		a++;
	while (a && f->old[a - 1] != '\n')
		a--;
	f->old_from = f->new_from = a;
	size_t b = 0;
	while (b < n - a && f->old[f->old_len - b - 1] ==
			    f->new[f->new_len - b - 1])
		b++;
	while (b && !((f->old_len - b == a || f->old[f->old_len - b - 1] == '\n') &&
		      (f->new_len - b == a || f->new[f->new_len - b - 1] == '\n')))
		b--;
	f->old_to = f->old_len - b;
	f->new_to = f->new_len - b;
}

static void add_files(struct dump *d, git_diff *diff, struct arena *a)
{
	d->files_n = git_diff_num_deltas(diff);
	d->files = arena_alloc(a, (d->files_n + 1) * sizeof(*d->files));
	for (size_t i = 0; i < d->files_n; i++) {
		const git_diff_delta *x = git_diff_get_delta(diff, i);
		struct change *c = arena_alloc(a, sizeof(*c));
		c->path = arena_strdup(a, x->new_file.path);
		c->status = git_diff_status_char(x->status);
		if (c->status == 'R')
			c->old_path = arena_strdup(a, x->old_file.path);
		c->old_mode = x->old_file.mode;
		c->mode = x->new_file.mode;
		c->old_oid = x->old_file.id;
		c->oid = x->new_file.id;
		c->similarity = x->similarity;
		struct landing_file *f = &d->files[i];
		f->change = c;
		if (c->status != 'A')
			f->old = blob_text(d, &c->old_oid, &f->old_len);
		if (c->status != 'D')
			f->new = blob_text(d, &c->oid, &f->new_len);
		cut_ends(f);
	}
}

static int bench_n = 1;	/* readings of each landing, for a profiler */

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const struct signal_list *l, const char *oid)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct signal *s = &l->v[i];
		printf("  %.9s %s%s%s %s", oid, s->kind, s->breaking ? "!" : "",
		       s->in_title ? "" : "~", s->name);
		if (s->old || s->new)
			printf(" : %s -> %s", s->old ? s->old : "-",
			       s->new ? s->new : "-");
		printf("  [%s:%s%d]", s->path ? s->path : "",
		       s->old_side ? "-" : "", s->line);
		if (s->detail)
			printf(" %s", s->detail);
		printf("\n");
	}
}

/* ".../OWNER+NAME/repo" is shown as OWNER/NAME. */
static const char *repo_name(git_repository *repo)
{
	static char name[256];
	snprintf(name, sizeof(name), "%s", git_repository_path(repo));
	char *plus = strchr(name, '+');
	if (!plus)
		return name;
	*plus = '/';
	char *from = plus, *end = strchr(plus + 1, '/');
	while (from > name && from[-1] != '/')
		from--;
	if (end)
		*end = '\0';
	return from;
}

static double one(git_repository *repo, const git_oid *id, bool bench)
{
	struct dump d = { .repo = repo, .bench = bench };
	struct arena a = { 0 };
	struct signal_list l = { .arena = &a };
	git_commit *c = NULL, *p = NULL;
	git_diff *diff = NULL;
	char hex[41] = "";
	double spent = 0;

	git_oid_tostr(hex, sizeof(hex), id);
	if (git_commit_lookup(&c, repo, id) < 0 ||
	    git_commit_tree(&d.tree[1], c) < 0)
		goto out;
	if (git_commit_parentcount(c) && git_commit_parent(&p, c, 0) == 0)
		git_commit_tree(&d.tree[0], p);
	if (git_diff_tree_to_tree(&diff, repo, d.tree[0], d.tree[1], NULL) < 0)
		goto out;
	git_diff_find_similar(diff, NULL);
	add_files(&d, diff, &a);
	struct landing_view v = { .repo = repo_name(repo), .oid = *id,
		.subject = git_commit_summary(c), .body = git_commit_body(c),
		.files = d.files, .files_n = d.files_n, .read = read_tree,
		.count_word = count_word, .arg = &d };
	double t = now();
	for (int i = bench ? bench_n : 1; i > 0; i--) {
		signal_list_release(&l);
		signals_read(&v, &l);
	}
	spent = now() - t;
	if (!bench && l.n) {
		printf("%.9s %s\n", hex, v.subject);
		print(&l, hex);
	}
out:
	for (size_t i = 0; i < d.held_n; i++)
		git_blob_free(d.held[i].blob);
	free(d.held);
	str_release(&d.all);
	signal_list_release(&l);
	arena_release(&a);
	git_diff_free(diff);
	git_tree_free(d.tree[0]);
	git_tree_free(d.tree[1]);
	git_commit_free(p);
	git_commit_free(c);
	return spent;
}

static void mainline(git_repository *repo, long n, long since, long until)
{
	git_revwalk *w;
	git_oid id;
	long count = 0;
	double spent = 0;
	if (git_revwalk_new(&w, repo) < 0)
		return;
	git_revwalk_simplify_first_parent(w);
	git_revwalk_push_head(w);
	while (git_revwalk_next(&id, w) == 0 && (!n || count < n)) {
		git_commit *c;
		long t = 0;
		if (git_commit_lookup(&c, repo, &id) == 0) {
			t = (long)git_commit_time(c);
			git_commit_free(c);
		}
		if (!n && t < since)
			break;
		if (!n && t >= until)
			continue;
		spent += one(repo, &id, n != 0);
		count++;
	}
	git_revwalk_free(w);
	fprintf(stderr, "%ld landings, %.3f s of CPU in the readers\n",
		count, spent);
}

int main(int argc, char **argv)
{
	git_repository *repo;
	if (argc < 3)
		return 2;
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	if (git_repository_open(&repo, argv[1]) < 0) {
		fprintf(stderr, "%s\n", git_error_last()->message);
		return 1;
	}
	if (argc > 4 && !strcmp(argv[2], "--bench"))
		bench_n = (int)strtol(argv[4], NULL, 10);
	if (!strcmp(argv[2], "--bench") && argc > 3)
		mainline(repo, strtol(argv[3], NULL, 10), 0, 0);
	else if (!strcmp(argv[2], "--range") && argc > 4)
		mainline(repo, 0, strtol(argv[3], NULL, 10),
			 strtol(argv[4], NULL, 10));
	else
		for (int i = 2; i < argc; i++) {
			git_object *o;
			if (git_revparse_single(&o, repo, argv[i]) < 0)
				continue;
			one(repo, git_object_id(o), false);
			git_object_free(o);
		}
	git_repository_free(repo);
	return 0;
}
