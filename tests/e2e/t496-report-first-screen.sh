#!/bin/sh
# t496 - what is above the details fits a screen of 40 lines, on a day on which
# eight repositories have every kind of statement.
. "$(dirname "$0")/../lib.sh"

cli='import argparse
p = argparse.ArgumentParser()'

# Changes of every line of the summary, all on one day.
fill() {
	r=$1
	new_repo "$r"
	at "2026-02-01 10:00"
	commit "$r" "Initial commit" pkg/__init__.py "from .core import Engine, Old" \
		pkg/core.py "class Engine:
    pass


class Old:
    pass" requirements.txt "torch==2.8.0" version.txt 1.0 \
		pkg/cli.py "$cli" tests/test_a.py 'def test_a():
    check(rtol=1e-3)


def test_b():
    assert 1' README.md "read"
	at "2026-02-02 0$2:00"
	commit "$r" "Remove Old (#1)" pkg/__init__.py "from .core import Engine" \
		pkg/core.py "class Engine:
    pass"
	commit "$r" "Bump torch (#2)" requirements.txt "torch==2.9.0"
	commit "$r" "[Bugfix] Fix a race and a hang in the engine (#3)" pkg/core.py \
		"class Engine:
    lock = 1"
	commit "$r" "Release 1.1 (#4)" version.txt 1.1
	git -C "$r" tag v1.1
	commit "$r" "Add a kernel (#5)" csrc/fast.cu "__global__ void fast() {}"
	commit "$r" "Add a flag (#6)" pkg/cli.py "$cli
p.add_argument(\"--$r-fast\")"
	commit "$r" "[Perf] Faster by 12% on H100 (#7)" pkg/fast.py "x = 1"
	commit "$r" "[Perf] Faster (#8)" pkg/fast.py "x = 2"
	commit "$r" "Relax a test (#9)" tests/test_a.py 'def test_a():
    check(rtol=1e-1)'
	tick
	git -C "$r" revert --no-edit HEAD >/dev/null
	i=0
	while [ $i -lt 6 ]; do
		i=$((i + 1))
		commit "$r" "[Bugfix] Fix crash number $i of many (#2$i)" \
			"pkg/m$i.py" "y = $i"
	done
	echo "o/$r mirror=$TMP/$r/.git" >>ws/repos.list
}

lines_before_details() {
	grep -n '^## ' "$1" | sed -n '4s/:.*//p'
}

t_a_full_day_of_eight_repositories_fits() {
	mkdir ws
	for n in 1 2 3 4 5 6 7 8; do
		fill "repo$n" $n
	done
	AIREP_NOW=2026-02-03T00:00:00Z airep-git -q -C ws sync
	for l in zh en; do
		airep-git -C ws report --date 2026-02-02 --lang $l --stdout >$l
		[ "$(lines_before_details $l)" -le 40 ]
	done
}

t_every_line_of_the_summary_was_there() {
	for k in "Breaking candidates" "Reverts and re-lands" Releases Pins Fixes \
		Kernels "New switches" Numbers "Tests weakened" \
		"changes touch product code" "Late arrivals"; do
		sed -n '/^## Summary/,/^|/p' en >summary
		has summary "$k"
	done
	[ "$(sed -n '/^| repository/,/^$/p' en | grep -c '| o/')" -eq 8 ]
}

t_more_of_a_kind_is_counted_not_listed() {
	sed -n '/^- Fixes/p' en >line
	has line "52 more below"
}

run_tests
