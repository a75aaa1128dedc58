#!/bin/sh
# A page in our layout verifies clean; of 1,000 single changes to it at least
# 99 % are found and named at their line; all of it in seconds.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || { echo "skip: no python3"; exit 77; }

mkdir "$TMP/ws"
python3 "$TOP/tests/verify_pages.py" repos "$TMP/ws"
python3 "$TOP/tests/verify_pages.py" page "$TMP/ws"

t_the_unchanged_page_has_no_finding() {
	cd "$TMP/ws"
	"$AIREP" verify 2026-02-04.en.md >out
	grep -q ' 0 wrong, 0 not found' out
}

t_single_changes_are_found_at_their_line() {
	cd "$TMP/ws"
	python3 "$TOP/tests/verify_pages.py" mutate 2026-02-04.en.md changed 1000
	rc=0
	"$AIREP" verify changed >out 2>err || rc=$?
	[ "$rc" -eq 6 ]
	python3 - changed/list out <<-'END'
	import re, sys
	seen = set()
	for line in open(sys.argv[2]):
	    m = re.match(r"(.*?\.md):(\d+):\d+: (?:wrong|not found): ", line)
	    if m:
	        seen.add((m[1], m[2]))
	every = [x.rstrip("\n").split("\t") for x in open(sys.argv[1])]
	missed = [x for x in every if (x[0], x[2]) not in seen]
	print("%d of %d found" % (len(every) - len(missed), len(every)))
	for x in missed:
	    print(*x)
	sys.exit(len(missed) > len(every) // 100)
	END
}

t_a_thousand_claims_take_less_than_a_second() {
	cd "$TMP/ws"
	mkdir twice && cp 2026-02-04.en.md twice/a.md
	cp 2026-02-04.en.md twice/b.md
	timeout 1 "$AIREP" verify -a twice >out
	[ "$(grep -c '^twice' out)" -gt 1000 ]
}

run_tests
