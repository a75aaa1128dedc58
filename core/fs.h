/* core/fs.h - files, folders and locks. */
#ifndef CORE_FS_H
#define CORE_FS_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>

bool fs_exists(const char *path);
bool fs_is_dir(const char *path);

/*
 * ERR_IO when something stands there that is no regular file: who opened a FIFO
 * would wait for its other end for ever.  Nothing there is fine.
 */
int fs_refuse_odd(const char *path, struct err *e);

/* As mkdir -p; an existing folder is fine. */
int fs_mkdirs(const char *path, struct err *e);

/* Whole file into *out (replaced).  Over max bytes: ERR_LIMIT; absent:
 * ERR_NOTFOUND; no regular file: ERR_IO, at once. */
int fs_read(const char *path, size_t max, struct str *out, struct err *e);

/* The same of what a user named: a pipe or a device is waited for, too. */
int fs_read_any(const char *path, size_t max, struct str *out, struct err *e);

/*
 * Write to a temporary name beside path, fsync, rename, fsync the folder: a
 * reader and a crash see the old file or the new one.
 */
int fs_write(const char *path, const void *data, size_t len, struct err *e);

/*
 * Remove what an fs_write() that was killed left beside `path`; with a path that
 * ends in '/', in that whole folder.  The caller sees to it that nobody writes
 * there now.
 */
void fs_sweep(const char *path);

/* Remove a folder and all below it; absent is fine; symlinks not followed. */
int fs_remove_tree(const char *path, struct err *e);

/* fsync one folder (or file) by name. */
int fs_sync(const char *path, struct err *e);

/* "dir/name" in fresh memory. */
char *fs_join(const char *dir, const char *name);

/* Absolute form of path, which need not exist; fresh memory. */
char *fs_absolute(const char *path);

/*
 * An flock on a file that stays: the kernel drops it with the process, so a
 * dead holder leaves nothing to clean.  The holder's pid and start time are
 * written into it for the message.  Returns ERR_BUSY with "held by pid N since
 * TIME" when somebody has it and wait is false.
 */
struct fs_lock {
	int fd;			/* -1: not held */
};
#define FS_LOCK_INIT { -1 }
int fs_lock(struct fs_lock *l, const char *path, bool wait, struct err *e);
void fs_unlock(struct fs_lock *l);

#endif
