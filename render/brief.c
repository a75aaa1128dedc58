/* render/brief.c - see brief.h. */
#include "render/brief.h"

#include "core/mem.h"
#include "render/commit_json.h"
#include "render/md.h"
#include "render/searched.h"

#include <inttypes.h>

#define INLINE_MAX 6
#define TYPES_MAX 64

static const struct group {
	const char *key;
	enum text title;
	const char *kinds[5];		/* none: what is breaking */
} groups[] = {
	{ "breaking", TEXT_S_BREAKING, { NULL } },
	{ "pins", TEXT_B_PINS, { "pin", "submodule" } },
	{ "switches", TEXT_B_SWITCHES,
	  { "flag-removed", "env-removed", "flag-added", "env-added" } },
	{ "threads", TEXT_S_THREADS, { "revert", "reland" } },
	{ "versions", TEXT_B_VERSIONS, { "version" } },
	{ "tests", TEXT_B_TESTS,
	  { "test-weakened", "test-deleted", "test-skipped" } },
	{ "numbers", TEXT_S_NUMBERS, { "number" } },
};

static bool belongs(const struct group *g, const char *kind, bool breaking)
{
	size_t i;

	if (!g->kinds[0])
		return breaking;
	for (i = 0; i < ARRAY_N(g->kinds) && g->kinds[i]; i++)
		if (!strcmp(g->kinds[i], kind))
			return true;
	return false;
}

/* --- the document --------------------------------------------------------- */

struct type_count {
	const char *type;
	int n;
};

struct brief_totals {
	int64_t files, additions, deletions, unmeasured;
	struct type_count types[TYPES_MAX];
	size_t types_n;
};

static int by_count(const void *x, const void *y)
{
	const struct type_count *a = x, *b = y;

	return a->n != b->n ? b->n - a->n : strcmp(a->type, b->type);
}

static void add_up(struct brief_totals *t, const struct stored_list *l)
{
	size_t i, k;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < l->n; i++) {
		const struct stored *s = &l->v[i];

		t->files += s->files;
		t->additions += s->additions;
		t->deletions += s->deletions;
		t->unmeasured += s->unmeasured;
		for (k = 0; k < t->types_n; k++)
			if (!strcmp(t->types[k].type, s->type))
				break;
		if (k == TYPES_MAX)
			continue;
		if (k == t->types_n)
			t->types[t->types_n++].type = s->type;
		t->types[k].n++;
	}
	qsort(t->types, t->types_n, sizeof(t->types[0]), by_count);
}

static void end_json(struct json *j, const char *key,
		     const struct brief_end *end)
{
	char hex[OID_HEX + 1], t[40];

	json_key(j, key);
	json_open(j, '{');
	json_kstr(j, "rev", end->rev);
	json_kstr(j, "oid", oid_hex(&end->commit.c.oid, hex));
	json_kstr(j, "landing", oid_hex(&end->landing.c.oid, hex));
	json_kstr(j, "landed", time_format_utc(end->landing.landed, t));
	json_close(j, '}');
}

