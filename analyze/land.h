/*
 * analyze/land.h - when each landing landed, and what a sync may still change.
 *
 * States of a landing row: open (its day is not closed: recomputed freely,
 * dropped when it leaves the mainline) and frozen (its day was closed by a sync
 * at or after the day's end: landed time and existence stay, only the flags
 * recomputed, gone and sidelined are set).
 */
#ifndef ANALYZE_LAND_H
#define ANALYZE_LAND_H

#include "analyze/history.h"
#include "core/day.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Landed times of a first-parent chain, root first.  time[i] is the committer
 * time (INT64_MIN: none), latest[i] the landing's own observed time.  Trusted
 * is a longest non-decreasing run of the times that are not later than latest
 * (patience sorting: ties kept, back-pointers from the last pile); the others
 * take the landed time of the nearest trusted one before, else after, and are
 * doubtful.  When none is trusted: the least of latest.
 */
void land_times(const int64_t *time, const int64_t *latest, size_t n,
		int64_t *landed, bool *doubtful);

/*
 * Bring landing and member rows of a repository in line with its graph (every
 * node must have its row by then).  previous: time of the last successful sync
 * before this one, INT64_MIN for the first; now: this sync.  *unlabelled is the
 * number of merges that lost their label because what they bring in is not what
 * history_assign() had said without kept landings, or was before.  Inside a
 * transaction.
 */
int land_update(struct db *db, int64_t repo_id, struct history *g,
		const struct zone *zone, int64_t previous, int64_t now,
		int *unlabelled, struct err *e);

#endif
