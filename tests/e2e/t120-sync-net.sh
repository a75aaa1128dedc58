#!/bin/sh
# t120 - sync over the network: several repositories at once, some of them bad.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
httpd_start
daemon_start

w=$TMP/w
AIREP_NOW=2026-02-04T12:00:00Z
export AIREP_NOW

sync() {
	airep-git -C "$w" sync "$@" >out 2>err
}

# workers - the fetch workers of this test that run; others' may run beside.
workers() {
	for p in $(grep -l fetch-worker /proc/[0-9]*/cmdline 2>/dev/null); do
		grep -qF "$TMP" "${p%cmdline}environ" 2>/dev/null && echo "$p"
	done
	:
}

wait_for_worker() {
	for i in $(seq 100); do
		[ -z "$(workers)" ] || return 0
		sleep 0.1
	done
	return 1
}

# canary_free WORD - nowhere in the workspace but in repos.list.
canary_free() {
	! grep -rl --exclude=repos.list "$1" "$w"
}

t_first_sync_by_three_ways() {
	for r in http daemon path; do
		new_repo "$TMP/up/$r"
		commit "$TMP/up/$r" first f 1
		commit "$TMP/up/$r" second f 2
	done
	mkdir "$w"
	cat >"$w/repos.list" <<-END
	$HTTP/git/http/.git name=t/http forge=none
	$GITD/daemon/.git name=t/daemon forge=none
	$TMP/up/path name=t/path forge=none
	END
	sync
	has err "t/http: 2 new commits"
	has err "t/daemon: 2 new commits"
	has err "t/path: 2 new commits"
	airep-git -C "$w" log --json >log
	[ "$(wc -l <log)" -eq 6 ]
}

t_nothing_new_is_exit_5_when_asked() {
	expect 5 sync --exit-code
	has err "t/http: nothing new"
}

t_only_what_is_new_is_analysed() {
	commit "$TMP/up/http" third f 3
	sync
	has err "t/http: 1 new commit,"
	has err "t/path: nothing new"
}

t_a_rewritten_branch_is_a_warning_and_its_commits_are_kept() {
	old=$(git -C "$TMP/up/http" rev-parse HEAD)
	git -C "$TMP/up/http" reset -q --hard HEAD~1
	commit "$TMP/up/http" instead f 4
	sync
	has err "branch 'main' was rewritten: 1 gone, 1 new"
	m=$(find "$w/mirrors" -name http.git)
	git -C "$m" cat-file -e "$old"
	git -C "$m" for-each-ref refs/airep/kept/2026-02-04 | grep -q "$old"
}

t_a_renamed_default_branch_counts_nothing_twice() {
	git -C "$TMP/up/daemon" branch -m main trunk
	commit "$TMP/up/daemon" third f 3
	sync
	airep-git -C "$w" log --json t/daemon >log
	[ "$(wc -l <log)" -eq 3 ]
	[ "$(sort -u log | wc -l)" -eq 3 ]
}

t_a_stalled_server_is_given_up_and_the_others_end() {
	cp "$w/repos.list" list.good
	new_repo "$TMP/up/slow"
	commit "$TMP/up/slow" first f 1
	echo "$HTTP/stall/slow/.git name=t/slow forge=none" >>"$w/repos.list"
	echo "$HTTP/gone/lost name=t/lost forge=none" >>"$w/repos.list"
	commit "$TMP/up/path" third f 3
	start=$(date +%s)
	expect 3 sync --timeout 5
	[ $(($(date +%s) - start)) -le 30 ]
	has err "t/slow: given up: no progress for 5 s"
	has err "t/lost: '$HTTP/gone/lost' was not found"
	has err "t/path: 1 new commit,"
	# it is back
	sed "s,/stall/,/git/,; /lost/d" "$w/repos.list" >list.new
	cp list.new "$w/repos.list"
	sync
	has err "t/slow: 1 new commit,"
}

t_authentication_everywhere_is_exit_4() {
	echo "$HTTP/auth/http/.git name=t/auth forge=none" >"$w/repos.list"
	expect 4 sync
	has err "credential.127.0.0.1.tokenEnv"
}

t_a_token_is_used_and_written_nowhere() {
	printf '[credential "127.0.0.1"]\n\ttokenEnv = TOK\n' >"$w/airep.conf"
	TOK=s3cret-canary
	export TOK
	sync -v
	has err "t/auth: 3 new commits"
	lacks err s3cret-canary
	canary_free s3cret-canary
	# nor is it an argument of any process
	cp "$w/repos.list" list.auth
	echo "$HTTP/stall/http/.git name=t/hang forge=none" >"$w/repos.list"
	sync --timeout 3 &
	wait_for_worker
	! grep -l s3cret-canary /proc/[0-9]*/cmdline 2>/dev/null
	wait $! || :
	rm "$w/airep.conf"
}