static void totals_json(struct json *j, const struct brief_totals *t, size_t n)
{
	size_t i;

	json_kint(j, "landings", (int64_t)n);
	json_kint(j, "files", t->files);
	json_kint(j, "additions", t->additions);
	json_kint(j, "deletions", t->deletions);
	json_kint(j, "unmeasured", t->unmeasured);
	json_key(j, "types");
	json_open(j, '[');
	for (i = 0; i < t->types_n; i++) {
		json_open(j, '{');
		json_kstr(j, "type", *t->types[i].type ? t->types[i].type :
							 NULL);
		json_kint(j, "landings", t->types[i].n);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* The landings of the range and what is known of each. */
struct range {
	struct stored_list l;
	unsigned *bits;			/* a bit per group it belongs to */
	struct signal_list *live;	/* read again; v NULL: as stored */
	struct searched searched;
	struct arena a;
};

static unsigned bits_of(const char *kind, bool breaking)
{
	unsigned bits = 0;
	size_t k;

	for (k = 0; k < ARRAY_N(groups); k++)
		if (belongs(&groups[k], kind, breaking))
			bits |= 1u << k;
	return bits;
}

/* Which landings have a signal of each group. */
static int read_groups(struct db *db, struct range *r, struct err *e)
{
	size_t i, k;
	int rc = 0;

	for (i = 0; i < r->l.n && !rc; i++) {
		const struct signal_list *live = &r->live[i];
		sqlite3_stmt *s;

		for (k = 0; k < live->n; k++)
			r->bits[i] |= bits_of(live->v[k].kind,
					      live->v[k].breaking);
		if (live->arena)
			continue;
		s = db_query(db, Q_SIGNAL_LIST, e);
		if (!s)
			return ERR_DB;
		q_int(s, ":commit", r->l.v[i].id);
		while ((rc = db_step(db, s, e)) > 0)
			r->bits[i] |= bits_of(c_text(s, 0), c_int(s, 7));
		sqlite3_reset(s);
	}
	return rc;
}

/* The newest first: where there are too many, they matter most. */
static void search(const struct brief_request *rq, struct range *r)
{
	size_t i;

	searched_init(&r->searched, rq->gitdir, rq->name, rq->max_file,
		      BRIEF_SEARCH_MAX);
	for (i = r->l.n; i-- > 0;) {
		struct signal_list *live = &r->live[i];

		live->arena = &r->a;
		if (!searched_read(&r->searched, &r->l.v[i], live)) {
			signal_list_release(live);
			live->arena = NULL;
		}
	}
}

static void groups_json(struct json *j, const struct range *r)
{
	const struct stored_list *l = &r->l;
	char hex[OID_HEX + 1];
	size_t i, k;

	json_key(j, "groups");
	json_open(j, '{');
	for (k = 0; k < ARRAY_N(groups); k++) {
		json_key(j, groups[k].key);
		json_open(j, '[');
		for (i = 0; i < l->n; i++)
			if (r->bits[i] & 1u << k)
				json_str(j, oid_hex(&l->v[i].c.oid, hex));
		json_close(j, ']');
	}
	json_close(j, '}');
}

static int change_json(struct json *j, const struct brief_request *rq,
		       const struct stored *s, const struct signal_list *live,
		       const struct sync_times *syncs, struct err *e)
{
	struct stored_list members = { 0 };
	struct arena a = { 0 };
	struct commit_view v = { .repo = rq->name, .s = s,
				 .landing = &s->c.oid,
				 .landing_observed = s->observed };
	int rc = 0;

	if (s->c.parents_n > 1)
		rc = read_members(rq->db, s->id, &a, &members, e);
	v.members = members.v;
	v.members_n = members.n;
	v.late = is_late(syncs, rq->zone, s->landed, s->observed);
	v.live = live->arena ? live : NULL;
	v.signals = rc ? NULL : db_query(rq->db, Q_SIGNAL_LIST, e);
	if (v.signals) {
		q_int(v.signals, ":commit", s->id);
		json_open(j, '{');
		commit_json_keys(j, &v);
		json_close(j, '}');
	} else if (!rc) {
		rc = ERR_DB;
	}
	stored_list_release(&members);
	arena_release(&a);
	return rc;
}

static int all_json(const struct brief_request *rq, const struct range *r,
		    const struct sync_times *syncs, struct str *out,
		    struct err *e)
{
	const struct stored_list *l = &r->l;
	struct brief_totals t;
	struct json j;
	size_t i;
	int rc = 0;

	add_up(&t, l);
	json_init(&j, out);
	json_open(&j, '{');
	json_kint(&j, "schema", 1);
	json_kstr(&j, "repo", rq->name);
	json_kstr(&j, "web", rq->web);
	end_json(&j, "from", &rq->from);
	end_json(&j, "to", &rq->to);
	totals_json(&j, &t, l->n);
	json_key(&j, "searched");
	json_open(&j, '[');
	json_int(&j, r->searched.read);
	json_int(&j, r->searched.read + r->searched.skipped);
	json_close(&j, ']');
	groups_json(&j, r);
	json_key(&j, "changes");
	json_open(&j, '[');
	for (i = 0; i < l->n && !rc; i++)
		rc = change_json(&j, rq, &l->v[i], &r->live[i], syncs, e);
	json_close(&j, ']');
	json_close(&j, '}');
	return rc;
}

static void range_release(struct range *r)
{
	size_t i;

	for (i = 0; r->live && i < r->l.n; i++)
		signal_list_release(&r->live[i]);
	searched_release(&r->searched);
	free(r->live);
	free(r->bits);
	stored_list_release(&r->l);
	arena_release(&r->a);
}

int brief_build(const struct brief_request *rq, struct str *out,
		struct err *e)
{
	const struct stored *from = &rq->from.landing;
	struct range r = { .bits = NULL };
	struct sync_times syncs;
	/* A merge that brought `from` in brought more. */
	int64_t after = from->pos - (from->id != rq->from.commit.id);
	int rc = sync_times(rq->db, rq->repo_id, &r.a, &syncs, e);

	if (!rc)
		rc = read_span(rq->db, rq->repo_id, after, rq->to.landing.pos,
			       &r.a, &r.l, e);
	if (!rc) {
		r.bits = xcalloc(r.l.n + 1, sizeof(*r.bits));
		r.live = xcalloc(r.l.n + 1, sizeof(*r.live));
		search(rq, &r);
		rc = read_groups(rq->db, &r, e);
	}
	if (!rc)
		rc = all_json(rq, &r, &syncs, out, e);
	range_release(&r);
	return rc;
}

/* --- the page ------------------------------------------------------------- */

static void put_end(struct md *m, json_t *end, const char *web)
{
	put_md_code(m->out, md_str(end, "rev"));
	str_addch(m->out, ' ');
	put_md_commit(m->out, md_str(end, "oid"), web, 7);
	str_addch(m->out, ' ');
	md_minute(m, md_str(end, "landed"));
}

/* Says so where an end is inside a merge. */
static void put_inside(struct md *m, json_t *end, const char *web)
{
	if (!strcmp(md_str(end, "oid"), md_str(end, "landing")))
		return;
	str_add(m->out, "\n> ");
	put_md_code(m->out, md_str(end, "rev"));
	str_addf(m->out, " %s ", TX(m, B_INSIDE));
	put_md_commit(m->out, md_str(end, "landing"), web, 7);
	str_addf(m->out, ", %s", TX(m, B_WHOLE));
}

/* Signals that need a search of the tree: complete, or how far from it. */
static void put_searched(struct md *m)
{
	json_t *n = json_object_get(m->doc, "searched");

	if (md_at(n, 0) < md_at(n, 1)) {
		str_add(m->out, "\n> ");
		SAY(m, B_UNSEARCHED, (int)(md_at(n, 1) - md_at(n, 0)),
		    (int)md_at(n, 1));
	}
}

static void put_head(struct md *m, const char *web)
{
	json_t *from = json_object_get(m->doc, "from");
	json_t *to = json_object_get(m->doc, "to");

	str_add(m->out, "# ");
	put_md_text(m->out, md_str(m->doc, "repo"), NULL);
	str_addch(m->out, ' ');
	put_md_text(m->out, md_str(from, "rev"), NULL);
	str_add(m->out, "..");
	put_md_text(m->out, md_str(to, "rev"), NULL);
	str_add(m->out, "\n\n> ");
	put_end(m, from, web);
	str_add(m->out, " .. ");
	put_end(m, to, web);
	str_add(m->out, " · ");
	SAY(m, B_LANDINGS, (int)md_int(m->doc, "landings"));
	str_add(m->out, " · ");
	md_size(m, m->doc);
	if (md_int(m->doc, "unmeasured")) {
		str_add(m->out, " · ");
		SAY(m, UNMEASURED, (int)md_int(m->doc, "unmeasured"));
	}
	put_searched(m);
	put_inside(m, from, web);
	put_inside(m, to, web);
	str_addch(m->out, '\n');
}

/* A revert or re-land names a title, a number or an id. */
static void put_thread(struct md *m, json_t *signals, const char *web)
{
	json_t *s;
	size_t i;

	json_array_foreach(signals, i, s) {
		str_addf(m->out, " · %s ", strcmp(md_str(s, "kind"), "reland") ?
			 TX(m, REVERT) : TX(m, RELAND));
		put_md_text(m->out, md_str(s, "name"), web);
	}
}

static void put_line(struct md *m, const struct group *g, json_t *change,
		     const char *web)
{
	json_t *mine = json_array(), *bag = json_object(), *s;
	struct md_change c = { .c = change, .web = web };
	size_t i;

	json_array_foreach(json_object_get(change, "signals"), i, s)
		if (belongs(g, md_str(s, "kind"), md_bool(s, "breaking")))
			json_array_append(mine, s);
	json_object_set_new(bag, "signals", mine);
	str_add(m->out, "- ");
	md_subject(m, &c);
	if (md_int(change, "pr")) {
		str_addch(m->out, ' ');
		md_pr(m, web, (int)md_int(change, "pr"));
	}
	c.c = bag;
	if (!strcmp(g->key, "threads"))
		put_thread(m, mine, web);
	else
		md_signal_inline(m, &c, INLINE_MAX);
	str_add(m->out, " · ");
	put_md_commit(m->out, md_str(change, "oid"), web, 7);
	str_addch(m->out, '\n');
	json_decref(bag);
}

/* Both lists are in mainline order: one walk for each group. */
static void put_group(struct md *m, const struct group *g, const char *web)
{
	json_t *ids = json_object_get(json_object_get(m->doc, "groups"),
				      g->key);
	json_t *change;
	size_t i, k = 0;

	if (!json_array_size(ids))
		return;
	str_addf(m->out, "\n## %s (%zu)\n\n", text(m->lang, g->title),
		 json_array_size(ids));
	json_array_foreach(json_object_get(m->doc, "changes"), i, change) {
		const char *id = json_string_value(json_array_get(ids, k));

		if (!id || strcmp(id, md_str(change, "oid")))
			continue;
		put_line(m, g, change, web);
		k++;
	}
}

static void put_types(struct md *m)
{
	json_t *t;
	size_t i;

	str_addf(m->out, "\n## %s\n\n", TX(m, B_TYPES));
	json_array_foreach(json_object_get(m->doc, "types"), i, t) {
		const char *type = md_str(t, "type");

		str_add(m->out, "- ");
		if (*type)
			put_md_code(m->out, type);
		else
			str_add(m->out, TX(m, B_NO_TYPE));
		str_addf(m->out, " %" PRId64 "\n", md_int(t, "landings"));
	}
}

void brief_markdown(struct str *out, json_t *doc, enum lang lang)
{
	struct md m = { .out = out, .lang = lang, .doc = doc };
	const char *web = json_string_value(json_object_get(doc, "web"));
	size_t k;

	put_head(&m, web);
	if (!md_int(doc, "landings")) {
		str_addf(out, "\n%s\n", TX(&m, B_NOTHING));
		return;
	}
	for (k = 0; k < ARRAY_N(groups); k++)
		put_group(&m, &groups[k], web);
	put_types(&m);
}
