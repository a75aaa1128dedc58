/*
 * The rules file, line by line:
 *
 *     [type fix]                     section: type, area, hardware, bot, prefix
 *     NAME WEIGHT LOOK ARGUMENT...   a rule; the argument runs to the line end
 *     NAME off                       take a rule away
 *     weak WORD, WORD                in [prefix]
 *
 * A file that is laid over another (rules.conf of a workspace) may use a name
 * again: the later rule takes the earlier one's place.
 */
#include "analyze/rules.h"

#include "analyze/features.h"
#include "analyze/table.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdarg.h>

extern const char analyze_rules_conf[];

static const struct { const char *name; enum rule_look look; } looks[] = {
	{ "prefix", LOOK_PREFIX }, { "words", LOOK_WORDS },
	{ "tag-words", LOOK_TAGWORDS }, { "body-words", LOOK_BODYWORDS },
	 { "path-words", LOOK_PATHWORDS },
	{ "place", LOOK_PLACE }, { "trait", LOOK_TRAIT },
	{ "subject", LOOK_SUBJECT }, { "rest", LOOK_REST },
	{ "tag", LOOK_TAG }, { "body", LOOK_BODY }, { "path", LOOK_PATH },
	{ "author", LOOK_AUTHOR }, { "pr-label", LOOK_LABEL },
};

/* Where the parser stands, for messages. */
struct parser {
	struct rules *r;
	const char *file, *line, *end, *at;
	int line_no;
	bool over;		/* may replace rules of another file */
	enum rule_kind kind;
	int label;		/* -1: no section yet; -2: [prefix] */
	struct err *e;
};

static int fail(const struct parser *p, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(const struct parser *p, const char *at, const char *fmt, ...)
{
	struct str s = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	err_set(p->e, ERR_CONFIG, "%s:%d:%d: %s", p->file, p->line_no,
		(int)(at - p->line) + 1, str_c(&s));
	str_release(&s);
	return ERR_CONFIG;
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end && isspace((unsigned char)*p->at))
		p->at++;
}

static struct slice next_field(struct parser *p)
{
	struct slice f;

	skip_blanks(p);
	f.s = p->at;
	while (p->at < p->end && !isspace((unsigned char)*p->at))
		p->at++;
	f.len = (size_t)(p->at - f.s);
	return f;
}

static bool is(struct slice f, const char *s)
{
	return f.len == strlen(s) && !memcmp(f.s, s, f.len);
}

/* Areas and hardware of one name are told apart by the kind before it. */
static int label_index(struct rules *r, enum rule_kind kind, struct slice s)
{
	char *key = xasprintf("%s=%.*s", kind == RULE_AREA ? "area" :
			      "hardware", (int)s.len, s.s);
	int i;

	for (i = 0; i < r->label_n; i++)
		if (!strcmp(r->label[i], key)) {
			free(key);
			return i;
		}
	if (r->label_n == RULES_LABELS) {
		free(key);
		return -1;
	}
	r->label[r->label_n] = key;
	return r->label_n++;
}

/* What stands around it in the message would be hidden by its bytes. */
static int refuse_label(const struct parser *p, struct slice name)
{
	struct str shown = STR_INIT;
	int rc;

	put_terminal(&shown, name.s, name.len);
	rc = fail(p, name.s, "no label can be called '%.80s': "
		  LABEL_NAME_RULE, str_c(&shown));
	str_release(&shown);
	return rc;
}

static int read_section(struct parser *p)
{
	const char *shut = memchr(p->at, ']', (size_t)(p->end - p->at));
	struct slice kind, name;
	int i;

	if (!shut)
		return fail(p, p->at, "section without ']'");
	p->at++;
	p->end = shut;
	kind = next_field(p);
	name = next_field(p);
	p->label = -1;
	if (is(kind, "prefix") || is(kind, "bot")) {
		p->kind = RULE_BOT;
		p->label = is(kind, "bot") ? 0 : -2;
		return 0;
	}
	if (!name.len)
		return fail(p, p->at, "section names no label");
	if (is(kind, "type")) {
		p->kind = RULE_TYPE;
		for (i = 0; classify_types[i]; i++)
			if (is(name, classify_types[i]))
				p->label = i;
		if (p->label < 0)
			return fail(p, name.s, "no such type '%.*s'",
				    (int)name.len, name.s);
		return 0;
	}
	if (!is(kind, "area") && !is(kind, "hardware"))
		return fail(p, kind.s, "no such section '%.*s'",
			    (int)kind.len, kind.s);
	if (!label_name_valid(name.s, name.len))
		return refuse_label(p, name);
	p->kind = is(kind, "area") ? RULE_AREA : RULE_HARDWARE;
	p->label = label_index(p->r, p->kind, name);
	return p->label < 0 ? fail(p, name.s, "more than %d labels",
				   RULES_LABELS) : 0;
}

