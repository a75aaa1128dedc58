/* cli/doctor.h - what `doctor` looks at; each check says what it found. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "core/config.h"
#include "core/str.h"
#include "mirror/repolist.h"

enum finding {
	FOUND_OK,
	FOUND_NOTE,	/* good to know */
	FOUND_WARN,	/* works, but may bite */
	FOUND_FAIL,	/* does not work */
};

struct doctor {
	struct str out;
	int count[4];	/* by enum finding */
};

/* One line; text from outside is made safe for a terminal. */
void doctor_say(struct doctor *d, enum finding f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void doctor_libraries(struct doctor *d);	/* versions and known faults */
void doctor_network(struct doctor *d, const struct config *cfg);
void doctor_zones(struct doctor *d, const struct config *cfg);

/* Owner, HEAD, leftovers of killed runs. */
void doctor_mirror(struct doctor *d, const struct repo_spec *r,
		   const char *workspace, bool was_synced);

#endif
