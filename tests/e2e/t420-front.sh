#!/bin/sh
# t420 - the front page, where pages go, what is never overwritten, exit codes.
. "$(dirname "$0")/../lib.sh"
need git python3

up=$TMP/up

make_workspace() {
	[ ! -d w ] || return 0
	new_repo "$up"
	at "2026-02-01 10:00"
	commit "$up" "one" src/a.py "$(seq 1 20)"
	at "2026-02-02 10:00"
	commit "$up" "two" src/a.py "$(seq 1 22)"
	at "2026-02-03 10:00"
	commit "$up" "three" src/b.py "$(seq 1 9)"
	mkdir w
	printf '[report]\n\tlang = en\n' >w/airep.conf
	echo "t/up mirror=$up/.git" >w/repos.list
	AIREP_NOW=2026-02-04T00:05:00Z
	export AIREP_NOW
	airep-git -C w sync 2>err
}
AIREP_NOW=2026-02-04T00:05:00Z
export AIREP_NOW

# links FILE - every relative link of a page names a file that is there.
links() {
	python3 - "$1" <<-'END'
	import os, re, sys
	page = sys.argv[1]
	n = 0
	for target in re.findall(r"\]\(([^)\s]+)\)", open(page).read()):
	    if re.match(r"[a-z]+:", target) or target.startswith("#"):
	        continue
	    n += 1
	    path = os.path.join(os.path.dirname(page), target.split("#")[0])
	    if not os.path.exists(path):
	        sys.exit("%s: dead link %s" % (page, target))
	print(n)
	END
}

t_without_a_sync_it_is_said() {
	make_workspace
	mkdir none
	cp w/repos.list none
	must_fail airep-git -C none report 2>err
	has err "airep-git sync"
	[ ! -d none/reports ]
}

t_pages_and_the_front_page() {
	for d in 01 02; do
		airep-git -C w report --date 2026-02-$d 2>err
	done
	airep-git -C w report 2>err
	has err "wrote reports/2026-02-03.md"
	[ "$(ls w/reports | wc -l)" -eq 4 ]
	for p in w/reports/*; do links "$p" >n; done
	has w/reports/README.md "[2026-02-02](2026-02-02.md)"
	has w/reports/README.md "three"
	# nothing half written is left
	[ -z "$(find w -name '*.tmp*' -o -name '.*.??????')" ]
}

t_the_other_language_has_its_own_file() {
	airep-git -C w report --date 2026-02-03 --lang zh 2>err
	[ -f w/reports/2026-02-03.zh.md ]
	has w/reports/2026-02-03.zh.md "最新解读 (2026-02-03)"
	links w/reports/2026-02-03.zh.md >n
	airep-git -C w report --replay 2026-02-03.zh.md >replayed
	same w/reports/2026-02-03.zh.md replayed
}

t_the_front_page_can_stand_elsewhere() {
	for index in README.md docs/NEWS.md a/b/index.md reports/index.md; do
		printf '[report]\n\tlang = en\n\tindex = %s\n' $index \
			>w/airep.conf
		airep-git -C w report 2>err
		[ -f w/$index ] || { echo $index; return 1; }
		[ "$(links w/$index)" -ge 2 ]
	done
}

t_a_file_of_somebody_else_is_never_overwritten() {
	printf '# My project\n\nHands off.\n' >w/MINE.md
	cp w/MINE.md mine
	printf '[report]\n\tlang = en\n\tindex = MINE.md\n' >w/airep.conf
	expect 2 airep-git -C w report 2>err
	has err "is not a page of ours"
	has err "report.index"
	same mine w/MINE.md
	cp mine w/reports/2026-02-02.md
	expect 2 airep-git -C w report --date 2026-02-02 2>err
	same mine w/reports/2026-02-02.md
	# also one that only mentions the footer
	{
		airep-git -C w report --date 2026-02-02 --stdout
		echo "my own last line"
	} >w/MINE.md
	cp w/MINE.md mine
	expect 2 airep-git -C w report 2>err
	same mine w/MINE.md
	# a folder in the way, a link out of the workspace
	rm w/reports/2026-02-02.md
	printf '[report]\n\tlang = en\n' >w/airep.conf
	mkdir w/reports/2026-02-02.md
	must_fail airep-git -C w report --date 2026-02-02 2>err
	rmdir w/reports/2026-02-02.md
	airep-git -C w report --date 2026-02-02 2>err
}

t_a_page_that_was_removed_is_written_again() {
	cp w/reports/2026-02-01.md before
	rm w/reports/2026-02-01.md
	airep-git -C w report 2>err
	has err "rewrote 1 page"
	same before w/reports/2026-02-01.md
}

t_stdout_json_and_a_filter_write_no_file() {
	rm -rf snapshot
	cp -R w/reports snapshot
	airep-git -C w report --stdout >out 2>err
	has out three
	airep-git -C w report --date 2026-02-01 --format json >out
	python3 -m json.tool out >/dev/null
	airep-git -C w report --date 2026-02-01 t/up >out
	has out "one"
	diff -r snapshot w/reports
}

t_exit_codes() {
	expect 5 airep-git -C w report --exit-code 2>err
	airep-git -C w report 2>err
	expect 2 airep-git -C w report --date yesterday-ish 2>err
	expect 2 airep-git -C w report --date 2026-02-31 2>err
	expect 2 airep-git -C w report --date 2026-02-01 --since 2026-02-01 2>err
	expect 2 airep-git -C w report --since 2026-02-03 --until 2026-02-01 2>err
	expect 2 airep-git -C w report --timezone Mars/Base 2>err
	expect 2 airep-git -C w report --lang fr 2>err
	expect 2 airep-git -C w report x/unknown 2>err
	expect 2 airep-git -C w report --recompute 2>err
	expect 1 airep-git -C w report --replay 1999-01-01.md 2>err
	echo "t/never mirror=$TMP/nowhere.git" >>w/repos.list
	expect 3 airep-git -C w report --date 2026-02-03 2>err
	has err "never synced"
	has w/reports/2026-02-03.md "t/never"
	expect 3 airep-git -C w sync 2>err
}

t_replay_recompute_says_what_differs() {
	sed -i '$d' w/repos.list
	airep-git -C w report --date 2026-02-03 2>err
	airep-git -C w report --replay w/reports/2026-02-03.md --recompute >out
	[ ! -s out ]
	git -C "$up" tag v1.0 HEAD
	airep-git -C w sync 2>err
	airep-git -C w report --replay w/reports/2026-02-02.md --recompute >out
	cat out
}

run_tests "$@"
