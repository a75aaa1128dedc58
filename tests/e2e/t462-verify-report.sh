#!/bin/sh
# Pages that the program wrote verify clean in both languages, also where they
# have been copied; changed ones do not, with and without their document.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || { echo "skip: no python3"; exit 77; }

mkdir "$TMP/ws"
python3 "$TOP/tests/verify_pages.py" repos "$TMP/ws"

t_pages_of_many_days_have_no_finding() {
	cd "$TMP/ws"
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" sync --no-meta -q
	for day in 2026-01-30 2026-02-02 2026-02-03 2026-02-04 2026-02-05; do
		for lang in zh en; do
			AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" report \
				--date $day --lang $lang >/dev/null
		done
	done
	ls reports | grep -q '2026-02-04.en.md'
	"$AIREP" verify reports >out
	! grep -vq ' 0 wrong, 0 not found' out
	[ "$(wc -l <out)" -ge 10 ]
	cp reports/2026-02-04.en.md copy.md
	"$AIREP" verify copy.md >out
}

# judge LIST OUT: at least 99 of 100 changes have a finding at their line
judge() {
	python3 - "$1" "$2" <<-'END'
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

t_changes_to_them_are_found_at_their_line() {
	cd "$TMP/ws"
	for page in 2026-02-04.en.md 2026-02-04.md; do
		rm -rf changed
		python3 "$TOP/tests/verify_pages.py" mutate reports/$page \
			changed 300
		"$AIREP" verify changed >out 2>err && return 1
		judge changed/list out
		# what the claims alone tell, without the stored page
		grep -v 'wrong: line ' out >claims
		judge changed/list claims
	done
}

# A page that this build would word otherwise is judged by its claims alone.
t_a_page_of_another_build_is_not_called_changed() {
	cd "$TMP/ws"
	sed '/^- c1 /s/$/ x/' reports/2026-02-04.en.md >worded.md
	"$AIREP" verify worded.md >out && return 1
	grep -q 'wrong: line ' out
	python3 - <<-'END'
	import sqlite3
	db = sqlite3.connect("airep.db")
	db.execute("""UPDATE page SET document = replace(document,
	    '"written":"', '"written":"0')""")
	db.commit()
	END
	"$AIREP" verify worded.md reports >out
}

run_tests
