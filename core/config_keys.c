/* core/config_keys.c - every key there is, its default and its meaning. */
#include "core/config.h"

#include <string.h>
#include <strings.h>

#define DAY_S 86400
#define YEAR_D 36500

const struct config_key config_keys[] = {
	{ "report.timezone", CONFIG_ZONE, "UTC",
	  "zone whose days the pages hold (UTC, +08:00, Asia/Shanghai)",
	  NULL, 0, 0 },
	{ "report.lang", CONFIG_CHOICE, "zh", "language of the pages",
	  "zh|en", 0, 0 },
	{ "report.index", CONFIG_PATH, "reports/README.md",
	  "the front page, a .md file inside the workspace", NULL, 0, 0 },
	{ "report.catchUp", CONFIG_INT, "31",
	  "most closed days one `report` writes", NULL, 1, YEAR_D },
	{ "report.ignorePaths", CONFIG_LIST, NULL,
	  "globs: landings that touch nothing else are folded", NULL, 0, 0 },
	{ "report.ignoreAuthors", CONFIG_LIST, NULL,
	  "names or addresses whose landings are folded", NULL, 0, 0 },
	{ "report.stack", CONFIG_LIST, NULL,
	  "what you run (hardware, data types, engines): raises importance",
	  NULL, 0, 0 },
	{ "labels.threshold", CONFIG_INT, "45",
	  "percent of evidence below which no type is claimed", NULL, 0, 100 },
	{ "http.proxy", CONFIG_STR, NULL,
	  "proxy URL; unset: the environment's; empty: none", NULL, 0, 0 },
	{ "http.caFile", CONFIG_STR, NULL,
	  "PEM file of certificate authorities to trust", NULL, 0, 0 },
	{ "http.connectTimeout", CONFIG_INT, "15",
	  "seconds to connect", NULL, 1, 3600 },
	{ "http.stallTimeout", CONFIG_INT, "60",
	  "seconds without a byte before a transfer is given up",
	  NULL, 1, 3600 },
	{ "credential.*.tokenEnv", CONFIG_STR, NULL,
	  "environment variable that holds the host's token", NULL, 0, 0 },
	{ "credential.*.tokenFile", CONFIG_STR, NULL,
	  "file that holds the host's token", NULL, 0, 0 },
	{ "credential.*.tokenCmd", CONFIG_STR, NULL,
	  "command that prints the host's token", NULL, 0, 0 },
	{ "mirror.keepRewritten", CONFIG_INT, "90",
	  "days the old tip of a rewritten branch is kept", NULL, 0, YEAR_D },
	{ "sync.jobs", CONFIG_INT, "4",
	  "repositories fetched at once", NULL, 1, 64 },
	{ "sync.timeout", CONFIG_INT, "60",
	  "seconds without progress before a repository is given up",
	  NULL, 1, DAY_S },
	{ "analyze.maxFileSize", CONFIG_INT, "16777216",
	  "bytes above which a file is listed as not measured",
	  NULL, 1024, (int64_t)1 << 31 },
	{ "analyze.jobs", CONFIG_INT, "0",
	  "threads of the analysis; 0: one per processor", NULL, 0, 256 },
	{ "forge.since", CONFIG_INT, "14",
	  "days of issue history the first sync asks for", NULL, 0, YEAR_D },
	{ "forge.maxRequests", CONFIG_INT, "200",
	  "most metadata requests of one sync", NULL, 1, 1000000 },
	{ "forge.retryPause", CONFIG_INT, "1000",
	  "milliseconds before the first retry of a request; doubles",
	  NULL, 0, 60000 },
	{ "llm.endpoint", CONFIG_STR, NULL,
	  "base URL of an OpenAI-compatible server", NULL, 0, 0 },
	{ "llm.model", CONFIG_STR, NULL, "model to ask for", NULL, 0, 0 },
	{ "llm.fallbackModel", CONFIG_LIST, NULL,
	  "models to try after it, in this order", NULL, 0, 0 },
	{ "llm.keyEnv", CONFIG_STR, NULL,
	  "environment variable that holds the key", NULL, 0, 0 },
	{ "llm.timeout", CONFIG_INT, "120",
	  "seconds one answer may take", NULL, 1, 3600 },
	{ "llm.maxTokens", CONFIG_INT, "800",
	  "most tokens of one answer", NULL, 1, 1000000 },
	{ "llm.temperature", CONFIG_REAL, "0", "temperature", NULL, 0, 2 },
	{ "llm.seed", CONFIG_INT, "0", "seed", NULL, 0, INT32_MAX },
	{ "llm.budget", CONFIG_INT, "40",
	  "most requests of one run", NULL, 1, 100000 },
	{ "llm.budgetTokens", CONFIG_INT, "200000",
	  "most tokens of one run, prompts and answers",
	  NULL, 1, (int64_t)1 << 40 },
	{ "llm.budgetSeconds", CONFIG_INT, "900",
	  "most seconds of one run spent waiting for answers", NULL, 1, DAY_S },
	{ "llm.promptTokens", CONFIG_INT, "6000",
	  "most tokens of one prompt", NULL, 200, 1000000 },
	{ "llm.retryPause", CONFIG_INT, "1000",
	  "milliseconds before the first retry of a request; doubles",
	  NULL, 0, 60000 },
	{ "llm.allowRemote", CONFIG_BOOL, "false",
	  "allow an endpoint that is not on this machine", NULL, 0, 0 },
	{ "color.ui", CONFIG_CHOICE, "auto", "colour of what is printed",
	  "auto|always|never", 0, 0 },
	{ "core.pager", CONFIG_STR, NULL,
	  "pager of log and show; empty or cat: none", NULL, 0, 0 },
	{ NULL, CONFIG_STR, NULL, NULL, NULL, 0, 0 },
};

/* "credential.*.tokenEnv" against a key whose host may hold dots itself. */
static bool fits(const char *name, const char *key)
{
	const char *star = strchr(name, '*');
	const char *first = strchr(key, '.'), *last = strrchr(key, '.');

	if (!star)
		return strcasecmp(name, key) == 0;
	return first && last > first + 1 &&
	       first - key == star - 1 - name &&
	       strncasecmp(name, key, (size_t)(first - key)) == 0 &&
	       strcasecmp(star + 1, last) == 0;
}

const struct config_key *config_key_find(const char *key)
{
	const struct config_key *k;

	for (k = config_keys; k->name; k++)
		if (fits(k->name, key))
			return k;
	return NULL;
}
