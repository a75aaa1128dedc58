#!/bin/sh
# t310 - the store is full, busy, broken, foreign, newer or read-only, or
# the clock jumps; the numbers are rows of docs/faults.md.
. "$(dirname "$0")/../lib.sh"
need git python3

AIREP_NOW=2026-02-03T00:00:00Z
export AIREP_NOW

sync() {
	airep-git -C w sync >out 2>err
}

# sql STATEMENT - on the store, by another program.
sql() {
	python3 -c 'import sqlite3, sys
d = sqlite3.connect("w/airep.db", isolation_level=None)
d.execute(sys.argv[1])' "$1"
}

t_a_store_to_begin_with() {
	new_repo src
	commit src one a 1
	commit src two a 2
	mkdir w
	echo "t/src mirror=$TMP/src/.git" >w/repos.list
	sync
	airep-git -C w -q report --date 2026-02-01
	cp w/airep.db good.db
	airep-git -C w log --json >log.good
}

t_64_a_store_in_use_is_waited_for() {
	python3 -c 'import sqlite3, time
d = sqlite3.connect("w/airep.db", isolation_level=None)
d.execute("BEGIN EXCLUSIVE")
open("held", "w")
time.sleep(2)' &
	while [ ! -e held ]; do sleep 0.05; done
	airep-git -C w log --json >log
	same log.good log
	wait
}

t_64_a_store_in_use_for_long_is_named_and_nothing_lost() {
	rm -f held
	python3 -c 'import sqlite3, time
d = sqlite3.connect("w/airep.db", isolation_level=None)
d.execute("BEGIN IMMEDIATE")
open("held", "w")
time.sleep(600)' &
	holder=$!
	while [ ! -e held ]; do sleep 0.05; done
	commit src three a 3
	must_fail sync
	kill $holder
	wait $holder || :
	has err "another program has it open"
	sync
	has err "1 new commit"
	cp w/airep.db good.db
	airep-git -C w log --json >log.good
}

t_65_a_broken_store_is_refused_with_what_to_do() {
	python3 -c 'import os
n = os.path.getsize("w/airep.db")
f = open("w/airep.db", "r+b")
for at in range(4096, n, 4096):
    f.seek(at)
    f.write(b"\xff" * 512)'
	must_fail sync
	has err "w/airep.db'"
	has err "mirrors are enough to make it again"
	cp w/airep.db broken
	must_fail airep-git -C w log >out 2>err
	same broken w/airep.db
	# and they are
	rm w/airep.db
	sync
	airep-git -C w log --json >log
	same log.good log
}

# A page that opening does not read: only the check after a crash can see it.
t_65_after_a_crash_the_file_is_checked() {
	cp good.db w/airep.db
	python3 - <<-'END'
		import os, shutil, sqlite3
		n = os.path.getsize("good.db")
		for at in range(n - 4096, 4096, -4096):
		    shutil.copy("good.db", "w/airep.db")
		    with open("w/airep.db", "r+b") as f:
		        f.seek(at + 3)
		        f.write(b"\xff\xff")
		    try:
		        d = sqlite3.connect("w/airep.db")
		        d.execute("SELECT * FROM repo").fetchall()
		        if d.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
		            break
		    except sqlite3.DatabaseError:
		        pass
		else:
		    raise SystemExit("no such page")
	END
	expect 5 airep-git -C w sync --exit-code 2>err
	head -c 512 /dev/zero >w/airep.db-journal
	must_fail sync
	has err "mirrors are enough to make it again"
	rm -f w/airep.db-journal
	cp good.db w/airep.db
	sync
}

t_66_what_is_no_store_of_ours_is_left_alone() {
	for kind in text other; do
		rm -f w/airep.db
		case $kind in
		text) seq 2000 >w/airep.db ;;
		other) sql "CREATE TABLE theirs (a)" ;;
		esac
		cp w/airep.db was
		must_fail sync
		must_fail airep-git -C w log >out 2>err2
		same was w/airep.db
	done
	has err "belongs to another program"
	# nothing at all becomes a store, but only for sync
	: >w/airep.db
	must_fail airep-git -C w log >out 2>err
	has err "is empty: run"
	sync
	airep-git -C w log --json >log
	same log.good log
}

t_68_another_schema_is_refused_by_number() {
	cp good.db w/airep.db
	sql "PRAGMA user_version = 99"
	cp w/airep.db was
	expect 2 sync
	has err "has schema 99"
	has err "use a newer airep-git"
	same was w/airep.db
	# older than the first; those between are migrated (t320)
	cp good.db w/airep.db
	sql "PRAGMA user_version = 0"
	expect 2 sync
	has err "which no release wrote"
	cp good.db w/airep.db
}

# in_namespace SCRIPT - with mounts of its own, where that is allowed.
in_namespace() {
	command -v unshare >/dev/null && unshare -rm true 2>/dev/null ||
		return 0
	unshare -rm sh -ec "$1"
}

