/*
 * cli/sync_repo.c - see sync_repo.h.
 *
 * Order: the mirror is complete before this begins, so the store never speaks of
 * what the mirror lacks.  The ledger comes from comparing the refs last stored
 * with the mirror's, not from what the fetch did: a run that died between the
 * two loses no row.
 */
#include "cli/sync_repo.h"

#include "analyze/analyze.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/odb.h"
#include "core/utf8.h"
#include "mirror/fetch.h"
#include "mirror/mirror.h"
#include "mirror/sound.h"
#include "store/ledger.h"

#include <inttypes.h>

struct sync {
	struct cmd_ctx *c;
	const struct sync_input *in;
	struct sync_outcome *out;
	char *gitdir;
	struct reflist now, stored;
	struct notes warn;
	bool shallow;
	struct repo_row row;
	char *branch;			/* tracked, full ref name or NULL */
	git_oid tip;
	struct refplan plan;
	struct arena arena;
	int64_t id;
};

static int read_mirror(struct sync *s, struct err *e)
{
	const struct repo_spec *spec = s->in->spec;
	int rc;

	if (spec->mirror)
		return mirror_foreign(spec->mirror, &s->gitdir, &s->now,
				      &s->warn, &s->shallow, e);
	s->gitdir = repo_mirror_path(spec, s->c->workspace);
	rc = mirror_refs(s->gitdir, &s->now, &s->warn, &s->shallow, e);
	if (rc == ERR_NOTFOUND)
		err_set(e, rc, "never cloned; run `airep-git sync` with a "
			"network");
	return rc;
}

/* Names as the store keeps them: valid UTF-8. */
static void clean_names(struct reflist *l)
{
	struct str b = STR_INIT;
	size_t i;

	for (i = 0; i < l->n; i++) {
		size_t len = strlen(l->v[i].name);

		if (utf8_valid(l->v[i].name, len))
			continue;
		str_clear(&b);
		utf8_add_clean(&b, l->v[i].name, len);
		free(l->v[i].name);
		l->v[i].name = xstrdup(str_c(&b));
	}
	str_release(&b);
	reflist_sort(l);
}

static int load_stored(struct sync *s, struct err *e)
{
	struct ref_row *v;
	size_t n, i;
	int rc = refs_load(s->c->db, s->id, &s->arena, &v, &n, e);

	for (i = 0; i < n && !rc; i++)
		reflist_add(&s->stored, v[i].name, strlen(v[i].name),
			    &v[i].oid);
	reflist_sort(&s->stored);
	return rc;
}

static void use_branch(struct sync *s, const struct ref *r)
{
	s->branch = xstrdup(r->name);
	s->tip = r->id;
}

/* HEAD names no branch: main, master, else the first, and say so. */
static void fall_back(struct sync *s)
{
	static const char *const likely[] = { "refs/heads/main",
					      "refs/heads/master" };
	const struct ref *r = NULL;
	size_t i;

	for (i = 0; i < ARRAY_N(likely) && !r; i++)
		r = reflist_find(&s->now, likely[i]);
	for (i = 0; i < s->now.n && !r; i++)
		if (ref_is_branch(s->now.v[i].name))
			r = &s->now.v[i];
	if (!r)
		return;
	notes_add(&s->warn, "HEAD names no branch that is there; '%s' is "
		  "followed (set branch= to choose)", ref_short(r->name));
	use_branch(s, r);
}

static int find_tip(struct sync *s, struct err *e)
{
	const struct repo_spec *spec = s->in->spec;
	const struct ref *r;
	char *name;

	if (spec->branch) {
		name = starts_with(spec->branch, "refs/") ?
		       xstrdup(spec->branch) :
		       xasprintf("refs/heads/%s", spec->branch);
		r = reflist_find(&s->now, name);
		free(name);
		if (!r)
			return err_set(e, ERR_CONFIG, "there is no branch "
				       "'%s' (repos.list:%d)", spec->branch,
				       spec->line);
		use_branch(s, r);
		return 0;
	}
	r = s->now.head ? reflist_find(&s->now, s->now.head) : NULL;
	if (r) {
		use_branch(s, r);
	} else if (!oid_zero(&s->now.head_id)) {
		s->tip = s->now.head_id;
		notes_add(&s->warn, "HEAD is detached: its commit is "
			  "followed");
	} else {
		fall_back(s);
	}
	return 0;
}

