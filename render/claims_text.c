/* render/claims_text.c - see claims_text.h. */
#include "render/claims_text.h"

#include "core/mem.h"
#include "core/utf8.h"

#include <stdlib.h>

enum form { FORM_KEEP, FORM_HYPHEN, FORM_BLANK, FORM_GONE, FORM_WIDE,
	    FORM_DOTS };

void plain_release(struct plain *p)
{
	str_release(&p->s);
	free(p->steps);
	p->steps = NULL;
	p->steps_n = p->steps_cap = 0;
}

static enum form form_of(uint32_t cp)
{
	if (cp < 0xa0)
		return FORM_KEEP;
	if ((cp >= 0x2010 && cp <= 0x2013) || cp == 0x2212 || cp == 0xfe63 ||
	    cp == 0xff0d)
		return FORM_HYPHEN;
	if (cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) ||
	    cp == 0x202f || cp == 0x205f || cp == 0x3000)
		return FORM_BLANK;
	if (cp == 0xad || (cp >= 0x200b && cp <= 0x200f) || cp == 0xfeff ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069))
		return FORM_GONE;
	if (cp >= 0xff01 && cp <= 0xff5e)
		return FORM_WIDE;
	return cp == 0x2026 ? FORM_DOTS : FORM_KEEP;
}

static void step(struct plain *p, size_t taken, bool exotic)
{
	GROW(p->steps, p->steps_n, p->steps_cap);
	p->steps[p->steps_n].at = p->s.len;
	p->steps[p->steps_n].shift = (long)taken - (long)p->s.len;
	p->steps[p->steps_n++].exotic = exotic;
}

/* One character that does not stay as it is; returns the bytes taken. */
static size_t put_special(struct plain *p, const char *s, size_t len, size_t at)
{
	uint32_t cp = 0;
	int k = utf8_next(s, len, &cp);
	enum form form;

	if (k <= 1) {			/* ill-formed, NUL or a control */
		str_addch(&p->s, k == 0 ? '?' : ' ');
		p->broken++;
		return 1;
	}
	form = form_of(cp);
	if (form == FORM_KEEP) {
		str_addmem(&p->s, s, (size_t)k);
		return (size_t)k;
	}
	if (form == FORM_HYPHEN)
		str_addch(&p->s, '-');
	else if (form == FORM_BLANK)
		str_addch(&p->s, ' ');
	else if (form == FORM_WIDE)
		str_addch(&p->s, (char)(cp - 0xff01 + '!'));
	else if (form == FORM_DOTS)
		str_add(&p->s, "...");
	if (form == FORM_GONE && utf8_is_bidi(cp))
		p->broken++;
	else if (form == FORM_HYPHEN || form == FORM_BLANK || form == FORM_GONE)
		p->exotic++;
	step(p, at + (size_t)k, form != FORM_WIDE && form != FORM_DOTS);
	return (size_t)k;
}

void plain_set(struct plain *p, const char *line, size_t len)
{
	size_t i = 0, from;

	str_clear(&p->s);
	p->steps_n = 0;
	while (i < len) {
		for (from = i; i < len; i++) {
			unsigned char c = (unsigned char)line[i];

			if (c >= 0x7f || (c < 0x20 && c != '\t'))
				break;
		}
		str_addmem(&p->s, line + from, i - from);
		if (i < len)
			i += put_special(p, line + i, len - i, i);
	}
}

/* Index of the last step at or before plain offset i, or -1. */
static long step_before(const struct plain *p, size_t i)
{
	size_t lo = 0, hi = p->steps_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->steps[mid].at <= i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (long)lo - 1;
}

size_t plain_origin(const struct plain *p, size_t i)
{
	long k = step_before(p, i);

	return k < 0 ? i : (size_t)((long)i + p->steps[k].shift);
}

bool plain_exotic(const struct plain *p, size_t from, size_t to)
{
	long k = step_before(p, from) + 1;

	for (; k < (long)p->steps_n && p->steps[k].at <= to; k++)
		if (p->steps[k].exotic)
			return true;
	return false;
}
