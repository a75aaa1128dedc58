/* mirror/sound.c - see sound.h. */
#include "mirror/sound.h"

#include "core/fs.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "core/pack.h"
#include "core/str.h"
#include "mirror/graph.h"
#include "mirror/mirror.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ASIDE_MAX 1000

/* One name of objects/pack.  An index without its pack is what a fetch leaves
 * that was killed between the two: nobody misses it. */
static int check_pack(const char *dir, const char *name, struct err *e)
{
	size_t n = strlen(name);
	char *idx, *other;
	struct pack p;
	int rc = 0;

	if (!ends_with(name, ".pack"))
		return 0;
	other = xasprintf("%.*s.idx", (int)(n - 5), name);
	idx = fs_join(dir, other);
	if (!fs_exists(idx))
		rc = err_set(e, ERR_CORRUPT, "'%s' has lost its index", name);
	else
		rc = pack_open(&p, idx, e);
	if (!rc)
		pack_close(&p);
	free(idx);
	free(other);
	return rc;
}

int mirror_packs_sound(const char *path, struct err *e)
{
	char *dir = fs_join(path, "objects/pack");
	DIR *d = opendir(dir);
	struct dirent *f;
	int rc = 0;

	if (!d && errno == ENOENT)
		rc = err_set(e, ERR_CORRUPT, "'%s' is gone", dir);
	else if (!d)
		rc = err_errno(e, "cannot read '%s'", dir);
	while (!rc && d && (f = readdir(d)))
		rc = check_pack(dir, f->d_name, e);
	if (d)
		closedir(d);
	free(dir);
	return rc;
}

static int check_history(git_repository *repo, const char *path,
			 const struct reflist *refs, struct err *e)
{
	git_oid *tips = xcalloc(refs->n + 1, sizeof(*tips)), *cut = NULL;
	size_t n = 0, cut_n = 0, i;
	struct graph *g = NULL;
	git_odb *odb = NULL;
	int rc = mirror_read_shallow(path, &cut, &cut_n, e);

	if (!rc && git_repository_odb(&odb, repo))
		rc = err_git(e, path);
	if (!rc) {
		g = graph_new(odb);
		for (i = 0; i < cut_n; i++)
			graph_add_shallow(g, &cut[i]);
		for (i = 0; i < refs->n; i++)
			tips[n++] = refs->v[i].id;
		rc = graph_check(g, tips, n, NULL, 0, e);
		if (rc == ERR_CORRUPT)
			err_set(e, rc, "what a ref of it leads to is gone or "
				"cannot be read");
	}
	graph_free(g);
	git_odb_free(odb);
	free(tips);
	free(cut);
	return rc;
}

static int check_all(const char *path, struct err *e)
{
	git_repository *repo = NULL;
	struct reflist refs = { 0 };
	struct notes warn = { 0 };
	int rc = mirror_packs_sound(path, e);

	if (!rc && git_repository_open_bare(&repo, path))
		rc = err_set(e, ERR_CORRUPT, "it is no repository any more: %s",
			     git_error_last() ? git_error_last()->message :
			     "unknown");
	if (!rc)
		rc = reflist_read(&refs, path, true, &warn, e);
	if (!rc)
		rc = check_history(repo, path, &refs, e);
	notes_release(&warn);
	reflist_release(&refs);
	git_repository_free(repo);
	return rc;
}

int mirror_sound(const char *path, struct err *e)
{
	int rc = gitlib_init(e);

	if (rc || !fs_exists(path))
		return rc;
	if (access(path, R_OK | X_OK))
		return err_errno(e, "cannot read '%s'", path);
	return check_all(path, e);
}

int mirror_set_aside(const char *path, const char *date, char **to,
		     struct err *e)
{
	char *file = fs_join(path, "airep.lock");
	struct fs_lock lock = FS_LOCK_INIT;
	int rc = fs_lock(&lock, file, false, e), i;

	*to = xasprintf("%s.damaged-%s", path, date);
	for (i = 2; fs_exists(*to) && i < ASIDE_MAX; i++) {
		free(*to);
		*to = xasprintf("%s.damaged-%s.%d", path, date, i);
	}
	if (!rc && rename(path, *to))
		rc = err_errno(e, "cannot move '%s' to '%s'", path, *to);
	if (lock.fd > 0)
		fs_unlock(&lock);
	if (rc) {
		free(*to);
		*to = NULL;
	}
	free(file);
	return rc;
}

int mirror_missing(const struct repo_spec *r, const char *path, struct err *e)
{
	if (r->mirror)
		return err_set(e, ERR_NOTFOUND, "%s: mirror=%s does not exist: "
			       "put it back or mend line %d of repos.list",
			       r->name, path, r->line);
	return err_set(e, ERR_NOTFOUND, "%s: its mirror '%s' is missing: "
		       "`airep-git sync` fetches it again", r->name, path);
}
