/* mirror.c - opening: what git_repository_open_bare does not look at. */
#include "mirror/mirror.h"

#include "core/config_scan.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "core/str.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL_FILE 65536
#define DEPTH_MAX 64

static bool has(const char *dir, const char *name)
{
	char *p = fs_join(dir, name);
	bool yes = fs_exists(p);

	free(p);
	return yes;
}

/* --- what we refuse --- */

static char *config_value(git_config *c, const char *key)
{
	git_buf b = GIT_BUF_INIT;
	char *out = NULL;

	if (c && !git_config_get_string_buf(&b, c, key))
		out = xstrdup(b.ptr);
	git_buf_dispose(&b);
	return out;
}

static int refuse_format(git_config *c, const char *path, bool ours,
			 struct err *e)
{
	char *hash = config_value(c, "extensions.objectformat");
	char *refs = config_value(c, "extensions.refstorage");
	char *part = config_value(c, "extensions.partialclone");
	int rc = 0;

	if (hash && strcasecmp(hash, "sha1"))
		rc = err_set(e, ERR_GIT, "'%s' is a %s repository: only SHA-1 "
			     "is supported", path, hash);
	else if (refs && strcasecmp(refs, "files"))
		rc = err_set(e, ERR_GIT, "'%s' keeps its refs as %s: only "
			     "files are supported", path, refs);
	else if (part && ours)
		rc = err_set(e, ERR_GIT, "'%s' is a partial clone: it cannot "
			     "be fetched into (mirror=PATH reads it)", path);
	free(hash);
	free(refs);
	free(part);
	return rc;
}

/*
 * A config without the sections that change what a repository is, which almost
 * every one has.  Anything else is for libgit2, which is slow to start, as is
 * what cannot be read.
 */
static bool is_plain_config(const char *file)
{
	struct config_scan scan = { 0 };
	struct str text = STR_INIT;
	bool plain = fs_read(file, SMALL_FILE, &text, NULL) == 0 &&
		     !config_scan(&scan, file, str_c(&text), text.len, NULL);
	size_t i;

	for (i = 0; i < scan.n && plain; i++)
		plain = !starts_with(scan.v[i].key, "extensions.") &&
			!starts_with(scan.v[i].key, "include");
	config_scan_release(&scan);
	str_release(&text);
	return plain;
}

/* common holds config and objects; for most repositories it is the gitdir. */
static int check_format(const char *path, const char *common, bool ours,
			struct err *e)
{
	char *file = fs_join(common, "config");
	git_config *c = NULL;
	int rc = gitlib_refuse_odd(common, e);

	if (rc)
		goto out;
	if (has(common, "reftable"))
		rc = err_set(e, ERR_GIT, "'%s' keeps its refs as reftable: "
			     "only files are supported", path);
	else if (has(common, "objects/info/alternates"))
		rc = err_set(e, ERR_GIT, "'%s' borrows objects from another "
			     "repository: make it whole with `git repack -a "
			     "-d`, then remove objects/info/alternates", path);
	else if (fs_exists(file) && !is_plain_config(file)) {
		rc = gitlib_init(e);
		if (!rc && git_config_open_ondisk(&c, file))
			rc = err_git(e, path);
		if (!rc)
			rc = refuse_format(c, path, ours, e);
		git_config_free(c);
	}
out:
	free(file);
	return rc;
}

static int check_owner(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) || st.st_uid == geteuid())
		return 0;
	return err_set(e, ERR_IO, "'%s' is owned by uid %ld and you are uid "
		       "%ld: run as that user, or chown it", path,
		       (long)st.st_uid, (long)geteuid());
}

/* --- what a killed run leaves --- */

static void sweep_folder(const char *dir, bool (*old)(const char *name),
			 int depth)
{
	struct dirent *d;
	DIR *h = depth > DEPTH_MAX ? NULL : opendir(dir);

	while (h && (d = readdir(h))) {
		char *p;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		p = fs_join(dir, d->d_name);
		if (old(d->d_name))
			unlink(p);
		else if (d->d_type == DT_DIR && depth >= 0)
			sweep_folder(p, old, depth + 1);
		free(p);
	}
	if (h)
		closedir(h);
}

static bool old_ref(const char *name)
{
	return ends_with(name, ".lock");
}

static bool old_top(const char *name)
{
	/* our own lock file is airep.lock and stays */
	return !strcmp(name, "packed-refs.lock") ||
		!strcmp(name, "HEAD.lock") || !strcmp(name, "config.lock") ||
		!strcmp(name, "shallow.lock") || strstr(name, ".tmp-");
}

static bool old_pack(const char *name)
{
	return starts_with(name, "pack_git2_") ||
		starts_with(name, "tmp_pack_") ||
		starts_with(name, "tmp_idx_") || ends_with(name, ".lock");
}

static void sweep(const char *path)
{
	char *refs = fs_join(path, "refs");
	char *packs = fs_join(path, "objects/pack");

	sweep_folder(path, old_top, -1);
	sweep_folder(refs, old_ref, 0);
	sweep_folder(packs, old_pack, -1);
	free(refs);
	free(packs);
}

/* --- ours --- */

