#!/bin/sh
# t451 - brief and log --signal know what only a search of whole trees tells.
. "$(dirname "$0")/../lib.sh"
need python3

cli='import argparse
p = argparse.ArgumentParser()
p.add_argument("--keep", type=int)'

make_history() {
	new_repo up
	commit up "Initial commit" pkg/cli.py "$cli
p.add_argument(\"--gone-flag\", type=int)
p.add_argument(\"--moved-flag\", type=int)" \
		pkg/run.py 'import os
FAST = os.environ.get("UP_GONE_SWITCH", "0")
SLOW = os.environ.get("UP_KEPT_SWITCH", "0")' \
		pkg/more.py 'import os
SLOW = os.environ.get("UP_KEPT_SWITCH", "0")' \
		pkg/other.py 'x = 1' \
		include/a.h 'struct Args { int m; };
int lost_helper(int a);
int kept_helper(int a);' \
		src/a.cc 'int b = kept_helper(1);'
	git -C up tag v1
	commit up "Drop a flag (#1)" pkg/cli.py "$cli
p.add_argument(\"--moved-flag\", type=int)"
	commit up "Read less (#2)" pkg/run.py 'import os'
	commit up "Move a flag (#3)" pkg/cli.py "$cli" pkg/other.py \
		'from pkg.cli import p
p.add_argument("--moved-flag", type=int)'
	commit up "Smaller header (#4)" include/a.h 'struct Args { int m; };'
	git -C up tag v2
	airep-git init ws 2>err
	echo "a/up mirror=$TMP/up/.git" >ws/repos.list
	airep-git -C ws sync
}

count() {
	airep-git -C ws query --csv \
		"SELECT count(*) FROM signals WHERE kind = '$1'" | tail -n 1
}

t_sync_stores_nothing_it_would_have_to_search_for() {
	make_history
	for k in flag-removed env-removed header-symbol-removed; do
		[ "$(count $k)" -eq 0 ]
	done
}

t_brief_searches_for_its_range() {
	airep-git -C ws brief --lang en a/up v1..v2 >out
	has out '`--gone-flag`'
	has out '`UP_GONE_SWITCH`'
	has out '`lost_helper`'
	lacks out "were not"
	airep-git -C ws brief --json a/up v1..v2 >doc
	python3 - doc <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert d["searched"] == [3, 3], d["searched"]
		assert len(d["groups"]["switches"]) == 2, d["groups"]
	END
}

t_what_the_tree_still_says_is_not_gone() {
	lacks out UP_KEPT_SWITCH
	lacks out kept_helper
	lacks out "moved-flag"
}

t_log_finds_them_too() {
	airep-git -C ws log --signal flag-removed >out
	[ "$(wc -l <out)" -eq 1 ]
	has out "Drop a flag"
	airep-git -C ws log --signal env-removed >out
	[ "$(wc -l <out)" -eq 1 ]
	has out "Read less"
	airep-git -C ws log --signal header-symbol-removed --json >out
	[ "$(wc -l <out)" -eq 1 ]
	has out '"name":"lost_helper"'
	airep-git -C ws log --signal macro-removed >out
	[ ! -s out ]
}

t_log_and_brief_say_what_a_page_says() {
	airep-git -C ws show --json a/up@v2 >one
	airep-git -C ws log --signal header-symbol-removed --json >two
	airep-git -C ws brief --json a/up v1..v2 >three
	python3 - one two three <<-'END'
		import json, sys
		a, b, c = (json.load(open(f)) for f in sys.argv[1:])
		assert a["signals"] == b["signals"] == c["changes"][-1]["signals"]
	END
}

t_more_than_the_limit_are_left_out_and_counted() {
	git init -q --bare big.git
	python3 - <<-'END' | git --git-dir=big.git fast-import --quiet
		for i in range(906):
		    text = "class C:\n    pass\n"
		    if i % 2:
		        text += f"def f{i}(): return 1\n"
		    print(f"commit refs/heads/main\ncommitter c <c@e> {1769904000 + i} +0000")
		    print(f"data 5\nn{i:04}\nM 100644 inline m.py\ndata {len(text)}\n{text}")
	END
	git --git-dir=big.git symbolic-ref HEAD refs/heads/main
	git --git-dir=big.git tag one main~904
	echo "a/big mirror=$TMP/big.git" >>ws/repos.list
	airep-git -C ws sync
	airep-git -C ws brief --lang en a/big main~2.. >out
	lacks out "were not"
	airep-git -C ws brief --json a/big one.. >doc
	python3 - doc <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert d["landings"] == 904 and d["searched"] == [400, 452], d["searched"]
	END
	airep-git -C ws brief --lang en a/big one.. >out
	has out "52 of 452 landings whose trees had to be searched were not"
	airep-git -C ws brief a/big one.. >out
	has out "52 项 (共 452 项)"
}

run_tests