/* Comma-separated items of the argument, blanks trimmed. */
static bool next_item(struct parser *p, struct slice *item)
{
	const char *comma;

	skip_blanks(p);
	if (p->at >= p->end)
		return false;
	comma = memchr(p->at, ',', (size_t)(p->end - p->at));
	comma = comma ? comma : p->end;
	item->s = p->at;
	item->len = (size_t)(comma - p->at);
	while (item->len && isspace((unsigned char)item->s[item->len - 1]))
		item->len--;
	p->at = comma < p->end ? comma + 1 : comma;
	return true;
}

static void add_word(struct rules *r, struct rule_words *m, uint64_t key,
		     int words, size_t rule)
{
	uint32_t old = map64_get(&m->map, key);

	GROW(r->chain, r->chain_n, r->chain_cap);
	r->chain[r->chain_n].rule = (uint32_t)rule;
	r->chain[r->chain_n].next = old == MAP64_NONE ? 0 : old;
	map64_set(&m->map, key, (uint32_t)++r->chain_n);
	m->longest = words > m->longest ? words : m->longest;
}

/* "Flash attention" and "flash_attention" are one phrase of two words. */
static int phrase_key(struct slice item, uint64_t *key)
{
	struct slice w;
	size_t pos = 0;
	int n = 0;

	for (*key = PHRASE_START; word_next(item.s, item.len, &pos, &w); n++)
		*key = phrase_add(*key, word_hash(w));
	return n;
}

static int read_words(struct parser *p, struct rule_words *m, size_t rule)
{
	struct slice item;
	uint64_t key;
	int n;

	while (next_item(p, &item)) {
		n = phrase_key(item, &key);
		if (!n || n > RULES_PHRASE)
			return fail(p, item.s, "'%.*s' is not one to %d words",
				    (int)item.len, item.s, RULES_PHRASE);
		add_word(p->r, m, key, n, rule);
	}
	return 0;
}

static int read_prefix_words(struct parser *p, uint32_t value)
{
	struct slice item;

	while (next_item(p, &item))
		map64_set(&p->r->prefix, message_word_key(item.s, item.len),
			  value);
	return 0;
}

static int read_bits(struct parser *p, struct rule *rule)
{
	struct slice item;
	uint32_t bit;
	size_t i;

	while (next_item(p, &item)) {
		bit = 0;
		if (rule->look == LOOK_TRAIT) {
			for (i = 0; trait_names[i].name; i++)
				if (is(item, trait_names[i].name))
					bit = trait_names[i].bit;
		} else {
			for (i = 0; i < PLACE_N; i++)
				if (is(item, place_names[i]))
					bit = 1u << i;
		}
		if (!bit)
			return fail(p, item.s, "no such %s '%.*s'",
				    rule->look == LOOK_TRAIT ? "trait" :
				    "place", (int)item.len, item.s);
		rule->bits |= bit;
	}
	return rule->bits ? 0 : fail(p, p->at, "nothing to look for");
}

static int read_pattern(struct parser *p, struct rule *rule)
{
	struct err why = { 0 };
	char *text;
	int rc;

	text = xstrndup(p->at, (size_t)(p->end - p->at));
	rc = regex_new(&rule->re, text, true, &why);
	if (rc < 0)
		rc = fail(p, p->at, "%s", why.msg);
	else
		literals_read(&rule->need, text);
	free(text);
	return rc;
}

/* "path", "path>=50" (percent of files), "place-lines>=50" (of lines). */
static int read_look(struct parser *p, struct rule *rule)
{
	struct slice f = next_field(p), name = f;
	const char *ge = memmem(f.s, f.len, ">=", 2);
	bool lines = false;
	char *end;
	long v;
	size_t i;

	if (ge) {
		name.len = (size_t)(ge - f.s);
		v = strtol(ge + 2, &end, 10);
		if (end != f.s + f.len || v < 1 || v > 100)
			return fail(p, ge + 2, "a share is 1 to 100 percent");
		lines = name.len > 6 &&
			!memcmp(name.s + name.len - 6, "-lines", 6);
		name.len -= lines ? 6 : 0;
		*(lines ? &rule->lines : &rule->files) = (int)v;
	}
	for (i = 0; i < ARRAY_N(looks); i++)
		if (is(name, looks[i].name)) {
			rule->look = looks[i].look;
			break;
		}
	if (i == ARRAY_N(looks))
		return fail(p, f.s, "cannot look at '%.*s'", (int)name.len,
			    name.s);
	if (ge && rule->look != LOOK_PATH && rule->look != LOOK_PATHWORDS &&
	    rule->look != LOOK_PLACE)
		return fail(p, ge, "only files have shares");
	return 0;
}