t_54_a_full_disk_undoes_the_transaction_and_says_so() {
	new_repo big
	i=0
	while [ $i -lt 60 ]; do
		i=$((i + 1))
		commit big "$(seq -s ' ' 1 4000)" f $i
	done
	mkdir -p disk
	in_namespace '
		mount -t tmpfs -o size=400k none disk
		mkdir disk/w
		echo "t/big mirror=$TMP/big/.git" >disk/w/repos.list
		airep-git -C disk/w sync >out 2>err && exit 1
		grep -q "disk is full" err
		python3 -c "import sqlite3, sys
d = sqlite3.connect(\"disk/w/airep.db\")
print(d.execute(\"PRAGMA integrity_check\").fetchone()[0])" | grep -qx ok
		mount -o remount,size=20m disk
		airep-git -C disk/w -q sync
		[ "$(airep-git -C disk/w log --json | wc -l)" -eq 60 ]
	'
}

t_55_a_full_disk_keeps_the_old_page() {
	in_namespace '
		mount -t tmpfs -o size=2m none disk
		mkdir disk/w
		echo "t/src mirror=$TMP/src/.git" >disk/w/repos.list
		airep-git -C disk/w -q sync
		airep-git -C disk/w -q report --date 2026-02-01
		cp disk/w/reports/2026-02-01.md was
		dd if=/dev/zero of=disk/fill bs=1k 2>/dev/null || :
		airep-git -C disk/w report --date 2026-02-01 --lang en \
			>out 2>err && exit 1
		cmp was disk/w/reports/2026-02-01.md
		[ -z "$(find disk/w/reports -size 0)" ]
		rm disk/fill
		airep-git -C disk/w -q report --date 2026-02-01 --lang en
		airep-git -C disk/w -q verify disk/w/reports/2026-02-01.en.md
	'
}

t_69_a_read_only_workspace_can_be_read() {
	cp good.db w/airep.db
	in_namespace '
		mount --bind w w
		mount -o remount,ro,bind w
		airep-git -C w log --json >log
		cmp log.good log
		airep-git -C w status >out
		airep-git -C w report --date 2026-02-01 --stdout >page
		grep -q "2026-02-01" page
		airep-git -C w sync >out 2>err && exit 1
		grep -qi "read-only" err
	'
}

t_72_a_clock_that_jumps_back_gives_no_earlier_stamps() {
	new_repo clock
	commit clock one a 1
	mkdir c
	echo "t/clock mirror=$TMP/clock/.git" >c/repos.list
	AIREP_NOW=2026-02-05T00:00:00Z
	airep-git -q -C c sync
	for AIREP_NOW in 1970-01-01T00:00:05Z 2026-02-04T00:00:00Z; do
		commit clock "$AIREP_NOW" a "$AIREP_NOW"
		airep-git -q -C c sync
	done
	airep-git -C c log --json >log
	[ "$(grep -c '"observed":"2026-02-05T00:00:00Z"' log)" -eq 3 ]
}

t_81_changed_rules_are_named_and_applied_by_a_rebuild() {
	cp good.db w/airep.db
	type='SELECT DISTINCT type FROM labels'
	airep-git -C w query "$type" >before
	airep-git -C w report --date 2026-02-01 --lang en --stdout |
		grep -o 'rules [0-9a-f]*' >hash1
	airep-git -C w status >out 2>err
	lacks err "labels of other rules"
	printf '[type fix]\nmine 5000 subject .\n' >w/rules.conf
	sync
	[ "$(grep -c 'labels of other rules' err)" -eq 1 ]
	has err "3 commits carry labels of other rules than today's"
	has err "airep-git classify --rebuild"
	for cmd in status 'status --json' 'report --stdout --date 2026-02-01' \
		'report --date 2026-02-01'; do
		airep-git -C w $cmd >out 2>err
		[ "$(grep -c '3 commits carry labels of other' err)" -eq 1 ]
		lacks out "other rules"
	done
	airep-git -C w report --date 2026-02-01 --lang en --stdout |
		grep -o 'rules [0-9a-f]*' >hash2
	[ -s hash1 ]
	! cmp -s hash1 hash2
	airep-git -C w query "$type" >after
	same before after
	airep-git -C w -q classify --rebuild
	airep-git -C w query "$type" >after
	grep -q fix after
	lacks after chore
	airep-git -C w status >out 2>err
	lacks err "labels of other rules"
	# labels of two rule sets: those of the other one are counted
	commit src four a 4
	rm w/rules.conf
	sync
	has err "3 commits carry labels of other rules"
	printf '[type fix]\nmine 5000 subject .\n' >w/rules.conf
	sync
	has err "1 commit carries labels of other rules"
	# a mistake in them does not hide the status
	printf '[type fix]\nmine 5000 subject (\n' >w/rules.conf
	airep-git -C w status >out 2>err
	has out "t/src"
	has err "rules.conf:2"
	rm w/rules.conf
}

run_tests "$@"
