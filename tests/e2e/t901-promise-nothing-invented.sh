#!/bin/sh
# t901 - promise 1: every id, path, count, quoted line and link of a page was
# read from a mirror; a page that says something else is found out.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../promises.sh"
need git python3

t_our_own_pages_hold() {
	make_week
	airep-git -C "$w" verify "$w"/reports/*.md >out || {
		grep -v ': ok' out | head -n 20
		return 1
	}
	grep -q ' 0 wrong, 0 not found' out
}

t_every_id_of_a_page_is_in_a_mirror() {
	grep -ohE '\b[0-9a-f]{40}\b' "$w"/reports/*.md | sort -u >ids
	[ "$(wc -l <ids)" -gt 20 ]
	while read -r id; do
		git -C plain.git cat-file -e "$id" 2>/dev/null ||
			git -C sidelined.git cat-file -e "$id"
	done <ids
}

t_every_quoted_line_is_in_the_diff() {
	airep-git -C "$w" report --date 2026-02-02 --format json >doc
	python3 - doc <<-'END'
	import json, subprocess, sys
	n = 0
	for r in json.load(open(sys.argv[1]))["repositories"]:
	    for c in r["changes"]:
	        diff = subprocess.run(
	            ["git", "-C", r["repo"].split("/")[1] + ".git", "show",
	             "--format=", "--first-parent", "-m", "-M", "-U3", c["oid"]],
	            stdout=subprocess.PIPE, check=True).stdout.decode()
	        lines = set(diff.split("\n"))
	        for h in c["hunks"]:
	            for line in h["lines"]:
	                n += 1
	                assert line in lines, (c["oid"], line)
	assert n > 20, n
	END
}

t_a_page_that_lies_is_found_out() {
	page=$(ls "$w"/reports/*.en.md | tail -n 1)
	grep -q 'files +' "$page"
	sed 's/ files +\([0-9]*\)\//  files +9\1\//' "$page" >lie.md
	expect 6 airep-git -C "$w" verify lie.md >out
	sed 's/(https:\/\/github.com\/t\/plain\/commit\/..../&dead/; s/`\([0-9a-f]\{5\}\)[0-9a-f][0-9a-f]`/`\1zz`/; s/\[[0-9a-f]\{7\}\]/[0badbad]/' \
		"$page" >lie.md
	cmp -s "$page" lie.md || expect 6 airep-git -C "$w" verify lie.md >out
}

run_tests "$@"
