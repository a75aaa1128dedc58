#!/bin/sh
# t320 - a store of an older schema: copied, then changed in one transaction; 59
# and 67 are rows of docs/faults.md.
. "$(dirname "$0")/../lib.sh"
need git python3

AIREP_NOW=2026-02-03T00:00:00Z
export AIREP_NOW
FIRST=1		# the oldest schema a store may have

sync() {
	airep-git -C w sync >out 2>err
}

# all STORE - every table, index, row and number of the file, but for how a
# column that came later is written and which rules made a label: no older
# store knows.
all() {
	python3 - "$1" <<-'END'
		import sqlite3, sys
		db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
		for p in ("application_id", "user_version"):
		    print(p, db.execute("PRAGMA " + p).fetchone()[0])
		for kind, name, sql in db.execute("""SELECT type, name, sql
		        FROM sqlite_schema ORDER BY type, name""").fetchall():
		    print(kind, name, sql if kind != "table" else "")
		    if kind != "table":
		        continue
		    columns = db.execute("PRAGMA table_info(%s)" % name).fetchall()
		    print("  ", columns)
		    kept = [c[1] for c in columns if (name, c[1]) !=
		            ("label", "rules")]
		    for row in sorted(map(repr, db.execute("SELECT %s FROM %s" %
		                      (",".join(kept), name)))):
		        print("  ", row)
		print(db.execute("PRAGMA integrity_check").fetchone()[0])
	END
}

# old - the workspace with the store of the oldest schema.
old() {
	rm -rf w/airep.db*
	cp old.db w/airep.db
}

# unharmed - the store is still the old one, whole, and can be migrated.
unharmed() {
	all w/airep.db >now
	same old.all now
	sync
	lacks err "failed"
	airep-git -C w log --json >log
	same log.good log
	all w/airep.db.schema-$FIRST >now
	same old.all now
	[ -z "$(find w -name '*.tmp-*')" ]
}

# limited BLOCKS SIGNAL CMD... - no file may grow over BLOCKS of 512 bytes; a
# write beyond it kills (default) or fails (ignore).
limited() {
	python3 - "$@" <<-'END'
		import os, resource, signal, sys
		size = int(sys.argv[1]) * 512
		resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
		signal.signal(signal.SIGXFSZ, signal.SIG_DFL
		              if sys.argv[2] == "default" else signal.SIG_IGN)
		os.execvp(sys.argv[3], sys.argv[3:])
	END
}

t_a_store_to_begin_with() {
	new_repo src
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		commit src "[Fix] $i" f $i
	done
	mkdir w
	echo "t/src mirror=$TMP/src/.git" >w/repos.list
	sync
	all w/airep.db >fresh.all
	airep-git -C w log --json >log.good
	cp w/airep.db old.db
	python3 "$TOP/tests/old_schema.py" old.db $FIRST
	all old.db >old.all
	! cmp -s fresh.all old.all
}

t_67_an_older_store_is_copied_and_becomes_a_fresh_one() {
	old
	chmod 600 w/airep.db
	airep-git -C w classify --rebuild 2>err
	has err "schema $FIRST became"
	has err "kept in '"
	has err "w/airep.db.schema-$FIRST'"
	all w/airep.db >now
	same fresh.all now
	all w/airep.db.schema-$FIRST >now
	same old.all now
	[ "$(stat -c %a w/airep.db.schema-$FIRST)" = 600 ]
	airep-git -C w log --json >log
	same log.good log
	# once
	sync
	lacks err became
	airep-git -C w doctor >out
	has out "store"
}

t_67_a_command_that_only_reads_says_who_writes() {
	old
	expect 2 airep-git -C w log >out 2>err
	has err "older schema $FIRST"
	has err "airep-git sync"
	same old.db w/airep.db
}

t_67_the_new_index_answers_what_came_late() {
	old
	sync
	python3 - "$TOP/store/queries.def" >plan <<-'END'
		import re, sqlite3, sys
		text = open(sys.argv[1]).read()
		where = re.search(r"Q\(READ_OBSERVED.*?(WHERE.*?)ORDER", text,
		                  re.S).group(1)
		where = re.sub(r'"\s*"', "", where)
		db = sqlite3.connect("w/airep.db")
		for row in db.execute("EXPLAIN QUERY PLAN SELECT 1 FROM landing l "
		                      "JOIN commit_row c ON c.id=l.commit_id "
		                      + where, {"repo": 1, "since": 0, "until": 9}):
		    print(row[3])
	END
	has plan "INDEX commit_row_by_observed (repo_id=? AND observed>?"
}

# The commit of the change waits for a reader; killed there, all is done but it.
t_59_killed_before_the_end_the_old_store_stays() {
	old
	python3 -c 'import sqlite3, time
d = sqlite3.connect("w/airep.db", isolation_level=None)
d.execute("BEGIN")
d.execute("SELECT count(*) FROM repo").fetchall()
open("held", "w")
time.sleep(600)' &
	holder=$!
	while [ ! -e held ]; do sleep 0.05; done
	airep-git -C w sync >out 2>err &
	pid=$!
	for i in $(seq 200); do
		[ ! -e w/airep.db-journal ] || break
		sleep 0.05
	done
	[ -e w/airep.db-journal ]
	sleep 0.5
	kill -9 $pid $holder
	wait $pid $holder || :
	lacks err became
	all w/airep.db.schema-$FIRST >now
	same old.all now
	unharmed
}

# The copy is as large as the store, so it fits; the new index does not.
t_59_killed_while_writing_the_old_store_stays() {
	old
	blocks=$(($(stat -c %s old.db) / 512))
	limited $blocks default airep-git -C w sync >out 2>err && exit 1
	[ -s w/airep.db-journal ]
	all w/airep.db.schema-$FIRST >now
	same old.all now
	sync
	airep-git -C w log --json >log
	same log.good log
	all w/airep.db | tail -n 1 | grep -qx ok
}

# A store that somebody has worked on: the second step cannot be done.
t_67_a_step_that_fails_undoes_those_before_it() {
	old
	python3 -c 'import sqlite3
d = sqlite3.connect("w/airep.db", isolation_level=None)
d.execute("ALTER TABLE label ADD COLUMN rules INTEGER")'
	all w/airep.db >was
	must_fail sync
	has err "nothing was changed, and a copy is '"
	all w/airep.db >now
	same was now
}

t_67_no_room_to_change_it_undoes_all_and_names_the_copy() {
	old
	blocks=$(($(stat -c %s old.db) / 512))
	must_fail limited $blocks ignore airep-git -C w sync >out 2>err
	has err "nothing was changed, and a copy is '"
	has err "w/airep.db.schema-$FIRST'"
	unharmed
}

t_67_no_room_for_the_copy_changes_nothing() {
	old
	blocks=$(($(stat -c %s old.db) / 1024))
	must_fail limited $blocks ignore airep-git -C w sync >out 2>err
	has err "is unchanged (schema $FIRST)"
	has err "w/airep.db.schema-$FIRST' cannot be written"
	same old.db w/airep.db
	[ -z "$(find w -name 'airep.db.*')" ]
	unharmed
	# nor does one that cannot have its name
	old
	mkdir w/airep.db.schema-$FIRST
	must_fail sync
	has err "cannot be written"
	same old.db w/airep.db
	rmdir w/airep.db.schema-$FIRST
	unharmed
}

run_tests "$@"
