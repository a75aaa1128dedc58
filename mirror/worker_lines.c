/* worker_lines.c - see the header for the grammar. */
#include "mirror/worker_lines.h"

#include "core/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void worker_add_field(struct str *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (!s || !*s) {
		str_addch(out, '-');
		return;
	}
	if (*p == '-' && !p[1]) {
		str_add(out, "%2D");
		return;
	}
	for (; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '%')
			str_addf(out, "%%%02X", *p);
		else
			str_addch(out, (char)*p);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool worker_unfield(char *s)
{
	char *out = s;

	if (!strcmp(s, "-")) {
		*s = 0;
		return true;
	}
	for (; *s; s++) {
		int hi, lo;

		if (*s != '%') {
			*out++ = *s;
			continue;
		}
		hi = hex_digit(s[1]);
		lo = hi < 0 ? -1 : hex_digit(s[2]);
		if (lo < 0 || hi * 16 + lo == 0)
			return false;
		*out++ = (char)(hi * 16 + lo);
		s += 2;
	}
	*out = 0;
	return true;
}

/* --- fields --- */

/* Cut the next field off *at; NULL when there is none or it is not valid. */
static char *next_field(char **at)
{
	char *s = *at, *blank;

	if (!s || !*s)
		return NULL;
	blank = strchr(s, ' ');
	if (blank)
		*blank = 0;
	*at = blank ? blank + 1 : NULL;
	return worker_unfield(s) ? s : NULL;
}

static bool next_number(char **at, uint64_t *v)
{
	char *s = next_field(at), *end;

	if (!s || *s < '0' || *s > '9')
		return false;
	errno = 0;
	*v = strtoull(s, &end, 10);
	return !*end && !errno;
}

static bool next_id(char **at, git_oid *id)
{
	char *s = next_field(at);

	return s && strlen(s) == OID_HEX && !oid_parse(id, s);
}

/* --- request --- */

void worker_add_request(struct str *out, const struct worker_job *job,
			const struct worker_opts *o)
{
	str_add(out, "fetch ");
	worker_add_field(out, job->url);
	str_addch(out, ' ');
	worker_add_field(out, job->path);
	str_addch(out, ' ');
	worker_add_field(out, o->config_path);
	str_addch(out, ' ');
	worker_add_field(out, o->date);
	str_addf(out, " =%s%s%s\n", o->accept_deletions ? "a" : "",
		 o->keep ? "k" : "", o->dry_run ? "d" : "");
}

static char *copy_field(char **at)
{
	char *s = next_field(at);

	return s ? xstrdup(s) : NULL;
}

int worker_parse_request(struct worker_request *q, char *line, struct err *e)
{
	char *at = line, *word, *flags;

	memset(q, 0, sizeof(*q));
	at[strcspn(at, "\n")] = 0;
	word = next_field(&at);
	q->url = copy_field(&at);
	q->path = copy_field(&at);
	q->config_path = copy_field(&at);
	q->date = copy_field(&at);
	flags = next_field(&at);
	if (word && !strcmp(word, "fetch") && flags && *flags == '=' &&
	    q->url && *q->url && q->path && *q->path == '/' &&
	    q->config_path && q->date && strlen(q->date) == 10 &&
	    !strchr(q->date, '/')) {
		q->accept_deletions = strchr(flags, 'a');
		q->keep = strchr(flags, 'k');
		q->dry_run = strchr(flags, 'd');
		return 0;
	}
	worker_request_release(q);
	return err_set(e, ERR_USAGE, "fetch-worker is started by sync, with "
		       "its request on standard input");
}

void worker_request_release(struct worker_request *q)
{
	free(q->url);
	free(q->path);
	free(q->config_path);
	free(q->date);
	memset(q, 0, sizeof(*q));
}

/* --- answer, written --- */

static void add_move(struct str *out, const struct refmove *m)
{
	char a[OID_HEX + 1], b[OID_HEX + 1];

	str_addf(out, "m %s %s %s %zu %zu ", refmove_name(m->kind),
		 oid_hex(&m->old_id, a), oid_hex(&m->new_id, b), m->gone,
		 m->fresh);
	worker_add_field(out, m->name);
	str_addch(out, '\n');
}

