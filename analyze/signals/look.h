/*
 * analyze/signals/look.h - can the changed lines of a Python file have changed
 * its outline?
 *
 * Most landings change function bodies only, and a body says nothing about the
 * surface: its lines are recognised without reading the file, by climbing to the
 * nearest line that is indented less until a def (a body), a class or the
 * module's own level is met.  Of the lines that are left some say the same on
 * both sides (neutral.h).  Wrongly true costs time; wrongly false would lose
 * statements, and takes Python that nobody writes.
 */
#ifndef ANALYZE_SIGNALS_LOOK_H
#define ANALYZE_SIGNALS_LOOK_H

#include "analyze/signals/linediff.h"
#include "analyze/signals/signals.h"

/* Both sides of f are there; d is not cut. */
bool look_outline_changed(const struct landing_file *f,
			  const struct line_diff *d);

#endif
