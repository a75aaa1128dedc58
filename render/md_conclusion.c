/* render/md_conclusion.c - the end of a page: what to watch, what is unknown. */
#include "render/md_items.h"

static bool reverted_open(const struct md_change *c)
{
	json_t *t = json_object_get(c->c, "thread");
	size_t n = json_array_size(t);

	return n > 1 && !strcmp(md_str(json_array_get(t, n - 1), "kind"),
				"revert");
}

static bool docs_differ(const struct md_change *c)
{
	return md_has_kind(c->c, "docs-code-mismatch");
}

static void item_docs(struct md *m, const struct md_change *c)
{
	md_signal_names(m, c->c, "docs-code-mismatch", 4);
}

/* Repositories that fn accepts, as a list behind a heading. */
static void put_repos(struct md *m, enum text head, bool (*fn)(json_t *r))
{
	json_t *r;
	size_t i;
	int n = 0;

	json_array_foreach(json_object_get(m->doc, "repositories"), i, r) {
		if (!fn(r))
			continue;
		if (n++)
			str_add(m->out, ", ");
		else
			str_addf(m->out, "- %s: ", text(m->lang, head));
		put_md_text(m->out, md_str(r, "repo"), NULL);
	}
	if (n)
		str_add(m->out, ".\n");
}

/* What a mirror that is gone or damaged leaves out of this page. */
static void put_mirrors(struct md *m)
{
	json_t *r;
	size_t i;
	int n = 0;

	json_array_foreach(json_object_get(m->doc, "repositories"), i, r) {
		const char *state = md_str(r, "mirror");
		int unread = (int)md_int(r, "unread");
		bool whole = *state && strcmp(state, "damaged");

		if (!whole && !unread)
			continue;
		if (n++)
			str_add(m->out, "; ");
		else
			str_addf(m->out, "- %s: ", TX(m, U_MIRROR));
		put_md_text(m->out, md_str(r, "repo"), NULL);
		str_add(m->out, " (");
		if (unread)
			SAY(m, U_UNREAD, unread);
		if (whole)
			str_addf(m->out, "%s%s", unread ? ", " : "",
				 TX(m, U_TREE));
		str_addch(m->out, ')');
	}
	if (n)
		str_add(m->out, ".\n");
}

static bool lacks_tags(json_t *r)
{
	return md_int(r, "landings") && !md_int(r, "tags");
}

static bool is_shallow(json_t *r)
{
	return md_bool(r, "shallow");
}

static bool lacks_metadata(json_t *r)
{
	return !strcmp(md_str(r, "metadata"), "none");
}

static bool is_behind(json_t *r)
{
	return !md_bool(r, "covers");
}

static bool no_body_revert(const struct md_change *c)
{
	return reverted_open(c) &&
	       !json_array_size(json_object_get(c->c, "excerpt"));
}

static bool is_unsure(const struct md_change *c)
{
	return md_bool(c->c, "unsure") && !c->folded;
}

static void item_plain(struct md *m, const struct md_change *c)
{
	str_addf(m->out, "`%s`", md_str(c->c, "type"));
}

void md_conclusion(struct md *m)
{
	size_t before, i, silent = 0;

	str_addf(m->out, "%s\n", TX(m, WATCH));
	before = m->out->len;
	md_kind_line(m, TEXT_WATCH_DOWNSTREAM, md_still_used, md_item_used);
	md_kind_line(m, TEXT_WATCH_REVERTED, reverted_open, md_item_thread);
	md_watch_terms(m);
	md_kind_line(m, TEXT_WATCH_DOCS, docs_differ, item_docs);
	md_kind_line(m, TEXT_S_TESTS, md_weakens, md_item_weakened);
	md_watch_copies(m);
	md_watch_pins(m);
	if (m->out->len == before)
		str_addf(m->out, "- %s\n", TX(m, WATCH_NONE));
	str_addf(m->out, "\n%s\n", TX(m, UNKNOWN));
	for (i = 0; i < m->n; i++)
		silent += !json_array_size(json_object_get(m->v[i].c,
							   "excerpt"));
	str_add(m->out, "- ");
	SAY(m, U_BODY, (int)m->n, (int)silent);
	str_add(m->out, ".\n");
	md_kind_line(m, TEXT_U_REVERT, no_body_revert, md_item_title);
	md_kind_line(m, TEXT_U_UNSURE, is_unsure, item_plain);
	put_repos(m, TEXT_U_COVER, is_behind);
	put_mirrors(m);
	put_repos(m, TEXT_U_SHALLOW, is_shallow);
	put_repos(m, TEXT_U_TAGS, lacks_tags);
	put_repos(m, TEXT_U_META, lacks_metadata);
	str_addf(m->out, "- %s.\n\n", TX(m, U_RUN));
}
