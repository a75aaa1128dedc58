#!/bin/sh
# labels: of a synced store, rebuilt, set by hand, and from standard input.
. "$(dirname "$0")/../lib.sh"

commit() { # SUBJECT FILE [BODY]
	mkdir -p "$(dirname "src/$2")"
	echo "$1" >>"src/$2"
	git -C src add -A
	tick
	git -C src commit -q -m "$1" ${3:+-m "$3"}
}

t_a_store_is_labelled_without_its_mirror() {
	git init -q -b main src
	commit "feat: add MLA decode for SM90" csrc/attention/mla.cu
	commit "[Bugfix] wrong expert id" pkg/moe/topk.py
	commit "Bump version to 1.2.0" version.txt
	git -C src checkout -q -b side
	commit "perf: fuse the passes" csrc/fuse.cu
	git -C src checkout -q main
	tick
	git -C src merge -q --no-ff -m "Merge pull request #3 from me/side" side
	commit "Revert \"feat: x\" (#2)" pkg/a.py
	mkdir ws
	echo "$TMP/src name=me/src" >ws/repos.list
	airep-git -C ws sync -q
	airep-git -C ws log --commits --json >synced
	mv src gone
	rm -rf ws/mirrors
	airep-git -C ws --offline classify --rebuild 2>err
	grep -q "6 commits labelled" err
	airep-git -C ws log --commits --json >rebuilt
	diff -u synced rebuilt
	grep -c '"type":"performance"' rebuilt >n
	[ "$(cat n)" -eq 2 ]
	mv gone src
}

t_explain_names_the_rules() {
	oid=$(git -C src rev-parse HEAD~4)
	airep-git -C ws classify --explain "me/src@$oid" >out
	grep -q "^type      feature" out
	grep -q "^areas     attention" out
	grep -q "^hardware  hopper" out
	grep -q "feature-prefix  \"feat\"" out
	short=$(git -C src rev-parse --short=8 HEAD)
	airep-git -C ws classify "$short" >out
	grep -q "^type      revert" out
}

t_a_commit_is_named_as_show_names_it() {
	git -C src tag -a -m one v1 HEAD~2
	git -C src branch side2 HEAD~3
	git -C src branch lone "$(git -C src commit-tree -m lone HEAD^{tree})"
	airep-git -C ws -q sync
	for rev in HEAD main v1 v1~1 main~1^2 side2 "$(git -C src rev-parse v1)"; do
		oid=$(git -C src rev-parse "$rev^{commit}")
		airep-git -C ws classify --explain "me/src@$oid" >want
		airep-git -C ws classify --explain "me/src@$rev" >out
		same want out
		airep-git -C ws classify --explain "$rev" >out
		same want out
	done
	airep-git -C ws report --date 2026-02-01 --format json |
		python3 -c 'import json, sys
for c in json.load(sys.stdin)["repositories"][0]["changes"]:
    if c["handle"] == "c2": print(c["oid"])' >c2
	airep-git -C ws -q report --date 2026-02-01
	airep-git -C ws classify "me/src@$(cat c2)" >want
	airep-git -C ws classify c2@2026-02-01 >out
	same want out
	must_fail airep-git -C ws classify me/src@lone 2>err
	has err "not on the tracked branch"
	must_fail airep-git -C ws classify me/src@nowhere 2>err
	has err "has no commit 'nowhere'"
	must_fail airep-git -C ws classify other/src@main 2>err
	has err "no repository 'other/src'"
	airep-git -C ws classify --set me/src@v1 type=chore
	airep-git -C ws classify v1 >out
	has out "type      chore (set)"
	airep-git -C ws classify --set me/src@v1 type=
}

t_without_a_mirror_ids_are_still_found() {
	mv ws/mirrors hidden
	oid=$(git -C src rev-parse HEAD~1)
	airep-git -C ws classify "me/src@$oid" >out
	airep-git -C ws classify "$(echo "$oid" | cut -c1-8)" >out2
	same out out2
	must_fail airep-git -C ws classify me/src@main 2>err
	has err "me/src.git' is missing"
	mv hidden ws/mirrors
}

