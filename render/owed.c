/* render/owed.c - see owed.h. */
#include "render/owed.h"

#include "core/mem.h"
#include "store/ledger.h"
#include "store/pages.h"

#include <string.h>

int owed_newest_sync(struct db *db, const struct repolist *list, int64_t *out,
		     struct err *e)
{
	struct arena a = { 0 };
	size_t i;
	int rc = 0;

	*out = 0;
	for (i = 0; i < list->n && !rc; i++) {
		struct repo_row r;

		rc = repo_get(db, list->v[i].name, &a, &r, e);
		if (!rc && r.last_sync > *out)
			*out = r.last_sync;
	}
	arena_release(&a);
	return rc;
}

/* A page of a day that is not over, as a typo makes one, counts for nothing. */
static bool is_closed_day(const struct page_row *p, int64_t last, int64_t *day)
{
	return !strstr(p->day, "..") && !day_parse(p->day, day, NULL) &&
	       *day <= last;
}

/* Where the days begin that `report` looks after. */
static int64_t begin(const struct page_row *v, size_t n, const char *lang,
		     int64_t last)
{
	int64_t day, own = 0, other = last - 1, id = 0;
	bool any = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_closed_day(&v[i], last, &day))
			continue;
		if (strcmp(v[i].lang, lang)) {
			other = any && day < other ? other : day;
			any = true;
		} else if (!id || v[i].id < id) {
			id = v[i].id;
			own = day;
		}
	}
	if (id)
		return own + 1;
	return other < last ? other + 1 : last;
}

static void mark(bool *there, const struct page_row *v, size_t n,
		 const char *lang, int64_t first, int64_t last)
{
	int64_t day;
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].lang, lang) &&
		    is_closed_day(&v[i], last, &day) && day >= first)
			there[day - first] = true;
}

static void list_days(struct owed *o, const struct page_row *v, size_t n,
		      const char *lang, int catch_up)
{
	int64_t first = begin(v, n, lang, o->last), i;
	bool *there;

	if (o->last - first >= catch_up)
		first = o->last - catch_up + 1;
	if (first > o->last)
		return;
	there = xcalloc((size_t)(o->last - first + 1), sizeof(*there));
	o->days = xcalloc((size_t)(o->last - first + 1), sizeof(*o->days));
	mark(there, v, n, lang, first, o->last);
	for (i = first; i <= o->last; i++)
		if (!there[i - first])
			o->days[o->n++] = i;
	free(there);
}

int owed_read(struct owed *o, struct db *db, const struct repolist *list,
	      const struct zone *zone, const char *lang, int catch_up,
	      struct err *e)
{
	struct arena a = { 0 };
	struct page_row *v = NULL;
	int64_t newest;
	size_t n = 0;
	int rc = owed_newest_sync(db, list, &newest, e);

	memset(o, 0, sizeof(*o));
	o->last = -1;
	if (!rc)
		rc = page_names(db, &a, &v, &n, e);
	if (!rc && newest) {
		o->last = day_of(zone, newest) - 1;
		list_days(o, v, n, lang, catch_up);
	}
	arena_release(&a);
	return rc;
}

void owed_release(struct owed *o)
{
	free(o->days);
	o->days = NULL;
	o->n = 0;
}
