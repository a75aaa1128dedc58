/*
 * cli/options.h - the options of a command as a table, parsed in one place.
 *
 *	static bool json;
 *	static int64_t jobs;
 *
 *	const struct option sync_options[] = {
 *		OPTION_INT('j', "jobs", &jobs, "N", "at once", 1, 64),
 *		OPTION_FLAG(0, "json", &json, "print JSON"),
 *		OPTIONS_END
 *	};
 *
 * Understood: --name value, --name=value, -j 4, -j4, flags in one word (-qv),
 * options after arguments, "--" for the end of options.  No abbreviations: a
 * script that uses one breaks when the next option is added.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
	OPT_FLAG,		/* bool: true when given */
	OPT_CLEAR,		/* bool: false when given (--no-meta) */
	OPT_SET,		/* int: `value` when given (--stat, --patch) */
	OPT_STR,		/* const char *: borrowed from argv */
	OPT_INT,		/* int64_t: decimal, min to max */
	OPT_CHOICE,		/* const char *: one of `choices` */
	OPT_LIST,		/* struct option_list: each time it is given */
};

struct option_list {
	const char **v;		/* borrowed from argv; v itself is never freed */
	size_t n;
};

struct option {
	char letter;		/* 0: none */
	const char *name;	/* without "--"; NULL ends the table */
	enum option_type type;
	void *to;		/* what `type` says; untouched when not given */
	const char *arg;	/* its value in the help, "N"; NULL for flags */
	const char *help;	/* one line; NULL hides the option */
	const char *choices;	/* OPT_CHOICE: "md|html|json" */
	int value;		/* OPT_SET */
	int64_t min, max;	/* OPT_INT; 0, 0: not negative */
};

/* Rows of a table; letter is 0 for none. */
#define OPTION_FLAG(letter, name, to, help) \
	{ letter, name, OPT_FLAG, to, NULL, help, NULL, 0, 0, 0 }
#define OPTION_CLEAR(letter, name, to, help) \
	{ letter, name, OPT_CLEAR, to, NULL, help, NULL, 0, 0, 0 }
#define OPTION_SET(letter, name, to, value, help) \
	{ letter, name, OPT_SET, to, NULL, help, NULL, value, 0, 0 }
#define OPTION_STR(letter, name, to, arg, help) \
	{ letter, name, OPT_STR, to, arg, help, NULL, 0, 0, 0 }
#define OPTION_LIST(letter, name, to, arg, help) \
	{ letter, name, OPT_LIST, to, arg, help, NULL, 0, 0, 0 }
#define OPTION_INT(letter, name, to, arg, help, min, max) \
	{ letter, name, OPT_INT, to, arg, help, NULL, 0, min, max }
#define OPTION_CHOICE(letter, name, to, choices, help) \
	{ letter, name, OPT_CHOICE, to, NULL, help, choices, 0, 0, 0 }
#define OPTIONS_END OPTION_FLAG(0, NULL, NULL, NULL)

/* What is left of the command line; all borrowed from argv. */
struct args {
	const char **v;		/* NULL-terminated */
	size_t n;		/* before "--" */
	const char **paths;	/* behind "--"; NULL-terminated; none after
				 * args_join() */
	size_t paths_n;
	bool dashdash;		/* "--" was there */
	bool help;		/* -h: short help wanted, nothing else counts */
	bool manual;		/* --help */
};

/*
 * Parse argv[0..argc) (no program name) by `opts`, then by `more` (may be
 * NULL).  With stop_at_arg the first argument ends the options and all from
 * there on is in args->v, "--" included.  ERR_USAGE names the option, and one
 * that is near.  Caller: args_release().
 */
int options_parse(const struct option *opts, const struct option *more,
		  int argc, char **argv, bool stop_at_arg, struct args *args,
		  struct err *e);
void args_release(struct args *args);

/* What stands behind "--" is arguments like those before it. */
void args_join(struct args *args);

/* ERR_USAGE unless at least `least` and at most `most` arguments are there;
 * `what` names them: "FILE". */
int args_count(const struct args *args, size_t least, size_t most,
	       const char *what, struct err *e);

/* "  -j, --jobs N     repositories at once" lines. */
void options_help(struct str *out, const struct option *opts);

#endif
