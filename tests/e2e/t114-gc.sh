#!/bin/sh
# t114 - gc: old tips of rewritten branches go when their time is over.
. "$(dirname "$0")/../lib.sh"

make_rewritten() { # NAME
	new_repo "$1"
	commit "$1" one f 1
	commit "$1" two f 2
	echo "$TMP/$1 name=me/$1" >>ws/repos.list
	airep-git -C ws -q sync
	git -C "$1" reset -q --hard HEAD~1
	commit "$1" other f 3
	airep-git -C ws -q sync
	git -C ws/mirrors/local/me/$1.git for-each-ref refs/airep/kept >kept
	[ -s kept ]
}

t_nothing_goes_before_its_time() {
	mkdir ws
	for r in a b c; do
		make_rewritten "$r"
	done
	airep-git -C ws gc 2>err
	[ ! -s err ]
}

t_one_mirror_that_cannot_be_read_keeps_no_other() {
	AIREP_NOW=2099-01-01T00:00:00Z
	export AIREP_NOW
	cp ws/mirrors/local/me/a.git/packed-refs kept
	echo zzz >>ws/mirrors/local/me/a.git/packed-refs
	expect 3 airep-git -C ws gc --dry-run 2>err
	has err "me/a: "
	has err "me/b: would drop refs/airep/kept/"
	has err "me/c: would drop refs/airep/kept/"
	has err "1 of 3 mirrors could not be looked through"
	expect 3 airep-git -C ws gc 2>err
	for r in b c; do
		has err "me/$r: dropped refs/airep/kept/"
		git -C ws/mirrors/local/me/$r.git for-each-ref \
			refs/airep/kept >out
		[ ! -s out ]
	done
	cp kept ws/mirrors/local/me/a.git/packed-refs
	airep-git -C ws gc 2>err
	has err "me/a: dropped refs/airep/kept/"
	airep-git -C ws gc 2>err
	[ ! -s err ]
}

t_when_none_can_be_read_it_failed() {
	for r in a b c; do
		echo zzz >>ws/mirrors/local/me/$r.git/packed-refs
	done
	expect 1 airep-git -C ws gc 2>err
	has err "no mirror could be looked through"
}

run_tests "$@"
