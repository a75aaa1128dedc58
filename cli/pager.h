/* cli/pager.h - long output goes through a pager, as git's does. */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include "core/err.h"

#include <stdbool.h>

/*
 * When stdout is a terminal: put a pager behind it.  The first that is set of
 * AIREP_PAGER, GIT_PAGER, `configured` (core.pager), PAGER, else less; empty or
 * "cat" is none.  LESS=FRX and LV=-c unless set.  A pager that cannot be
 * started is a warning, the output then goes to the terminal.
 */
void pager_start(const char *configured);

/* Close stdout and wait until the reader has left the pager. */
void pager_finish(void);

bool pager_running(void);

/* Async-signal-safe pager_finish(), for stop_install(). */
void pager_abandon(void);

#endif