t_what_explain_lists_adds_up_to_the_type() {
	oid=$(git -C src rev-parse HEAD~3)
	airep-git -C ws classify --explain "me/src@$oid" >out
	grep -q "learned:others" out
	awk '$2 == "type=fix" { sum += $1 } END { print sum > "sum" }' out
	printf '[type fix]\nmine 777 subject wrong\n' >ws/rules.conf
	airep-git -C ws classify --explain "me/src@$oid" >out
	grep -q '^ +7.77  type=fix  *mine  "wrong"' out
	awk '$2 == "type=fix" { sum += $1 } END { print sum > "more" }' out
	awk '{ a[NR] = $1 } END { exit !(a[2] - a[1] > 7.76 &&
		a[2] - a[1] < 7.78) }' sum more
	rm ws/rules.conf
}

t_what_is_set_by_hand_survives_a_rebuild() {
	oid=$(git -C src rev-parse HEAD~3)
	airep-git -C ws classify --set "me/src@$oid" type=refactor areas=moe,gemm
	airep-git -C ws classify --rebuild -q
	airep-git -C ws classify "me/src@$oid" >out
	grep -q "^type      refactor (set)" out
	grep -q "^areas     gemm moe (set)" out
	airep-git -C ws classify --set "me/src@$oid" type= areas=
	airep-git -C ws classify "me/src@$oid" >out
	grep -q "^type      fix (" out
	must_fail airep-git -C ws classify --set "me/src@$oid" type=nonsense
	must_fail airep-git -C ws classify --set "me/src@$oid" kind=fix
	must_fail airep-git -C ws classify me/src@ffffffff
}

t_a_label_set_by_hand_has_a_name_that_can_stand_anywhere() {
	oid=$(git -C src rev-parse HEAD~3)
	airep-git -C ws classify --set "me/src@$oid" areas=moe
	for bad in "$(printf 'a\033[31m')" "$(printf 'a\377')" 'a<b>' 'x`y' \
		a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q; do
		expect 2 airep-git -C ws classify --set "me/src@$oid" \
			"areas=$bad" 2>err
		expect 2 airep-git -C ws classify --set "me/src@$oid" \
			"hardware=$bad" 2>err
	done
	expect 2 airep-git -C ws classify --set "me/src@$oid" \
		"areas=fine,$(printf 'a\033[31m')" 2>err
	has err "no label can be called 'a\\x1b[31m'"
	airep-git -C ws classify "me/src@$oid" >out
	has out "areas     moe (set)"
	airep-git -C ws classify --set "me/src@$oid" areas=
}

t_the_number_of_threads_changes_nothing() {
	airep-git -C ws -q classify --rebuild --jobs 1
	airep-git -C ws log --json >one
	airep-git -C ws -q classify --rebuild --jobs 4
	airep-git -C ws log --json >four
	diff -u one four
}

t_standard_input_is_answered_in_order() {
	cat >in <<-'EOF'
	{"subject":"fix: a","body":null,"changes":[{"path":"a.py","additions":1,"deletions":null}]}
	{"subject":"docs: b"}
	{"subject":"x","changes":[]}
	EOF
	airep-git classify --stdin <in >out
	[ "$(wc -l <out)" -eq 3 ]
	sed -n 1p out | grep -q '^{"type":"fix","areas":\[\],"hardware":\[\],"rules":\["fix-prefix"'
	sed -n 2p out | grep -q '^{"type":"documentation"'
}

t_a_bad_line_is_named_and_those_before_it_answered() {
	printf '%s\n' '{"subject":"fix: a"}' '{"subject":1}' >in
	must_fail airep-git classify --stdin <in >out 2>err
	[ "$(wc -l <out)" -eq 1 ]
	grep -q "standard input:2" err
	printf '%s\n' '{"subject":"a","subject":"b"}' >in
	must_fail airep-git classify --stdin <in >out 2>err
	grep -q "standard input:1" err
}

