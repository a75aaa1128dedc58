/* cli/options.c - see options.h. */
#include "cli/options.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

struct parser {
	const struct option *opts, *more;
	int argc, at;		/* argv[at] is the word in hand */
	char **argv;
	struct args *args;
	struct err *e;
};

static const struct option *by_name(const struct parser *p, const char *name,
				    size_t len)
{
	const struct option *tables[] = { p->opts, p->more }, *o;
	size_t i;

	for (i = 0; i < ARRAY_N(tables); i++)
		for (o = tables[i]; o && o->name; o++)
			if (strlen(o->name) == len &&
			    !memcmp(o->name, name, len))
				return o;
	return NULL;
}

static const struct option *by_letter(const struct parser *p, char letter)
{
	const struct option *tables[] = { p->opts, p->more }, *o;
	size_t i;

	for (i = 0; i < ARRAY_N(tables); i++)
		for (o = tables[i]; o && o->name; o++)
			if (o->letter == letter)
				return o;
	return NULL;
}

static int unknown(const struct parser *p, const char *name, size_t len)
{
	const struct option *tables[] = { p->opts, p->more }, *o;
	char *word = xstrndup(name, len);
	const char *near = NULL;
	int best = 4, d;
	size_t i;

	for (i = 0; i < ARRAY_N(tables); i++) {
		for (o = tables[i]; o && o->name; o++) {
			d = o->help ? edit_distance(word, o->name) : 9;
			if (d < best) {
				best = d;
				near = o->name;
			}
		}
	}
	if (near)
		err_set(p->e, ERR_USAGE, "unknown option '--%s'; did you mean "
			"'--%s'?", word, near);
	else
		err_set(p->e, ERR_USAGE, "unknown option '--%s'", word);
	free(word);
	return ERR_USAGE;
}

static bool takes_value(const struct option *o)
{
	return o->type == OPT_STR || o->type == OPT_INT ||
	       o->type == OPT_CHOICE || o->type == OPT_LIST;
}

static int store_int(const struct parser *p, const struct option *o,
		     const char *s)
{
	int64_t max = o->max ? o->max : INT64_MAX;
	char *end;
	long long v;

	v = strtoll(s, &end, 10);
	if (!*s || *end)
		return err_set(p->e, ERR_USAGE, "option '--%s' wants a number, "
			       "not '%.60s'", o->name, s);
	if (v < o->min || v > max)
		return err_set(p->e, ERR_USAGE, "option '--%s' is %.20s, but "
			       "%lld to %lld is allowed", o->name, s,
			       (long long)o->min, (long long)max);
	*(int64_t *)o->to = v;
	return 0;
}

static int store_choice(const struct parser *p, const struct option *o,
			const char *s)
{
	const char *c;
	size_t n = strlen(s), m;

	for (c = o->choices; *c; c += m + (c[m] == '|')) {
		m = strcspn(c, "|");
		if (m == n && !memcmp(c, s, n)) {
			*(const char **)o->to = s;
			return 0;
		}
	}
	return err_set(p->e, ERR_USAGE, "option '--%s' wants one of %s, not "
		       "'%.60s'", o->name, o->choices, s);
}

static int store(const struct parser *p, const struct option *o, const char *s)
{
	struct option_list *l;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)o->to = true;
		break;
	case OPT_CLEAR:
		*(bool *)o->to = false;
		break;
	case OPT_SET:
		*(int *)o->to = o->value;
		break;
	case OPT_STR:
		*(const char **)o->to = s;
		break;
	case OPT_INT:
		return store_int(p, o, s);
	case OPT_CHOICE:
		return store_choice(p, o, s);
	case OPT_LIST:
		l = o->to;
		l->v = xreallocarray(l->v, l->n + 1, sizeof(*l->v));
		l->v[l->n++] = s;
		break;
	}
	return 0;
}

