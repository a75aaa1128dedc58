/* render/md_watch.c - what several repositories together show. */
#include "render/md.h"

#include <inttypes.h>
#include <string.h>

static json_t *watch(struct md *m, const char *key)
{
	return json_object_get(json_object_get(m->doc, "watch"), key);
}

static const struct md_change *change_of(const struct md *m, const char *handle)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (!strcmp(md_str(m->v[i].c, "handle"), handle))
			return &m->v[i];
	return NULL;
}

static void put_repo(struct md *m, const char *name)
{
	const char *slash = strrchr(name, '/');

	put_md_text(m->out, slash ? slash + 1 : name, NULL);
}

void md_watch_terms(struct md *m)
{
	json_t *terms = watch(m, "same_terms"), *t, *h;
	size_t i, k;

	if (!json_array_size(terms))
		return;
	str_addf(m->out, "- %s: ", TX(m, WATCH_TERMS));
	json_array_foreach(terms, i, t) {
		str_add(m->out, i ? "; " : "");
		put_md_text(m->out, md_str(t, "term"), NULL);
		json_array_foreach(json_object_get(t, "changes"), k, h) {
			const struct md_change *c =
				change_of(m, json_string_value(h));

			if (!c)
				continue;
			str_add(m->out, k ? ", " : " ");
			put_repo(m, md_str(c->repo, "repo"));
			str_addch(m->out, ' ');
			md_handle(m, c);
		}
	}
	str_add(m->out, ".\n");
}

/* Does the entry go on with the fix and the repository of the one before? */
static bool goes_on(json_t *copies, size_t i)
{
	json_t *x = json_array_get(copies, i);
	json_t *was = i ? json_array_get(copies, i - 1) : NULL;

	return was && !strcmp(md_str(was, "change"), md_str(x, "change")) &&
	       !strcmp(md_str(was, "repo"), md_str(x, "repo"));
}

void md_watch_copies(struct md *m)
{
	json_t *copies = watch(m, "copies"), *x;
	size_t i, n = 0;

	json_array_foreach(copies, i, x) {
		const struct md_change *c = change_of(m, md_str(x, "change"));

		if (!c)
			continue;
		if (!n)
			str_addf(m->out, "- %s: ", TX(m, WATCH_COPIES));
		if (!goes_on(copies, i)) {
			str_add(m->out, n ? "; " : "");
			put_repo(m, md_str(c->repo, "repo"));
			str_addch(m->out, ' ');
			md_handle(m, c);
			str_add(m->out, " -> ");
			put_md_text(m->out, md_str(x, "repo"), NULL);
			str_addch(m->out, ' ');
		} else {
			str_add(m->out, ", ");
		}
		put_md_code(m->out, md_str(x, "copy"));
		str_addf(m->out, " %" PRId64 "/%" PRId64, md_int(x, "held"),
			 md_int(x, "removed"));
		n++;
	}
	if (n)
		str_add(m->out, ".\n");
}

#define PINS_MAX 10

/* An id is cut, a version is not. */
static void put_spec(struct md *m, json_t *p)
{
	const char *spec = md_str(p, "spec");
	char cut[8];

	if (strlen(spec) == 40) {
		snprintf(cut, sizeof(cut), "%.7s", spec);
		spec = cut;
	}
	put_md_code(m->out, spec);
}

static void put_pin(struct md *m, json_t *p)
{
	int64_t behind = md_int(p, "behind");

	put_repo(m, md_str(p, "repo"));
	str_addch(m->out, ' ');
	if (strcmp(md_str(p, "name"), md_str(p, "path"))) {
		put_md_code(m->out, md_str(p, "name"));
		str_addch(m->out, ' ');
	}
	put_spec(m, p);
	if (*md_str(p, "tag")) {
		str_addch(m->out, ' ');
		put_md_code(m->out, md_str(p, "tag"));
	}
	md_place(m, p);
	str_add(m->out, ": ");
	/* In Chinese "x 落后" would say that x is the one behind. */
	if (!*md_str(p, "newest") && behind > 0)
		str_add(m->out, TX(m, PIN_AGAINST));
	put_repo(m, md_str(p, "of"));
	str_addch(m->out, ' ');
	if (*md_str(p, "newest")) {
		str_addf(m->out, "%s ", TX(m, PIN_NEWEST));
		put_md_code(m->out, md_str(p, "newest"));
	} else if (behind > 0) {
		SAY(m, PIN_BEHIND, (int)behind);
	}
	if (md_bool(p, "differs"))
		str_addf(m->out, "%s%s", *md_str(p, "newest") || behind > 0 ?
			 ", " : "", TX(m, PIN_DIFFERS));
}

void md_watch_pins(struct md *m)
{
	json_t *pins = watch(m, "pins"), *p;
	size_t i, n = json_array_size(pins);

	if (!n)
		return;
	str_addf(m->out, "- %s: ", TX(m, WATCH_PINS));
	json_array_foreach(pins, i, p) {
		if (i == PINS_MAX)
			break;
		str_add(m->out, i ? "; " : "");
		put_pin(m, p);
	}
	if (n > PINS_MAX) {
		str_add(m->out, "; ");
		SAY(m, AND_MORE, (int)(n - PINS_MAX));
	}
	str_add(m->out, ".\n");
}
