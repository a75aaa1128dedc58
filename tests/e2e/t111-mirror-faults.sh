#!/bin/sh
# t111 - mirrors that were killed, locked, filled, damaged or belong to others.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
httpd_start

up=$TMP/up/one
m=$TMP/one.git

t_a_mirror_to_begin_with() {
	new_repo "$up"
	commit "$up" first f 1
	fetch "$HTTP/git/one/.git" "$m" >out
	head -c 3000000 /dev/urandom >"$up/blob"
	commit "$up" second f 2
}

t_killed_while_receiving_the_next_run_sweeps_and_goes_on() {
	fetch "$HTTP/stallpack/one/.git" "$m" >out &
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		ls "$m"/objects/pack/pack_git2_* >/dev/null 2>&1 && break
		sleep 0.2
	done
	sleep 0.5
	pid=$(sed -n 's/^pid \([0-9]*\) .*/\1/p' "$m/airep.lock")
	kill -9 "$pid"
	wait
	ls "$m"/objects/pack/pack_git2_* >/dev/null
	fetch "$HTTP/git/one/.git" "$m" >out
	must_fail ls "$m"/objects/pack/pack_git2_* >/dev/null 2>&1
	same_refs "$up" "$m"
}

t_locks_of_a_dead_process_do_not_block() {
	commit "$up" more f 3
	mkdir -p "$m/refs/heads"
	: >"$m/refs/heads/main.lock"
	: >"$m/packed-refs.lock"
	: >"$m/HEAD.lock"
	: >"$m/config.lock"
	fetch "$HTTP/git/one/.git" "$m" >out
	same_refs "$up" "$m"
	[ -z "$(find "$m" -name '*.lock' ! -name airep.lock)" ]
}

t_a_creation_that_was_killed_is_completed() {
	mkdir -p "$TMP/half.git/objects" "$TMP/half.git/refs"
	fetch "$HTTP/git/one/.git" "$TMP/half.git" >out
	same_refs "$up" "$TMP/half.git"
}

t_two_at_once_the_second_says_who_has_it() {
	need flock
	flock "$m/airep.lock" sleep 2 &
	sleep 0.3
	must_fail fetch "$HTTP/git/one/.git" "$m" >out
	has out "e -14 "
	has out "is%20held"
	wait
	fetch "$HTTP/git/one/.git" "$m" >out
}

t_a_damaged_ref_of_ours_is_mended() {
	: >"$m/refs/heads/main"
	fetch "$HTTP/git/one/.git" "$m" >out
	has out "ref%20'refs/heads/main'%20is%20damaged"
	same_refs "$up" "$m"
}

t_refs_cloned_loose_by_git_are_taken_over() {
	git clone -q --mirror "$up" "$TMP/loose.git"
	commit "$up" yet_more f 4
	fetch "$HTTP/git/one/.git" "$TMP/loose.git" >out
	has out "m fast-forward"
	same_refs "$up" "$TMP/loose.git"
}

t_a_mirror_of_another_user_is_named() {
	[ "$(id -u)" -eq 0 ] || return 0
	cp -R "$m" "$TMP/theirs.git"
	chown 65534 "$TMP/theirs.git"
	must_fail fetch "$HTTP/git/one/.git" "$TMP/theirs.git" >out
	has out "is%20owned%20by%20uid%2065534"
	rm -rf "$TMP/theirs.git"
}

t_a_full_disk_changes_nothing_and_the_next_run_works() {
	command -v unshare >/dev/null && unshare -rm true 2>/dev/null ||
		return 0
	mkdir -p disk
	unshare -rm sh -c '
		set -e
		mount -t tmpfs -o size=1m none disk
		printf "fetch %s %s/disk/m.git - 2026-02-04 =k\n" \
			"$1" "$PWD" | airep-git fetch-worker >out
		ls disk/m.git/objects/pack >left
		cat disk/m.git/packed-refs >>left 2>/dev/null || :
		mount -o remount,size=20m disk
		printf "fetch %s %s/disk/m.git - 2026-02-04 =k\n" \
			"$1" "$PWD" | airep-git fetch-worker >out2
	' sh "$HTTP/git/one/.git"
	has out "No%20space%20left"
	has out "e -7 "
	[ ! -s left ]
	has out2 "m new"
	lacks out2 "e -"
}

t_user_configuration_of_git_does_not_show() {
	printf '[url "http://127.0.0.1:1/"]\n\tinsteadOf = http\n%s\n' \
		'[http]
	proxy = http://127.0.0.1:1/
[transfer]
	hideRefs = refs/heads' >"$HOME/.gitconfig"
	unset GIT_CONFIG_GLOBAL
	fetch "$HTTP/git/one/.git" "$TMP/conf1.git" >out
	fetch "$up/.git" "$TMP/conf2.git" >out
	rm "$HOME/.gitconfig"
	GIT_CONFIG_GLOBAL=/dev/null
	export GIT_CONFIG_GLOBAL
	same_refs "$up" "$TMP/conf1.git"
	same_refs "$up" "$TMP/conf2.git"
}

# A pack without a commit that the refs need: the server's fault or malice.
t_a_server_that_holds_objects_back_moves_no_ref() {
	git clone -q --bare "$up" "$TMP/up/holes.git"
	git -C "$TMP/up/holes.git" unpack-objects -q <"$(
		ls "$TMP"/up/holes.git/objects/pack/*.pack)" || :
	old=$(git -C "$up" rev-parse HEAD~2)
	fetch "$HTTP/git/one/.git" "$TMP/holes.git" >out
	git -C "$TMP/holes.git" update-ref -d refs/heads/main
	# a mirror that has the tip and lacks what is behind it
	git init -q --bare -b main "$TMP/torn.git"
	git -C "$up" cat-file commit HEAD |
		git -C "$TMP/torn.git" hash-object -t commit -w --stdin \
		>/dev/null
	must_fail fetch "$HTTP/git/one/.git" "$TMP/torn.git" >out
	has out "lacks%20the"
	[ -z "$(git -C "$TMP/torn.git" for-each-ref)" ]
}
run_tests "$@"
