/* cli/out_log.c - see out_log.h. */
#include "cli/out_log.h"

#include "core/day.h"
#include "core/log.h"
#include "core/utf8.h"

#include <inttypes.h>

#define SUBJECT_SHOWN 1000	/* bytes of a line; --json has all of it */

void log_json(struct str *out, const struct commit_view *v)
{
	struct json j;

	json_init(&j, out);
	json_open(&j, '{');
	commit_json_keys(&j, v);
	json_close(&j, '}');
	str_addch(out, '\n');
}

static void put_csv(struct str *out, const char *s, bool last)
{
	if (!s[strcspn(s, ",\"\r\n")]) {
		str_add(out, s);
	} else {
		str_addch(out, '"');
		for (; *s; s++) {
			if (*s == '"')
				str_addch(out, '"');
			str_addch(out, *s);
		}
		str_addch(out, '"');
	}
	str_add(out, last ? "\r\n" : ",");
}

void log_csv_header(struct str *out)
{
	str_add(out, "repo,oid,landing,landed,late,author,type,areas,"
		"hardware,files,additions,deletions,unmeasured,pr,subject\r\n");
}

void log_csv(struct str *out, const struct commit_view *v)
{
	char hex[OID_HEX + 1], t[40], n[64];
	const struct stored *s = v->s;

	put_csv(out, v->repo, false);
	put_csv(out, oid_hex(&s->c.oid, hex), false);
	put_csv(out, oid_hex(v->landing, hex), false);
	put_csv(out, time_format_utc(s->landed, t), false);
	put_csv(out, v->late ? "1" : "0", false);
	put_csv(out, s->c.author.name, false);
	put_csv(out, s->type, false);
	put_csv(out, s->areas, false);
	put_csv(out, s->hardware, false);
	snprintf(n, sizeof(n), "%d,%" PRId64 ",%" PRId64 ",%d,", s->files,
		 s->additions, s->deletions, s->unmeasured);
	str_add(out, n);
	snprintf(n, sizeof(n), "%d", s->pr);
	put_csv(out, s->pr ? n : "", false);
	put_csv(out, s->c.subject, true);
}

static void put_colored(struct str *out, bool color, const char *code,
			const char *text)
{
	if (color)
		str_addf(out, "\033[%sm", code);
	put_terminal(out, text, strlen(text));
	if (color)
		str_add(out, "\033[m");
}

void log_line(struct str *out, const struct commit_view *v, bool color)
{
	const struct stored *s = v->s;
	size_t len = strlen(s->c.subject);
	char hex[OID_HEX + 1], t[40];

	oid_hex(&s->c.oid, hex);
	hex[9] = 0;
	time_format_utc(s->landed, t);
	t[10] = ' ';
	t[16] = 0;
	if (!s->is_landing)
		str_add(out, "    ");
	put_colored(out, color, "33", hex);
	str_addf(out, " %s%s ", t, v->late ? " late" : s->doubtful ? " ?" :
						       "");
	put_colored(out, color, "36", v->repo);
	if (*s->type) {
		str_addch(out, ' ');
		put_colored(out, color, "32", s->type);
	}
	str_addf(out, " %d file%s +%" PRId64 "/-%" PRId64 " ", s->files,
		 s->files == 1 ? "" : "s", s->additions, s->deletions);
	if (!*s->c.subject)
		str_add(out, "(no message)");
	put_terminal(out, s->c.subject, utf8_cut(s->c.subject, len,
						 SUBJECT_SHOWN));
	str_add(out, len > SUBJECT_SHOWN ? "...\n" : "\n");
}
