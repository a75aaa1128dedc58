/*
 * render/narrator_words.c - the words a model may use on its own, the terms
 * that need evidence, and the phrases that are never shown.
 *
 * The list is short on purpose: it holds grammar and the plain verbs and nouns
 * of describing a change.  Names, numbers, units and judgements are not in it,
 * so they need evidence.
 */
#include "render/narrator_check.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

static const char common[] =
	"a about above across act action actual add addition adjust affect "
	"after again against align all allow alone along also alter although "
	"always an and another any apply approach are area around as ask "
	"assign at attach author automatic avoid aware away back base be "
	"because become been before begin behavior behaviour behind being "
	"below between both branch bring broad build but by call came can "
	"candidate care carry case cause certain change check choose clarify "
	"class clean clear close code collect combine come comment commit common "
	"compare compatible complete component concern condition configurable "
	"configuration configure connect consistent consolidate consumer "
	"contain content continue contributor control convert copy cover "
	"create current cut data day declare dedicate default define delete "
	"depend dependency deprecate describe description design detail "
	"determine developer differ different direct directory disable do "
	"document documentation does done down drop due during each earlier "
	"early easy edit effect either element else empty enable end engine "
	"ensure entire entry environment error especially establish even every "
	"exact example except exist existing expand expect explicit expose "
	"extend extension extra fail failure far feature field file final find "
	"first fit fix flag focus fold follow for form former found from full "
	"function further gain gate general generate get give given go goes "
	"group grow guard had handle hard has have help hence here hold how "
	"if implement implementation import in include increase indicate "
	"individual initial inline input inside instead integrate intend "
	"interface internal into introduce invalid is issue it item its itself "
	"join just keep key kind know lack land large last late later layer "
	"lead least leave left less let level library like limit line link list "
	"little local log logic long look loop lose main maintain make manage "
	"many map mark match matter may mean meant mechanism member merge "
	"message method might minor miss mode modify module more most move "
	"much multiple must name narrow native need new next no non none nor "
	"not note nothing now object obsolete occur of off offer old on once "
	"one only onto open operation option optional or order other otherwise "
	"our out output outside over own package page pair parameter part "
	"particular pass path per perform place plus point possible prefer "
	"prepare present preserve prevent previous prior private process "
	"produce project proper property propose provide public purpose put "
	"quite raise range rather reach read ready real reason receive recent "
	"record reduce refactor refer reference refine reflect regard register "
	"related rely remain remove rename reorganize repeat replace report "
	"repository request require requirement rest restore restrict result "
	"return reuse review rework right role route rule run same save say "
	"scope script second section see select send separate serve set "
	"setting several shape share short should show side sign simple "
	"simplify since single size skip small so some sort source specific "
	"specify split stage standard start state statement static stay step "
	"still stop store string structure style sub subject such supply "
	"support switch syntax system table take target task template term "
	"test text than that the their them then there therefore these they "
	"thing this those though through throughout thus tidy time title to "
	"together tool top touch toward track try turn type typical under "
	"unify unit until unused up update upon usage use used useful user "
	"usual utility valid value variable variant various via view want was "
	"way we well were what when where whether which while who whole whose "
	"why wide will with within without word work wrap write written yet";

static const char *words[1200];
static size_t lens[1200];
static size_t words_n;

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Index of the words by their beginning; built once, single thread. */
static void words_init(void)
{
	static char copy[sizeof(common)];
	char *p = copy, *end;

	if (words_n)
		return;
	memcpy(copy, common, sizeof(common));
	while (*p && words_n < ARRAY_N(words)) {
		end = p + strcspn(p, " ");
		words[words_n++] = p;
		if (!*end)
			break;
		*end = 0;
		p = end + 1;
	}
	qsort(words, words_n, sizeof(words[0]), by_word);
	for (size_t i = 0; i < words_n; i++)
		lens[i] = strlen(words[i]);
}

