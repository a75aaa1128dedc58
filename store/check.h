/* store/check.h - is every page and every reference of the store sound? */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/db.h"

/*
 * PRAGMA integrity_check and foreign_key_check; reads the whole file, about a
 * second for each 200 MB.  ERR_CORRUPT carries the first complaint.
 */
int db_check(struct db *db, struct err *e);

#endif
