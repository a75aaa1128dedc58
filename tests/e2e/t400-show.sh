#!/bin/sh
# t400 - show: the same diff as git's, by id, name, expression and handle.
. "$(dirname "$0")/../lib.sh"

make_history() {
	new_repo up
	commit up "one" src/a.c "$(seq 1 60)" doc/readme.md hello
	commit up "two: change a" src/a.c "$(seq 1 30; echo x; seq 32 60)"
	git -C up tag v1
	git -C up checkout -q -b side
	commit up "side work" src/b.c "$(seq 5 25)"
	git -C up mv src/a.c src/moved.c
	commit up "move a"
	git -C up checkout -q main
	commit up "three" doc/readme.md "hello again"
	tick
	git -C up merge -q --no-ff -m "Merge pull request #7 from x/side" side
	git -C up tag -a -m "release two" v2
	git -C up checkout -q -b other v1
	commit up "not on main" other.txt x
	git -C up checkout -q main
	airep-git init ws 2>err
	echo "a/up mirror=$TMP/up/.git" >ws/repos.list
	airep-git -C ws sync
}

# The diff alone, from "diff --git" on.
show_git() {
	git -C up show --format= -m --first-parent -M --full-index "$@"
}

t_every_commit_has_the_diff_of_git() {
	make_history
	git -C up rev-list --all >ids
	[ "$(wc -l <ids)" -eq 7 ]
	while read -r id; do
		show_git -p "$id" >want
		airep-git -C ws show "$id" >all
		sed -n '/^diff --git/,$p' all >got
		same want got
		show_git --numstat "$id" >want
		airep-git -C ws show --numstat "a/up@$id" >got
		same want got
		show_git --stat "$id" >want
		airep-git -C ws show --stat "$id" | grep '|\|changed,' >got
		same want got
	done <ids
}

t_the_head_tells_people_times_and_landing() {
	side=$(git -C up rev-parse side)
	merge=$(git -C up rev-parse main)
	airep-git -C ws show --stat "$side" >out
	has out "commit $side"
	has out "Author:    A U Thor <author@example.com>  2026-02-01T00:"
	has out "Landed by: $merge"
	has out "    move a"
	airep-git -C ws show --stat main >out
	has out "Merge of:"
	lacks out "Landed by:"
}

t_names_tags_and_expressions_are_understood() {
	id=$(git -C up rev-parse v1)
	for rev in v1 "a/up@v1" "up@v1" "$id" "$(echo "$id" | cut -c1-10)" \
		tags/v1 "a/up@v2~2" "v2^1~1"; do
		airep-git -C ws show --stat "$rev" >out
		has out "commit $id"
	done
	airep-git -C ws show --stat v2 >out
	has out "commit $(git -C up rev-parse main)"
}

t_a_commit_beside_the_branch_is_shown_too() {
	airep-git -C ws show other >out
	has out "+x"
	lacks out "Landed"
	airep-git -C ws show --json other >out
	grep -q '"landing":null' out
	expect 1 airep-git -C ws show --signals other 2>err
	has err "not on the tracked branch"
}

t_paths_limit_the_diff() {
	airep-git -C ws show --numstat main -- src >got
	show_git --numstat main -- src/b.c src/a.c src/moved.c >want
	same want got
	airep-git -C ws show --numstat main -- 'src/*.c' >got2
	same got got2
	expect 1 airep-git -C ws show main -- nowhere 2>err
	has err "no file of the change is under that path"
}

t_what_is_unknown_or_unclear_is_said() {
	expect 1 airep-git -C ws show deadbeef12 2>err
	has err "no repository knows 'deadbeef12'"
	expect 1 airep-git -C ws show a/up@nope 2>err
	has err "'a/up' has no commit 'nope'"
	expect 2 airep-git -C ws show x/y@main 2>err
	has err "no repository 'x/y'"
	expect 2 airep-git -C ws show 2>err
	git clone -q --bare up second.git
	airep-git init two 2>err
	printf 'a/up mirror=%s\nb/up mirror=%s\n' "$TMP/up/.git" \
		"$TMP/second.git" >two/repos.list
	expect 2 airep-git -C two show main 2>err
	has err "is in 'a/up' and in 'b/up'; write REPO@main"
	airep-git -C two show --stat b/up@main >out
	has out "Repo:      b/up"
}

t_handles_name_changes_files_and_hunks() {
	day=2026-02-01
	airep-git -C ws show --stat "c2@$day" >out
	has out "    two: change a"
	airep-git -C ws show "c2.f1@$day" >out
	has out "diff --git a/src/a.c b/src/a.c"
	airep-git -C ws show "c2.f1.h1@$day" >out
	has out "@@ -28,7 +28,7 @@"
	expect 1 airep-git -C ws show "c2.f9@$day" 2>err
	has err "there are 1 files, no .f9"
	expect 1 airep-git -C ws show "c99@$day" 2>err
	has err "has no c99"
}

t_files_and_hunks_are_counted_from_one() {
	for h in c1.f0 c1.f1.h0 c1.f0.h1; do
		expect 2 airep-git -C ws show "$h@2026-02-01" >out 2>err
		[ ! -s out ]
		has err "'$h@2026-02-01': files and hunks are counted from 1"
	done
}

t_what_could_be_a_handle_is_an_id_where_no_page_has_it() {
	tree=$(git -C up rev-parse 'main^{tree}')
	n=0
	id=
	while [ $n -lt 2000 ]; do
		n=$((n + 1))
		id=$(echo "try $n" | git -C up commit-tree "$tree" -p main)
		case $id in
		c[1-9][0-9][0-9]*) break ;;
		esac
	done
	like=$(echo "$id" | cut -c 1-4)
	git -C up update-ref refs/heads/tried "$id"
	airep-git -C ws show --stat "$like" >out
	has out "commit $id"
	# With a day, a letter too few or nobody's, it is a handle.
	expect 1 airep-git -C ws show "$like@2026-02-01" 2>err
	has err "2026-02-01 has no $like"
	expect 2 airep-git -C ws show c99 2>err
	has err "no page was written yet"
	expect 2 airep-git -C ws show c99999999 2>err
	has err "no page was written yet"
	airep-git -C ws -q report --date 2026-02-01
	airep-git -C ws show --stat "$like" >out
	has out "commit $id"
	expect 1 airep-git -C ws show c99 2>err
	has err "has no c99"
}

t_a_hunk_that_is_not_there_is_said() {
	expect 1 airep-git -C ws show "c2.f1.h9@2026-02-01" 2>err
	has err "there is 1 hunk, no .h9"
}

t_a_malformed_commit_can_be_shown() {
	tree=$(git -C up rev-parse 'main^{tree}')
	parent=$(git -C up rev-parse main)
	printf 'tree %s\nparent %s\nauthor nobody\ncommitter C <c@e> never\n\nbad' \
		"$tree" "$parent" >raw
	id=$(git -C up hash-object -t commit -w --literally "$TMP/raw")
	git -C up update-ref refs/heads/bad "$id"
	airep-git -C ws show --stat bad >out
	has out "commit $id"
	has out "    bad"
}

t_json_has_the_same_counts() {
	need python3
	airep-git -C ws show --json main >out.json
	python3 - <<-'EOT' >got
	import json
	d = json.load(open("out.json"))
	for c in d["changes"]:
	    p = c["path"]
	    print("%d\t%d\t%s" % (c["additions"], c["deletions"], p))
	EOT
	show_git --numstat --no-renames main >/dev/null
	airep-git -C ws show --numstat main |
		sed 's/{a.c => moved.c}/moved.c/' >want
	same want got
}

run_tests "$@"
