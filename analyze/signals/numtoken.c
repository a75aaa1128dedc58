/*
 * analyze/signals/numtoken.c - numbers with a unit, and names of hardware, in a
 * sentence.
 */
#include "analyze/signals/numtoken.h"

#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Rates. */
static const char *const rates[] = {
	"TFLOPS", "TFLOP/s", "TFLOPs", "PFLOPS", "GFLOPS", "tok/s", "tokens/s",
	"token/s", "GB/s", "TB/s", "GiB/s", "req/s", "QPS", NULL
};

static const char *const units[] = {
	"%", "x", "X", "\xc3\x97", "ms", "us", "\xc2\xb5s", "\xce\xbcs", "ns",
	"s", "sec", "seconds", "min", "minutes", "times", NULL
};

static size_t unit_at(const char *s, const char *const *list)
{
	size_t best = 0;

	for (; *list; list++) {
		size_t n;

		if (**list != *s)
			continue;
		n = strlen(*list);
		if (n > best && !strncmp(s, *list, n) &&
		    !isalnum((unsigned char)s[n]) && s[n] != '_' &&
		    s[n] != '@' && s[n] != '/')
			best = n;
	}
	return best;
}

static bool glued(const char *text, const char *p)
{
	if (p == text)
		return false;
	return isalnum((unsigned char)p[-1]) || strchr("_@.,/#-\\%", p[-1]) ||
	       (p[-1] & 0x80);
}

/* "(2/2)", "[ 19%]", "3.12" and versions are no numbers of ours. */
static bool in_progress_bar(const char *text, const char *p, const char *end)
{
	const char *a = p;

	while (a > text && a[-1] == ' ')
		a--;
	return a > text && a[-1] == '[' && *end == ']';
}

static const char *const hardware_words[] = {
	"H100", "H200", "H20", "H800", "A100", "A800", "A10", "A10G", "A30",
	"A6000", "L4", "L20", "L40", "L40S", "3080", "3090", "4080", "5080",
	"B200", "B300", "GB200", "GB300",
	"GH200", "B100", "V100", "T4", "MI210", "MI250", "MI250X", "MI300",
	"MI300X", "MI308X", "MI325X", "MI350", "MI350X", "MI355", "MI355X",
	"MI35x", "MI30x", "RTX", "4090", "5090", "Hopper", "Blackwell",
	"Ampere", "Ada", "SM80", "SM86", "SM89", "SM90", "SM90a", "SM100",
	"SM100a", "SM103", "SM110", "SM120", "SM120a", "SM121", "gfx90a",
	"gfx942", "gfx950", "gfx1100", "gfx1151", "gfx1201", "Gaudi", "Gaudi2",
	"Gaudi3", "TPU", "Ascend", "910B", "910C", "Xeon", "EPYC", "Jetson",
	"Thor", "Spark", "Graviton", "Rubin", "B60", "PVC", "BMG", NULL
};

/* A device's name as a whole word at s ("H100", "H100s", "8xH100"). */
size_t hardware_at(const char *text, const char *s)
{
	size_t best = 0;

	if (s > text && isalnum((unsigned char)s[-1]) &&
	    !(s > text + 1 && tolower((unsigned char)s[-1]) == 'x' &&
	      isdigit((unsigned char)s[-2])))
		return 0;
	/* "a 4090%" or "3080 ms" is a number, not a card. */
	if (isdigit((unsigned char)*s) && !strstr(text, "RTX") &&
	    !strstr(text, "GTX") && !strcasestr(text, "gpu"))
		return 0;
	for (const char *const *w = hardware_words; *w; w++) {
		size_t n;

		if ((**w | 0x20) != (*s | 0x20))
			continue;
		n = strlen(*w);
		if (n > best && !strncasecmp(s, *w, n) &&
		    !isalnum((unsigned char)s[n]))
			best = n;
	}
	/* An engine is called Spark too: its device has another word. */
	if (best >= 4 && (!strncasecmp(s, "spark", 5) ||
			  !strncasecmp(s, "thor", 4)) &&
	    !strcasestr(text, "DGX") && !strcasestr(text, "jetson") &&
	    !strcasestr(text, "GB10") && !strcasestr(text, "sm_1") &&
	    !strcasestr(text, "sm1"))
		return 0;
	/* "sm_100" */
	if (!best && !strncasecmp(s, "sm_", 3) &&
	    isdigit((unsigned char)s[3]))
		best = 3 + strspn(s + 3, "0123456789af");
	return best;
}

