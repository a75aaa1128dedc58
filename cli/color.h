/* cli/color.h - whether to colour, and how wide the terminal is. */
#ifndef CLI_COLOR_H
#define CLI_COLOR_H

#include "render/terminal.h"

#include <stdbool.h>

/*
 * when: --color as given or NULL; setting: color.ui.  --color wins over
 * NO_COLOR (set and not empty), that over color.ui.  auto: stdout is a terminal
 * (or a pager shows it) and TERM is not dumb.
 */
bool color_wanted(const char *when, const char *setting);

/* Columns of the terminal on stdout; 80 where it is none, so that files and
 * pipes do not depend on a window. */
int color_columns(void);

/* color: cmd_ctx's.  A terminal is UTF-8 when LC_ALL, else LC_CTYPE, else LANG
 * says so. */
void color_style(struct term_style *st, bool color);

#endif
