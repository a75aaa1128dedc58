/* refs_apply.c - see the header for why everything is packed. */
#include "mirror/refs_apply.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 64

/* No "peeled" in the first line: git then looks at tags itself. */
static int write_packed(const char *gitdir, const struct reflist *refs,
			struct err *e)
{
	char *path = fs_join(gitdir, "packed-refs");
	char *lock = fs_join(gitdir, "packed-refs.lock");
	struct str s = STR_INIT;
	char hex[OID_HEX + 1];
	size_t i;
	int fd, rc;

	str_add(&s, "# pack-refs with: sorted \n");
	for (i = 0; i < refs->n; i++)
		str_addf(&s, "%s %s\n", oid_hex(&refs->v[i].id, hex),
			 refs->v[i].name);
	/* git's own lock, should somebody run git in our mirror */
	fd = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		rc = err_errno(e, "cannot lock the refs of '%s'", gitdir);
	} else {
		close(fd);
		rc = s.over ? err_set(e, ERR_LIMIT, "too many refs") :
			fs_write(path, s.s, s.len, e);
		unlink(lock);
	}
	str_release(&s);
	free(path);
	free(lock);
	return rc;
}

/* Remove loose files below; returns true when the folder is empty then. */
static bool clear_loose(struct str *path, int depth)
{
	size_t len = path->len;
	struct dirent *d;
	bool empty = true;
	DIR *dir = depth > DEPTH_MAX ? NULL : opendir(str_c(path));

	if (!dir)
		return false;
	while ((d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		str_addf(path, "/%s", d->d_name);
		if (!fs_is_dir(str_c(path)))
			empty &= unlink(str_c(path)) == 0;
		else if (clear_loose(path, depth + 1))
			empty &= rmdir(str_c(path)) == 0;
		else
			empty = false;
		str_cut(path, len);
	}
	closedir(dir);
	return empty;
}

static void clear_loose_refs(const char *gitdir)
{
	static const char *const roots[] = {
		"refs/heads", "refs/tags", "refs/airep"
	};
	struct str path = STR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_N(roots); i++) {
		str_clear(&path);
		str_addf(&path, "%s/%s", gitdir, roots[i]);
		clear_loose(&path, 0);
	}
	str_release(&path);
}

static int write_head(const char *gitdir, const struct refplan *plan,
		      struct err *e)
{
	char *path = fs_join(gitdir, "HEAD"), hex[OID_HEX + 1];
	struct str s = STR_INIT;
	int rc;

	if (plan->head_detached)
		str_addf(&s, "%s\n", oid_hex(&plan->head_id, hex));
	else
		str_addf(&s, "ref: %s\n", plan->head);
	rc = fs_write(path, s.s, s.len, e);
	str_release(&s);
	free(path);
	return rc;
}

int refs_apply(const char *gitdir, const struct reflist *local,
	       const struct refplan *plan, struct err *e)
{
	struct reflist after = { 0 };
	int rc = 0;

	if (plan->n || plan->kept.n || local->broken_n) {
		refplan_result(plan, local, &after);
		rc = write_packed(gitdir, &after, e);
		if (!rc)
			clear_loose_refs(gitdir);
		reflist_release(&after);
	}
	if (!rc && (plan->head || plan->head_detached))
		rc = write_head(gitdir, plan, e);
	return rc;
}
