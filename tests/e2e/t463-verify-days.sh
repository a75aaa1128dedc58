#!/bin/sh
# The pages of six weeks, in both languages, of repositories whose titles and
# files try to mislead: no finding, with the store and from the mirrors alone.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || { echo "skip: no python3"; exit 77; }

mkdir "$TMP/ws" "$TMP/bare"
python3 "$TOP/tests/verify_pages.py" repos "$TMP/ws"
python3 "$TOP/tests/verify_history.py" "$TMP/ws"
cp "$TMP/ws/repos.list" "$TMP/bare"
export AIREP_NOW=2026-02-12T00:00:00Z

# no_finding PAGES CONFIRMED: at least so many of each
no_finding() {
	! grep -v ' 0 wrong, 0 not found' out || return 1
	[ "$(wc -l <out)" -ge "$1" ]
	[ "$(sed 's/.*: \([0-9]*\) confirmed.*/\1/' out |
		awk '{ n += $1 } END { print n }')" -ge "$2" ]
}

t_pages_of_six_weeks_have_no_finding() {
	cd "$TMP/ws"
	"$AIREP" sync --no-meta -q
	for day in $(python3 -c 'import datetime as d
for i in range(41): print(d.date(2026, 1, 1) + d.timedelta(i))'); do
		for lang in zh en; do
			"$AIREP" report --date "$day" --lang $lang >/dev/null
		done
	done
	"$AIREP" verify reports >out
	no_finding 82 9000
}

t_nor_without_a_store() {
	cd "$TMP/bare"
	"$AIREP" verify "$TMP/ws/reports" >out
	no_finding 82 9000
	[ ! -e airep.db ]
}

# The author's words pass; the same words as the page's own do not.
t_what_the_page_itself_says_is_still_judged() {
	cd "$TMP/ws"
	page=reports/2026-01-01.en.md
	for change in 's/ files +\([0-9]\)/ files +9\1/' \
		's/^\(#### c[0-9]* .*\)/\1 see 0abcdef1/' \
		's/^3 changes/4 changes/'; do
		sed "$change" $page >changed.md
		if cmp -s $page changed.md; then
			echo "nothing changed: $change"
			return 1
		fi
		"$AIREP" verify changed.md >out && return 1
		grep -v 'wrong: line ' out | grep -q 'wrong: \|not found: ' ||
			{ echo "not seen: $change"; cat out; return 1; }
	done
}

run_tests
