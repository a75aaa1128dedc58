/* store/facts.c - see facts.h. */
#include "store/facts.h"

#include "core/mem.h"
#include "core/str.h"
#include "core/utf8.h"

void facts_init(struct facts *f, struct db *db)
{
	memset(f, 0, sizeof(*f));
	f->db = db;
}

void facts_release(struct facts *f)
{
	map_release(&f->people);
	map_release(&f->paths);
}

static int person_id(struct facts *f, const struct person *p, int64_t *id,
		     struct err *e)
{
	struct str key = STR_INIT;
	sqlite3_stmt *s;
	int rc = 0;

	str_add(&key, p->name);
	str_addch(&key, 0);
	str_add(&key, p->email);
	*id = map_get(&f->people, key.s, key.len);
	if (*id >= 0)
		goto out;
	s = db_query(f->db, Q_IDENT_GET, e);
	q_text(s, ":name", p->name);
	q_text(s, ":email", p->email);
	rc = db_step(f->db, s, e);
	if (rc > 0) {
		*id = c_int(s, 0);
		sqlite3_reset(s);
		rc = 0;
	} else if (!rc) {
		s = db_query(f->db, Q_IDENT_ADD, e);
		q_text(s, ":name", p->name);
		q_text(s, ":email", p->email);
		rc = db_run(f->db, s, e);
		*id = db_last_id(f->db);
	}
	if (!rc)
		map_set(&f->people, key.s, key.len, *id);
out:
	str_release(&key);
	return rc;
}

static int path_id(struct facts *f, const char *path, int64_t *id,
		   struct err *e)
{
	size_t len = strlen(path);
	struct str clean = STR_INIT;
	bool same = utf8_valid(path, len);
	sqlite3_stmt *s;
	int rc;

	*id = map_get(&f->paths, path, len);
	if (*id >= 0)
		return 0;
	utf8_add_clean(&clean, path, len);
	s = db_query(f->db, Q_PATH_GET, e);
	q_text(s, ":path", str_c(&clean));
	q_blob(s, ":raw", path, same ? 0 : len);
	rc = db_step(f->db, s, e);
	if (rc > 0) {
		*id = c_int(s, 0);
		sqlite3_reset(s);
		rc = 0;
	} else if (!rc) {
		s = db_query(f->db, Q_PATH_ADD, e);
		q_text(s, ":path", str_c(&clean));
		q_blob(s, ":raw", path, same ? 0 : len);
		rc = db_run(f->db, s, e);
		*id = db_last_id(f->db);
	}
	if (!rc)
		map_set(&f->paths, path, len, *id);
	str_release(&clean);
	return rc;
}

static void bind_person(sqlite3_stmt *s, const struct person *p,
			const char *time, const char *offset, const char *raw)
{
	if (p->time_raw)
		q_null(s, time);
	else
		q_int(s, time, p->time);
	q_int(s, offset, p->offset);
	q_text(s, raw, p->time_raw ? p->time_raw : p->zone_raw);
}

static int add_commit(struct facts *f, int64_t repo_id,
		      const struct commit_fact *fact, struct err *e)
{
	const struct commit *c = fact->commit;
	int64_t author, committer;
	sqlite3_stmt *s;

	if (person_id(f, &c->author, &author, e) ||
	    person_id(f, &c->committer, &committer, e))
		return e->code;
	s = db_query(f->db, Q_COMMIT_ADD, e);
	q_int(s, ":repo", repo_id);
	q_blob(s, ":oid", c->oid.id, OID_RAW);
	q_blob(s, ":tree", c->tree.id, OID_RAW);
	q_blob(s, ":parents", c->parents,
	       (size_t)c->parents_n * sizeof(*c->parents));
	q_int(s, ":author", author);
	bind_person(s, &c->author, ":author_time", ":author_offset",
		    ":author_raw");
	q_int(s, ":committer", committer);
	bind_person(s, &c->committer, ":committer_time", ":committer_offset",
		    ":committer_raw");
	q_text(s, ":subject", c->subject);
	q_text(s, ":body", c->body);
	if (c->flags & COMMIT_BAD_TEXT)
		q_blob(s, ":raw", c->message, c->message_len);
	q_text(s, ":encoding", c->encoding);
	if (fact->pr)
		q_int(s, ":pr", fact->pr);
	q_int(s, ":flags", c->flags);
	q_int(s, ":observed", fact->observed);
	q_int(s, ":files", (int64_t)fact->changes_n);
	q_int(s, ":additions", fact->additions);
	q_int(s, ":deletions", fact->deletions);
	q_int(s, ":unmeasured", fact->unmeasured);
	q_int(s, ":binary", fact->binary);
	q_int(s, ":traits", fact->traits);
	return db_run(f->db, s, e);
}

static int add_change(struct facts *f, int64_t commit, int64_t n,
		      const struct change *c, struct err *e)
{
	int64_t path, old_path = 0;
	char status[2] = { c->status, 0 };
	sqlite3_stmt *s;

	if (path_id(f, c->path, &path, e) ||
	    (c->old_path && path_id(f, c->old_path, &old_path, e)))
		return e->code;
	s = db_query(f->db, Q_CHANGE_ADD, e);
	q_int(s, ":commit", commit);
	q_int(s, ":n", n);
	q_int(s, ":path", path);
	if (c->old_path) {
		q_int(s, ":old_path", old_path);
		q_int(s, ":similarity", c->similarity);
	}
	q_text(s, ":status", status);
	q_int(s, ":old_mode", c->old_mode);
	q_int(s, ":mode", c->mode);
	if (c->additions >= 0) {
		q_int(s, ":additions", c->additions);
		q_int(s, ":deletions", c->deletions);
	}
	q_int(s, ":flags", c->flags);
	return db_run(f->db, s, e);
}

int facts_add(struct facts *f, int64_t repo_id, const struct commit_fact *c,
	      int64_t *id, struct err *e)
{
	size_t i;
	int rc = add_commit(f, repo_id, c, e);

	if (rc)
		return rc;
	*id = db_last_id(f->db);
	for (i = 0; i < c->changes_n && !rc; i++)
		rc = add_change(f, *id, (int64_t)i + 1, &c->changes[i], e);
	return rc;
}
