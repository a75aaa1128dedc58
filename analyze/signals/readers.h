/* analyze/signals/readers.h - the readers that signals.c registers. */
#ifndef ANALYZE_SIGNALS_READERS_H
#define ANALYZE_SIGNALS_READERS_H

#include "analyze/signals/signals.h"

/* public surface, one per file of that name */
extern const struct signal_reader read_exports;
extern const struct signal_reader read_python_symbols;	/* symbols.c */
extern const struct signal_reader read_signatures;
extern const struct signal_reader read_defaults;
extern const struct signal_reader read_python_enums;
extern const struct signal_reader read_config_keys;
extern const struct signal_reader read_header_names;
extern const struct signal_reader read_env_vars;
extern const struct signal_reader read_flags;
extern const struct signal_reader read_deprecation;
extern const struct signal_reader read_stated;
extern const struct signal_reader read_layout;
extern const struct signal_reader read_line_order;

/* facts, one per file of that name */
extern const struct signal_reader pins_reader;
extern const struct signal_reader docscode_reader;
extern const struct signal_reader newkernels_reader;
extern const struct signal_reader newmodels_reader;
extern const struct signal_reader numbers_reader;
extern const struct signal_reader tests_reader;
extern const struct signal_reader substitution_reader;
extern const struct signal_reader versions_reader;
extern const struct signal_reader reverts_reader;
extern const struct signal_reader renames_reader;
extern const struct signal_reader buildmacro_reader;

#endif
