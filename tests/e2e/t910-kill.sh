#!/bin/sh
# t910 - sync and report killed at any moment, or out of disk: the next run ends
# in the store and the pages of a run that was never disturbed.  KILLS=200 in
# the environment for more rounds.
. "$(dirname "$0")/../lib.sh"
need git python3
kills=${KILLS:-40}

# state WORKSPACE - rows, documents and pages.
state() {
	python3 "$LIB_DIR/dump.py" "$1"
	python3 - "$1" <<-'END'
	import sqlite3, sys
	db = sqlite3.connect("file:%s/airep.db?mode=ro" % sys.argv[1], uri=True)
	for q in ("SELECT file, day, lang, document FROM page ORDER BY file",
	          "SELECT ref, hex(old), hex(new), kind, first FROM ref_move "
	          "ORDER BY 1, 2, 3",
	          "SELECT hex(c.oid), l.frozen, l.gone, l.sidelined FROM "
	          "landing l JOIN commit_row c ON c.id = l.commit_id ORDER BY 1"):
	    for row in db.execute(q):
	        print(row)
	assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
	END
	(cd "$1/reports" && for f in *; do echo "== $f"; cat "$f"; done)
}

# killed MS CMD... - end it so many thousandths of a second after its start.
killed() {
	k_ms=$1
	shift
	"$@" >/dev/null 2>&1 &
	k_pid=$!
	sleep "$(printf '%d.%03d' $((k_ms / 1000)) $((k_ms % 1000)))"
	kill -9 "$k_pid" 2>/dev/null || :
	wait "$k_pid" 2>/dev/null || :
}

# until_done CMD... - workers of a killed run end with it, but not at once.
until_done() {
	for u_try in 1 2 3 4 5 6 7 8 9 10; do
		"$@" >said 2>&1 && return 0
		sleep 0.2
	done
	cat said
	return 1
}

t_make_histories() {
	for k in rewritten sidelined; do
		STEP=9000 python3 "$LIB_DIR/history.py" "$TMP/$k.git" $k \
			$((kills * 7 / 8 + 25)) >$k.tips
	done
	for w in calm wild; do
		mkdir $w
		printf '%s\n' "$TMP/rewritten.git name=t/cloned forge=none" \
			"t/inplace mirror=$TMP/sidelined.git" >$w/repos.list
	done
}

t_killed_the_next_run_ends_the_same() {
	done=0 round=0
	while [ "$done" -lt "$kills" ]; do
		round=$((round + 1))
		n=$((round * 7))
		for k in rewritten sidelined; do
			tip=$(sed -n "${n}p" $k.tips)
			[ -n "$tip" ] || tip=$(tail -n 1 $k.tips)
			git -C $k.git update-ref refs/heads/main "$tip"
		done
		AIREP_NOW=$((1769904000 + round * 130000))
		export AIREP_NOW
		airep-git -q -C calm sync
		airep-git -q -C calm report
		for i in 1 2 3 4; do
			killed $((done * 53 % 190)) airep-git -C wild sync
			done=$((done + 1))
		done
		until_done airep-git -C wild sync
		for i in 1 2 3 4; do
			killed $((done * 31 % 90)) airep-git -C wild report
			done=$((done + 1))
		done
		until_done airep-git -C wild report
		state calm >want
		state wild >got
		same want got || { echo "round $round"; return 1; }
	done
	[ "$(grep -c '^landing' want)" -gt $((round * 3)) ]
	[ "$(grep -c '^== 2026' want)" -ge $((round / 2)) ]
	# and nothing is left lying about
	find wild -name '*.lock' ! -name airep.lock -o -name 'pack_git2_*' \
		-o -name '*-journal' -o -path '*/reports/*.tmp*' >left
	[ ! -s left ] || { cat left; return 1; }
}

t_a_page_killed_between_file_and_store_is_made_good() {
	python3 - wild <<-'END'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1] + "/airep.db")
	day = db.execute("SELECT max(day) FROM page").fetchone()[0]
	db.execute("DELETE FROM page WHERE day = ?", (day,))
	db.commit()
	END
	until_done airep-git -C wild report
	state wild >got
	same want got
}

# A write that does not fit: the shell's limit stands for a full disk.
t_out_of_disk_then_space_again() {
	mkdir full
	cp wild/repos.list full/
	for blocks in 1 40 120 300; do
		(
			trap '' XFSZ
			ulimit -f $blocks
			airep-git -C full sync >said 2>&1
		) && [ $blocks -lt 300 ] && { echo "no failure at $blocks"; :; }
		lacks said "Segmentation"
	done
	until_done airep-git -C full sync
	(
		trap '' XFSZ
		ulimit -f 4
		must_fail airep-git -C full report >said 2>&1
	)
	until_done airep-git -C full report
	python3 "$LIB_DIR/dump.py" full >got
	mkdir fresh
	cp wild/repos.list fresh/
	airep-git -q -C fresh sync
	airep-git -q -C fresh report
	python3 "$LIB_DIR/dump.py" fresh >want
	same want got
	diff -r fresh/reports full/reports
}

t_out_of_disk_on_a_small_file_system() {
	command -v unshare >/dev/null &&
		unshare -rm true 2>/dev/null || {
		echo "skip: no mount name space here"
		return 0
	}
	mkdir disk
	cat >ondisk.sh <<-'END'
	set -e
	mount -t tmpfs -o size=192k tmpfs disk || exit 0
	cp wild/repos.list disk/
	rc=0
	airep-git -C disk sync >said 2>&1 || rc=$?
	[ $rc -ge 1 ] && [ $rc -le 125 ]
	mount -o remount,size=40m disk
	airep-git -C disk sync >said 2>&1 || airep-git -C disk sync >said 2>&1
	airep-git -q -C disk report
	python3 "$LIB_DIR/dump.py" disk >got
	END
	LIB_DIR=$LIB_DIR unshare -rm sh ondisk.sh
	[ ! -s got ] || same want got
}

run_tests "$@"