static int create(const char *path, struct err *e)
{
	git_repository_init_options o;
	git_repository *repo = NULL;

	git_repository_init_options_init(&o,
		GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
	if (git_repository_init_ext(&repo, path, &o))
		return err_git(e, path);
	git_repository_free(repo);
	return 0;
}

/* A killed creation leaves a part of it; doing it again completes it. */
static bool complete(const char *path)
{
	return has(path, "HEAD") && has(path, "config") &&
		has(path, "objects/pack") && has(path, "refs");
}

int mirror_open(struct mirror *m, const char *path, struct err *e)
{
	char *lock = fs_join(path, "airep.lock");
	int rc;

	memset(m, 0, sizeof(*m));
	m->lock.fd = -1;
	m->path = xstrdup(path);
	rc = gitlib_init(e);
	if (!rc)
		rc = fs_mkdirs(path, e);
	if (!rc)
		rc = check_owner(path, e);
	if (!rc)
		rc = fs_lock(&m->lock, lock, false, e);
	if (!rc) {
		sweep(path);
		m->created = !complete(path);
		rc = m->created ? create(path, e) : 0;
	}
	if (!rc)
		rc = check_format(path, path, true, e);
	if (!rc && (git_repository_open_bare(&m->repo, path) ||
		    git_repository_odb(&m->odb, m->repo)))
		rc = err_git(e, path);
	m->shallow = has(path, "shallow");
	free(lock);
	if (rc)
		mirror_close(m);
	return rc;
}

void mirror_close(struct mirror *m)
{
	git_odb_free(m->odb);
	git_repository_free(m->repo);
	fs_unlock(&m->lock);
	free(m->path);
	m->odb = NULL;
	m->repo = NULL;
	m->path = NULL;
}

/* --- others' --- */

static char *read_line(const char *dir, const char *name)
{
	char *p = fs_join(dir, name), *out = NULL;
	struct str s = STR_INIT;

	if (!fs_read(p, SMALL_FILE, &s, NULL)) {
		str_cut(&s, strcspn(str_c(&s), "\r\n"));
		out = str_detach(&s);
	}
	str_release(&s);
	free(p);
	return out;
}

/* PATH, PATH/.git, or what the file PATH/.git of a linked tree names. */
static char *find_gitdir(const char *path)
{
	char *dot, *line, *out = NULL;

	if (has(path, "HEAD") && has(path, "refs"))
		return xstrdup(path);
	dot = fs_join(path, ".git");
	if (fs_is_dir(dot))
		return dot;
	line = read_line(path, ".git");
	if (line && starts_with(line, "gitdir: "))
		out = fs_join(path, line + 8);
	free(line);
	free(dot);
	return out;
}

static int read_refs(const char *path, const char *gitdir, bool ours,
		     struct reflist *refs, struct notes *warn, bool *shallow,
		     struct err *e)
{
	char *common = read_line(gitdir, "commondir");
	char *dir = common ? fs_join(gitdir, common) : xstrdup(gitdir);
	int rc = check_format(path, dir, ours, e);

	if (!rc)
		rc = reflist_read(refs, gitdir, false, warn, e);
	if (!rc)
		*shallow = has(dir, "shallow");
	if (!rc && *shallow)
		notes_add(warn, "shallow: the history before its oldest "
			  "commits is missing");
	free(common);
	free(dir);
	return rc ? err_wrap(e, "'%s'", path) : 0;
}

int mirror_foreign(const char *path, char **gitdir, struct reflist *refs,
		   struct notes *warn, bool *shallow, struct err *e)
{
	int rc;

	memset(refs, 0, sizeof(*refs));
	*shallow = false;
	*gitdir = fs_is_dir(path) ? find_gitdir(path) : NULL;
	if (!*gitdir)
		return err_set(e, ERR_NOTFOUND, "'%s' is not a git repository",
			       path);
	rc = read_refs(path, *gitdir, false, refs, warn, shallow, e);
	if (rc) {
		free(*gitdir);
		*gitdir = NULL;
	}
	return rc;
}

int mirror_refs(const char *path, struct reflist *refs, struct notes *warn,
		bool *shallow, struct err *e)
{
	memset(refs, 0, sizeof(*refs));
	*shallow = false;
	if (!has(path, "HEAD"))
		return err_set(e, ERR_NOTFOUND, "'%s' was never synced", path);
	return read_refs(path, path, true, refs, warn, shallow, e);
}

int mirror_read_shallow(const char *gitdir, git_oid **ids, size_t *n,
			struct err *e)
{
	char *p = fs_join(gitdir, "shallow"), *line;
	struct str s = STR_INIT;
	size_t cap = 0;
	int rc = fs_read(p, (size_t)16 << 20, &s, e);

	*ids = NULL;
	*n = 0;
	free(p);
	if (rc == ERR_NOTFOUND)
		return 0;
	for (line = s.s; !rc && line && *line; line = strchr(line, '\n'),
	     line = line ? line + 1 : NULL) {
		GROW(*ids, *n, cap);
		if (oid_parse(&(*ids)[*n], line))
			rc = err_set(e, ERR_CORRUPT, "'%s/shallow' is damaged",
				     gitdir);
		else
			++*n;
	}
	str_release(&s);
	return rc;
}

int mirror_write_shallow(const char *gitdir, const git_oid *ids, size_t n,
			 struct err *e)
{
	char *p = fs_join(gitdir, "shallow"), hex[OID_HEX + 1];
	struct str s = STR_INIT;
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		str_addf(&s, "%s\n", oid_hex(&ids[i], hex));
	rc = fs_write(p, str_c(&s), s.len, e);
	str_release(&s);
	free(p);
	return rc;
}
