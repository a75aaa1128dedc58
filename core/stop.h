/* core/stop.h - being asked to stop: SIGINT, SIGTERM, SIGHUP. */
#ifndef CORE_STOP_H
#define CORE_STOP_H

#include <stdbool.h>

/*
 * gently: a signal only sets what stop_asked() tells, a second one ends the
 * program at once with 130.  Else the first one does.  before_exit (or NULL)
 * runs in the signal handler: async-signal-safe calls only.
 */
void stop_install(bool gently, void (*before_exit)(void));

/* Long loops look at it between two pieces of work that can stand alone and
 * return ERR_INTERRUPTED. */
bool stop_asked(void);

/* As if a signal had come: tests, and a parent that ends its workers. */
void stop_ask(void);

#endif