static int read_argument(struct parser *p, struct rule *rule, size_t index)
{
	struct rules *r = p->r;

	rule->path_bit = -1;
	skip_blanks(p);
	if (p->at >= p->end)
		return fail(p, p->at, "nothing to look for");
	if (rule->look == LOOK_PATH || rule->look == LOOK_PATHWORDS) {
		if (r->path_n == RULES_PATH_BITS)
			return fail(p, p->at, "more than %d rules for paths",
				    RULES_PATH_BITS);
		rule->path_bit = r->path_n++;
	}
	switch (rule->look) {
	case LOOK_PREFIX:
		return read_prefix_words(p, (uint32_t)index + PREFIX_OWN);
	case LOOK_WORDS:
		return read_words(p, &r->words, index);
	case LOOK_TAGWORDS:
		return read_words(p, &r->tagwords, index);
	case LOOK_BODYWORDS:
		return read_words(p, &r->bodywords, index);
	case LOOK_PATHWORDS:
		return read_words(p, &r->pathwords, index);
	case LOOK_PLACE:
	case LOOK_TRAIT:
		return read_bits(p, rule);
	default:
		return read_pattern(p, rule);
	}
}

static int take_name(struct parser *p, struct slice name, struct rule **old)
{
	uint32_t i = map64_get(&p->r->by_name,
			       hash64(HASH64_START, name.s, name.len));

	*old = i == MAP64_NONE ? NULL : &p->r->rule[i];
	if (*old && !(*old)->off && (*old)->file == p->file)
		return fail(p, name.s, "rule '%.*s' stands already in line %d",
			    (int)name.len, name.s, (*old)->line);
	if (*old && !p->over)
		*old = NULL;
	return 0;
}

static char *shown_label(const struct rules *r, const struct rule *rule)
{
	if (rule->kind == RULE_BOT)
		return xstrdup("bot");
	if (rule->kind == RULE_TYPE)
		return xasprintf("type=%s", classify_types[rule->label]);
	return xstrdup(r->label[rule->label]);
}

static int read_rule(struct parser *p)
{
	struct rule rule = { .kind = p->kind, .label = p->label,
			     .file = p->file, .line = p->line_no };
	struct slice name = next_field(p), weight = next_field(p);
	struct rule *old;
	char *end;
	int rc;

	if (take_name(p, name, &old) < 0)
		return ERR_CONFIG;
	if (is(weight, "off")) {
		if (!old)
			return fail(p, name.s, "no rule '%.*s' to take away",
				    (int)name.len, name.s);
		old->off = true;
		return 0;
	}
	if (p->label == -1)
		return fail(p, name.s, "a rule before the first section");
	if (!weight.len)
		return fail(p, p->at, "rule without weight");
	rule.weight = (int)strtol(weight.s, &end, 10);
	if (end != weight.s + weight.len || rule.weight < -9999 ||
	    rule.weight > 9999)
		return fail(p, weight.s, "a weight is -9999 to 9999");
	rc = read_look(p, &rule);
	if (rc == 0)
		rc = read_argument(p, &rule, p->r->n);
	if (rc < 0) {
		regex_free(rule.re);
		return rc;
	}
	if (old)
		old->off = true;
	rule.name = xstrndup(name.s, name.len);
	rule.shown = shown_label(p->r, &rule);
	GROW(p->r->rule, p->r->n, p->r->cap);
	map64_set(&p->r->by_name, hash64(HASH64_START, name.s, name.len),
		  (uint32_t)p->r->n);
	p->r->rule[p->r->n++] = rule;
	return 0;
}

static int read_prefix_line(struct parser *p)
{
	struct slice what = next_field(p);

	if (is(what, "weak"))
		return read_prefix_words(p, PREFIX_WEAK);
	if (is(what, "drop"))
		return read_prefix_words(p, PREFIX_DROP);
	return fail(p, what.s, "'weak' or 'drop' is wanted here");
}

