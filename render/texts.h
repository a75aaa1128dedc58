/*
 * render/texts.h - the fixed sentences of a page, in Chinese and English.
 *
 * Both languages are templates around tokens: nothing of a repository is ever
 * translated or summarised.
 */
#ifndef RENDER_TEXTS_H
#define RENDER_TEXTS_H

#include <stdbool.h>

enum lang { LANG_ZH, LANG_EN };

enum text {
#define T(id, zh, en) TEXT_##id,
#include "render/texts.def"
#undef T
	TEXT_COUNT
};

const char *text(enum lang lang, enum text id);

/*
 * A sentence with its values: %d (an int) and %s (a string, escaped already).
 * "{file|files}" is the first word where the number before it is 1, else the
 * second.
 */
struct str;
void text_put(struct str *out, enum lang lang, enum text id, ...);

/* How a kind of signal is called; NULL when it has no line of its own. */
struct kind_text {
	const char *kind, *zh, *en;
};
const struct kind_text *kind_text(const char *kind);

/* Does a signal of that kind exist, with a line of its own or without? */
bool kind_exists(const char *kind);

#endif
