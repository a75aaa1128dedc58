/*
 * analyze/signals/numclaim.c - does a sentence claim that something got better
 * or worse, and is it the number that it claims?
 */
#include "analyze/signals/numclaim.h"

#include "core/find.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const claim_words[] = {
	"throughput", "latency", "ttft", "tpot", "itl", "speedup", "speed-up",
	"speed up", "speeds up", "faster", "slower", "improve", "reduc",
	"gain", "uplift", "boost", "decreas", "increas", "overhead",
	"bandwidth", "e2e", "perf", "saving", "saves", "less", "cut ", "cuts ",
	"better", "regress", "reach", "achiev", "peak", " vs ", "accelerat",
	"drop", "lower", "higher", "->",
	NULL
};

/* What sets, limits or describes is no claim of an improvement. */
static const char *const other_words[] = {
	"timeout", "time out", "sleep", "interval", "retry", "utilization",
	"tolerance", "threshold", "default", "sparsity", "confidence",
	"coverage", "mismatch", "reproduce", "over-split", "</", "<br",
	" passed", " failed", "tile size", "::", "=====", "in this example",
	"is `(", "mean itl is", "peak bandwidth", "revert \"",
	"peak flops", "every ", "ttl", "after waiting", "wait ",
	"theoretical", "unroll", "clock", "to vary", "questions",
	"lossless", "must be", "requirement of", "assuming", "e.g. ",
	"reserve", "more than", "daily", "regression now", "per day",
	"quoted by", "according to", "margin is", "flake", "flaky", "flagged",
	"false positive", "might ", "can happen", "wall duration",
	"self time", "back out", "backs out", "backed out", "reverting ",
	"delay to ", "selectivity", "expect ", "could ", "worth ",
	"for example", "simply edit", "traffic share", "maintains a", NULL
};

/*
 * One of the words, beginning a word of the sentence.  `parts`: behind a
 * hyphen too ("--x-timeout"); a claim is no part ("LSE-reduction width").
 */
static bool holds(const char *s, const char *const *words, bool parts)
{
	const char *end = s + strlen(s);

	for (; *words; words++) {
		const char *p = s;
		size_t n = strlen(*words);

		for (; (p = find_folded(p, (size_t)(end - p), *words, n));
		     p += n)
			if (p == s || !isalpha((unsigned char)**words) ||
			    (!isalpha((unsigned char)p[-1]) &&
			     (parts || p[-1] != '-')))
				return true;
	}
	return false;
}

/*
 * A document that explains says "when", "may" and "at most" of numbers that
 * nobody measured.
 */
static const char *const explaining[] = {
	"when ", "may ", "if ", "at most", "at least", "expected", "example",
	"should", "target", "policy", "~30 min", "can be", "minutes read",
	"you ", "your ", "typically", "depending on", NULL
};

bool sentence_claims(const char *s, bool doc)
{
	/* "Revert D12: faster by 5%" takes the claim back. */
	if (!strncasecmp(s, "revert", 6))
		return false;
	return holds(s, claim_words, false) && !holds(s, other_words, true) &&
	       !(doc && holds(s, explaining, true));
}

#define BESIDE_AFTER 4		/* words behind the number */
#define BESIDE_BEFORE 11		/* words in front of it */

/* Behind the number, at the begin of a word. */
static const char *const beside_after[] = {
	"fast", "slow", "high", "low", "less", "more", "fewer", "better",
	"worse", "improv", "reduc", "gain", "small", "large", "uplift",
	"boost", "decreas", "increas", "throughput", "overhead", "regress",
	"sav", "cut", "drop", "perf", "speed", "bandwidth", "accelerat",
	"cheap", "short", "long", "latency", "compared", "than", "->",
	"\xe2\x86\x92", "=>", "vs", "of the", "recall", "accuracy", "peak",
	"penalty", "ttft", "tpot", "itl", "e2e", "qps", NULL
};

/* In front of it: what is measured, what became of it. */
static const char *const beside_before[] = {
	"fast", "slow", "better", "worse", "improv", "reduc", "gain",
	"uplift", "boost", "decreas", "increas", "throughput", "overhead",
	"regress", "sav", "cut", "drop", "perf", "speed", "bandwidth",
	"accelerat", "latency", "ttft", "tpot", "itl", "e2e", "qps",
	"achiev", "reach", "down", "up", "->", "\xe2\x86\x92", "=>", "vs",
	"recall", "accuracy", "runtime", "lower", "higher", "smaller",
	"measure", "took", "goes", "went", "grow", "shrink", "shrank",
	"rais", "outperform", "util", "from", "peak", "time:", NULL
};

/* One of the words at p, which begins a word. */
static bool begins_any(const char *p, const char *const *words)
{
	for (; *words; words++)
		if (!strncasecmp(p, *words, strlen(*words)))
			return true;
	return false;
}

static const char *past_word_marks(const char *p)
{
	return p + strspn(p, " *`_()[]~+\"'");
}

/* Does the sentence or the clause end at p? */
static bool is_stop(const char *p)
{
	return *p == ';' || ((*p == '.' || *p == ',') &&
			     (!p[1] || p[1] == ' '));
}

/* A claim within the next few words of the clause. */
static bool claimed_after(const char *p)
{
	for (int i = 0; i < BESIDE_AFTER; i++) {
		p = past_word_marks(p);
		if (!*p || is_stop(p))
			return false;
		if (begins_any(p, beside_after))
			return true;
		/* "3 s to 1 s" */
		if (!strncmp(p, "to ", 3) &&
		    isdigit((unsigned char)*past_word_marks(p + 3)))
			return true;
		while (*p && *p != ' ' && *p != '-' && !is_stop(p))
			p++;
		if (*p == '-' && p[1] == '>')
			return true;
		if (*p == '-')
			p++;
	}
	return false;
}

/* "slow-path", "fast-math": a name, nothing became slow. */
static bool is_name_of_path(const char *p)
{
	return (!strncasecmp(p, "slow", 4) || !strncasecmp(p, "fast", 4)) &&
	       p[4] == '-';
}

/* A claim among the words before; a stop in between ends the search. */
static bool claimed_before_it(const char *s, const char *at)
{
	const char *p = at;

	for (int i = 0; i < BESIDE_BEFORE && p > s; i++) {
		while (p > s && isspace((unsigned char)p[-1]))
			p--;
		if (p > s && (p[-1] == ';' || (p[-1] == '.' && p < at)))
			return false;
		while (p > s && !isspace((unsigned char)p[-1]) &&
		       p[-1] != '-')
			p--;
		if (begins_any(past_word_marks(p), beside_before) &&
		    !is_name_of_path(past_word_marks(p)))
			return true;
		if (p > s && p[-1] == '-')
			p--;
	}
	return false;
}

bool number_is_claimed(const char *s, const struct number *num)
{
	/* "(-8.9%)" says which way it went. */
	bool is_signed = num->at > s && strchr("+-", num->at[-1]) &&
			 num->at[num->len - 1] == '%';

	/* "If packing yields less than 20%": a condition. */
	if (find_folded(s, (size_t)(num->at - s), " if ", 4) ||
	    !strncasecmp(s, "if ", 3))
		return false;
	return num->rate || is_signed || *num->at == '-' ||
	       claimed_after(num->at + num->len) ||
	       claimed_before_it(s, num->at);
}
