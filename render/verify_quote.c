/* render/verify_quote.c - inline code, quoted sentences, versions. */
#include "render/verify_check.h"

#include "render/claims_text.h"

#include <ctype.h>

const char *check_in_message(struct verify_ctx *x, int i, const char *text)
{
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j;
	struct str needle = STR_INIT, message = STR_INIT;
	const char *found = NULL;
	char *p, *q;

	corpus_squeeze(&needle, text, strlen(text));
	for (j = 0; j < n && !found && needle.len; j++) {
		str_clear(&message);
		corpus_squeeze(&message, of[j]->message,
			       strlen(of[j]->message));
		if (!message.len)
			continue;
		/* its lines are joined: no line ends in the way */
		for (p = q = message.s; *p; p++)
			if (*p != '\n')
				*q++ = *p;
		*q = 0;
		if (strstr(message.s, needle.s))
			found = check_fmt(x, "message of %s", of[j]->oid);
	}
	str_release(&needle);
	str_release(&message);
	return found;
}

/* In a changed file of the commit, on either side? */
static const char *in_files(struct verify_ctx *x, const struct verify_commit *c,
			    const struct str *needle)
{
	const struct corpus *co = corpus_get(x, c);
	const char *at;
	size_t s;

	for (s = 0; s < co->n; s++) {
		at = memmem(co->sides[s].text.s, co->sides[s].text.len,
			    needle->s, needle->len);
		if (at)
			return check_fmt(x, "%s:%lld",
				c->changes[co->sides[s].change].path,
				(long long)corpus_line(&co->sides[s], at));
	}
	return NULL;
}

const char *check_occurs(struct verify_ctx *x, int i, const char *text)
{
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j;
	struct str needle = STR_INIT;
	const char *found = check_in_message(x, i, text);

	corpus_squeeze(&needle, text, strlen(text));
	for (j = 0; j < n && !found && needle.len && x->src->file; j++)
		found = in_files(x, of[j], &needle);
	str_release(&needle);
	return found;
}

/* Inline code may be a label or a command: absent is not wrong. */
void check_code(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *t = k->text, *found = NULL;

	if (check_says_something(t) &&
	    (!x->strict || strpbrk(t, "_(.:=<[ ") || isupper((unsigned char)*t)))
		found = check_occurs(x, i, (*t == '+' || *t == '-') && t[1] ? t + 1
								      : t);
	check_say(x, i, found ? VERIFY_OK : VERIFY_UNCHECKED, NULL, NULL,
		  found ? found : "not a line of the commit; may be a name "
		  "or a command");
}

void check_version(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *found = check_occurs(x, i, k->text);

	if (!found && k->text[0] == 'v')
		found = check_occurs(x, i, k->text + 1);
	check_say(x, i, found ? VERIFY_OK : VERIFY_UNCHECKED, NULL, NULL,
		  found ? found : "not in the message or files of a commit "
		  "named here");
}

/* What a page adds to a quoted sentence: backslashes, and links on numbers. */
static void unquote(struct str *out, const char *p)
{
	size_t open = 0;
	bool bracket = false;
	const char *end;

	for (; *p; p++) {
		end = bracket && strncmp(p, "](http", 6) == 0 ? strchr(p, ')')
							      : NULL;
		if (end) {
			memmove(out->s + open, out->s + open + 1,
				out->len - open);
			out->len--;
			bracket = false;
			p = end;
			continue;
		}
		/* What put_md_text() puts into an @mention. */
		if (!strncmp(p, "<!-- -->", 8)) {
			p += 7;
			continue;
		}
		if (*p == '[') {
			open = out->len;
			bracket = true;
		}
		if (*p == '\\' && ispunct((unsigned char)p[1]))
			p++;
		str_addch(out, *p);
	}
}

/* As a whole word: no letter or digit on either side. */
static bool has_word(const char *text, const char *word, size_t n)
{
	const char *p = text;

	for (; n && (p = strstr(p, word)) != NULL; p++)
		if ((p == text || !isalnum((unsigned char)p[-1]) ||
		     !isalnum((unsigned char)*word)) &&
		    (!isalnum((unsigned char)p[n]) ||
		     !isalnum((unsigned char)word[n - 1])))
			return true;
	return false;
}

/* What stands before the claim in the address of a link. */
static const char *in_address(const struct claim *k)
{
	if (!(k->flags & CLAIM_TARGET))
		return "";
	return k->kind == CLAIM_PR ? "/pull/" :
	       k->kind == CLAIM_ISSUE ? "/issues/" :
	       k->kind == CLAIM_COMPARE ? "/compare/" : "/commit/";
}

bool check_of_author(struct verify_ctx *x, int i)
{
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j;
	struct str word = STR_INIT;
	struct plain p = { 0 };
	bool found = false;

	str_add(&word, in_address(&x->c->v[i]));
	unquote(&word, x->c->v[i].text);
	for (j = 0; j < n && !found; j++) {
		plain_set(&p, of[j]->message, strlen(of[j]->message));
		found = has_word(str_c(&p.s), str_c(&word), word.len);
		plain_set(&p, of[j]->author, strlen(of[j]->author));
		found = found || has_word(str_c(&p.s), str_c(&word), word.len);
	}
	plain_release(&p);
	str_release(&word);
	return found;
}

void check_quote(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	struct str plain = STR_INIT;
	const struct verify_commit *of[6];
	const char *found;
	size_t n = check_commits(x, i, of, 6);

	unquote(&plain, k->text);
	found = check_occurs(x, i, str_c(&plain));
	str_release(&plain);
	if (found)
		check_say(x, i, VERIFY_OK, NULL, NULL, found);
	else if (n && x->strict && !(k->flags & CLAIM_ELIDED))
		check_say(x, i, VERIFY_WRONG, NULL,
			  "not in the commit's message or files", of[0]->oid);
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no commit says so");
}

