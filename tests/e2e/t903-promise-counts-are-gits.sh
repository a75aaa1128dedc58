#!/bin/sh
# t903 - promise 3: files, additions and deletions of every commit are git's.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../promises.sh"
need git python3

t_every_row_of_every_kind_of_history() {
	for k in plain future sidelined rewritten; do
		python3 "$LIB_DIR/history.py" "$TMP/$k.git" $k 60 >tips
		git -C $k.git update-ref refs/heads/main "$(tail -n 1 tips)"
		mkdir w-$k
		echo "t/$k mirror=$TMP/$k.git" >w-$k/repos.list
		airep-git -q -C w-$k sync
		airep-git -C w-$k log --commits --json >log
		python3 "$LIB_DIR/rows.py" $k.git log
	done
}

t_totals_are_the_sum_of_the_rows() {
	python3 - log <<-'END'
	import json, sys
	for line in open(sys.argv[1]):
	    c = json.loads(line)
	    assert c["files"] == len(c["changes"])
	    for k in ("additions", "deletions"):
	        assert c[k] == sum(h[k] for h in c["changes"])
	END
}

run_tests "$@"
