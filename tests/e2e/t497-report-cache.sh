#!/bin/sh
# t497 - what is kept of the words of files makes a report faster and never
# another one: absent, damaged, old, someone else's, or not to be written.
. "$(dirname "$0")/../lib.sh"
need python3

make_world() {
	new_repo lib
	at "2026-02-01 10:00"
	commit lib one gatelib/__init__.py \
		"from gatelib.core import open_gate, shut" \
		gatelib/core.py 'import os


def open_gate(x):
    if os.environ.get("LIB_FAST_MODE"):
        return x
    return 1


def shut(x):
    return x + 2' gatelib/more.py 'import os

SLOW = os.environ.get("LIB_FAST_MODE", "0")' README.md "open_gate(1)"
	new_repo app
	commit app start app.py 'from gatelib import open_gate
import os

os.environ["LIB_FAST_MODE"] = "1"
print(open_gate(3), open_gate(4))' other.py "x = 1" \
		run.sh "LIB_FAST_MODE=1 python3 app.py" \
		requirements.txt "lib==1.0"
	at "2026-02-04 10:00"
	commit lib two gatelib/__init__.py "from gatelib.core import shut" \
		gatelib/core.py 'def shut(x):
    return x + 2'
	commit lib three gatelib/more.py "SLOW = 0"
	airep-git init ws >/dev/null 2>&1
	printf '%s\n' "o/lib mirror=$TMP/lib/.git" "o/app mirror=$TMP/app/.git" \
		>ws/repos.list
	AIREP_NOW=2026-02-06T00:00:00Z
	export AIREP_NOW
	airep-git -q -C ws sync
}

# page OUT - the page of the day and its document, written again.
page() {
	AIREP_NOW=2026-02-06T01:00:00Z airep-git -q -C ws report \
		--date 2026-02-04
	airep-git -q -C ws report --date 2026-02-04 --format json >"$1"
	cat ws/reports/2026-02-04.md >>"$1"
}

t_names_that_left_are_found_in_both_trees() {
	make_world
	page want
	python3 - want <<-'END' >uses
		import json, sys
		doc = json.loads(open(sys.argv[1]).readline())
		for r in doc["repositories"]:
		    for c in r["changes"]:
		        for d in c["downstream"]:
		            print(d["name"], d["repo"], d["files"], d["path"])
	END
	has uses "LIB_FAST_MODE o/app 2 app.py"
	has uses "open_gate o/app 1 app.py"
	[ -s ws/cache/words ]
	cp ws/cache/words kept
}

t_the_same_page_from_what_is_kept() {
	page got
	same want got
	cmp kept ws/cache/words
}

t_and_without_it() {
	rm -r ws/cache
	page got
	same want got
	cmp kept ws/cache/words
}

t_damaged_bytes_are_not_believed() {
	size=$(wc -c <kept)
	for k in $(seq 0 4 60) $(seq 61 53 "$size"); do
		python3 - "$k" <<-'END'
			import sys
			k, b = int(sys.argv[1]), bytearray(open("kept", "rb").read())
			step = 61 if k < 61 else len(b)
			for i in range(k, len(b), step):
			    b[i] ^= 1 << i % 8
			open("ws/cache/words", "wb").write(b)
		END
		page got
		same want got
	done
	page got
	same want got
}

t_a_cut_file_is_mended() {
	for n in 0 1 15 16 17 40 100 300 $(($(wc -c <kept) - 1)); do
		head -c "$n" kept >ws/cache/words
		page got
		same want got
		cmp kept ws/cache/words
	done
}

t_rubbish_in_its_place_is_replaced() {
	seq 1 5000 >ws/cache/words
	page got
	same want got
	cmp kept ws/cache/words
	{ cat kept; echo rubbish; } >ws/cache/words
	page got
	same want got
}

t_a_place_where_nothing_can_be_written_is_no_error() {
	rm -r ws/cache
	echo "a file" >ws/cache
	page got
	same want got
	rm ws/cache
	mkdir -p ws/cache/words
	page got
	same want got
	rm -r ws/cache
}

t_a_report_that_only_prints_writes_nothing() {
	airep-git -q -C ws report --date 2026-02-04 --stdout >/dev/null
	[ ! -e ws/cache ]
}

t_a_file_that_came_since_is_read() {
	page got
	at "2026-02-07 10:00"
	commit app more third.py 'import os
print(os.environ.get("LIB_FAST_MODE"))'
	at "2026-02-08 10:00"
	commit lib four gatelib/more.py 'import os
SLOW = os.environ.get("LIB_FAST_MODE")'
	commit lib five gatelib/more.py "SLOW = 1"
	AIREP_NOW=2026-02-10T00:00:00Z airep-git -q -C ws sync
	airep-git -q -C ws report --date 2026-02-08 --format json >got
	rm -r ws/cache
	airep-git -q -C ws report --date 2026-02-08 --format json >want2
	same want2 got
	has got '"files":3'
}

run_tests
