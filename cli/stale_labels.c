/* cli/stale_labels.c - see stale_labels.h. */
#include "cli/stale_labels.h"

#include "analyze/classify.h"
#include "core/log.h"
#include "store/labels.h"

#include <inttypes.h>

int stale_labels_say(struct cmd_ctx *c, const struct rules *r, struct err *e)
{
	int64_t n;
	int rc = labels_by_others(c->db, rules_number(r), &n, e);

	if (!rc && n)
		log_warn("%" PRId64 " commit%s labels of other rules than "
			 "today's; `airep-git classify --rebuild` makes them "
			 "again", n, n == 1 ? " carries" : "s carry");
	return rc;
}
