#!/bin/sh
# verify: any Markdown against the mirrors.
. "$(dirname "$0")/../lib.sh"

# One repository with two commits on 4 and 5 February.
setup() {
	mkdir -p "$TMP/ws" && git init -q --bare -b main "$TMP/m.git"
	git init -q -b main "$TMP/w" && cd "$TMP/w"
	mkdir src tests
	seq 1 20 | sed 's/^/line_/' >src/engine.py
	printf 'import engine\n' >tests/test_engine.py
	git add . && commit_at 2026-02-03T12:00:00Z "start"
	sed 's/line_5$/cache = Cache(size=5)/' src/engine.py >x && mv x src/engine.py
	printf 'import engine\nassert engine.cache\n' >tests/test_engine.py
	git add . && commit_at 2026-02-04T12:34:56Z "Add a cache (#17)"
	in_day=$(git rev-parse HEAD)
	printf 'more\n' >>src/engine.py
	git add . && commit_at 2026-02-05T01:00:00Z "Grow (#18)"
	late=$(git rev-parse HEAD)
	git push -q "$TMP/m.git" main
	cd "$TMP/ws"
	echo "o/r mirror=$TMP/m.git" >repos.list
	cd "$start"
}
commit_at() {
	GIT_AUTHOR_DATE=$1 GIT_COMMITTER_DATE=$1 git commit -q -m "$2"
}
start=$PWD
setup
url=https://github.com/o/r

