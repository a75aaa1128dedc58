#!/bin/sh
# t494 - a day's page does not change when the mirror grows: the same from the
# history cut at the day's end and from the whole one, ledgers equal.
. "$(dirname "$0")/../lib.sh"

body='def load(path):
    with open(path) as f:
        data = f.read()
    return data.strip()'

make_world() {
	new_repo kernel
	new_repo app
	at "2026-02-01 09:00"
	commit kernel "Initial commit" pkg/__init__.py "from .core import Engine, Loader" \
		pkg/core.py "class Engine:
    def run(self, x):
        return x


class Loader:
    pass


$body" include/a.h 'struct Args { int old_name; };' version.txt 1.0
	git -C kernel tag v1.0.0
	commit app "Use it" use.py "from pkg import Loader
x = Loader()" requirements.txt "kernel==1.0.0"
	at "2026-02-02 10:00"
	commit kernel "Remove Loader (#2)" pkg/__init__.py "from .core import Engine" \
		pkg/core.py "class Engine:
    def run(self, x):
        return x


$body"
	commit kernel "Rename a field (#3)" include/a.h 'struct Args { int new_name; };'
	git -C kernel tag v1.1.0
	gone=$(git -C kernel rev-parse HEAD~1)
	git -C kernel revert --no-edit "$gone" >/dev/null
	commit app "Fix a hang (#7)" use.py "from pkg import Loader
x = Loader(1)" docs.md "APP_SWITCH is read"
	git -C kernel branch day2
	git -C app branch day2
	# What comes later undoes, fixes, renames and releases.
	at "2026-02-03 08:00"
	commit kernel "Reapply \"Remove Loader\" (#5)" pkg/__init__.py \
		"from .core import Engine" pkg/core.py "class Engine:
    def run(self, x):
        return x


$body"
	git -C kernel tag v1.2.0
	commit kernel "Fix load hang (#6)" pkg/core.py "class Engine:
    def run(self, x):
        return x + 1"
	git -C kernel tag -a -m two v2.0.0
	commit app "Bump kernel (#8)" requirements.txt "kernel==1.2.0"
	at "2026-02-03 20:00"
	git -C app revert --no-edit HEAD >/dev/null
	for r in kernel app; do
		git clone -q --bare "$r" "whole/$r.git"
		git clone -q --bare "$r" "cut/$r.git"
		git --git-dir="cut/$r.git" update-ref refs/heads/main \
			refs/heads/day2
		for t in $(git --git-dir="cut/$r.git" tag --no-merged main); do
			git --git-dir="cut/$r.git" tag -d "$t" >/dev/null
		done
	done
	for w in whole cut; do
		mkdir "$w/ws"
		for r in kernel app; do
			echo "o/$r mirror=$TMP/$w/$r.git" >>"$w/ws/repos.list"
		done
		AIREP_NOW=2026-02-05T00:00:00Z airep-git -q -C "$w/ws" sync
	done
}

t_both_histories_give_the_same_page() {
	make_world
	git --git-dir=cut/kernel.git tag >tags
	lacks tags v1.2.0
	for l in zh en; do
		for w in whole cut; do
			airep-git -C $w/ws report --date 2026-02-02 --lang $l \
				--stdout >$w.md
		done
		same whole.md cut.md
	done
}

t_the_page_is_about_what_the_later_landings_undo() {
	has cut.md Loader
	has cut.md "reverted, not re-landed"
	has cut.md 'has tag `v1.1.0`'
	has cut.md 'Args::new_name'
	lacks cut.md Reapply
	lacks cut.md v1.2.0
	lacks cut.md v2.0.0
}

t_the_next_day_is_another_page() {
	airep-git -C whole/ws report --date 2026-02-03 --lang en --stdout >next
	has next Reapply
}

t_the_documents_differ_in_the_count_of_tags_alone() {
	for w in whole cut; do
		airep-git -C $w/ws report --date 2026-02-02 --format json \
			--stdout | sed 's/"tags":[0-9]*//g' >$w.json
	done
	same whole.json cut.json
}

run_tests