/* The commit behind a tag, and the date of an annotated one. */
static void peel_tag(struct odb_reader *r, struct ref_move *m)
{
	git_oid id = m->new;
	struct obj *o;
	int depth;

	for (depth = 0; depth < 8 && !odb_read(r, &id, 1 << 20, &o, NULL);
	     depth++) {
		const char *p, *gt;

		if (o->type != GIT_OBJECT_TAG) {
			if (o->type == GIT_OBJECT_COMMIT)
				m->target = id;
			obj_put(o);
			return;
		}
		p = strstr(o->data, "\ntagger ");
		gt = p ? strchr(p, '>') : NULL;
		if (gt && !depth)
			m->tagged = strtoll(gt + 1, NULL, 10);
		if (o->len < 48 || strncmp(o->data, "object ", 7) ||
		    oid_parse(&id, o->data + 7))
			depth = 8;
		obj_put(o);
	}
}

static int write_moves(struct sync *s, const struct analyze_result *res,
		       struct err *e)
{
	struct odb_reader *r = NULL;
	struct odb *odb = NULL;
	size_t i;
	int rc = s->plan.n ? odb_open(&odb, s->gitdir, e) : 0;

	if (!rc && odb)
		r = odb_reader_new(odb, 1 << 20);
	for (i = 0; i < s->plan.n && !rc; i++) {
		const struct refmove *p = &s->plan.moves[i];
		struct ref_move m = { .ref = p->name, .old = p->old_id,
			.new = p->new_id, .observed = s->in->now,
			.kind = refmove_name(p->kind),
			.first = !s->row.first_sync };

		if (ref_is_tag(p->name) && !oid_zero(&p->new_id))
			peel_tag(r, &m);
		if (s->branch && !strcmp(p->name, s->branch) &&
		    res->sidelined)
			m.kind = "sidelined";
		rc = ref_move_add(s->c->db, s->id, &m, e);
		s->out->moves++;
	}
	odb_reader_free(r);
	odb_free(odb);
	return rc;
}

static int count_tags(const struct reflist *l)
{
	size_t i;
	int n = 0;

	for (i = 0; i < l->n; i++)
		n += ref_is_tag(l->v[i].name);
	return n;
}

static bool has_note(const struct notes *l, const char *text)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!strcmp(l->v[i], text))
			return true;
	return false;
}

static void note_changes(struct sync *s, const struct analyze_result *res)
{
	const char *old = s->row.branch;
	size_t i;

	/* What moved is told from the comparison with the store, like the
	 * ledger: the fetch that moved it may have been another run's. */
	for (i = 0; i < s->plan.warnings.n; i++)
		notes_add(&s->warn, "%s", s->plan.warnings.v[i]);
	for (i = 0; s->in->warnings && i < s->in->warnings->n; i++)
		if (!has_note(&s->warn, s->in->warnings->v[i]))
			log_warn("%s: %s", s->in->spec->name,
				 s->in->warnings->v[i]);
	if (*old && s->branch && strcmp(old, s->branch))
		notes_add(&s->warn, "tracked branch %s -> %s", ref_short(old),
			  ref_short(s->branch));
	if (!res->was_ancestor)
		notes_add(&s->warn, "%s was rewritten: %d new commits; what "
			  "was reported stays, flagged gone",
			  s->branch ? ref_short(s->branch) : "HEAD",
			  res->commits);
	if (res->sidelined)
		notes_add(&s->warn, "the trunk was merged into another branch: "
			  "earlier landings left the mainline, flagged "
			  "sidelined");
	if (res->unreadable)
		notes_add(&s->warn, "%d commits cannot be read (objects are "
			  "missing); they are listed without counts",
			  res->unreadable);
	if (res->malformed)
		notes_add(&s->warn, "%d commits have a malformed header; they "
			  "are kept and flagged", res->malformed);
	if (res->not_evaluated)
		notes_add(&s->warn, "rule '%s': a limit was reached %" PRId64
			  " times; those rules count as not evaluated",
			  res->rule, res->not_evaluated);
	if (s->shallow)
		notes_add(&s->warn, "shallow: history before its boundary is "
			  "missing");
	for (i = 0; i < s->warn.n; i++)
		str_addf(&s->out->notes, "%s\n", s->warn.v[i]);
}

