#!/bin/sh
# t003 - doctor names what is missing, broken or unsafe.
. "$(dirname "$0")/../lib.sh"

t_libraries_and_settings_are_named() {
	airep-git init ws 2>err
	airep-git -C ws doctor >out
	for word in libgit2 pcre2 sqlite libcurl jansson; do
		has out "$word "
	done
	has out "ok    repos.list: 8 repositories"
	has out "ok    no proxy"
	has out "note  no store yet"
	has out "note  NVIDIA/cutlass: not synced yet"
	lacks out "FAIL"
}

t_it_works_without_a_workspace() {
	mkdir empty
	cd empty
	airep-git doctor >out
	has out "note  no workspace here"
}

t_the_proxy_is_named_without_its_password() {
	https_proxy=http://me:CANARY@proxy.example:3128 \
		airep-git -C ws doctor >out
	has out "goes through the proxy http://proxy.example:3128"
	has out "(https_proxy)"
	lacks out CANARY
	AIREP_HTTP_PROXY=http://p2.example:1 airep-git -C ws doctor >out
	has out "p2.example"
	has out "(environment AIREP_HTTP_PROXY)"
}

t_a_broken_file_is_a_failure() {
	cp ws/airep.conf keep
	echo '[sync] jobs = many' >ws/airep.conf
	expect 1 airep-git -C ws doctor >out 2>err
	grep -q '^FAIL .*airep.conf:1: ' out
	has err "1 thing to repair"
	cp keep ws/airep.conf
	expect 1 env AIREP_HTTP_CAFILE=/nowhere.pem airep-git -C ws doctor >out
	has out "FAIL  http.caFile '/nowhere.pem' cannot be read"
}

t_mirrors_are_looked_at() {
	new_repo up
	commit up first a.txt one
	git clone -q --bare up bare.git
	git init -q --bare -b main unborn.git
	mkdir junk.git
	cat >ws/repos.list <<-EOT
	a/good mirror=$TMP/bare.git
	a/unborn mirror=$TMP/unborn.git
	a/junk mirror=$TMP/junk.git
	a/gone mirror=$TMP/gone.git
	EOT
	expect 1 airep-git -C ws doctor >out 2>err
	has out "ok    a/good: main"
	has out "warn  a/unborn: HEAD names a branch that is not there"
	has out "FAIL  a/junk: "
	has out "FAIL  a/gone: mirror=$TMP/gone.git does not exist"
}

t_leftovers_of_a_killed_run_are_named() {
	echo "$TMP/up name=a/own" >ws/repos.list
	mkdir -p ws/mirrors/local/a
	git clone -q --bare up ws/mirrors/local/a/own.git
	airep-git -C ws doctor >out
	lacks out "left from a run"
	: >ws/mirrors/local/a/own.git/packed-refs.lock
	: >ws/mirrors/local/a/own.git/objects/pack/pack_git2_1234
	airep-git -C ws doctor >out
	has out "own.git/packed-refs.lock is left"
	has out "pack/pack_git2_1234 is left"
}

t_a_damaged_store_is_a_failure() {
	head -c 100000 /dev/urandom >ws/airep.db
	expect 1 airep-git -C ws doctor >out 2>err
	grep -q '^FAIL .*airep.db' out
	rm ws/airep.db
}

t_it_writes_nothing() {
	rm -f before after
	find ws | LC_ALL=C sort >before
	airep-git -C ws doctor >/dev/null
	find ws | LC_ALL=C sort >after
	same before after
}

run_tests "$@"
