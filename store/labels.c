/*
 * store/labels.c - see labels.h.
 *
 * Whether any label was made by other rules is asked at the end of most commands,
 * and to look at every row takes 2 ms of 40,000.  So the store notes by which
 * rules all labels are made, under ONE_SET of `meta`: a number, or nothing when
 * that is not known.  The note is taken back before the first label of others is
 * put beside them, in the same transaction.
 */
#include "store/labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ONE_SET "labels.rules"

/* *rules: of the newest label, 0 without any. */
static int newest_rules(struct db *db, int64_t *rules, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_NEWEST, e);
	int rc = db_step(db, s, e);

	*rules = rc > 0 ? c_int(s, 0) : 0;
	if (s)
		sqlite3_reset(s);
	return rc;
}

static int set_note(struct db *db, int64_t rules, struct err *e)
{
	char number[32];

	snprintf(number, sizeof(number), "%" PRId64, rules);
	return db_meta_set(db, ONE_SET, number, e);
}

/* 1: all labels are made by these rules; 0: not known. */
static int noted(struct db *db, int64_t rules, struct err *e)
{
	char *number = NULL;
	int rc = db_meta_get(db, ONE_SET, &number, e);
	bool one = number && *number && strtoll(number, NULL, 10) == rules;

	free(number);
	return rc ? rc : one;
}

/* A label of these rules comes: the first one of all, or one of others. */
static int note(struct db *db, int64_t rules, struct err *e)
{
	int64_t others;
	int rc = noted(db, rules, e);

	if (!rc) {
		rc = newest_rules(db, &others, e);
		if (rc >= 0)
			rc = rc ? db_meta_set(db, ONE_SET, "", e) :
			     set_note(db, rules, e);
	}
	if (rc < 0)
		return rc;
	db->labels_noted = true;
	db->labels_by = rules;
	return 0;
}

int label_put(struct db *db, int64_t commit_id, const struct label_row *l,
	      struct err *e)
{
	bool known = db->labels_noted && db->labels_by == l->rules;
	int rc = known ? 0 : note(db, l->rules, e);
	sqlite3_stmt *s;

	if (rc)
		return rc;
	s = db_query(db, Q_LABEL_PUT, e);
	if (!s)
		return ERR_DB;
	q_int(s, ":commit", commit_id);
	q_text(s, ":type", l->type);
	q_int(s, ":confidence", l->confidence);
	q_text(s, ":areas", l->areas);
	q_text(s, ":hardware", l->hardware);
	q_int(s, ":bot", l->bot);
	q_int(s, ":not_evaluated", l->not_evaluated);
	q_int(s, ":rules", l->rules);
	return db_run(db, s, e);
}

int labels_clear(struct db *db, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_CLEAR, e);
	int rc = s ? db_run(db, s, e) : ERR_DB;

	db->labels_noted = false;
	return rc;
}

static int count_others(struct db *db, int64_t rules, int64_t *n,
			struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_OTHERS, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":rules", rules);
	rc = db_step(db, s, e);
	if (rc > 0)
		*n = c_int(s, 0);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

/* The newest one is looked at all the same: an older program knows of no note. */
int labels_by_others(struct db *db, int64_t rules, int64_t *n, struct err *e)
{
	int64_t newest;
	int rc = noted(db, rules, e), have;

	*n = 0;
	if (rc < 0)
		return rc;
	have = newest_rules(db, &newest, e);
	if (have < 0 || !have || (rc && newest == rules))
		return have < 0 ? have : 0;
	rc = count_others(db, rules, n, e);
	if (!rc && !*n && !db->read_only)
		rc = set_note(db, rules, e);
	return rc;
}
