#!/bin/sh
# t240 - a history synced in ten steps ends in the rows of one step; what does
# differ is what follows from when something was seen, and only that.
. "$(dirname "$0")/../lib.sh"
need git python3

# history KIND [N] - $TMP/KIND.git and the tips to see in KIND.tips.
history() {
	python3 "$LIB_DIR/history.py" "$TMP/$1.git" "$@" >"$1.tips"
	head -n 1 "$1.tips" | xargs git -C "$TMP/$1.git" \
		update-ref refs/heads/main
}

# workspace DIR KIND
workspace() {
	mkdir "$1"
	echo "t/$2 mirror=$TMP/$2.git" >"$1/repos.list"
}

# see WORKSPACE KIND TIP NOW - sync it as of then.
see() {
	git -C "$TMP/$2.git" update-ref refs/heads/main "$3"
	AIREP_NOW=$4 airep-git -C "$1" sync 2>>"$1/err"
}

# steps KIND N - which tips so many syncs see: the last is the last.
steps() {
	awk -v n="$2" '{ v[NR] = $0 } END {
		for (i = 1; i <= n; i++) print v[int(i * NR / n)] }' "$1.tips"
}

dump() {
	python3 "$LIB_DIR/dump.py" "$@"
}

# within_a_day KIND - no day closes between the first sync and the last, so
# not a row may differ.
within_a_day() {
	history "$1"
	workspace "$1-one" "$1"
	workspace "$1-ten" "$1"
	now=1769985000
	steps "$1" 10 >list
	[ "$(wc -l <list)" -eq 10 ]
	while read -r tip; do
		see "$1-ten" "$1" "$tip" $now
	done <list
	see "$1-one" "$1" "$(tail -n 1 "$1.tips")" $now
	dump "$1-one" >want
	dump "$1-ten" >got
	same want got
	[ "$(grep -c '^landing' want)" -gt 10 ]
	[ "$(grep -c '^member' want)" -gt 5 ]
	[ "$(grep -c '^change' want)" -gt 50 ]
	airep-git -C "$1-one" log --commits --json >want.log
	airep-git -C "$1-ten" log --commits --json >got.log
	same want.log got.log
}

t_ten_steps_are_one_step() {
	within_a_day plain
}

t_also_with_a_tip_from_the_future_and_one_from_the_past() {
	within_a_day future
	[ "$(grep -c '"doubtful":true' got.log)" -eq 2 ]
	python3 - got.log <<-'END'
	import json, sys
	at = [json.loads(l)["landed"] for l in open(sys.argv[1])
	      if json.loads(l)["mainline"]]
	assert at == sorted(at), at
	END
}

t_also_when_the_trunk_was_merged_into_a_branch() {
	within_a_day sidelined
	grep -q "flagged sidelined" sidelined-ten/err
}

t_also_when_it_was_rewritten_between_two_syncs() {
	within_a_day rewritten
	grep -q "was rewritten" rewritten-ten/err
}

# across_days KIND SECONDS - a day closes at every sync, commits are so far
# apart.  Facts stay equal and every commit that is reachable belongs to exactly
# one landing.
across_days() {
	rm -rf "$1.git" "$1-one" "$1-ten"
	STEP=$2
	export STEP
	history "$1"
	now=0
	workspace "$1-ten" "$1"
	workspace "$1-one" "$1"
	steps "$1" 6 >list
	while read -r tip; do
		at=$(git -C "$TMP/$1.git" log -1 --format=%ct "$tip")
		[ "$at" -lt 1780000000 ] || at=1770000000
		[ "$now" -gt $((at + 3600)) ] || now=$((at + 3600))
		see "$1-ten" "$1" "$tip" "$now"
	done <list
	see "$1-one" "$1" "$(tail -n 1 list)" "$now"
	dump "$1-one" | grep '^commit\|^change\|^ref\|^repo' >want
	dump "$1-ten" | grep '^commit\|^change\|^ref\|^repo' >got
	same want got
	airep-git -C "$1-ten" log --commits --json >log
	git -C "$TMP/$1.git" rev-list main | sort >want
	python3 - log >got <<-'END'
	import json, sys
	for line in open(sys.argv[1]):
	    c = json.loads(line)
	    if "gone" not in c["flags"]:
	        print(c["oid"])
	END
	sort got >got.sorted
	same want got.sorted
}

t_across_days_every_commit_has_one_landing() {
	across_days plain 7200
	lacks log '"late":true'
}

t_across_days_with_odd_dates() {
	across_days future 7200
}

t_across_days_sidelined_landings_keep_their_members() {
	across_days sidelined 7200
	grep -q '"sidelined"' log
	python3 - log <<-'END'
	import json, sys
	rows = [json.loads(l) for l in open(sys.argv[1])]
	side = [c for c in rows if "sidelined" in c["flags"] and c["mainline"]]
	held = [m for c in side for m in c.get("commits", [])]
	assert len(side) > 3 and held, (len(side), held)
	by = {c["oid"]: c for c in rows}
	assert all(by[m]["landing"] != m for m in held)
	# in the order they had as landings of the trunk
	place = {c["oid"]: i for i, c in enumerate(side)}
	for c in side:
	    p = c["parents"][0]
	    assert p not in place or place[p] < place[c["oid"]], c["oid"]
	END
}

t_across_days_rewritten_landings_stay_and_are_repeated_once() {
	across_days rewritten 100000
	python3 - log rewritten-ten/airep.db <<-'END'
	import json, sqlite3, sys
	rows = [json.loads(l) for l in open(sys.argv[1])]
	gone = [c for c in rows if "gone" in c["flags"]]
	db = sqlite3.connect(sys.argv[2])
	n = db.execute("SELECT count(*) FROM landing a JOIN landing b "
	               "ON a.replaces = b.commit_id WHERE b.gone AND NOT a.gone"
	               ).fetchone()[0]
	assert gone and n == len(gone), (len(gone), n)
	END
}

run_tests "$@"
