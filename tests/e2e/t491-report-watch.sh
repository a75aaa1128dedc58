#!/bin/sh
# t491 - the conclusion tells of one rare term in two repositories, and of a fix
# that a copy elsewhere lacks.
. "$(dirname "$0")/../lib.sh"

AIREP_NOW=2026-02-10T00:00:00Z
export AIREP_NOW

report() {
	airep-git -C ws report --date 2026-02-04 --lang en --stdout "$@"
}

BROKEN="def load(tile):
    barrier.arrive_on(tile.first_half)
    barrier.arrive_on(tile.second_half)
    return tile"
FIXED="def load(tile):
    barrier.wait_for_all(tile.whole)
    return tile"

make_history() {
	for r in up down; do
		new_repo $r
		at "2026-01-20 10:00"
		commit $r "Start" README.md "$r"
		for i in $(seq 1 12); do
			commit $r "Tune NVLINK9 path $i" n.txt "$i"
		done
	done
	at "2026-02-03 10:00"
	commit up "Add a loader" src/loader.py "$BROKEN"
	commit down "Copy the loader" vendored/x/loader.py "$BROKEN" \
		other/loader.py "$FIXED"
	at "2026-02-04 10:00"
	commit up "Fix a race in the loader (#12)" src/loader.py "$FIXED"
	commit up "Support Quokka-V7 (#13)" a.txt a
	commit up "Improve NVLINK9 (#14)" b.txt b
	commit down "Quokka_v7: new layers (#3)" c.txt c
	commit down "Faster NVLINK9 (#4)" d.txt d
	airep-git init ws 2>err
	{
		echo "a/up mirror=$TMP/up/.git"
		echo "b/down mirror=$TMP/down/.git"
	} >ws/repos.list
	airep-git -C ws sync -q
}

t_a_rare_term_in_two_repositories_is_told() {
	make_history
	report >page
	grep '^- Same rare term' page >line
	has line "Quokka-V7 up [c2](https://github.com/a/up/commit/"
	has line "down [c4](https://github.com/b/down/commit/"
	lacks line NVLINK9
	report --format json >doc
	has doc '"same_terms":[{"term":"Quokka-V7","changes":["c2","c4"]}]'
	airep-git -C ws report --date 2026-02-04 --stdout >zh
	grep '^- 同日出现于多个仓库的少见词: Quokka-V7' zh
}

t_a_copy_without_the_fix_is_told_with_its_lines() {
	grep '^- Fix not in a copy' page >line
	has line "up [c1](https://github.com/a/up/commit/"
	has line '-> b/down `vendored/x/loader.py` 2/2.'
	lacks line other/loader.py
	has doc '"copies":[{"change":"c1","path":"src/loader.py"'
	has doc '"copy":"vendored/x/loader.py","line":2,"held":2,"removed":2}]'
}

t_pages_that_tell_it_verify_clean() {
	airep-git -C ws report --date 2026-02-04 --lang en
	airep-git -C ws report --date 2026-02-04
	cp ws/reports/2026-02-04.en.md copy.md
	airep-git -C ws verify ws/reports/2026-02-04.en.md \
		ws/reports/2026-02-04.md copy.md >out || { cat out; return 1; }
}

t_a_copy_that_took_the_fix_is_not() {
	commit down "Take the fix" vendored/x/loader.py "$FIXED"
	airep-git -C ws sync -q
	report >after
	lacks after "Fix not in a copy"
}

t_a_repository_alone_has_nothing_of_both() {
	report a/up >alone
	lacks alone "Same rare term"
}

run_tests
