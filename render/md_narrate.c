/* render/md_narrate.c - the text of a model on the page, marked as such. */
#include "render/md.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

static json_t *part_of(struct md *m, const char *repo)
{
	json_t *parts = json_object_get(json_object_get(m->doc, "narration"),
					"parts"), *p;
	size_t i;

	json_array_foreach(parts, i, p)
		if (repo ? !strcmp(md_str(p, "repo"), repo) :
			   json_is_null(json_object_get(p, "repo")))
			return p;
	return NULL;
}

static const struct md_change *change_of(const struct md *m, const char *h,
					 size_t n)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		const char *own = md_str(m->v[i].c, "handle");

		if (strlen(own) == n && !memcmp(own, h, n))
			return &m->v[i];
	}
	return NULL;
}

/* c3.f2: the second file of the third change. */
static void put_file(struct md *m, const struct md_change *c, const char *dot)
{
	char *end;
	long f = strtol(dot + 2, &end, 10);
	json_t *files = json_object_get(c->c, "changes");
	json_t *file = f > 0 ? json_array_get(files, (size_t)f - 1) : NULL;

	if (file) {
		put_md_code(m->out, md_str(file, "path"));
		str_addch(m->out, ' ');
	}
	md_handle(m, c);
}

static bool put_issue(struct md *m, const char *h, size_t n)
{
	json_t *r, *i;
	size_t k, j;

	json_array_foreach(json_object_get(m->doc, "repositories"), k, r)
		json_array_foreach(json_object_get(r, "issues"), j, i) {
			const char *own = md_str(i, "handle");

			if (strlen(own) == n && !memcmp(own, h, n)) {
				md_issue_number(m, i, json_string_value(
					json_object_get(r, "web")));
				return true;
			}
		}
	return false;
}

static void put_handle(struct md *m, const char *h, size_t n)
{
	const char *dot = memchr(h, '.', n);
	const struct md_change *c = change_of(m, h, dot ? (size_t)(dot - h) :
							  n);

	if (c && dot)
		put_file(m, c, dot);
	else if (c)
		md_handle(m, c);
	else
		put_issue(m, h, n);
}

static void put_piece(struct md *m, const char *s, size_t n, bool code)
{
	char *piece = xstrndup(s, n);

	if (code)
		put_md_code(m->out, piece);
	else
		put_md_text(m->out, piece, NULL);
	free(piece);
}

/*
 * Only handles and `code` without one become markup; all else is text, whatever
 * it looks like.
 */
static void put_sentence(struct md *m, const char *s)
{
	const char *open, *close;

	while (*s) {
		open = s + strcspn(s, "{`");
		put_piece(m, s, (size_t)(open - s), false);
		if (!*open)
			break;
		close = strchr(open + 1, *open == '{' ? '}' : '`');
		if (close && *open == '{') {
			put_handle(m, open + 1, (size_t)(close - open) - 1);
		} else if (close && !memchr(open, '{',
					    (size_t)(close - open))) {
			put_piece(m, open + 1, (size_t)(close - open) - 1,
				  true);
		} else {
			put_piece(m, open, 1, false);
			close = open;
		}
		s = close + 1;
	}
}

static enum text why_text(const char *why)
{
	static const struct {
		const char *why;
		enum text text;
	} all[] = {
		{ "net", TEXT_N_NET }, { "timeout", TEXT_N_TIMEOUT },
		{ "auth", TEXT_N_AUTH }, { "quota", TEXT_N_QUOTA },
		{ "limit", TEXT_N_LIMIT }, { "offline", TEXT_N_OFFLINE },
		{ "cut", TEXT_N_CUT }, { "unsupported", TEXT_N_UNSUPPORTED },
		{ "stopped", TEXT_N_STOPPED },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(all[i].why, why))
			return all[i].text;
	return TEXT_N_SERVER;
}

/* What was not said, and why: words of ours, so not in the model's list. */
static void put_missing(struct md *m, json_t *p, bool none)
{
	int dropped = (int)md_int(p, "dropped");
	int left = (int)md_int(p, "left_out");
	const char *sep = "";

	if (!none && !dropped && !left)
		return;
	str_add(m->out, none ? "> " : ">\n> ");
	if (none) {
		str_addf(m->out, "%s: %s", TX(m, N_NONE),
			 text(m->lang, why_text(md_str(p, "failed"))));
		sep = "; ";
	}
	if (dropped) {
		str_add(m->out, sep);
		SAY(m, N_DROPPED, dropped);
		sep = "; ";
	}
	if (left) {
		str_add(m->out, sep);
		SAY(m, N_LEFT_OUT, left, (int)md_int(p, "facts"));
	}
	str_add(m->out, ".\n");
}

/* A dead server is no news under every heading once the summary says so. */
static bool told_already(struct md *m, json_t *p)
{
	const char *why = md_str(p, "failed");
	json_t *day = part_of(m, NULL);

	return *why && day && p != day && !md_int(p, "dropped") &&
	       !strcmp(why, md_str(day, "failed"));
}

void md_narration(struct md *m, const char *repo)
{
	json_t *p = part_of(m, repo), *list, *s;
	size_t i;

	if (!p || told_already(m, p))
		return;
	list = json_object_get(p, "sentences");
	if (json_array_size(list))
		str_addf(m->out, "> %s:\n>\n", TX(m, N_HEAD));
	json_array_foreach(list, i, s) {
		str_add(m->out, "> - ");
		put_sentence(m, json_string_value(s));
		str_addch(m->out, '\n');
	}
	put_missing(m, p, !json_array_size(list));
	str_addch(m->out, '\n');
}

void md_models(struct md *m)
{
	json_t *parts = json_object_get(json_object_get(m->doc, "narration"),
					"parts"), *p, *q;
	size_t i, k, n = 0;

	json_array_foreach(parts, i, p) {
		const char *model = md_str(p, "model");
		bool seen = !*model;

		json_array_foreach(parts, k, q)
			seen |= k < i && !strcmp(md_str(q, "model"), model);
		if (seen)
			continue;
		str_add(m->out, n++ ? ", " : "");
		put_md_fenced(m->out, model);
	}
	if (!n)
		str_add(m->out, "none");
}
