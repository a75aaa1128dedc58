#!/bin/sh
# t410 - a timer that missed days, late arrivals, errata, rewrites: every landing
# is on the page of exactly one day, and a page can be made again from the store.
. "$(dirname "$0")/../lib.sh"
need git python3

up=$TMP/up

# land_at REPO TIME MESSAGE [FILE CONTENT]...
land_at() {
	l_dir=$1
	at "$2"
	echo $(($(cat .clock) - 60)) >.clock	# commit() adds them
	shift 2
	commit "$l_dir" "$@"
}

# on DAY TIME MESSAGE - a commit that lands then.
on() {
	land_at "$up" "$1 $2" "$3" "f$1$2" "$3"
}

now() {
	AIREP_NOW=$1
	export AIREP_NOW
}

sync_at() {
	now "$1"
	airep-git -C w sync 2>err
}

report() {
	airep-git -C w report "$@" >out 2>err
}

# listed DAY SUBJECT - how often the page has it as a change of its own.
listed() {
	grep -cE "^(####|-) c[0-9]+ \[[0-9a-f]+\]\([^)]*\) $2( ·|\$)" \
		"w/reports/$1.md" || :
}

# replays - every written page, from the store, to its bytes.
replays() {
	for r_page in w/reports/2*.md; do
		airep-git -C w report --replay "$r_page" >replayed
		same "$r_page" replayed || { echo "$r_page"; return 1; }
	done
}

