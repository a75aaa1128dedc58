#!/bin/sh
# Sentences of a page that count other things than its files and changes: how
# much a revert undoes, landings that repeat others, files of a tree that use a
# name, files that were not measured, times of syncs, older commits.  None is
# taken for something else, and what can be counted again is.
. "$(dirname "$0")/../lib.sh"

# A landing of two files of which the revert takes one back whole, a landing
# that is reverted whole, and a name that goes while the other repository has
# it; then somebody rewrites the branch, and what landed lands again.
setup() {
	new_repo "$TMP/lib" && new_repo "$TMP/app"
	at 2026-02-02T09:00:00Z
	commit "$TMP/lib" start a.py "x = 1" b.py "y = 1" \
		kernels/__init__.py "from .plan import plan_gemm, run_gemm" \
		kernels/plan.py "$(printf 'def plan_gemm(a):\n    return a\n\n\ndef run_gemm(a):\n    return a')"
	commit "$TMP/app" start use.py "$(printf 'from kernels import plan_gemm\nplan_gemm(1)')"
	at 2026-02-03T09:00:00Z
	commit "$TMP/lib" "Two at once (#1)" a.py "$(printf 'x = 1\nx += 2')" \
		b.py "$(printf 'y = 1\ny += 2\ny += 3')"
	both=$(git -C "$TMP/lib" rev-parse HEAD)
	commit "$TMP/lib" "One more (#2)" a.py "$(printf 'x = 1\nx += 2\nx += 4')"
	one=$(git -C "$TMP/lib" rev-parse HEAD)
	at 2026-02-04T09:00:00Z
	commit "$TMP/lib" "Revert \"One more (#2)\" (#3)

This reverts commit $one." a.py "$(printf 'x = 1\nx += 2')"
	commit "$TMP/lib" "Revert \"Two at once (#1)\" (#4)

This reverts commit $both." a.py "x = 1" b.py "$(printf 'y = 1\ny += 2')"
	commit "$TMP/lib" "Drop plan_gemm (#5)" \
		kernels/__init__.py "from .plan import run_gemm" \
		kernels/plan.py "$(printf 'def run_gemm(a):\n    return a')"
	mkdir "$TMP/ws"
	printf '%s name=lib/kernels\n%s name=app/server\n' \
		"$TMP/lib" "$TMP/app" >"$TMP/ws/repos.list"
}
setup >/dev/null

sync_at() {
	AIREP_NOW=$1 "$AIREP" -C "$TMP/ws" sync --no-meta -q
}

# pages DAY: both of them
pages() {
	for lang in zh en; do
		AIREP_NOW=2026-02-07T00:00:00Z "$AIREP" -C "$TMP/ws" report \
			--date "$1" --lang $lang >/dev/null
	done
}

# findings PAGE: what claims alone tell, without the document of the page
findings() {
	AIREP_NOW=2026-02-07T00:00:00Z "$AIREP" -C "$TMP/ws" verify --all \
		"$1" | grep -v 'wrong: line ' >out
}

