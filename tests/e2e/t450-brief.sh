#!/bin/sh
# t450 - brief: what changed between two tags of one repository.
. "$(dirname "$0")/../lib.sh"

id() {
	git -C up rev-parse --short=7 "$1^{commit}"
}

make_history() {
	new_repo up
	commit up "Initial commit" pkg/__init__.py "from .core import Engine, Old" \
		pkg/core.py 'class Engine:
    def run(self, x):
        return x + 1


class Old:
    def go(self, y):
        for i in range(y):
            print(i)
        return y' \
		pkg/envs.py 'class Envs:
    UP_SLOW_MODE = EnvBool(False)' requirements.txt "torch==2.8.0" version.txt 1.0
	git -C up tag -a -m "release one" v1
	commit up "[Fix] Remove Old (#11)" pkg/__init__.py \
		"from .core import Engine" pkg/core.py 'class Engine:
    def run(self, x):
        return x + 1'
	commit up "Bump torch (#12)" requirements.txt "torch==2.9.0"
	git -C up tag bumped
	commit up "Read a switch (#13)" pkg/envs.py 'class Envs:
    UP_SLOW_MODE = EnvBool(False)
    UP_FAST_MODE = EnvBool(False)'
	git -C up checkout -q -b side
	commit up "side work" pkg/side.py "x = 1"
	side=$(git -C up rev-parse HEAD)
	echo "$side" >side
	commit up "more side work" pkg/side.py "x = 2"
	git -C up checkout -q main
	tick
	git -C up merge -q --no-ff -m "Merge pull request #14 from x/side" side
	git -C up branch -q -d side
	tick
	git -C up revert --no-edit bumped >/dev/null
	commit up "Release 1.1" version.txt 1.1
	git -C up tag -a -m "release two" v2
	commit up "After the release" pkg/late.py "z = 1"
	git -C up checkout -q -b rel v1
	commit up "backport" pkg/back.py "b = 1"
	git -C up tag v1.0.1
	git -C up checkout -q main
	airep-git init ws 2>err
	echo "a/up mirror=$TMP/up/.git" >ws/repos.list
	airep-git -C ws sync
}

brief() {
	airep-git -C ws brief a/up "$@"
}

t_groups_hold_what_landed_after_a_up_to_b() {
	make_history
	brief --lang en v1..v2 >out
	has out '# a/up v1..v2'
	has out "6 landings"
	has out "## Breaking candidates (1)"
	has out "Remove Old"
	has out "## Pins and submodules (2)"
	has out '`torch` `==2.8.0` -> `==2.9.0`'
	has out '`torch` `==2.9.0` -> `==2.8.0`'
	has out "## Flags and environment variables (1)"
	has out '`UP_FAST_MODE`'
	has out "## Reverts and re-lands (1)"
	has out "## Versions (1)"
	has out '`1.0` -> `1.1`'
	has out "## Landings by type"
	lacks out "After the release"
	lacks out "Initial commit"
	lacks out "backport"
}

t_each_line_ends_in_its_short_id() {
	sed -n '/^## Breaking/,/^## Landings/p' out | grep '^- ' >lines
	[ "$(wc -l <lines)" -eq 6 ]
	has lines "$(id bumped)"
	at='https://github.com/a/up/commit'
	sed -n "s|.* · \[\([0-9a-f]\{7\}\)\]($at/\1\([0-9a-f]\{33\}\))$|\1\2|p" \
		lines >full
	[ "$(wc -l <full)" -eq 6 ]
	while read -r id; do
		git -C up merge-base --is-ancestor "$id" v2
	done <full
}

t_counts_of_types_add_up_to_the_landings() {
	sum=$(sed -n '/^## Landings by type/,$s/^- .* \([0-9]*\)$/\1/p' out |
		paste -sd+ | bc)
	[ "$sum" -eq 6 ]
}

t_json_is_the_document_behind_it() {
	brief --json v1..v2 >doc
	python3 - doc "$(git -C up rev-parse v1^{commit})" <<-EOF
	import json, sys
	d = json.load(open(sys.argv[1]))
	assert d["schema"] == 1 and d["repo"] == "a/up", d
	assert d["from"]["oid"] == sys.argv[2] and d["from"]["rev"] == "v1"
	assert d["landings"] == len(d["changes"]) == 6
	ids = [c["oid"] for c in d["changes"]]
	assert len(d["groups"]["pins"]) == 2
	for g in d["groups"].values():
	    assert [i for i in ids if i in g] == g
	assert sum(t["landings"] for t in d["types"]) == 6
	assert sum(c["files"] for c in d["changes"]) == d["files"]
	EOF
}

t_the_same_in_chinese_by_default() {
	brief v1..v2 >zh
	has zh "## 破坏性候选 (1)"
	has zh "6 项落地"
	grep -o '[0-9a-f]\{7\}' zh | sort -u >a
	grep -o '[0-9a-f]\{7\}' out | sort -u >b
	same a b
}

t_ids_and_open_ends_work() {
	brief --lang en "$(id bumped)..v2" >out2
	has out2 "4 landings"
	lacks out2 "Remove Old"
	brief --lang en v2.. >out2
	has out2 "1 landing ·"
	brief --lang en v2..v2 >out2
	has out2 "Nothing landed in between."
}

t_an_end_inside_a_merge_names_the_merge() {
	brief --lang en "$(cat side)..v2" >out2
	has out2 "3 landings"
	has out2 "came in with the merge"
}

t_what_is_off_the_mainline_is_refused_with_a_way_out() {
	expect 1 brief v1.0.1..v2 2>err
	has err "not on nor reachable from the stored mainline of 'a/up'"
	has err "left it at $(id v1)"
	expect 1 brief v1..v9 2>err
	has err "v9"
}

t_wrong_ranges_are_usage_errors() {
	expect 2 brief v2..v1 2>err
	has err "turn the two round"
	for range in v1 ..v2 v1...v2 v1..v2..v1; do
		expect 2 brief "$range" 2>err
		has err "is no A..B"
	done
	expect 2 airep-git -C ws brief a/none v1..v2 2>err
	has err "no repository 'a/none'"
	expect 2 brief 2>err
}

run_tests
