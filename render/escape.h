/*
 * render/escape.h - text from outside, made safe for where it lands.
 *
 * Terminals: put_terminal() (core/log.h).  JSON: core/json.h.  Literals of our
 * own go out with str_add().
 */
#ifndef RENDER_ESCAPE_H
#define RENDER_ESCAPE_H

#include "core/str.h"

/*
 * Running Markdown text on one line: markup characters escaped, line ends and
 * controls become blanks or pictures, bidirectional overrides <U+202E>, an
 * @mention is broken and a bare #123 set as code so that no forge acts on it; with `web`
 * (https://github.com/owner/name, may be NULL) a #123 links there instead.
 */
void put_md_text(struct str *out, const char *s, const char *web);

/* Inside backticks; the fence is longer than any run in s. */
void put_md_code(struct str *out, const char *s);

/* The address part of a link: everything but URL characters is %XX. */
void put_md_url(struct str *out, const char *s);

/* "[`short`](web/commit/oid)", or just the short id where web is NULL. */
void put_md_commit(struct str *out, const char *oid, const char *web,
		   int digits);

/* One line of a fenced block: verbatim, controls but tab made visible. */
void put_md_fenced(struct str *out, const char *s);

#endif