t_how_much_a_revert_undoes_is_confirmed() {
	sync_at 2026-02-05T00:05:00Z
	pages 2026-02-04
	page=$TMP/ws/reports/2026-02-04.en.md
	has "$page" "not line for line the inverse (1/2 files)"
	has "$page" "; line for line the inverse (1/1 file)"
	for page in "$page" "$TMP/ws/reports/2026-02-04.md"; do
		findings "$page"
		grep ' 0 wrong, 0 not found' out
		[ "$(grep -c "confirmed: inverse '1/2 " out)" -ge 2 ]
		[ "$(grep -c "confirmed: inverse '1/1 " out)" -ge 2 ]
		lacks out ": files '1/"
	done
}

t_and_a_wrong_number_of_it_is_found() {
	for page in 2026-02-04.en.md 2026-02-04.md; do
		sed 's|(1/2 |(0/2 |' "$TMP/ws/reports/$page" >changed.md
		findings changed.md
		has out "wrong: inverse '0/2 "
		has out ": 1/2 files"
		sed 's|(1/1 |(1/3 |' "$TMP/ws/reports/$page" >changed.md
		findings changed.md
		has out "wrong: inverse '1/3 "
		has out ": 1/1 files"
	done
	# the right number beside the wrong words
	sed 's|not line for line|line for line|' \
		"$TMP/ws/reports/2026-02-04.en.md" >changed.md
	findings changed.md
	has out "wrong: inverse '1/2 files': 1/2 files"
}

t_files_that_use_a_name_are_none_of_the_change() {
	page=$TMP/ws/reports/2026-02-04.en.md
	has "$page" '`plan_gemm` (server 1 file)'
	has "$page" 'app/server `plan_gemm` 1 file / 2 lines'
	findings "$page"
	n=$(grep -n '1 file / 2 lines' "$page" | cut -d: -f1)
	! grep ":$n:.*: files '" out
	n=$(grep -n '^- Breaking candidates:' "$page" | cut -d: -f1)
	! grep ":$n:.*: files '" out
}

# Somebody commits the last landing anew on the next day; then two of its own.
t_landings_that_repeat_others_are_no_changes_of_the_page() {
	at 2026-02-05T09:00:00Z
	git -C "$TMP/lib" commit -q --amend --no-edit
	commit "$TMP/lib" "Grow (#6)" a.py "$(printf 'x = 1\nx += 6')"
	commit "$TMP/lib" "Grow more (#9)" a.py "$(printf 'x = 1\nx += 9')"
	sync_at 2026-02-06T00:05:00Z
	pages 2026-02-05
	has "$TMP/ws/reports/2026-02-05.en.md" \
		"1 landing repeats a commit from before a rewrite"
	for page in 2026-02-05.en.md 2026-02-05.md; do
		findings "$TMP/ws/reports/$page"
		grep ' 0 wrong, 0 not found' out
	done
}

# One file over analyze.maxFileSize, and one that is large and below it.
t_files_that_were_not_measured_are_counted_by_themselves() {
	printf '[analyze]\nmaxFileSize = 10m\n' >"$TMP/ws/airep.conf"
	at 2026-02-06T09:00:00Z
	head -c 9000000 /dev/zero | tr '\0' 'x' >"$TMP/lib/large.txt"
	head -c 11000000 /dev/zero | tr '\0' 'x' >"$TMP/lib/larger.txt"
	commit "$TMP/lib" "Large (#7)" a.py "x = 7" b.py "y = 7"
	commit "$TMP/lib" "Small (#8)" a.py "x = 8"
	sync_at 2026-02-07T00:00:00Z
	pages 2026-02-06
	for page in 2026-02-06.en.md 2026-02-06.md; do
		findings "$TMP/ws/reports/$page"
		grep ' 0 wrong, 0 not found' out
		grep "confirmed: files '1 .*" out
	done
	page=$TMP/ws/reports/2026-02-06.en.md
	has "$page" "4 files +3/-4, 1 file not measured"
	sed 's|/-4, 1 file not|/-4, 2 files not|' "$page" >changed.md
	findings changed.md
	has out "wrong: files '2 files': 1 not measured"
}

# A page of a day that is not over tells when each repository was synced.
t_as_of_is_the_time_of_a_sync_and_not_of_a_landing() {
	AIREP_NOW=2026-02-07T00:00:00Z
	export AIREP_NOW
	for lang in zh en; do
		"$AIREP" -C "$TMP/ws" report --date 2026-02-07 --lang $lang
	done 2>/dev/null
	has "$TMP/ws/reports/2026-02-07.en.md" \
		"As of 2026-02-07T00:00Z; what came later is unknown. Last"
	for page in "$TMP"/ws/reports/2026-02-07*.md; do
		"$AIREP" -C "$TMP/ws" verify "$page" >out
		"$AIREP" -C "$TMP/ws" verify --all "$page" >out
		grep "confirmed: date '2026-02-07T00:00Z'" out
		sed 's/T00:00Z\([.;]\)/T00:03Z\1/' "$page" >changed.md
		findings changed.md
		has out "wrong: date '2026-02-07T00:03Z': no sync ended then"
	done
}

# A tag made on a day of a commit of days before; the trunk set back to one.
t_events_of_a_day_may_tell_of_older_commits() {
	old=$(git -C "$TMP/lib" rev-list --reverse main | sed -n 2p)
	at 2026-02-07T09:00:00Z
	git -C "$TMP/lib" tag -a -m one v1.0.0 "$old"
	git -C "$TMP/app" tag before && commit "$TMP/app" "Grow" use.py 1
	sync_at 2026-02-07T12:00:00Z
	git -C "$TMP/app" reset -q --hard HEAD~1
	sync_at 2026-02-08T00:05:00Z
	AIREP_NOW=2026-02-08T00:05:00Z
	export AIREP_NOW
	for lang in zh en; do
		"$AIREP" -C "$TMP/ws" report --date 2026-02-07 --lang $lang
		"$AIREP" -C "$TMP/ws" report --date 2026-02-08 --lang $lang
	done 2>/dev/null
	has "$TMP/ws/reports/2026-02-07.en.md" "new tag: \`v1.0.0\` points at"
	cat "$TMP"/ws/reports/2026-02-0[78].en.md >pages
	has pages "- branch rewritten: \`main\`"
	for page in "$TMP"/ws/reports/2026-02-0[78]*.md; do
		"$AIREP" -C "$TMP/ws" verify "$page" >out ||
			{ cat out; return 1; }
	done
}

# days_of ZONE DAY...: pages of these days of $TMP/clock in a zone
days_of() {
	w=$TMP/$(basename "$1")
	mkdir "$w" "$w.bare"
	echo "$TMP/clock name=t/clock" >"$w/repos.list"
	echo "t/clock mirror=$TMP/clock/.git" >"$w.bare/repos.list"
	AIREP_NOW=2026-11-04T00:00:00Z
	AIREP_REPORT_TIMEZONE=$1
	export AIREP_NOW AIREP_REPORT_TIMEZONE
	shift
	"$AIREP" -C "$w" sync --no-meta -q
	for day; do
		for lang in zh en; do
			"$AIREP" -C "$w" report --date "$day" --lang $lang
		done
	done 2>/dev/null
	for ws in "$w" "$w.bare"; do
		"$AIREP" -C "$ws" verify "$w/reports" >out ||
			{ cat out; return 1; }
	done
}

# Los Angeles: clocks go forward on 8 March, back on 1 November.  Santiago: back
# when 4 April ends, and forward at the midnight that 6 September lacks.
t_days_of_23_and_25_hours_are_those_of_their_zone() {
	[ -e /usr/share/zoneinfo/America/Santiago ] || return 0
	new_repo "$TMP/clock"
	for t in 2026-03-08T07:30 2026-03-08T08:30 2026-03-09T06:30 \
		2026-03-09T07:30 2026-04-04T02:30 2026-04-04T03:30 \
		2026-04-05T03:30 2026-04-05T04:30 2026-09-06T03:30 \
		2026-09-06T04:30 2026-09-07T02:30 2026-09-07T03:30 \
		2026-11-01T06:30 2026-11-01T07:30 2026-11-02T07:30 \
		2026-11-02T08:30; do
		at ${t}:00Z
		commit "$TMP/clock" "At $t" f $t
	done
	days_of America/Los_Angeles 2026-03-07 2026-03-08 2026-03-09 \
		2026-10-31 2026-11-01 2026-11-02
	for day in 2026-03-08 2026-11-01; do
		has "$w/reports/$day.en.md" "changes 2/2"
	done
	days_of America/Santiago 2026-04-03 2026-04-04 2026-04-05 2026-09-05 \
		2026-09-06 2026-09-07
	for day in 2026-04-04 2026-09-06; do
		has "$w/reports/$day.en.md" "changes 2/2"
	done
	has "$w/reports/2026-09-06.en.md" "Window 2026-09-06T01:00:00-03:00 - "
}

# Its counts are of all landings between, from the objects; it has no document.
t_the_head_of_a_brief_is_counted_again() {
	first=$(git -C "$TMP/lib" rev-list --reverse main | head -n 1)
	for lang in zh en; do
		"$AIREP" -C "$TMP/ws" brief --lang $lang lib/kernels \
			"$first..main" >brief.md
		"$AIREP" -C "$TMP/ws" verify --all brief.md >out
		grep ' 0 wrong, 0 not found' out
		for what in "changes '9 " "files '15 " "counts '+" "files '1 "; do
			grep "brief.md:3:.*confirmed: $what" out
		done
		sed '3s/ 15 / 16 /; 3s/ 9 / 8 /; 3s/ +[0-9]*/ +3/' brief.md \
			>changed.md
		"$AIREP" -C "$TMP/ws" verify changed.md >out && return 1
		for what in "changes '8 " "files '16 " "counts '+3/"; do
			grep "changed.md:3:.*wrong: $what" out
		done
	done
}

run_tests "$@"
