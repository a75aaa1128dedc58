#!/bin/sh
# Issues on the page: ranked, quoted, counted; absent or old metadata changes
# nothing but the header.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
trap server_stop EXIT
server_start

page() {
	rc=0
	"$AIREP" -C w report --date 2026-02-04 --lang en --stdout "$@" \
		>page 2>"$FORGE/err" || rc=$?
}
t_without_metadata_the_page_says_so() {
	at '2026-02-04 01:00'
	new_repo up
	git -C up config user.name x
	echo "x = 1" >up/a.py
	git -C up add a.py
	tick
	git -C up commit -q -m "Add a kernel (#3)" \
		-m "Fixes #2, closes #77 and resolves other/repo#4"
	git clone -q --bare up up.git
	workspace w o/n
	echo "o/n mirror=$TMP/up.git forge=github api=http://127.0.0.1:$PORT" \
		>w/repos.list
	state "s.update(repos={'o/n': {'id': 1000, 'issues': [
 dict(n=1, u=T0+60, t='Typo in the README'),
 dict(n=2, u=T0+70, t='NaN in fp8 | a <b>table</b> @ann', raw=dict(comments=4, body='<!-- template -->\n### Describe the bug\nRunning MLA in fp8 gives NaN on one card. More.\n### Environment\n- GPU: NVIDIA H100 80GB\n')),
 dict(n=4, u=T0+90, c=T0-90000, s='closed', t='Server crashes at start', raw=dict(closed_at='2026-02-04T00:01:30Z')),
 dict(n=3, u=T0+80, t='Add a kernel', raw=dict(pull_request=dict(merged_at='2026-02-04T01:00:00Z'))),
 dict(n=5, u=T0-90000, t='Hangs, but yesterday')]}})"
	AIREP_NOW=2026-02-05T06:00:00Z
	"$AIREP" -C w sync --no-meta 2>/dev/null
	page
	is exit 0 $rc
	has page "metadata: none (no issues/PRs fetched)"
	lacks page "**Issues**"
	has page "Issue and PR state: no metadata"
	cp page none
}

t_metadata_older_than_the_window_is_said_in_the_header() {
	AIREP_NOW=2026-02-04T12:00:00Z "$AIREP" -C w sync 2>"$FORGE/err" || :
	python3 -c "import sqlite3; c = sqlite3.connect('w/airep.db'); c.execute('UPDATE forge_cursor SET synced=1770206400'); c.commit()"
	page
	has page "metadata: 0/1 (1 older than the window, 2026-02-04T12:00Z)"
}

t_the_issues_of_the_day_ranked_and_quoted() {
	AIREP_NOW=2026-02-05T06:00:00Z "$AIREP" -C w sync 2>/dev/null
	page
	is exit 0 $rc
	has page "metadata: 1/1"
	grep -o 'Server crashes\|NaN in fp8\|Typo in' page | tail -n 3 |
		paste -sd, >order
	is order "Server crashes,NaN in fp8,Typo in" "$(cat order)"
	has page "Running MLA in fp8 gives NaN on one card."
	has page '`NVIDIA H100 80GB`'
	lacks page "<b>table</b>"
	lacks page "template"
	lacks page "yesterday"
	has page '- Says it closes: [#2](https://github.com/o/n/issues/2) "NaN in fp8'
	lacks page "#77"
	lacks none "Says it closes"
	lacks page "Issue and PR state: no metadata"
}

t_the_same_store_gives_the_same_bytes() {
	cp page first
	page
	same first page
	page --format json
	python3 - page <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))["repositories"][0]
assert [i["number"] for i in r["issues"]] == [4, 2, 1], r["issues"]
assert [i["handle"] for i in r["issues"]] == ["i3", "i2", "i1"]
assert [i["kind"] for i in r["issues"]] == ["crash", "nan", "other"]
assert r["metadata"] == "fresh"
assert r["issues"][1]["environment"] == "NVIDIA H100 80GB"
assert r["pulls"]["merged"] == 1 and r["pulls"]["issues_opened"] == 2
PY
}

run_tests "$@"
