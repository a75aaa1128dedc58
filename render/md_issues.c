/* render/md_issues.c - issues of a repository, and what metadata there is. */
#include "render/md.h"

#include <inttypes.h>

#define ISSUES_SHOWN 12

static const char *meta(json_t *repo)
{
	return md_str(repo, "metadata");
}

void md_metadata(struct md *m)
{
	json_t *repos = json_object_get(m->doc, "repositories"), *r;
	size_t n = json_array_size(repos), fresh = 0, none = 0, i;
	const char *oldest = "";

	json_array_foreach(repos, i, r) {
		const char *at = md_str(r, "metadata_as_of");

		fresh += !strcmp(meta(r), "fresh");
		none += !strcmp(meta(r), "none") || !*meta(r);
		if (*at && (!*oldest || strcmp(at, oldest) < 0))
			oldest = at;
	}
	if (none == n) {
		str_add(m->out, TX(m, NO_METADATA));
		return;
	}
	str_addf(m->out, "%s: %zu/%zu", TX(m, METADATA), fresh, n);
	if (fresh + none < n) {
		str_addf(m->out, " (%zu %s, ", n - fresh - none,
			 TX(m, METADATA_OLD));
		md_minute(m, oldest);
		str_addch(m->out, ')');
	}
}

void md_issue_number(struct md *m, json_t *i, const char *web)
{
	const char *url = md_str(i, "url");

	if (*url && web) {
		str_addf(m->out, "[#%" PRId64 "](", md_int(i, "number"));
		put_md_url(m->out, url);
		str_addch(m->out, ')');
	} else {
		str_addf(m->out, "`#%" PRId64 "`", md_int(i, "number"));
	}
}

static void put_issue(struct md *m, json_t *i, const char *web)
{
	str_addf(m->out, "- %s ", md_str(i, "handle"));
	md_issue_number(m, i, web);
	str_addch(m->out, ' ');
	put_md_text(m->out, md_str(i, "title"), web);
	str_addf(m->out, " · `%s` · %s", md_str(i, "kind"),
		 md_bool(i, "closed") ? TX(m, ISSUES_CLOSED) :
					TX(m, ISSUES_OPENED));
	if (*md_str(i, "author")) {
		str_add(m->out, " · ");
		put_md_text(m->out, md_str(i, "author"), NULL);
	}
	str_add(m->out, " · ");
	md_minute(m, md_str(i, "created"));
	if (*md_str(i, "sentence")) {
		str_add(m->out, " · \"");
		put_md_text(m->out, md_str(i, "sentence"), web);
		str_addch(m->out, '"');
	}
	if (*md_str(i, "environment")) {
		str_add(m->out, " · ");
		put_md_code(m->out, md_str(i, "environment"));
	}
	str_addch(m->out, '\n');
}

void md_issues(struct md *m, json_t *repo)
{
	json_t *v = json_object_get(repo, "issues"), *i;
	json_t *p = json_object_get(repo, "pulls");
	const char *web = json_string_value(json_object_get(repo, "web"));
	size_t k, n = json_array_size(v);

	if (!p)
		return;
	str_addf(m->out, "#### %s: %s %" PRId64 ", %s %" PRId64 " · PR: %s %"
		 PRId64 ", %s %" PRId64 ", %s %" PRId64 "\n", TX(m, ISSUES),
		 TX(m, ISSUES_OPENED), md_int(p, "issues_opened"),
		 TX(m, ISSUES_CLOSED), md_int(p, "issues_closed"),
		 TX(m, ISSUES_OPENED), md_int(p, "opened"), TX(m, PR_MERGED),
		 md_int(p, "merged"), TX(m, ISSUES_CLOSED),
		 md_int(p, "closed"));
	if (strcmp(meta(repo), "fresh")) {
		str_addf(m->out, "%s: %s ", TX(m, METADATA),
			 TX(m, METADATA_OLD));
		md_minute(m, md_str(repo, "metadata_as_of"));
		str_add(m->out, "\n\n");
	}
	json_array_foreach(v, k, i)
		if (k < ISSUES_SHOWN)
			put_issue(m, i, web);
	if (n > ISSUES_SHOWN) {
		str_add(m->out, "- ");
		SAY(m, AND_MORE, (int)(n - ISSUES_SHOWN));
		str_add(m->out, ": ");
		json_array_foreach(v, k, i)
			if (k >= ISSUES_SHOWN) {
				md_issue_number(m, i, web);
				str_addch(m->out, ' ');
			}
		str_addch(m->out, '\n');
	}
	str_addch(m->out, '\n');
}

void md_issue_summary(struct md *m)
{
	json_t *r, *i;
	size_t k, j;
	int n = 0;

	json_array_foreach(json_object_get(m->doc, "repositories"), k, r)
		json_array_foreach(json_object_get(r, "issues"), j, i) {
			if (!md_bool(i, "correctness") ||
			    !md_bool(i, "opened"))
				continue;
			if (!n++)
				str_addf(m->out, "- %s: ",
					 TX(m, S_ISSUES));
			else if (n <= 5)
				str_add(m->out, "; ");
			if (n > 5)
				continue;
			put_md_text(m->out, md_str(r, "repo"), NULL);
			str_addch(m->out, ' ');
			md_issue_number(m, i, json_string_value(
				json_object_get(r, "web")));
			str_add(m->out, " \"");
			put_md_text(m->out, md_str(i, "title"), NULL);
			str_addf(m->out, "\" %s", md_str(i, "handle"));
		}
	if (n > 5) {
		str_add(m->out, "; ");
		SAY(m, S_MORE, n - 5);
	}
	if (n)
		str_add(m->out, ".\n");
}
