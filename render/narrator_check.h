/* render/narrator_check.h - may this sentence of a model be shown? */
#ifndef RENDER_NARRATOR_CHECK_H
#define RENDER_NARRATOR_CHECK_H

#include "render/narrator.h"

enum narrator_fault {
	NARRATOR_OK,
	NARRATOR_BYTES,		/* ill-formed, control, bidi, odd script */
	NARRATOR_LENGTH,	/* empty, too long, or not ended */
	NARRATOR_MARKUP,	/* link, HTML, Markdown that could be one */
	NARRATOR_HANDLE,	/* none, unknown, or a brace that is none */
	NARRATOR_LANGUAGE,
	NARRATOR_NUMBER,	/* digits or number words without evidence */
	NARRATOR_WORD,		/* a name, path, id, identifier without it */
	NARRATOR_GLOSSARY,	/* a term that means something else here */
	NARRATOR_ORDER,		/* speaks to the reader or of its prompt */
	NARRATOR_TWICE,
	NARRATOR_MANY,		/* more than an answer has */
	NARRATOR_FAULTS
};

const char *narrator_fault_name(enum narrator_fault f);

/*
 * Judge one sentence by the facts of the sections.  Whatever the sentence says
 * beyond common words must occur in the text or evidence of the facts that its
 * handles name (a file's or hunk's handle stands for its change too).
 */
enum narrator_fault narrator_check(const char *s, size_t len, const char *lang,
				   const struct narrator_section *sections,
				   size_t n);

/*
 * The answer's sentences: of {"sentences":[..]}, else line by line; reasoning
 * between <think> tags and code fences removed; split at sentence ends.  At
 * most NARRATOR_SENTENCES, of the first NARRATOR_CHECKED.  Kept ones go to
 * part->sentences (in arena), failed ones are counted; when more fail than are
 * kept, none is kept and part->failed says so.
 */
#define NARRATOR_SENTENCES 16
#define NARRATOR_CHECKED 64
void narrator_take(struct narrator_part *part, struct arena *arena,
		   const char *answer, size_t len, const char *lang,
		   const struct narrator_section *sections, size_t n);

/* narrator_words.c: common words (folded to lower case) that say nothing. */
bool narrator_common(const char *word, size_t len);

/* A phrase that needs one of the words in the evidence; ends with NULL. */
struct narrator_term {
	const char *phrase;	/* lower case */
	const char *needs;	/* "a|b|c": parts of words */
};
extern const struct narrator_term narrator_terms[];
extern const char *const narrator_orders[];	/* phrases never shown */

#endif