t_the_first_run_writes_yesterday() {
	new_repo "$up"
	on 2026-02-01 10:00 "one of the first"
	on 2026-02-02 10:00 "one of the second"
	mkdir w
	printf '[report]\n\tlang = en\n' >w/airep.conf
	echo "t/up mirror=$up/.git" >w/repos.list
	sync_at 2026-02-03T00:05:00Z
	report
	[ "$(ls w/reports)" = "2026-02-02.md
README.md" ]
	[ "$(listed 2026-02-02 'one of the second')" = 1 ]
	lacks w/reports/2026-02-02.md "late arrival:"
}

t_nothing_is_owed_twice() {
	expect 5 report --exit-code
	has err "every closed day has its page"
}

t_three_missed_days_are_three_pages() {
	on 2026-02-03 12:00 "three"
	on 2026-02-05 12:00 "five"
	on 2026-02-05 23:50 "five again"
	sync_at 2026-02-06T00:05:00Z
	report
	[ "$(ls w/reports)" = "2026-02-02.md
2026-02-03.md
2026-02-04.md
2026-02-05.md
README.md" ]
	[ "$(listed 2026-02-03 three)" = 1 ]
	[ "$(listed 2026-02-05 five)" = 1 ]
	[ "$(listed 2026-02-05 'five again')" = 1 ]
	has w/reports/2026-02-04.md "No changes."
	replays
}

t_a_late_arrival_is_listed_once_on_its_observed_day() {
	cp w/reports/2026-02-05.md before
	on 2026-02-05 23:58 "was pushed late"
	on 2026-02-06 00:00 "six"
	on 2026-02-06 08:00 "on time"
	sync_at 2026-02-06T09:00:00Z
	sync_at 2026-02-07T00:05:00Z
	report
	[ "$(listed 2026-02-06 'was pushed late')" = 1 ]
	[ "$(listed 2026-02-06 'on time')" = 1 ]
	[ "$(listed 2026-02-06 six)" = 1 ]
	[ "$(listed 2026-02-05 six)" = 0 ]
	[ "$(listed 2026-02-05 'was pushed late')" = 0 ]
	airep-git -C w report --date 2026-02-06 --format json >doc
	python3 - doc <<-'END'
	import json, sys
	d = json.load(open(sys.argv[1]))
	assert [c["subject"] for c in d["late"]] == ["was pushed late"]
	assert d["late"][0]["late"] and d["late"][0]["landed"] < "2026-02-06"
	assert d["late"][0]["observed"] == "2026-02-06T09:00:00Z"
	ids = [c["subject"] for r in d["repositories"] for c in r["changes"]]
	assert "was pushed late" not in ids, ids
	assert d["late"][0]["handle"] == "c%d" % (len(ids) + 1)
	END
}

t_its_landed_day_gets_an_errata_line_and_is_rewritten() {
	! cmp -s before w/reports/2026-02-05.md
	diff before w/reports/2026-02-05.md >d || :
	lacks d '< #### c'
	has d "was pushed late"
	grep 'was pushed late' d | grep -q 2026-02-06
	[ "$(grep -c 'was pushed late' w/reports/2026-02-05.md)" = 1 ]
	replays
	expect 5 report --exit-code
}

t_log_marks_it_by_landed_time() {
	airep-git -C w log --date 2026-02-05 --json >log
	[ "$(wc -l <log)" -eq 3 ]
	[ "$(grep -c '"late":true' log)" -eq 1 ]
}

t_a_page_written_before_its_day_was_over_is_written_again() {
	on 2026-02-07 08:00 "morning"
	sync_at 2026-02-07T12:00:00Z
	report --date 2026-02-07
	[ "$(listed 2026-02-07 morning)" = 1 ]
	on 2026-02-07 20:00 "evening"
	sync_at 2026-02-08T00:05:00Z
	report
	[ "$(listed 2026-02-07 evening)" = 1 ]
	lacks w/reports/2026-02-07.md "late arrival:"
	replays
	expect 5 report --exit-code
}

t_a_repository_that_could_not_be_synced_is_told_then_completed() {
	new_repo "$TMP/other"
	land_at "$TMP/other" "2026-02-06 12:00" "other six" o 1
	echo "t/other mirror=$TMP/other/.git" >>w/repos.list
	sync_at 2026-02-08T00:10:00Z
	# a day on which it cannot be read
	on 2026-02-08 12:00 "eight"
	land_at "$TMP/other" "2026-02-08 13:00" "other eight" o 2
	mv other hidden
	now 2026-02-09T00:05:00Z
	expect 3 airep-git -C w sync 2>err
	report
	[ "$(listed 2026-02-08 eight)" = 1 ]
	has w/reports/2026-02-08.md "As of"
	[ "$(listed 2026-02-08 'other eight')" = 0 ]
	# the next day it can
	mv hidden other
	sync_at 2026-02-10T00:05:00Z
	report
	[ "$(listed 2026-02-08 'other eight')" = 1 ]
	[ "$(listed 2026-02-09 'other eight')" = 0 ]
	lacks w/reports/2026-02-08.md "As of"
	replays
}

t_a_rewrite_keeps_the_archive_and_repeats_are_one_counted_line() {
	land_at "$up" "2026-02-10 10:00" "ten" ten 1
	sync_at 2026-02-11T00:05:00Z
	report
	cp w/reports/2026-02-10.md before
	old=$(git -C "$up" rev-parse HEAD)
	date=$(git -C "$up" log -1 --format=%ad --date=raw)
	at "2026-02-11 10:00"
	GIT_COMMITTER_DATE="$GIT_COMMITTER_DATE" git -C "$up" commit -q \
		--amend --no-edit --date="$date"
	on 2026-02-11 11:00 "eleven"
	sync_at 2026-02-12T00:05:00Z
	has err rewritten
	report
	same before w/reports/2026-02-10.md
	[ "$(listed 2026-02-11 eleven)" = 1 ]
	[ "$(listed 2026-02-11 ten)" = 0 ]
	airep-git -C w log --json t/up >log
	grep "$old" log | grep -q '"gone"'
	airep-git -C w report --date 2026-02-11 --format json >doc
	python3 - doc <<-'END'
	import json, sys
	d = json.load(open(sys.argv[1]))
	assert d["repositories"][0]["replaced"] == 1
	assert not d["late"], d["late"]
	END
	airep-git -C w report --date 2026-02-12 --format json >doc
	python3 - doc <<-'END'
	import json, sys
	d = json.load(open(sys.argv[1]))
	assert [e["kind"] for e in d["repositories"][0]["events"]] == \
	    ["rewritten"], d["repositories"][0]["events"]
	END
	replays
}

t_a_sidelined_trunk_keeps_its_pages() {
	land_at "$up" "2026-02-12 10:00" "twelve" twelve 1
	sync_at 2026-02-13T00:05:00Z
	report
	cp w/reports/2026-02-12.md before
	git -C "$up" checkout -q -b theirs HEAD~1
	land_at "$up" "2026-02-13 09:00" "their work" theirs 1
	at "2026-02-13 10:00"
	git -C "$up" merge -q --no-ff -m "Merge branch 'main'" main
	git -C "$up" branch -f main theirs
	git -C "$up" checkout -q main
	sync_at 2026-02-14T00:05:00Z
	has err sidelined
	report
	same before w/reports/2026-02-12.md
	[ "$(listed 2026-02-13 'their work')" = 1 ]
	airep-git -C w log --json --date 2026-02-12 t/up >log
	has log '"sidelined"'
	replays
}

t_every_landing_is_on_one_page() {
	# days before the first page, and before a repository was listed
	airep-git -C w report --date 2026-02-01 2>err
	airep-git -C w report --date 2026-02-06 2>err
	airep-git -C w log --json >log
	python3 - log w/airep.db <<-'END'
	import json, sqlite3, sys
	want = sorted(json.loads(l)["oid"] for l in open(sys.argv[1]))
	db = sqlite3.connect(sys.argv[2])
	replaced = [r[0].hex() for r in db.execute(
	    "SELECT c.oid FROM landing l JOIN commit_row c "
	    "ON c.id = l.commit_id WHERE l.replaces")]
	got = []
	for (text,) in db.execute("SELECT document FROM page"):
	    d = json.loads(text)
	    got += [c["oid"] for r in d["repositories"] for c in r["changes"]]
	    got += [c["oid"] for c in d["late"]]
	got += replaced
	assert sorted(got) == want, (set(want) ^ set(got),
	                             len(want), len(got))
	END
}

# Its history is nobody's late news, and the pages that stand stay as they are:
# a day is told with the repositories of that time until it is asked for again.
t_a_repository_that_is_followed_later_has_its_history_and_none_is_late() {
	new_repo "$TMP/new"
	land_at "$TMP/new" "2026-03-01 09:00" "old of the new" f 1
	land_at "$TMP/new" "2026-03-02 09:00" "day of the new" f 2
	new_repo "$TMP/first"
	land_at "$TMP/first" "2026-03-01 10:00" "one of march" f 1
	land_at "$TMP/first" "2026-03-02 10:00" "two of march" f 2
	rm -rf w
	mkdir w
	printf '[report]\n\tlang = en\n' >w/airep.conf
	echo "t/first mirror=$TMP/first/.git" >w/repos.list
	sync_at 2026-03-02T00:05:00Z
	report
	cp w/reports/2026-03-01.md was.md
	echo "t/new mirror=$TMP/new/.git" >>w/repos.list
	sync_at 2026-03-03T00:05:00Z
	report
	[ "$(listed 2026-03-02 'day of the new')" -eq 1 ]
	[ "$(listed 2026-03-02 'old of the new')" -eq 0 ]
	lacks w/reports/2026-03-02.md "old of the new"
	same was.md w/reports/2026-03-01.md
	airep-git -C w log --json >log
	lacks log '"late":true'
	report --date 2026-03-03 --stdout
	lacks out "of the new"
	report --date 2026-03-01
	[ "$(listed 2026-03-01 'old of the new')" -eq 1 ]
	[ "$(listed 2026-03-01 'one of march')" -eq 1 ]
	report
	[ "$(listed 2026-03-01 'old of the new')" -eq 1 ]
	replays
}

run_tests "$@"