static int analyze_new(struct sync *s, struct analyze_result *res,
		       struct err *e)
{
	struct analyze_options opt = {
		.jobs = (int)config_int(s->c->config, "analyze.jobs"),
		.max_file = (size_t)config_int(s->c->config,
					       "analyze.maxFileSize"),
		.rules = s->in->rules, .zone = &s->c->zone,
		.previous = s->row.last_sync ? s->row.last_sync : INT64_MIN,
		.now = s->in->now, .repo = s->in->spec->name,
	};

	memset(res, 0, sizeof(*res));
	res->was_ancestor = true;
	if (oid_zero(&s->tip)) {
		s->out->empty = true;
		return 0;
	}
	if (oid_eq(&s->tip, &s->row.tip))
		return 0;
	return analyze_repo(s->c->db, s->id, s->gitdir, &s->tip, &s->row.tip,
			    &opt, res, e);
}

/*
 * A clone of ours was complete when it came: what it lacks now got lost here,
 * unless all that a fetch leaves is still in place (then the other side had no
 * more).  mirror=PATH may lack what it likes, but a pack that is cut or has lost
 * its index is damage there too; and where the old tip is not found any more, it
 * may be that rather than a rewrite.
 */
static int check_loss(struct sync *s, const struct analyze_result *res,
		      struct err *e)
{
	struct err why = { 0 };
	int rc;

	if (!res->unreadable && !res->missing && res->was_ancestor)
		return 0;
	rc = s->in->spec->mirror ? mirror_packs_sound(s->gitdir, &why) :
				   mirror_sound(s->gitdir, &why);
	if (rc != ERR_CORRUPT)
		return 0;
	s->out->damaged = true;
	return err_set(e, ERR_CORRUPT, "the mirror is damaged: %s%s", why.msg,
		       s->in->spec->mirror ? "; nothing stored was changed, "
		       "mend it and sync again" : "");
}

static int store_all(struct sync *s, struct err *e)
{
	struct repo_done done = { .id = s->id, .run_id = *s->in->run_id,
		.at = s->in->now, .branch = s->branch, .tip = s->tip,
		.shallow = s->shallow, .has_tags = count_tags(&s->now),
		.received = s->in->received };
	struct analyze_result res;
	int rc = analyze_new(s, &res, e);

	s->out->damaged = res.damaged;
	if (!rc)
		rc = check_loss(s, &res, e);
	if (!rc)
		rc = write_moves(s, &res, e);
	if (rc)
		return rc;
	note_changes(s, &res);
	s->out->commits = res.commits;
	s->out->landings = res.landings;
	done.warnings = str_c(&s->out->notes);
	/* What the last sync with news said stays said: a run that was killed
	 * after storing it would otherwise have told nobody. */
	if (s->row.first_sync && !res.commits && !s->out->moves)
		done.warnings = s->row.warnings;
	return repo_sync_done(s->c->db, &done, e);
}

int sync_repo(struct cmd_ctx *c, const struct sync_input *in,
	      struct sync_outcome *out, struct err *e)
{
	struct sync s = { .c = c, .in = in, .out = out };
	const struct repo_spec *spec = in->spec;
	int64_t run = *in->run_id;
	int rc;

	rc = read_mirror(&s, e);
	if (!rc) {
		clean_names(&s.now);
		rc = find_tip(&s, e);
	}
	if (!rc)
		rc = db_begin(c->db, e);
	/* Not in a transaction of its own: each costs four syncs to disk. */
	if (!rc && !run)
		rc = run_begin(c->db, "sync", in->now, in->run_id, e);
	if (!rc)
		rc = repo_put(c->db, spec->name, spec->url ? spec->url :
			      spec->mirror, spec->was, &s.id, e);
	if (!rc)
		rc = repo_get(c->db, spec->name, &s.arena, &s.row, e);
	if (!rc)
		rc = load_stored(&s, e);
	if (!rc)
		rc = fetch_compare(&s.plan, s.gitdir, &s.stored, &s.now, e);
	if (!rc)
		rc = store_all(&s, e);
	if (!rc)
		rc = db_commit(c->db, e);
	if (rc) {
		db_rollback(c->db);
		*in->run_id = run;
	}
	refplan_release(&s.plan);
	reflist_release(&s.now);
	reflist_release(&s.stored);
	notes_release(&s.warn);
	arena_release(&s.arena);
	free(s.branch);
	free(s.gitdir);
	return rc;
}
