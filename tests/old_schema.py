#!/usr/bin/env python3
"""old_schema.py STORE VERSION - take a store of today back to an older schema:
for each version what it added is taken away.  The other half of the list in
store/migrate.c, written by hand so that the two can disagree."""
import sqlite3
import sys

BACK = {
    2: """DROP INDEX commit_row_by_observed;
          ALTER TABLE label DROP COLUMN rules;
          ALTER TABLE page DROP COLUMN since;
          ALTER TABLE page DROP COLUMN until;
          ALTER TABLE page DROP COLUMN changes;
          ALTER TABLE page DROP COLUMN settled;""",
    3: "DROP INDEX landing_by_pos;",
}
db = sqlite3.connect(sys.argv[1], isolation_level=None)
now = db.execute("PRAGMA user_version").fetchone()[0]
for version in range(now, int(sys.argv[2]), -1):
    db.executescript(BACK[version])
    db.execute("PRAGMA user_version = %d" % (version - 1))
db.execute("VACUUM")