static int long_option(struct parser *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *value = word[len] ? word + len + 1 : NULL;
	const struct option *o = by_name(p, word, len);

	if (!o && !strcmp(word, "help")) {
		p->args->manual = true;
		return 0;
	}
	if (!o)
		return unknown(p, word, len);
	if (!takes_value(o))
		return value ? err_set(p->e, ERR_USAGE, "option '--%s' takes "
				       "no value", o->name) :
			       store(p, o, NULL);
	if (!value && p->at + 1 < p->argc)
		value = p->argv[++p->at];
	if (!value)
		return err_set(p->e, ERR_USAGE, "option '--%s' wants %s",
			       o->name, o->arg ? o->arg : "a value");
	return store(p, o, value);
}

static int short_options(struct parser *p, const char *word)
{
	const struct option *o;
	int rc = 0;

	for (; *word && !rc; word++) {
		o = by_letter(p, *word);
		if (!o && *word == 'h') {
			p->args->help = true;
			return 0;
		}
		if (!o)
			return err_set(p->e, ERR_USAGE, "unknown option '-%c'",
				       *word);
		if (!takes_value(o)) {
			rc = store(p, o, NULL);
			continue;
		}
		if (word[1])
			return store(p, o, word + 1);
		if (p->at + 1 < p->argc)
			return store(p, o, p->argv[++p->at]);
		return err_set(p->e, ERR_USAGE, "option '-%c' wants %s", *word,
			       o->arg ? o->arg : "a value");
	}
	return rc;
}

static void take_rest(struct parser *p, const char **to, size_t *n)
{
	for (; p->at < p->argc; p->at++)
		to[(*n)++] = p->argv[p->at];
}

int options_parse(const struct option *opts, const struct option *more,
		  int argc, char **argv, bool stop_at_arg, struct args *args,
		  struct err *e)
{
	struct parser p = { opts, more, argc, 0, argv, args, e };
	int rc = 0;

	memset(args, 0, sizeof(*args));
	args->v = xcalloc((size_t)argc + 1, sizeof(*args->v));
	args->paths = xcalloc((size_t)argc + 1, sizeof(*args->paths));
	for (; p.at < argc && !rc; p.at++) {
		const char *word = argv[p.at];

		if (!strcmp(word, "--")) {
			p.at++;
			args->dashdash = true;
			take_rest(&p, args->paths, &args->paths_n);
		} else if (starts_with(word, "--")) {
			rc = long_option(&p, word + 2);
		} else if (word[0] == '-' && word[1]) {
			rc = short_options(&p, word + 1);
		} else if (stop_at_arg) {
			take_rest(&p, args->v, &args->n);
		} else {
			args->v[args->n++] = word;
		}
		if (args->help || args->manual)
			break;
	}
	if (rc)
		args_release(args);
	return rc;
}

/* Both lists have room for all of argv. */
void args_join(struct args *args)
{
	size_t i;

	for (i = 0; i < args->paths_n; i++) {
		args->v[args->n++] = args->paths[i];
		args->paths[i] = NULL;
	}
	args->paths_n = 0;
}

void args_release(struct args *args)
{
	free(args->v);
	free(args->paths);
	memset(args, 0, sizeof(*args));
}

int args_count(const struct args *args, size_t least, size_t most,
	       const char *what, struct err *e)
{
	if (args->n < least)
		return err_set(e, ERR_USAGE, "%s is missing", what);
	if (args->n > most)
		return err_set(e, ERR_USAGE, "unexpected argument '%.80s'",
			       args->v[most]);
	return 0;
}

void options_help(struct str *out, const struct option *opts)
{
	const struct option *o;
	size_t start;

	for (o = opts; o && o->name; o++) {
		if (!o->help)
			continue;
		start = out->len;
		if (o->letter)
			str_addf(out, "  -%c, ", o->letter);
		else
			str_add(out, "      ");
		str_addf(out, "--%s", o->name);
		if (takes_value(o))
			str_addf(out, "=%s", o->choices ? o->choices :
				 o->arg ? o->arg : "VALUE");
		if (out->len - start < 28)
			str_addf(out, "%*s", (int)(28 - (out->len - start)),
				 "");
		else
			str_addf(out, "\n%28s", "");
		str_addf(out, "%s\n", o->help);
	}
}