/* "8x H100", "2x GPUs": how many, not how much. */
static bool counts_things(const char *text, const char *end)
{
	static const char *const things[] = {
		"gpu", "node", "card", "nvidia", "amd", "rank", "device",
		"expert", "layer", "head", "batch", "block", "warp", NULL
	};

	while (*end == ' ')
		end++;
	if (hardware_at(text, end))
		return true;
	for (const char *const *t = things; *t; t++)
		if (!strncasecmp(end, *t, strlen(*t)))
			return true;
	return false;
}

/* "2.5-4.5x": where the range begins whose second number is at p. */
static const char *range_start(const char *text, const char *p)
{
	const char *a = p;

	if (a - text < 2 || (a[-1] != '-' && a[-1] != '~'))
		return p;
	for (a--; a > text && (isdigit((unsigned char)a[-1]) ||
			       strchr(".x%", a[-1])); a--)
		;
	return isdigit((unsigned char)*a) ? a : p;
}

/* "7 times faster", "3 times that of": no count of events. */
static bool compares(const char *unit, size_t n)
{
	static const char *const words[] = {
		"faster", "higher", "lower", "more", "less", "better",
		"slower", "smaller", "that", "the ", "as ", "speed",
		"throughput", NULL
	};
	const char *p = unit + n;

	if (n != 5 || memcmp(unit, "times", 5))
		return true;
	p += strspn(p, "* ");
	for (const char *const *w = words; *w; w++)
		if (starts_with(p, *w))
			return true;
	return false;
}

/* ">= 90%" and its single signs are conditions too. */
static bool is_bound(const char *text, const char *a)
{
	return a - text >= 2 &&
	       ((a[-1] == '=' && strchr("<>", a[-2])) ||
		(a - text >= 3 && !memcmp(a - 3, "\xe2\x89", 2) &&
		 strchr("\xa4\xa5", a[-1])));
}

/* Is one of the words at s, whatever follows? */
static bool any_at(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (!strncasecmp(s, *words, strlen(*words)))
			return true;
	return false;
}

/* The word that ends in front of p, over blanks and marks; its bytes. */
static size_t word_before(const char *text, const char *p, const char **out)
{
	const char *e = p;

	while (e > text && strchr(" ~*`+", e[-1]))
		e--;
	for (p = e; p > text && isalpha((unsigned char)p[-1]); p--)
		;
	*out = p;
	return (size_t)(e - p);
}

/*
 * "Tune 500x shapes": a whole number with an x that nothing says to be a ratio
 * is a name.
 */
static bool is_ratio(const char *text, const char *a, const char *end)
{
	static const char *const after[] = {
		"fast", "slow", "speed", "improv", "high", "low", "less",
		"more", "better", "worse", "reduc", "gain", "small", "large",
		"big ", "bigger", "increas", "decreas", "throughput", "perf",
		"boost", "cheap", "latency", "bandwidth", "overhead", "uplift",
		"regress", "size", "memory", "compress", "over", "vs", "of ",
		"compared", "accelerat", "the ", "data", "saving", "drop",
		"cost", "than", "in ", "on ", "for ", "at ", NULL
	};
	static const char *const before[] = {
		"by", "to", "of", "is", "are", "was", "at", "about", "around",
		"nearly", "almost", "over", "roughly", "approximately", "a",
		"an", "and", "from", "than", "gives", "achieves", "achieve",
		"achieved", "reaches", "gain", "speedup", "speedups",
		"improvement", "another", "only", "just", "least", "most",
		"exactly", "approx", "get", "gets", "saves", "see", "up",
		NULL
	};
	const char *w;
	size_t n;

	if (memchr(a, '.', (size_t)(end - a)) ||
	    memchr(a, '-', (size_t)(end - a)) ||
	    (a > text && strchr("~+(=", a[-1])))
		return true;
	n = word_before(text, a, &w);
	/* At the very beginning, or behind "->" and the like. */
	if (n ? is_one_of(w, n, before) : a > text)
		return true;
	for (int i = 0; i < 2 && *end; i++) {
		end += strspn(end, " *`_)");
		if (any_at(end, after))
			return true;
		end += strcspn(end, " ");
	}
	return false;
}

/* "5s of video"; not "5 ms of overhead". */
static bool is_length(const char *unit)
{
	static const char *const cost[] = {
		"overhead", "latency", "time", "cpu", "gpu", "wall",
		"run", "the ", "total", NULL
	};

	while (isalpha((unsigned char)*unit))
		unit++;
	unit += strspn(unit, " *");
	return !strncmp(unit, "of ", 3) && !any_at(unit + 3, cost);
}

