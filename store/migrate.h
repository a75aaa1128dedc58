/*
 * store/migrate.h - a store of an older schema becomes one of this program's.
 *
 * Before anything changes, the whole file is copied beside itself as
 * "airep.db.schema-N" (N: the version it has), which is kept; one of the same
 * name is replaced.  Then all steps run in one transaction.  Killed or failed
 * at any point, the store is what it was and the next run begins again.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/db.h"

/* Is there a way from this version to DB_SCHEMA_VERSION? */
bool migrate_can(int from);

/*
 * Migrate an open, writable store of version `from`; says on stderr what was
 * done and how the copy is called.  The caller holds the workspace's lock.
 * ERR_IO: the copy could not be written; ERR_DB and the like: a step failed.
 * Both with the store unchanged, and *e names what was kept.
 */
int migrate(struct db *db, int from, struct err *e);

#endif
