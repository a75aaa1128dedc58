/* core/fs.c - see fs.h. */
#include "core/fs.h"

#include "core/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool fs_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int fs_refuse_odd(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) || S_ISREG(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO, "'%s' is a folder", path);
	return err_set(e, ERR_IO, "'%s' is not a regular file (a pipe, socket "
		       "or device): it was not opened; move it away", path);
}

int fs_mkdirs(const char *path, struct err *e)
{
	char *p, *s;
	int rc = 0;

	if (!*path)
		return err_set(e, ERR_IO, "cannot make a folder without a "
			       "name");
	p = xstrdup(path);
	for (s = p + 1; *s && !rc; s++) {
		if (*s != '/')
			continue;
		*s = 0;
		if (mkdir(p, 0777) && errno != EEXIST)
			rc = err_errno(e, "cannot make folder '%s'", p);
		*s = '/';
	}
	if (!rc && mkdir(p, 0777) && errno != EEXIST)
		rc = err_errno(e, "cannot make folder '%s'", p);
	if (!rc && !fs_is_dir(p))
		rc = err_set(e, ERR_IO, "'%s' is not a folder", p);
	free(p);
	return rc;
}

static int cannot_read(const char *path, struct err *e)
{
	bool absent = errno == ENOENT;
	int rc = err_errno(e, "cannot read '%s'", path);

	if (absent && e)
		e->code = ERR_NOTFOUND;
	return absent ? ERR_NOTFOUND : rc;
}

/* All of fd, which is closed. */
static int read_all(int fd, const char *path, size_t max, struct str *out,
		    struct err *e)
{
	char buf[65536];
	ssize_t n;
	int rc = 0;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (out->len + (size_t)n > max) {
			rc = err_set(e, ERR_LIMIT,
				     "'%s' is larger than %zu bytes", path,
				     max);
			goto out;
		}
		str_addmem(out, buf, (size_t)n);
	}
	if (n < 0)
		rc = err_errno(e, "cannot read '%s'", path);
out:
	close(fd);
	return rc;
}

/* Asked before it is opened, which can do things to a device, and again of what
 * was opened; without O_NONBLOCK a FIFO would wait for a writer. */
int fs_read(const char *path, size_t max, struct str *out, struct err *e)
{
	struct stat st;
	int fd;

	str_clear(out);
	if (fs_refuse_odd(path, e))
		return ERR_IO;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return cannot_read(path, e);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_IO, "'%s' is not a regular file", path);
	}
	return read_all(fd, path, max, out, e);
}

int fs_read_any(const char *path, size_t max, struct str *out, struct err *e)
{
	int fd;

	str_clear(out);
	if (fs_is_dir(path))
		return err_set(e, ERR_IO, "'%s' is a folder", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? cannot_read(path, e) : read_all(fd, path, max, out, e);
}

int fs_sync(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc = 0;

	if (fd < 0 || fsync(fd))
		rc = err_errno(e, "cannot flush '%s'", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int fs_write(const char *path, const void *data, size_t len, struct err *e)
{
	char *tmp = xasprintf("%s.tmp-%ld", path, (long)getpid());
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');
	int fd = -1, rc = 0;

	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write_all(fd, data, len) || fsync(fd)) {
		rc = err_errno(e, "cannot write '%s' (the old file is kept)",
			       path);
		goto out;
	}
	if (close(fd)) {
		fd = -1;
		rc = err_errno(e, "cannot write '%s'", path);
		goto out;
	}
	fd = -1;
	if (rename(tmp, path)) {
		rc = err_errno(e, "cannot replace '%s'", path);
		goto out;
	}
	if (slash == dir)
		slash++;
	if (slash)
		*slash = 0;
	rc = fs_sync(slash ? dir : ".", e);
out:
	if (fd >= 0)
		close(fd);
	if (rc)
		unlink(tmp);
	free(tmp);
	free(dir);
	return rc;
}

/* "x.md.tmp-1234" */
static bool is_left_over(const char *name)
{
	const char *t = strstr(name, ".tmp-");

	return t && t > name && t[5] && !t[5 + strspn(t + 5, "0123456789")];
}

void fs_sweep(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char *dir = slash ? xasprintf("%.*s", (int)(slash - path + 1), path) :
			    xstrdup(".");
	DIR *d = opendir(dir);
	struct dirent *f;

	while (d && (f = readdir(d)))
		if (!strncmp(f->d_name, base, strlen(base)) &&
		    is_left_over(f->d_name))
			unlinkat(dirfd(d), f->d_name, 0);
	if (d)
		closedir(d);
	free(dir);
}

static int remove_at(int dirfd, const char *name, int depth)
{
	struct dirent *d;
	int fd, rc = 0;
	DIR *dir;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (depth > 200)
		return -1;
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir)
		return -1;
	while (!rc && (d = readdir(dir)))
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			rc = remove_at(fd, d->d_name, depth + 1);
	closedir(dir);
	return rc ? rc : unlinkat(dirfd, name, AT_REMOVEDIR);
}

int fs_remove_tree(const char *path, struct err *e)
{
	if (remove_at(AT_FDCWD, path, 0))
		return err_errno(e, "cannot remove '%s'", path);
	return 0;
}

char *fs_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	if (name[0] == '/' || !n)
		return xstrdup(name);
	return xasprintf("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

char *fs_absolute(const char *path)
{
	char *real = realpath(path, NULL), *cwd, *out;

	if (real || path[0] == '/')
		return real ? real : xstrdup(path);
	cwd = getcwd(NULL, 0);
	out = fs_join(cwd ? cwd : ".", path);
	free(cwd);
	return out;
}

int fs_lock(struct fs_lock *l, const char *path, bool wait, struct err *e)
{
	char who[80] = "";
	struct tm tm;
	time_t now = time(NULL);
	ssize_t n;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	l->fd = -1;
	if (fd < 0)
		return err_errno(e, "cannot open lock '%s'", path);
	while (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB))) {
		if (errno == EINTR && wait)
			continue;
		n = pread(fd, who, sizeof(who) - 1, 0);
		while (n > 0 && (who[n - 1] == '\n' || who[n - 1] == 0))
			who[--n] = 0;
		close(fd);
		return err_set(e, ERR_BUSY, "'%s' is held (%s): nothing was "
			       "done; run this again when that has ended",
			       path, n > 0 ? who : "just now");
	}
	gmtime_r(&now, &tm);
	n = snprintf(who, sizeof(who), "pid %ld since "
		     "%04d-%02d-%02dT%02d:%02d:%02dZ\n", (long)getpid(),
		     tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		     tm.tm_min, tm.tm_sec);
	/* Only for the message above: a failure here changes nothing.  Cut
	 * afterwards: ext4 flushes a file that was empty for a moment when it
	 * is closed, and the end of every command would wait for it. */
	if (pwrite(fd, who, (size_t)n, 0) < 0 || ftruncate(fd, n))
		errno = 0;
	l->fd = fd;
	return 0;
}

void fs_unlock(struct fs_lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