t_credentials_in_the_list_are_used_and_written_nowhere() {
	with=$(echo "$HTTP" | sed 's,//,//user:s3cret-canary@,')
	{
		cat list.good
		echo "$with/git/slow/.git name=t/cred forge=none"
		echo "$with/gone/x name=t/cred2 forge=none"
	} >"$w/repos.list"
	expect 3 sync -v
	has err "t/cred: 1 new commit,"
	cat out err >all
	lacks all s3cret
	canary_free s3cret-canary
}

t_killed_while_fetching_the_next_run_is_complete() {
	cp list.good "$w/repos.list"
	head -c 2000000 /dev/urandom >"$TMP/up/http/blob"
	commit "$TMP/up/http" big f 5
	sed "s,/git/http,/stallpack/http," list.good >"$w/repos.list"
	airep-git -C "$w" sync >out 2>err &
	pid=$!
	wait_for_worker
	sleep 1
	kill -9 $pid
	wait $pid || :
	# no parent, no workers
	sleep 0.5
	cp list.good "$w/repos.list"
	sync
	has err "t/http: 1 new commit,"
	[ -z "$(find "$w/mirrors" -name 'pack_git2_*')" ]
	airep-git -C "$w" log --json t/http >log
	[ "$(grep -c '"subject":"big"' log)" -eq 1 ]
}

t_of_two_syncs_the_second_says_who_has_the_lock_or_waits() {
	echo "$HTTP/stall/slow/.git name=t/hang forge=none" >"$w/repos.list"
	airep-git -C "$w" sync --timeout 6 >out1 2>&1 &
	first=$!
	wait_for_worker
	expect 1 sync
	has err "is held (pid $first since "
	has err "or use --wait"
	for cmd in "report --date 2026-02-01" gc "classify --rebuild"; do
		expect 1 airep-git -C "$w" $cmd 2>err
		has err "run this again when that has ended"
		lacks err "--wait"
	done
	cp list.good "$w/repos.list"
	sync --wait
	has err "t/http: nothing new"
	wait $first || :
}

t_a_host_that_cannot_be_reached_is_one_line() {
	for i in 1 2 3; do
		echo "http://127.0.0.1:1/x/y$i.git name=t/y$i forge=none"
	done >"$w/repos.list"
	expect 1 sync
	has err "t/y1, t/y2, t/y3: cannot connect to '127.0.0.1', port 1"
	[ "$(grep -c 'cannot connect' err)" -eq 1 ]
	cp list.good "$w/repos.list"
}

t_interrupted_it_ends_at_once_with_its_workers() {
	echo "$HTTP/stall/slow/.git name=t/hang forge=none" >"$w/repos.list"
	# A background shell leaves SIGINT ignored, and what is ignored stays so.
	python3 -c 'import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
p = subprocess.Popen(["airep-git", "-C", sys.argv[1], "sync"])
time.sleep(2); p.send_signal(signal.SIGINT); t = time.time()
code = p.wait(); print(code, "late" if time.time() - t > 20 else "at once")
' "$w" >out 2>err
	has out "130 at once"
	sleep 0.5
	[ -z "$(workers)" ]
	cp list.good "$w/repos.list"
	sync
}

t_most_branches_gone_fails_that_repository_only() {
	for b in b1 b2 b3; do git -C "$TMP/up/path" branch $b; done
	sync
	for b in b1 b2 b3; do git -C "$TMP/up/path" branch -q -D $b; done
	expect 3 sync
	has err "t/path: the remote lacks 3 of our 4 branches and tags"
	sync --accept-deletions
	expect 5 sync --exit-code
}

t_offline_opens_no_socket() {
	: >http.log
	expect 7 airep-git -C "$w" --offline sync t/http t/daemon 2>err
	[ ! -s http.log ]
}

t_offline_paths_on_this_machine_are_synced() {
	commit "$TMP/up/path" more f 9
	expect 3 airep-git -C "$w" --offline sync 2>err
	has err "t/path: 1 new commit,"
	if command -v unshare >/dev/null && unshare -rn true 2>/dev/null; then
		commit "$TMP/up/path" still_more f 10
		unshare -rn airep-git -C "$w" --offline sync t/path 2>err
		has err "t/path: 1 new commit,"
	fi
}
run_tests "$@"