void worker_add_answer(struct str *out, const struct fetch_result *r, int rc,
		       const struct err *e)
{
	size_t i;

	for (i = 0; i < r->warnings.n; i++) {
		str_add(out, "w ");
		worker_add_field(out, r->warnings.v[i]);
		str_addch(out, '\n');
	}
	for (i = 0; i < r->n; i++)
		add_move(out, &r->moves[i]);
	str_addf(out, "r =%s%s%s%s%s %llu %llu ",
		 r->head_changed ? "h" : "", r->detached ? "d" : "",
		 r->empty ? "e" : "", r->created ? "c" : "",
		 r->shallow ? "s" : "", (unsigned long long)r->received,
		 (unsigned long long)r->objects);
	worker_add_field(out, r->head);
	str_addch(out, ' ');
	worker_add_field(out, r->moved);
	str_addch(out, '\n');
	if (rc) {
		str_addf(out, "e %d ", rc);
		worker_add_field(out, e->msg);
		str_addch(out, '\n');
	}
	str_add(out, ".\n");
}

/* --- answer, read --- */

static bool take_move(struct fetch_result *r, char *at)
{
	struct refmove m = { 0 };
	char *kind = next_field(&at), *name;
	uint64_t gone, fresh;
	int k = kind ? refmove_parse(kind) : -1;

	if (k < 0 || !next_id(&at, &m.old_id) || !next_id(&at, &m.new_id) ||
	    !next_number(&at, &gone) || !next_number(&at, &fresh))
		return false;
	name = next_field(&at);
	if (!name || !ref_is_tracked(name) || r->n >= REFS_MAX)
		return false;
	m.kind = (enum refmove_kind)k;
	m.gone = (size_t)gone;
	m.fresh = (size_t)fresh;
	m.name = xstrdup(name);
	GROW(r->moves, r->n, r->cap);
	r->moves[r->n++] = m;
	return true;
}

static bool take_result(struct fetch_result *r, char *at)
{
	char *flags = next_field(&at), *head, *moved;

	if (!flags || *flags != '=' || !next_number(&at, &r->received) ||
	    !next_number(&at, &r->objects))
		return false;
	r->head_changed = strchr(flags, 'h');
	r->detached = strchr(flags, 'd');
	r->empty = strchr(flags, 'e');
	r->created = strchr(flags, 'c');
	r->shallow = strchr(flags, 's');
	head = next_field(&at);
	moved = next_field(&at);
	if (!head || !moved || r->head || r->moved)
		return false;
	r->head = *head ? xstrdup(head) : NULL;
	r->moved = *moved ? xstrdup(moved) : NULL;
	return true;
}

static bool take_error(struct worker_job *job, char *at)
{
	char *code = next_field(&at), *text = next_field(&at), *end;
	long v = code ? strtol(code, &end, 10) : 0;

	if (!text || *end || v >= 0 || v < -100)
		return false;
	job->rc = err_set(&job->e, (int)v, "%s", text);
	return true;
}

static bool take_progress(struct worker_progress *p, char *at)
{
	char *phase = next_field(&at);

	if (!phase || strlen(phase) >= sizeof(p->phase))
		return false;
	snprintf(p->phase, sizeof(p->phase), "%s", phase);
	return next_number(&at, &p->done) && next_number(&at, &p->total) &&
		next_number(&at, &p->bytes);
}

int worker_take_line(struct worker_job *job, struct worker_progress *p,
		     char *line)
{
	char *rest = line[0] && line[1] == ' ' ? line + 2 : NULL, *text;
	bool ok = false;

	if (!strcmp(line, "."))
		return WORKER_END;
	if (!rest)
		return ERR_CORRUPT;
	switch (line[0]) {
	case 'p':
		return take_progress(p, rest) ? WORKER_PROGRESS : ERR_CORRUPT;
	case 'w':
		text = next_field(&rest);
		if (text)
			notes_add(&job->result.warnings, "%s", text);
		ok = text != NULL;
		break;
	case 'm':
		ok = take_move(&job->result, rest);
		break;
	case 'r':
		ok = take_result(&job->result, rest);
		break;
	case 'e':
		ok = take_error(job, rest);
		break;
	}
	return ok ? WORKER_PART : ERR_CORRUPT;
}
