/* core/utf8.c - see utf8.h.  Well-formedness is table 3-7 of Unicode 15. */
#include "core/utf8.h"

#include <iconv.h>
#include <string.h>
#include <strings.h>

int utf8_next(const char *str, size_t len, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)str;
	uint32_t c;

	if (!len)
		return 0;
	c = s[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c <= 0xdf && len >= 2 && (s[1] & 0xc0) == 0x80) {
		*cp = (c & 0x1f) << 6 | (s[1] & 0x3f);
		return 2;
	}
	if ((c & 0xf0) == 0xe0 && len >= 3 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80) {
		*cp = (c & 0x0f) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3f);
		return *cp < 0x800 || (*cp >= 0xd800 && *cp <= 0xdfff) ? 0 : 3;
	}
	if (c >= 0xf0 && c <= 0xf4 && len >= 4 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80 && (s[3] & 0xc0) == 0x80) {
		*cp = (c & 0x07) << 18 | (s[1] & 0x3fu) << 12 |
		      (s[2] & 0x3fu) << 6 | (s[3] & 0x3f);
		return *cp < 0x10000 || *cp > 0x10ffff ? 0 : 4;
	}
	return 0;
}

/* Bytes of plain ASCII at the start, eight at a time. */
static size_t ascii_run(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t w;

	for (; i + 8 <= len; i += 8) {
		memcpy(&w, s + i, 8);
		if (w & 0x8080808080808080ull)
			break;
	}
	while (i < len && !(s[i] & 0x80))
		i++;
	return i;
}

bool utf8_valid(const char *s, size_t len)
{
	uint32_t cp;
	size_t i;
	int n;

	for (i = ascii_run(s, len); i < len; i += ascii_run(s + i, len - i)) {
		n = utf8_next(s + i, len - i, &cp);
		if (!n)
			return false;
		i += (size_t)n;
	}
	return true;
}

void utf8_add_clean(struct str *out, const char *s, size_t len)
{
	size_t i = 0, from = 0;
	uint32_t cp;
	int n;

	while (i < len) {
		n = utf8_next(s + i, len - i, &cp);
		if (n && cp) {
			i += (size_t)n;
			continue;
		}
		str_addmem(out, s + from, i - from);
		str_add(out, n ? "\xe2\x90\x80" : "\xef\xbf\xbd");
		from = ++i;
	}
	str_addmem(out, s + from, i - from);
}

bool utf8_add_decoded(struct str *out, const char *s, size_t len,
		      const char *encoding)
{
	char buf[4096], *in = (char *)(uintptr_t)s, *o;
	size_t left = len, room, mark = out->len;
	iconv_t cd;

	if (encoding && *encoding && strcasecmp(encoding, "utf-8") &&
	    strcasecmp(encoding, "utf8")) {
		cd = iconv_open("UTF-8", encoding);
		if (cd != (iconv_t)-1) {
			while (left) {
				o = buf;
				room = sizeof(buf);
				if (iconv(cd, &in, &left, &o, &room) ==
				    (size_t)-1 && o == buf)
					break;
				utf8_add_clean(out, buf,
					       (size_t)(o - buf));
			}
			iconv_close(cd);
			if (!left)
				return true;
			str_cut(out, mark);
		}
	}
	utf8_add_clean(out, s, len);
	return utf8_valid(s, len) && !memchr(s, 0, len);
}

int utf8_width(uint32_t c)
{
	if (c == 0 || (c >= 0x300 && c <= 0x36f) || c == 0x200b ||
	    c == 0x200c || c == 0x200d || c == 0xfeff ||
	    (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0x303e) ||
	    (c >= 0x3041 && c <= 0x33ff) || (c >= 0x3400 && c <= 0x4dbf) ||
	    (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xa000 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

size_t utf8_columns(const char *s, size_t len)
{
	size_t i = 0, w = 0;
	uint32_t cp;
	int n;

	while (i < len) {
		n = utf8_next(s + i, len - i, &cp);
		w += n ? (size_t)utf8_width(cp) : 1;
		i += n ? (size_t)n : 1;
	}
	return w;
}

size_t utf8_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

bool utf8_is_bidi(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x200e || c == 0x200f || c == 0x061c;
}
