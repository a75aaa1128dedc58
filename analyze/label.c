/* analyze/label.c - see label.h. */
#include "analyze/label.h"

#include "core/str.h"

/* More paths than this add nothing to the evidence. */
#define PATHS_MAX 400

static bool is_merge_subject(const char *s)
{
	return starts_with(s, "Merge ");
}

static const char *first_line(const char *text, struct arena *a)
{
	size_t n = strcspn(text, "\n");

	return arena_strndup(a, text, n);
}

/*
 * The text a merge landing is judged by: the title of its pull request (GitHub
 * writes it as the first line of the body), else of what it brought in.
 */
static void merge_text(const struct commit *c, const struct label_source *src,
		       struct arena *a, struct classify_input *in)
{
	struct str body = STR_INIT;
	size_t i;

	if (src->pr_title) {
		in->subject = src->pr_title;
		return;
	}
	if (starts_with(c->subject, "Merge pull request") && *c->body) {
		in->subject = first_line(c->body, a);
		in->body = c->body + strcspn(c->body, "\n");
		if (*in->subject)
			return;
	}
	in->subject = src->members_n ? src->members[0] : "";
	for (i = 1; i < src->members_n && i < 20; i++)
		str_addf(&body, "%s\n", src->members[i]);
	in->body = arena_strdup(a, str_c(&body));
	str_release(&body);
}

void label_input(const struct commit *c, const struct label_source *src,
		 struct arena *a, struct classify_input *in)
{
	size_t n = src->changes_n < PATHS_MAX ? src->changes_n : PATHS_MAX, i;
	struct classify_path *paths = arena_alloc(a, (n + 1) *
						  sizeof(*paths));

	memset(in, 0, sizeof(*in));
	in->subject = c->subject;
	in->body = c->body;
	if (c->parents_n > 1 && is_merge_subject(c->subject))
		merge_text(c, src, a, in);
	else if (src->pr_title && !*c->subject)
		in->subject = src->pr_title;
	for (i = 0; i < n; i++) {
		paths[i].path = src->changes[i].path;
		paths[i].additions = src->changes[i].additions;
		paths[i].deletions = src->changes[i].deletions;
		paths[i].status = src->changes[i].status;
	}
	in->paths = paths;
	in->paths_n = n;
	in->files = src->changes_n;
	in->traits = src->traits;
	in->author = arena_printf(a, "%s <%s>", c->author.name,
				  c->author.email);
	in->pr_labels = src->pr_labels;
	in->pr_labels_n = src->pr_labels_n;
	in->project = src->repo;
}

char *label_join(const char *const *v, int n, struct arena *a)
{
	struct str b = STR_INIT;
	char *out;
	int i;

	for (i = 0; i < n; i++)
		str_addf(&b, "%s%s", i ? "," : "", v[i]);
	out = arena_strdup(a, str_c(&b));
	str_release(&b);
	return out;
}

void label_commit(struct classify_cache *cache, const struct commit *c,
		  const struct label_source *src, struct arena *a,
		  struct label_row *out)
{
	struct classify_input in;
	struct labels l;

	label_input(c, src, a, &in);
	classify_with(cache, &in, false, a, &l);
	out->type = l.type;
	out->confidence = l.confidence;
	out->areas = label_join(l.areas, l.areas_n, a);
	out->hardware = label_join(l.hardware, l.hardware_n, a);
	out->bot = l.bot;
	out->not_evaluated = l.not_evaluated;
	out->not_evaluated_rule = l.not_evaluated_rule;
	out->rules = rules_number(classify_cache_rules(cache));
}
