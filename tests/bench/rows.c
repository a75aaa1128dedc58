#include "tests/bench/rows.h"

#include "core/fs.h"
#include "core/mem.h"

#include <dirent.h>

static int type_of(const char *s)
{
	int i;

	for (i = 0; classify_types[i]; i++)
		if (!strcmp(classify_types[i], s))
			return i;
	return -1;
}

static int repo_of(struct rows *r, const char *name)
{
	int i;

	for (i = 0; i < r->repos_n; i++)
		if (!strcmp(r->repo[i], name))
			return i;
	if (r->repos_n >= (int)ARRAY_N(r->repo))
		return 0;
	r->repo[r->repos_n] = xstrdup(name);
	return r->repos_n++;
}

/* "path:+a-d;path:+a-d" */
static void read_paths(struct row *row, char *text)
{
	struct classify_path *p = xcalloc(30, sizeof(*p));
	char *one, *save = NULL, *colon, *esc;

	for (one = strtok_r(text, ";", &save); one && row->paths_n < 30;
	     one = strtok_r(NULL, ";", &save)) {
		colon = strrchr(one, ':');
		if (!colon || colon[1] != '+')
			continue;
		*colon = 0;
		while ((esc = strstr(one, "%3B")) != NULL) {
			*esc = ';';
			memmove(esc + 1, esc + 3, strlen(esc + 3) + 1);
		}
		p[row->paths_n].path = one;
		p[row->paths_n].additions = p[row->paths_n].deletions = -1;
		if (colon[2] != '?')
			p[row->paths_n].additions =
				(int32_t)strtol(colon + 2, &colon, 10);
		else
			colon += 3;
		if (colon[1] != '?')
			p[row->paths_n].deletions =
				(int32_t)strtol(colon + 1, NULL, 10);
		row->paths_n++;
	}
	row->paths = p;
}

/* "\\n" stands for a line end. */
static char *unescape(char *s)
{
	char *at;

	for (at = s; (at = strstr(at, "\\n")) != NULL; at++) {
		*at = '\n';
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
	}
	return s;
}

static char *dash_is_empty(char *s)
{
	return strcmp(s, "-") ? s : s + 1;
}

static void read_line(struct rows *r, char **head, char *line)
{
	struct row row = { .alt = line + strlen(line) };
	char *field;
	int i;

	row.areas = row.hardware = row.alt;
	row.type = -1;
	for (i = 0; (field = strsep(&line, "\t")) != NULL && head[i]; i++) {
		if (!strcmp(head[i], "repo"))
			row.repo = field;
		else if (!strcmp(head[i], "sha"))
			row.sha = field;
		else if (!strcmp(head[i], "type"))
			row.type = type_of(field);
		else if (!strcmp(head[i], "subject_stripped"))
			row.stripped = field;
		else if (!strcmp(head[i], "subject"))
			row.subject = field;
		else if (!strcmp(head[i], "body"))
			row.body = unescape(field);
		else if (!strcmp(head[i], "author"))
			row.author = field;
		else if (!strcmp(head[i], "traits"))
			row.traits = (uint32_t)strtoul(field, NULL, 10);
		else if (!strcmp(head[i], "alt_types"))
			row.alt = dash_is_empty(field);
		else if (!strcmp(head[i], "areas"))
			row.areas = dash_is_empty(field);
		else if (!strcmp(head[i], "hardware"))
			row.hardware = dash_is_empty(field);
		else if (!strcmp(head[i], "paths"))
			read_paths(&row, field);
		else if (!strcmp(head[i], "files"))
			row.files = (size_t)strtol(field, NULL, 10);
	}
	if (row.type < 0 || !row.repo || !row.subject || !row.paths)
		return;
	row.repo_id = repo_of(r, row.repo);
	GROW(r->row, r->n, r->cap);
	r->row[r->n++] = row;
}

int rows_read(struct rows *r, const char *path, struct err *e)
{
	struct str text = STR_INIT;
	char *head[32] = { 0 }, *rest, *line, *first, *field;
	int n = 0;

	if (fs_read(path, (size_t)1 << 30, &text, e) < 0)
		return e->code;
	rest = str_detach(&text);	/* rows point into it to the end */
	first = strsep(&rest, "\n");
	while ((field = strsep(&first, "\t")) != NULL && n < 31)
		head[n++] = field;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line)
			read_line(r, head, line);
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int rows_read_dir(struct rows *r, const char *dir, struct err *e)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, by_name), i, rc = 0;

	if (n < 0)
		return err_errno(e, "'%s'", dir);
	for (i = 0; i < n && !rc; i++) {
		char *path = fs_join(dir, list[i]->d_name);

		if (ends_with(path, ".tsv") &&
		    !starts_with(list[i]->d_name, "gold"))
			rc = rows_read(r, path, e);
		free(path);
	}
	return rc;
}