t_what_is_right_is_confirmed() {
	cd "$TMP/ws"
	cat >good.md <<-END
	## News (2026-02-04)
	### o/r
	- \`$(echo "$in_day" | cut -c1-7)\` - adds a cache [#17]($url/pull/17)
	  - author: A U Thor, 2026-02-04
	  - \`src/engine.py\` (+1 / -1 lines), \`tests/test_engine.py\` (+1 lines)
	  - \`..._engine.py\`, \`src/*\`, 2 files +2/-1
	  \`\`\`diff
	  -line_5
	  +cache = Cache(size=5)
	  \`\`\`
	  \`\`\`python
	  cache = Cache(...)
	  \`\`\`
	  [commit]($url/commit/$in_day)
	END
	"$AIREP" verify good.md >out
	grep -q ' 0 wrong, 0 not found' out
}

# expect LINE VERDICT WORDS: a finding at that line
expect() {
	grep -q "^bad.md:$1:[0-9]*: $2: .*$3" out || {
		echo "no finding at $1: $2 $3"; cat out; return 1; }
}

t_what_is_wrong_is_found_with_the_true_value() {
	cd "$TMP/ws"
	short=$(echo "$in_day" | cut -c1-7)
	cat >bad.md <<-END
	## News (2026-02-04)
	### o/r
	- \`$short\` adds [#18]($url/pull/18)
	  - \`src/engine.py\` (+3 / -1 lines)
	  - \`src/enginee.py\`
	  - author: Some Body, 2026-02-07
	  \`\`\`python
	  @torch.jit.script
	  cache = cache_ext.Pipeline(...)
	  \`\`\`
	- PR: <$url/commit/$late>
	- [\`1234567\`]($url/commit/$in_day)
	- $(echo "$in_day" | cut -c1-39)
	- 0123456789012345678901234567890123456789
	- [#17]($url/pull/16)
	END
	must_exit 6 "$AIREP" verify bad.md >out
	expect 3 wrong "carries #17"
	expect 4 wrong "+1/-1"
	expect 5 wrong "changes src/engine.py"
	expect 6 wrong "A U Thor"
	expect 6 wrong "landed 2026-02-04T12:34:56Z"
	expect 8 wrong "occurs in no file"
	expect 9 wrong "occurs in no file"
	expect 11 wrong "pull request is #18"
	expect 11 wrong "outside the stated window"
	expect 12 wrong "the link goes to commit"
	expect 13 wrong "39 digits"
	expect 14 "not found" "no commit of o/r"
	expect 15 wrong "goes to pull request 16"
}

must_exit() {
	want=$1
	shift
	rc=0
	"$@" 2>err || rc=$?
	[ "$rc" -eq "$want" ] || { echo "exit $rc, not $want"; cat err; return 1; }
}

t_exotic_hyphens_are_understood_and_reported() {
	cd "$TMP/ws"
	printf '### o/r\n- %s: author: A U Thor, 2026\342\200\22102\342\200\22104, \140src/engine.py\140 (+1 / \342\200\2231 lines)\n' \
		"$in_day" >exotic.md
	"$AIREP" verify -a exotic.md >out
	grep -q "confirmed: date '2026-02-04'.*other hyphens" out
	grep -q "confirmed: counts" out
	grep -q '3 exotic' out
}

t_what_no_mirror_tells_is_not_called_wrong() {
	cd "$TMP/ws"
	printf '### some/where\n- abcdef1 `x/y.c` +1/-2 [#5](https://github.com/some/where/pull/5)\n' >other.md
	"$AIREP" verify other.md >out
	grep -q ' 0 wrong, 0 not found' out
	echo "gone/away mirror=$TMP/nowhere.git" >>repos.list
	printf '### gone/away\n- abcdef1 `x/y.c` +1/-2\n' >gone.md
	"$AIREP" verify gone.md >out
	grep -q ' 0 wrong, 0 not found' out
	sed -i '$d' repos.list
}

t_json_stdin_folder_and_explain() {
	cd "$TMP/ws"
	mkdir d && cp good.md d/a.md && cp bad.md d/b.md
	must_exit 6 "$AIREP" verify d >out
	[ "$(grep -c confirmed out)" -eq 2 ]
	"$AIREP" verify --json - <good.md >out.json
	python3 -c 'import json;d=json.load(open("out.json"));assert d["counts"]["wrong"]==0 and d["claims"]'
	"$AIREP" verify -a --explain good.md >out
	grep -q "src/engine.py:5 after" out
	must_exit 2 "$AIREP" verify
	must_exit 1 "$AIREP" verify nothing.md
	# one that cannot be read keeps nobody from the others
	mkdir d/c.md
	must_exit 6 "$AIREP" verify d >out 2>err
	[ "$(grep -c confirmed out)" -eq 2 ] && grep -q "c.md" err
	must_exit 3 "$AIREP" verify nothing.md good.md >out
	grep -q '^good.md: .* confirmed' out
	must_exit 1 "$AIREP" verify nothing.md d/c.md >out
}

t_repositories_of_odd_names_are_told_apart() {
	mkdir "$TMP/odd" && cd "$TMP/odd"
	git clone -q --bare "$TMP/m.git" more.git
	cd "$TMP/w" && printf 'x\n' >more.txt && git add . &&
		commit_at 2026-02-04T15:00:00Z "More (#19)"
	git push -q "$TMP/odd/more.git" main
	cd "$TMP/odd"
	echo "o/r mirror=$TMP/m.git" >repos.list
	echo "$TMP/odd/more.git name=o/r++" >>repos.list
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" -C . sync -q
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" -C . report \
		--date 2026-02-04 --lang en
	grep -q '^### o/r++$' reports/2026-02-04.en.md
	"$AIREP" -C . verify reports/2026-02-04.en.md >out
	grep -q ' 0 wrong, 0 not found' out
	cd "$start"
}

t_hostile_text_ends() {
	cd "$TMP/ws"
	python3 -c 'import sys;sys.stdout.write("abcdef1 "*1000000)' >big.md
	timeout 60 "$AIREP" verify big.md >out
	grep -q 'confirmed' out
	printf 'a\0b \377\376 ```\n```` x\n\342\200\256 [](`\n' >odd.md
	"$AIREP" verify odd.md >out
}

run_tests