static bool listed(const char *w, size_t len)
{
	size_t lo = 0, hi = words_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = strncmp(words[mid], w, len);

		if (d == 0)
			d = lens[mid] > len;
		if (d == 0)
			return true;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Inflections: -s -es -ed -d -ing -ly -er, doubled or dropped letters. */
bool narrator_common(const char *word, size_t len)
{
	static const char *const tails[] = { "s", "es", "ed", "d", "ing", "ly",
					     "er", "ion", "able", "'s" };
	char stem[40];
	size_t i, n;

	words_init();
	if (len >= sizeof(stem) - 2)
		return false;
	if (listed(word, len))
		return true;
	for (i = 0; i < ARRAY_N(tails); i++) {
		n = strlen(tails[i]);
		if (len < n + 2 || memcmp(word + len - n, tails[i], n) != 0)
			continue;
		n = len - n;
		memcpy(stem, word, n);
		if (listed(stem, n))
			return true;
		stem[n] = 'e';
		if (listed(stem, n + 1))
			return true;
		if (n > 2 && stem[n - 1] == stem[n - 2] && listed(stem, n - 1))
			return true;
		if (stem[n - 1] == 'i') {
			stem[n - 1] = 'y';
			if (listed(stem, n))
				return true;
		}
	}
	return false;
}

/* What the evidence may say where a sentence speaks of leaving, of a negation,
 * of less or more. */
#define GONE "remov|delet|drop|strip|clean|elimin|revert|retire|unused|get rid|" \
	"prun"
#define NOT "not |n't|no |never|without|skip|avoid|prevent|remov|disab|drop|" \
	"unable|unsupported|only"
#define LESS "reduc|decreas|less|lower|smaller|shrink|fewer|minimi|saving|" \
	"optimi|trim"
#define MORE "increas|more|larger|rais|bump|grow|bigger|higher|extend|expand|" \
	"maximi|longer"

/* Words that were confused, and claims that a change must make itself. */
const struct narrator_term narrator_terms[] = {
	{ "matmul", "matmul|gemm|matrix|gemv" },
	{ "matrix mult", "matmul|gemm|matrix|gemv" },
	{ "\xe7\x9f\xa9\xe9\x98\xb5", "matmul|gemm|matrix|gemv" },
	{ "multimodal", "multimodal|multi-modal|mm|vision|image|audio|video" },
	{ "\xe5\xa4\x9a\xe6\xa8\xa1\xe6\x80\x81",
	  "multimodal|multi-modal|mm|vision|image|audio|video" },
	{ "deepspeed", "deepspeed" }, { "deepep", "deepep" },
	{ "robot", "robot" }, { "\xe6\x9c\xba\xe5\x99\xa8\xe4\xba\xba", "robot" },
	{ "quantiz", "quant|fp8|fp4|int8|int4|awq|gptq" },
	{ "\xe9\x87\x8f\xe5\x8c\x96", "quant|fp8|fp4|int8|int4|awq|gptq" },
	{ "speculative", "specul|spec_|spec-|spec |draft|eagle|mtp" },
	{ "\xe6\x8e\xa8\xe6\xb5\x8b\xe8\xa7\xa3\xe7\xa0\x81",
	  "specul|spec_|spec-|spec |draft|eagle|mtp" },
	{ "\xe6\x8a\x95\xe6\x9c\xba", "specul|spec_|spec-|spec |draft|eagle" },
	{ "security", "security|cve|ghsa|vulnerab" },
	{ "vulnerab", "security|cve|ghsa|vulnerab" },
	{ "\xe6\xbc\x8f\xe6\xb4\x9e", "security|cve|ghsa|vulnerab" },
	{ "fast", "perf|speed|fast|optimi|latency|throughput|accelerat" },
	{ "speed", "perf|speed|fast|optimi|latency|throughput|accelerat" },
	{ "efficien", "perf|speed|fast|optimi|latency|throughput|efficien" },
	{ "performance", "perf|speed|fast|optimi|latency|throughput" },
	{ "throughput", "throughput|tokens/s|tok/s" },
	{ "latency", "latency|ttft|tpot" },
	{ "improve", "improv|perf|optimi|better|speed|enhanc|refin" },
	{ "significant", "significant" },
	{ "\xe6\x98\xbe\xe8\x91\x97", "significant" },
	{ "\xe5\x8a\xa0\xe9\x80\x9f", "perf|speed|fast|optimi|accelerat" },
	{ "\xe6\x80\xa7\xe8\x83\xbd", "perf|speed|fast|optimi|latency|throughput" },
	{ "\xe5\x90\x9e\xe5\x90\x90", "throughput|tokens/s|tok/s" },
	{ "\xe5\xbb\xb6\xe8\xbf\x9f", "latency|delay|ttft|tpot" },
	{ "\xe6\x8f\x90\xe5\x8d\x87", "improv|perf|optimi|better|speed|enhanc|fast" },
	{ "\xe4\xbc\x98\xe5\x8c\x96", "optimi|perf|improv|speed|fast|refin|reduc" },
	{ "breaking", "break|remov|renam|incompat|deprecat" },
	{ "\xe7\xa0\xb4\xe5\x9d\x8f", "break|remov|renam|incompat|deprecat" },
	{ "\xe4\xb8\x8d\xe5\x85\xbc\xe5\xae\xb9", "break|remov|renam|incompat" },
	{ "crash", "crash|segfault|abort|illegal" },
	{ "\xe5\xb4\xa9\xe6\xba\x83", "crash|segfault|abort|illegal" },
	{ "deadlock", "deadlock|hang" },
	{ "\xe6\xad\xbb\xe9\x94\x81", "deadlock|hang" },
	{ "race", "race" }, { "leak", "leak" },
	{ "\xe6\xb3\x84\xe6\xbc\x8f", "leak" },
	{ "fix", "fix|bug|error|wrong|correct|issue|crash|fail|race|broken" },
	{ "\xe4\xbf\xae\xe5\xa4\x8d",
	  "fix|bug|error|wrong|correct|issue|crash|fail|race|broken" },
	{ "revert", "revert" }, { "\xe5\x9b\x9e\xe9\x80\x80", "revert|roll" },
	{ "release", "release|version|tag|bump" },
	{ "\xe5\x8f\x91\xe5\xb8\x83", "release|version|tag|bump|publish" },
	{ "verified", "verif" }, { "benchmark", "bench" },
	{ "\xe5\xae\x9e\xe6\xb5\x8b", "measur|bench" },
	{ "\xe8\x8b\xb1\xe4\xbc\x9f\xe8\xbe\xbe", "nvidia|cuda" },
	{ "\xe6\x98\x87\xe8\x85\xbe", "ascend|npu" },
	{ "\xe5\x8d\x8e\xe4\xb8\xba", "huawei|ascend" },
	{ "\xe5\xbe\xae\xe8\xbd\xaf", "microsoft" },
	{ "\xe8\xb0\xb7\xe6\xad\x8c", "google|tpu" },
	{ "\xe8\x8b\xb1\xe7\x89\xb9\xe5\xb0\x94", "intel|xpu" },
	{ "\xe9\x98\xbf\xe9\x87\x8c", "alibaba|qwen" },
	{ "\xe5\x8d\x83\xe9\x97\xae", "qwen" },
	{ "\xe7\x99\xbe\xe5\xba\xa6", "baidu|ernie" },
	{ "\xe8\x85\xbe\xe8\xae\xaf", "tencent|hunyuan" },
	{ "\xe6\xb7\xb7\xe5\x85\x83", "hunyuan" },
	{ "\xe5\xad\x97\xe8\x8a\x82", "bytedance|bytes|byte|doubao" },
	{ "\xe6\xb7\xb1\xe5\xba\xa6\xe6\xb1\x82\xe7\xb4\xa2", "deepseek" },
	{ "\xe6\x99\xba\xe8\xb0\xb1", "glm|zhipu" },
	{ "\xe9\xa6\x96\xe6\xac\xa1", "first" },
	{ "\xe6\x9c\x80\xe5\xbf\xab", "fastest" },
	{ "\xe6\x9c\x80\xe6\x96\xb0", "new|latest|bump|updat" },
	{ "\xe5\xa4\xa7\xe5\xb9\x85", "significant" },
	{ "\xe6\x9e\x81\xe5\xa4\xa7", "significant" },
	{ "\xe5\xae\x89\xe5\x85\xa8", "security|safe|cve|thread-safe" },
	/* claims that turn a change into its opposite */
	{ "remov", GONE },
	{ "delet", GONE },
	{ "\xe5\x88\xa0\xe9\x99\xa4", GONE },
	{ "\xe7\xa7\xbb\xe9\x99\xa4", GONE },
	{ "\xe5\x8e\xbb\xe9\x99\xa4", GONE },
	{ "renam", "renam|mov" },
	{ "\xe9\x87\x8d\xe5\x91\xbd\xe5\x90\x8d", "renam|mov" },
	{ "\xe6\x94\xb9\xe5\x90\x8d", "renam|mov" },
	{ "deprecat", "deprecat|obsolet" },
	{ "\xe5\xbc\x83\xe7\x94\xa8", "deprecat|obsolet" },
	{ "disabl", "disab|turn off|skip|not |n't|no-" },
	{ "\xe7\xa6\x81\xe7\x94\xa8", "disab|turn off|skip|not |n't|no-" },
	{ " not ", NOT },
	{ "no longer", NOT },
	{ " never ", NOT },
	{ "without", NOT },
	{ "\xe4\xb8\x8d\xe5\x86\x8d", NOT },
	{ "\xe6\xb2\xa1\xe6\x9c\x89", NOT },
	{ "\xe6\x97\xa0\xe9\x9c\x80", NOT },
	{ "reduc", LESS },
	{ "decreas", LESS },
	{ "\xe5\x87\x8f\xe5\xb0\x91", LESS },
	{ "\xe9\x99\x8d\xe4\xbd\x8e", LESS },
	{ "\xe7\xbc\xa9\xe5\xb0\x8f", LESS },
	{ "increas", MORE },
	{ "\xe5\xa2\x9e\xe5\xa4\xa7", MORE },
	{ "\xe6\x8f\x90\xe9\xab\x98", MORE "|improv" },
	{ NULL, NULL }
};

const char *const narrator_orders[] = {
	"ignore previous", "ignore all", "ignore the above", "instruction",
	"system prompt", "as an ai", "language model", "i cannot", "i can't",
	"i'm sorry", "i am sorry", "click ", "buy ", "visit ", "subscribe",
	"download ", "password", "credential", "api key", "secret", "curl ",
	"wget ", "pip install", "npm install", "run this", "execute",
	"\xe5\xbf\xbd\xe7\x95\xa5", "\xe6\x8c\x87\xe4\xbb\xa4\xe5\xa6\x82\xe4\xb8\x8b",
	"\xe7\x82\xb9\xe5\x87\xbb", "\xe4\xb8\x8b\xe8\xbd\xbd",
	"\xe5\xaf\x86\xe7\xa0\x81", "\xe6\x8a\xb1\xe6\xad\x89",
	"\xe6\x8f\x90\xe7\xa4\xba\xe8\xaf\x8d", NULL
};