static int read_line(struct parser *p)
{
	skip_blanks(p);
	while (p->end > p->at && isspace((unsigned char)p->end[-1]))
		p->end--;
	if (p->at >= p->end || *p->at == '#')
		return 0;
	if (*p->at == '[')
		return read_section(p);
	if (p->label == -2)
		return read_prefix_line(p);
	return read_rule(p);
}

int rules_parse(struct rules *r, const char *text, const char *file, bool over,
		struct err *e)
{
	struct parser p = { .r = r, .file = file, .over = over, .label = -1,
			    .e = e };
	int rc = 0;

	while (rc == 0 && *text) {
		p.line = p.at = text;
		p.end = strchr(text, '\n');
		p.end = p.end ? p.end : text + strlen(text);
		text = *p.end ? p.end + 1 : p.end;
		p.line_no++;
		rc = read_line(&p);
	}
	return rc;
}

const struct map64 *rules_prefix_words(const struct rules *r)
{
	return &r->prefix;
}

const char *rules_hash(const struct rules *r)
{
	return r->hash;
}

int64_t rules_number(const struct rules *r)
{
	return (int64_t)strtoull(r->hash, NULL, 16);
}

static void list_by_look(struct rules *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		struct rule_list *l = &r->by_look[r->rule[i].look];

		if (r->rule[i].off)
			continue;
		GROW(l->v, l->n, l->cap);
		l->v[l->n++] = (uint32_t)i;
	}
}

/* A line is read up to its NUL: what stands behind it would be lost. */
static int refuse_nul(const struct str *text, const char *path, struct err *e)
{
	size_t at = strlen(str_c(text)), line = 1, column = 1, i;

	if (at == text->len)
		return 0;
	for (i = 0; i < at; i++) {
		column = text->s[i] == '\n' ? 1 : column + 1;
		line += text->s[i] == '\n';
	}
	return err_set(e, ERR_CONFIG, "%s:%zu:%zu: a NUL byte", path, line,
		       column);
}

static int parse_built_in(struct rules *r, struct err *e)
{
	return rules_parse(r, analyze_rules_conf, "built-in rules", false, e);
}

/* Both the built-in rules and those of the file; its text goes to *own. */
static int parse_with(struct rules *r, const char *path, struct str *own,
		      struct err *e)
{
	int rc = fs_read(path, (size_t)1 << 20, own, e);
	const char *text = str_c(own);

	if (starts_with(text, "\xef\xbb\xbf"))	/* some editors' */
		text += 3;
	if (rc == 0)
		rc = refuse_nul(own, path, e);
	if (rc == 0)
		rc = parse_built_in(r, e);
	if (rc == 0)
		rc = rules_parse(r, text, path, true, e);
	if (rc == 0)
		list_by_look(r);
	r->parsed = rc == 0;
	return rc;
}

/*
 * The built-in rules alone are known to be right and their hash is known: they
 * are parsed when there is a commit to label (rules_ready), which a sync that
 * brings nothing never has.
 */
int rules_load(struct rules **out, const char *path, struct err *e)
{
	struct rules *r = xcalloc(1, sizeof(*r));
	struct str own = STR_INIT;
	uint64_t h;
	int rc = 0;

	*out = NULL;
	pthread_mutex_init(&r->lock, NULL);
	if (path && fs_exists(path))
		rc = parse_with(r, path, &own, e);
	h = hash64(table_sources_hash, str_c(&own), strlen(str_c(&own)) + 1);
	snprintf(r->hash, sizeof(r->hash), "%016llx", (unsigned long long)h);
	str_release(&own);
	if (rc < 0) {
		rules_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

void rules_ready(const struct rules *rules)
{
	struct rules *r = (struct rules *)(uintptr_t)rules;
	struct err e = { 0 };

	pthread_mutex_lock(&r->lock);
	if (!r->parsed) {
		if (parse_built_in(r, &e)) {
			log_error("%s", e.msg);
			abort();	/* a fault of the program's own text */
		}
		list_by_look(r);
		r->parsed = true;
	}
	pthread_mutex_unlock(&r->lock);
}

void rules_free(struct rules *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n; i++) {
		free(r->rule[i].name);
		free(r->rule[i].shown);
		regex_free(r->rule[i].re);
	}
	for (i = 0; i < (size_t)r->label_n; i++)
		free(r->label[i]);
	map64_release(&r->by_name);
	map64_release(&r->prefix);
	map64_release(&r->words.map);
	map64_release(&r->tagwords.map);
	map64_release(&r->bodywords.map);
	map64_release(&r->pathwords.map);
	for (i = 0; i < LOOK_N; i++)
		free(r->by_look[i].v);
	free(r->rule);
	free(r->chain);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
