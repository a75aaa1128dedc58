/*
 * cli/cmd_verify.c - airep-git verify FILE.md...: every id, number, path,
 * count, author, date and quoted code line of any Markdown against the mirrors.
 */
#include "cli/cmds.h"

#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "render/verify.h"
#include "render/verify_store.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)256 << 20)	/* of one file */

static bool as_json, explain, all;
static const char *format = "text";

const struct option verify_options[] = {
	OPTION_FLAG(0, "json", &as_json, "one JSON object a file"),
	OPTION_CHOICE(0, "format", &format, "text|json", "form of the answer"),
	OPTION_FLAG('a', "all", &all, "list confirmed and unchecked claims too"),
	OPTION_FLAG(0, "explain", &explain,
		    "say where each true value comes from"),
	OPTIONS_END
};

struct files { char **v; size_t n, cap; };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .md files of a folder, by name; its own folders are not entered. */
static int add_folder(struct files *f, const char *dir, struct err *e)
{
	size_t first = f->n;
	struct dirent *d;
	DIR *h = opendir(dir);

	if (!h)
		return err_errno(e, "cannot read '%.300s'", dir);
	while ((d = readdir(h)) != NULL) {
		if (d->d_name[0] == '.' || !ends_with(d->d_name, ".md"))
			continue;
		GROW(f->v, f->n, f->cap);
		f->v[f->n++] = fs_join(dir, d->d_name);
	}
	closedir(h);
	if (f->n > first)
		qsort(f->v + first, f->n - first, sizeof(*f->v), by_name);
	else
		return err_set(e, ERR_NOTFOUND, "no .md file in '%.300s'", dir);
	return 0;
}

static int read_stdin(struct str *out, struct err *e)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0) {
		if (out->len + (size_t)n > TEXT_MAX)
			return err_set(e, ERR_LIMIT, "standard input is over "
				       "%zu MiB", TEXT_MAX >> 20);
		str_addmem(out, buf, (size_t)n);
	}
	return n < 0 ? err_errno(e, "cannot read standard input") : 0;
}

static int verify_file(const char *name, const struct verify_source *src,
		       bool *failed, struct err *e)
{
	struct str text = STR_INIT, out = STR_INIT;
	struct verify_report r;
	int rc;

	text.max = TEXT_MAX;
	rc = strcmp(name, "-") == 0 ? read_stdin(&text, e)
				    : fs_read_any(name, TEXT_MAX, &text, e);
	if (rc == 0) {
		rc = verify_text(&r, name, str_c(&text), text.len, src, e);
		if (as_json || strcmp(format, "json") == 0)
			verify_print_json(&r, true, explain, &out);
		else
			verify_print(&r, all || log_level > 0, explain, &out);
		*failed = *failed || verify_failed(&r);
		verify_release(&r);
		if (rc == 0)
			rc = out_str(&out, e);
	}
	str_release(&text);
	str_release(&out);
	return rc;
}

/*
 * All files, also those behind one that cannot be read.  ERR_VERIFY: a claim is
 * contradicted; ERR_PARTIAL: some could not be read; else the last error.
 */
static int verify_files(const struct files *f, const struct verify_source *src,
			struct err *e)
{
	bool failed = false;
	size_t i, unread = 0;
	int rc = 0, one;

	for (i = 0; i < f->n; i++) {
		one = verify_file(f->v[i], src, &failed, e);
		if (!one)
			continue;
		if (one != ERR_IO && one != ERR_NOTFOUND && one != ERR_LIMIT)
			return one;
		rc = one;
		unread++;
		if (f->n > 1)
			log_error("%s", e->msg);
	}
	if (failed)
		return err_set(e, ERR_VERIFY, "claims that the mirrors "
			       "contradict");
	if (unread && f->n > 1)
		return err_set(e, unread < f->n ? ERR_PARTIAL : rc,
			       "%zu of %zu files could not be read", unread,
			       f->n);
	return rc;
}

int cmd_verify(struct cmd_ctx *c, struct err *e)
{
	struct verify_store *store;
	struct verify_source src;
	struct files f = { 0 };
	char *path;
	size_t i;
	int rc = 0;

	if (!c->args.n)
		return err_set(e, ERR_USAGE, "name a Markdown file, a folder "
			       "of them, or '-'");
	for (i = 0; i < c->args.n && !rc; i++) {
		if (fs_is_dir(c->args.v[i])) {
			rc = add_folder(&f, c->args.v[i], e);
			continue;
		}
		GROW(f.v, f.n, f.cap);
		f.v[f.n++] = xstrdup(c->args.v[i]);
	}
	/* The store adds to what the mirrors say; it need not be there. */
	path = fs_join(c->workspace, "airep.db");
	if (!rc && fs_exists(path))
		rc = cmd_open_store(c, false, e);
	free(path);
	if (!rc) {
		verify_store_open(&store, &src, &c->list, c->workspace, c->db,
				  (size_t)config_int(c->config, "analyze.maxFileSize"));
		rc = verify_files(&f, &src, e);
		verify_store_close(store);
	}
	for (i = 0; i < f.n; i++)
		free(f.v[i]);
	free(f.v);
	return rc;
}
