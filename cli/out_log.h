/* cli/out_log.h - the three forms of a `log` line. */
#ifndef CLI_OUT_LOG_H
#define CLI_OUT_LOG_H

#include "core/regex.h"
#include "core/str.h"
#include "render/commit_json.h"

#include <stdbool.h>

void log_json(struct str *out, const struct commit_view *v);

/* Fields quoted where RFC 4180 wants it; times in UTC. */
void log_csv_header(struct str *out);
void log_csv(struct str *out, const struct commit_view *v);

/* For people; indented when the commit is not a landing. */
void log_line(struct str *out, const struct commit_view *v, bool color);

#endif
