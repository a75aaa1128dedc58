/*
 * analyze/signals/threads.h - reverts and re-lands, from messages alone and
 * then resolved against the landings before them.
 */
#ifndef ANALYZE_SIGNALS_THREADS_H
#define ANALYZE_SIGNALS_THREADS_H

#include "analyze/signals/signals.h"
#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum thread_kind {
	THREAD_NONE,
	THREAD_REVERT,
	THREAD_RELAND,
};

/* What one message claims about an earlier landing; unresolved. */
struct thread_ref {
	enum thread_kind kind;
	const char *title;	/* quoted title, or NULL */
	int pr;			/* 0: none */
	const char *oid;	/* hex, at least 7 digits, or NULL */
	const char *repo;	/* "owner/name" in front of the number, or NULL */
	bool says_reverted;	/* a re-land whose text says so itself */
	bool undoes_revert;	/* 'Revert "Revert x"' */
	bool needs_title;	/* only said to be undone: the titles must be
				 * alike for this to bring it back */
	bool plain;		/* the title is not quoted: a mere guess, which
				 * counts only when such a landing exists */
	bool partial;		/* "partially revert", "revert x in #1" */
};
#define THREAD_REFS_MAX 6

/*
 * References of a message, best first (quoted title, number, id); at most
 * THREAD_REFS_MAX.  Strings live in `a`.  Words without any target ("reverting
 * the slot release") give nothing, or a `plain` one.
 */
size_t thread_refs(struct thread_ref *out, struct arena *a,
		   const char *subject, const char *body);

/* False: with this body a message claims the same as with none. */
bool thread_body_may_speak(const char *body, size_t len);

/* One earlier landing; strings borrowed. */
struct thread_landing {
	git_oid oid;
	const char *subject, *body;	/* body may be NULL */
	int pr;				/* 0: none */
	int64_t landed;
};

/* What a landing does to an earlier one. */
struct thread_link {
	enum thread_kind kind;
	int target;		/* index of the landing it names, or -1 */
	bool partial;
	bool by_title;		/* re-land known by its repeated title only */
};

/*
 * Resolve every landing's reference against the landings before it.  `all` is
 * one mainline, oldest first; links holds n entries.  A title resolves whole,
 * without its tags ("[x] feat(y): "), or by its beginning where it was cut
 * with an ellipsis; then the number, then the id.  `repo` ("owner/name")
 * rejects references to other repositories; NULL accepts all.  A re-land
 * counts only when its target was reverted before it, or when the message says
 * so.  One pass; about 1 us a landing.
 */
void threads_link(struct thread_link *links, const struct thread_landing *all,
		  size_t n, const char *repo);

/* One step of a thread, oldest first. */
struct thread_step {
	int landing;		/* index into all */
	enum thread_kind kind;	/* THREAD_NONE: the first landing */
};

/*
 * The thread that landing `at` belongs to, as known when `upto` landings had
 * landed (upto > at; nothing from upto on is looked at).  Fills at most `max`
 * steps, returns their number; 0 when there is no thread.
 */
size_t thread_steps(struct thread_step *out, size_t max,
		    const struct thread_link *links, size_t upto, size_t at);

/*
 * Compare a landing with the revert of it, file by file: the lines one adds
 * are the lines the other removes and the reverse, white space kept, moved
 * lines cancelling out.  *same files are exact inverses, of *total touched by
 * either; a file without contents on a needed side is not the same.
 */
void thread_inverse(const struct landing_file *a, size_t a_n,
		    const struct landing_file *b, size_t b_n,
		    size_t *same, size_t *total);

#endif
