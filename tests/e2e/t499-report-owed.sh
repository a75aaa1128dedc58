#!/bin/sh
# t499 - which days `report` owes: a page somebody asked for by hand, of another
# language or of a day that is not over hides none of them and asks for none.
. "$(dirname "$0")/../lib.sh"
need git

up=$TMP/up

now() {
	AIREP_NOW=$1
	export AIREP_NOW
}

# workspace DIR - followed since the second, whose page is there.
workspace() {
	rm -rf "$1"
	mkdir "$1"
	echo "t/up mirror=$up/.git" >"$1/repos.list"
	now 2026-02-03T01:00:00Z
	airep-git -q -C "$1" sync
	airep-git -q -C "$1" report
	pages "$1" 02
}

sync_at() {
	now "2026-02-$2T01:00:00Z"
	airep-git -q -C "$1" sync
}

# pages DIR DAY... - those of February and the front page are all there is.
pages() {
	p_dir=$1
	shift
	{
		for p_day; do echo "2026-02-$p_day.md"; done
		echo README.md
	} >want
	(cd "$p_dir/reports" && LC_ALL=C ls) >got
	same want got
}

t_a_page_by_hand_hides_no_day_before_it() {
	new_repo "$up"
	for d in 01 02 03 04 05 06; do
		at "2026-02-$d 10:00"
		commit "$up" "of day $d" "f$d" "$d"
	done
	workspace w
	sync_at w 07
	airep-git -q -C w report --date 2026-02-06
	airep-git -C w report 2>err
	has err "wrote reports/2026-02-04.md"
	pages w 02 03 04 05 06
	expect 5 airep-git -C w report --exit-code 2>err
	# of the day that is under way
	workspace w
	sync_at w 07
	airep-git -q -C w report --date 2026-02-07
	airep-git -q -C w report
	pages w 02 03 04 05 06 07
	sync_at w 09
	airep-git -q -C w report
	pages w 02 03 04 05 06 07 08
}

t_a_page_of_an_older_day_asks_for_none_behind_it() {
	mkdir fresh
	cp w/repos.list fresh
	sync_at fresh 07
	airep-git -q -C fresh report
	pages fresh 06
	airep-git -q -C fresh report --date 2026-02-01
	expect 5 airep-git -C fresh report --exit-code 2>err
	pages fresh 01 06
	# one that is the first of all is where they begin
	rm -r fresh/airep.db fresh/reports
	sync_at fresh 07
	airep-git -q -C fresh report --date 2026-02-04
	airep-git -q -C fresh report
	pages fresh 04 05 06
}

t_no_more_than_the_newest_of_catch_up() {
	workspace w
	sync_at w 07
	airep-git -q -C w report --date 2026-02-05
	printf '[report]\n\tcatchUp = 3\n' >w/airep.conf
	airep-git -q -C w report
	pages w 02 04 05 06
}

t_each_language_owes_its_own_days() {
	workspace w
	sync_at w 07
	airep-git -q -C w report --lang en --date 2026-02-06
	airep-git -q -C w report
	rm w/reports/2026-02-06.en.md
	pages w 02 03 04 05 06
	# a second language begins with the last closed day and catches up
	workspace w
	airep-git -q -C w report --lang en
	[ -f w/reports/2026-02-02.en.md ]
	sync_at w 05
	airep-git -q -C w report
	airep-git -q -C w report --lang en
	rm w/reports/2026-02-0[234].en.md
	pages w 02 03 04
	# and one that takes the place of the other goes on behind it
	workspace w
	printf '[report]\n\tlang = en\n' >w/airep.conf
	sync_at w 05
	airep-git -q -C w report
	pages w 02 03 04
	has w/reports/2026-02-03.md "## Summary"
}

t_a_day_that_did_not_begin_is_refused() {
	workspace w
	for option in "" --stdout "--format json" "--lang en"; do
		# shellcheck disable=SC2086 # words
		expect 2 airep-git -C w report --date 2027-02-02 $option \
			>out 2>err
		has err "2027-02-02 is not over"
		has err "2026-02-02"
		[ ! -s out ]
	done
	expect 2 airep-git -C w report --date 2026-02-04 2>err
	airep-git -q -C w report --date 2026-02-03
	pages w 02 03
}

# As older versions wrote it for a slip of the pen.
t_a_page_of_the_future_ends_nothing() {
	workspace w
	now 2027-02-03T01:00:00Z
	airep-git -q -C w report --date 2027-02-02
	for d in 04 05; do
		sync_at w $d
		airep-git -q -C w report
	done
	rm w/reports/2027-02-02.md
	pages w 02 03 04
	has w/reports/README.md "(2026-02-04)"
	has w/reports/README.md "airep-git report --replay 2026-02-04.md"
}

run_tests "$@"