# Row 78 of docs/faults.md.
t_78_a_rule_that_hits_a_limit_is_named_by_sync_and_rebuild() {
	printf '[type test]\nevil 9000 subject ^fix: (a+)+(a|aa)+$\n' \
		>ws/rules.conf
	commit "fix: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" evil.c
	commit "fix: the other" other.c
	airep-git -C ws sync >out 2>err
	grep "rule 'evil': a limit was reached 1 times" err
	airep-git -C ws status >out 2>err
	grep "note: rule 'evil': a limit was reached" out
	airep-git -C ws classify HEAD~1 >out
	grep -q "^type      fix" out
	airep-git -C ws classify --rebuild 2>err
	grep "rule 'evil': a limit was reached 1 times" err
	rm ws/rules.conf
	airep-git -C ws -q classify --rebuild
}

# One day with a commit of a bot, one that could be anything, and one by hand.
make_day() {
	git init -q -b main day
	mkdir -p day ws2
	(
		cd day
		echo 1 >a.py
		git add a.py
		tick
		git commit -q -m "fix: the race (#1)"
		echo 2 >>a.py
		tick
		git commit -qam "things"
		echo "x==1.2" >requirements.txt
		git add requirements.txt
		tick
		git commit -q --author "dependabot[bot] <b@example.com>" \
			-m "Bump x from 1.1 to 1.2 (#3)"
	)
	echo "$TMP/day name=me/day" >ws2/repos.list
	AIREP_NOW=2030-01-01T00:00:00Z airep-git -C ws2 sync -q
}

page_of_day() { # makes page and doc
	date=$(git -C day log -1 --format=%cs)
	export AIREP_NOW=2030-01-01T00:00:00Z
	airep-git -C ws2 report --date "$date" --lang en --stdout >page
	airep-git -C ws2 report --date "$date" --stdout --format json >doc
}

t_below_the_threshold_the_page_says_unsure() {
	make_day
	printf '[labels]\n\tthreshold = 60\n' >ws2/airep.conf
	page_of_day
	python3 - <<-'END'
	import json
	d = json.load(open("doc"))
	c = {x["subject"]: x for x in d["repositories"][0]["changes"]}
	assert c["things"]["unsure"], c["things"]
	assert not c["fix: the race (#1)"]["unsure"]
	END
	grep -A1 "things" page | grep -q "^.fix. (unsure)"
	grep -q "unsure (below the threshold): .*c2" page
	printf '[labels]\n\tthreshold = 0\n' >ws2/airep.conf
	page_of_day
	must_fail grep -qi "unsure" page
	printf '[labels]\n\tthreshold = 60\n' >ws2/airep.conf
}

t_what_a_bot_did_is_folded_and_still_listed() {
	page_of_day
	python3 - <<-'END'
	import json, re
	d = json.load(open("doc"))
	bot = [x for x in d["repositories"][0]["changes"]
	       if x["subject"].startswith("Bump")][0]
	assert bot["folded"] and bot["type"] == "dependency", bot
	page = open("page").read()
	fold = re.search(r"<summary>1 folded.*?</details>", page, re.S)
	assert fold and bot["oid"][:7] in fold.group(0), page
	END
}

t_what_is_set_changes_the_page() {
	oid=$(git -C day rev-parse HEAD~1)
	airep-git -C ws2 classify --set "me/day@$oid" type=performance
	airep-git -C ws2 --offline classify --rebuild -q
	page_of_day
	grep -q '"type":"performance"' doc
	must_fail grep -qi "unsure" page
}

t_a_mistake_in_the_rules_is_named() {
	printf '[type fix]\nmine 100 subject (\n' >ws/rules.conf
	must_fail airep-git -C ws classify --rebuild 2>err
	grep -q "rules.conf:2:18" err
	printf '[type fix]\nmine 9000 subject zebra\n' >ws/rules.conf
	echo '{"subject":"docs: zebra"}' | airep-git -C ws classify --stdin >out
	grep -q '"type":"fix"' out
	rm ws/rules.conf
}

run_tests