/* "for 50 seconds", "after 2 s": how long something goes on. */
static bool is_duration(const char *text, const char *a, const char *unit)
{
	static const char *const before[] = {
		"for", "after", "every", "each", "per", "within", "last",
		NULL
	};
	const char *w;
	size_t n;

	if (!strchr("mnsu", *unit))
		return false;
	/* "5s of video": how long something is. */
	if (is_length(unit))
		return true;
	n = word_before(text, a, &w);
	return n && is_one_of(w, n, before);
}

/* "100% sure": a figure of speech, unless it is more or less of something. */
static bool is_wholly(const char *a, const char *e, size_t unit)
{
	static const char *const more[] = {
		"fast", "slow", "high", "low", "more", "less", "better",
		"speed", "improv", "perf", "increas", "throughput", NULL
	};

	if (*e != '%' || strncmp(a, "100", 3) || e - a > 4)
		return false;
	e += unit;
	e += strspn(e, " *");
	return isalpha((unsigned char)*e) && !any_at(e, more);
}

bool line_may_number(const char *s, size_t len)
{
	/* What the units and rates begin with, and a comment to be cut. */
	static const bool begins[256] = {
		['%'] = true, ['x'] = true, ['X'] = true, [0xc3] = true,
		['m'] = true, ['u'] = true, [0xc2] = true, [0xce] = true,
		['n'] = true, ['s'] = true, ['t'] = true, ['T'] = true,
		['P'] = true, ['G'] = true, ['r'] = true, ['Q'] = true,
		['<'] = true,
	};
	const char *end = s + len, *e, *t;

	while ((s = find_digit(s, (size_t)(end - s)))) {
		for (e = s + 1; e < end && isdigit((unsigned char)*e);)
			e++;
		for (t = e; t < end && isspace((unsigned char)*t);)
			t++;
		s = e;
		e += e < end && *e == ' ';
		if (t == end || begins[(unsigned char)*e])
			return true;
	}
	return false;
}

bool number_next(const char *text, const char **p, struct number *out)
{
	const char *end = *p + strlen(*p);

	for (const char *s = *p; (s = find_digit(s, (size_t)(end - s))); s++) {
		const char *a = s, *e = s;
		size_t rate, unit;

		while (isdigit((unsigned char)*e) ||
		       (strchr(".,", *e) && *e &&
			isdigit((unsigned char)e[1])))
			e++;
		s = e - 1;
		if (glued(text, a)) {
			/* "~1.5%", "+12%" and "(3x" are fine. */
			a = range_start(text, a);
			if (glued(text, a) && (a[-1] != '-' || (a - 1 > text &&
			    !isspace((unsigned char)a[-2]) && a[-2] != '(')))
				continue;
		}
		/* "> 2%" is a condition, ">1x" a legend. */
		while (a > text && strchr(" ~", a[-1]))
			a--;
		/* "0.00s" in quotes is a text. */
		if (a > text && (strchr("<>\"", a[-1]) || is_bound(text, a)))
			continue;
		while (*a == ' ' || *a == '~')
			a++;
		if (*e == ' ')
			e++;
		rate = unit_at(e, rates);
		unit = rate ? rate : unit_at(e, units);
		if (!unit || in_progress_bar(text, a, e + unit) ||
		    (!rate && !compares(e, unit)))
			continue;
		/* "1s" and "0s" in a mask are digits in the plural. */
		if (unit == 1 && *e == 's' && e - a == 1 &&
		    (*a == '0' || *a == '1'))
			continue;
		/* A blank before "x" or "s" reads as a word of its own. */
		if (!rate && e[-1] == ' ' && unit == 1 && *e != '%')
			continue;
		if (!rate && (*e == 'x' || *e == 'X') &&
		    (counts_things(text, e + unit) ||
		     !is_ratio(text, a, e + unit)))
			continue;
		/* "6 x 8 warps" multiplies. */
		if (!rate && unit < 3 && strchr("xX\xc3", *e) &&
		    e[unit] == ' ' && isdigit((unsigned char)e[unit + 1]))
			continue;
		if (!rate && (is_duration(text, a, e) ||
			      is_wholly(a, e, unit)))
			continue;
		/* "1%-19%" */
		if (e[unit] == '-' && isdigit((unsigned char)e[unit + 1])) {
			size_t k = unit + 1 + strspn(e + unit + 1,
						     "0123456789.");

			if (!strncmp(e + k, e, unit) &&
			    !isalnum((unsigned char)e[k + unit]))
				e += k;
		}
		*out = (struct number){ a, (size_t)(e - a) + unit, rate > 0 };
		*p = e + unit;
		return true;
	}
	return false;
}

