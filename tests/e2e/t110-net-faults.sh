#!/bin/sh
# t110 - servers that fail, lie, stall or are cut off; tokens and addresses.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
httpd_start

AIREP_HTTP_STALLTIMEOUT=2
export AIREP_HTTP_STALLTIMEOUT
up=$TMP/up/one
m=$TMP/one.git

# unchanged - what fetches that failed must leave behind: nothing.
unchanged() {
	find "$m" -type f ! -name airep.lock -exec cksum {} + | sort >state.now
	same state.want state.now
}

t_a_mirror_to_begin_with() {
	new_repo "$up"
	commit "$up" first f 1
	head -c 300000 /dev/urandom >"$up/blob"
	commit "$up" second f 2
	fetch "$HTTP/git/one/.git" "$m" >out
	head -c 300000 /dev/urandom >"$up/blob2"
	commit "$up" third f 3
	find "$m" -type f ! -name airep.lock -exec cksum {} + | sort >state.want
}

t_a_pack_cut_off_leaves_everything_as_it_was() {
	must_fail fetch "$HTTP/cut/one/.git" "$m" >out
	grep -Eq "^e -8 .*(cut|transfer)" out
	unchanged
}

t_a_server_that_stalls_is_given_up_in_time() {
	start=$(date +%s)
	must_fail fetch "$HTTP/stall/one/.git" "$m" >out
	has out "stalled"
	must_fail fetch "$HTTP/stallpack/one/.git" "$m" >out
	has out "stalled"
	has out "e -19"
	unchanged
	[ $(($(date +%s) - start)) -le 40 ]
}

t_a_server_that_drips_is_given_up_too() {
	start=$(date +%s)
	must_fail fetch "$HTTP/drip/one/.git" "$m" >out
	has out "stalled"
	[ $(($(date +%s) - start)) -le 25 ]
}

t_statuses_are_told_apart() {
	must_fail fetch "$HTTP/gone/one" "$m" >out
	has out "e -4 "
	has out "was%20not%20found,%20or%20we%20may%20not%20see%20it"
	must_fail fetch "$HTTP/git/none" "$TMP/none.git" >out
	has out "e -4 "
	[ ! -e "$TMP/none.git" ]
	must_fail fetch "$HTTP/quota/one" "$m" >out
	has out "e -10 "
	must_fail fetch "$HTTP/error/one" "$m" >out
	has out "e -8 "
	must_fail fetch "$HTTP/html/one" "$m" >out
	has out "text/html"
	must_fail fetch "$HTTP/auth/one/.git" "$m" >out
	has out "e -9 "
	has out "credential.127.0.0.1.tokenEnv"
	unchanged
}

t_a_redirect_to_another_host_is_refused() {
	: >http.log
	must_fail fetch "$HTTP/away/one/.git" "$m" >out
	has out "redirects%20to%20'http://localhost:"
	has out "which%20is%20not%20followed"
	[ "$(wc -l <http.log)" -eq 1 ]
	unchanged
}

t_a_redirect_on_the_same_host_is_followed_and_told() {
	fetch "$HTTP/moved/one/.git" "$TMP/moved.git" >out
	has out "$HTTP/git/one/.git"
	has out "has%20moved%20to"
	same_refs "$up" "$TMP/moved.git"
}

t_a_token_goes_to_its_host_and_nowhere_else() {
	printf '[credential "127.0.0.1"]\n\ttokenEnv = TOK\n' >conf
	TOK=s3cret-canary
	FETCH_CONFIG=$TMP/conf
	export TOK
	: >http.log
	fetch "$HTTP/auth/one/.git" "$TMP/auth.git" >out
	same_refs "$up" "$TMP/auth.git"
	lacks out s3cret
	must_fail fetch "$HTTP/away/one/.git" "$TMP/away.git" >out
	lacks out s3cret
	! grep -q 'localhost' http.log
	! grep -rq s3cret-canary "$TMP/auth.git" "$TMP/away.git"
}

t_a_token_that_is_refused_is_an_error_of_its_own() {
	printf '[credential "127.0.0.1"]\n\ttokenEnv = TOK\n' >conf
	TOK=wrong-canary
	FETCH_CONFIG=$TMP/conf
	export TOK
	must_fail fetch "$HTTP/auth/one/.git" "$TMP/auth.git" >out
	has out "e -9 "
	has out "refuses%20the%20token"
	lacks out wrong-canary
}

t_credentials_in_the_address_are_stripped_everywhere() {
	with=$(echo "$HTTP" | sed 's,//,//user:s3cret-canary@,')
	: >http.log
	fetch "$with/git/one/.git" "$TMP/cred.git" >out
	must_fail fetch "$with/gone/one/.git" "$TMP/cred.git" >>out
	lacks out s3cret
	lacks http.log dXNlcjpzM2NyZXQt
	! grep -rq s3cret-canary "$TMP/cred.git"
	same_refs "$up" "$TMP/cred.git"
}

t_twenty_thousand_pull_refs_cost_nothing() {
	git clone -q --bare "$up" "$TMP/up/pulls.git"
	id=$(git -C "$up" rev-parse HEAD)
	seq 20000 | sed "s,.*,create refs/pull/&/head $id," |
		git -C "$TMP/up/pulls.git" update-ref --stdin
	git -C "$TMP/up/pulls.git" pack-refs --all
	fetch "$HTTP/git/pulls.git" "$TMP/pulls.git" >out
	fetch "$HTTP/git/pulls.git" "$TMP/pulls.git" >out
	echo "nothing new: $(received) bytes"
	[ "$(received)" -le 65536 ]
	[ "$(received)" -gt 100 ]
	lacks out "m "
	[ "$(git -C "$TMP/pulls.git" for-each-ref | wc -l)" -eq 1 ]
}

t_hostile_ref_names_are_bytes() {
	git clone -q --bare "$up" "$TMP/up/names.git"
	id=$(git -C "$up" rev-parse HEAD)
	long=$(printf 'x%.0s' $(seq 220))
	{
		echo "$id refs/heads/-h"
		printf '%s refs/heads/caf\303\251\360\237\246\212\n' "$id"
		printf '%s refs/heads/l\351\n' "$id"
		echo "$id refs/heads/$long/$long"
		echo "$id refs/heads/Main"
		echo "$id refs/heads/\$(touch pwned)\`x\`"
	} | LC_ALL=C sort -k 2 >>"$TMP/up/names.git/packed-refs"
	sort -o "$TMP/up/names.git/packed-refs" -k 2 \
		"$TMP/up/names.git/packed-refs"
	fetch "$HTTP/git/names.git" "$TMP/names.git" >out
	git -C "$TMP/up/names.git" for-each-ref refs/heads >want
	git -C "$TMP/names.git" for-each-ref refs/heads >got
	same want got
	has out "refs/heads/-h"
	has out "refs/heads/l%E9"
	[ ! -e pwned ]
}

t_sha256_repositories_are_refused_by_name() {
	git init -q --object-format=sha256 "$TMP/up/sha256"
	commit "$TMP/up/sha256" x f 1
	must_fail fetch "$HTTP/git/sha256/.git" "$TMP/sha256.git" >out
	has out "sha256%20repository:%20only%20SHA-1"
	must_fail fetch "$TMP/up/sha256" "$TMP/sha256.git" >out
	has out "sha256%20repository:%20only%20SHA-1"
}

t_a_shallow_server_makes_a_shallow_mirror() {
	git clone -q --bare --depth 1 "file://$up" "$TMP/up/shallow.git"
	fetch "$HTTP/git/shallow.git" "$TMP/shallow.git" >out
	same "$TMP/up/shallow.git/shallow" "$TMP/shallow.git/shallow"
	grep -q '^r =[a-z]*s' out
	[ "$(git -C "$TMP/shallow.git" rev-list --all --count)" -eq 1 ]
	git clone -q "$TMP/up/shallow.git" work 2>/dev/null
	commit work more f 9
	git -C work push -q origin HEAD
	fetch "$HTTP/git/shallow.git" "$TMP/shallow.git" >out
	has out "m fast-forward"
	[ "$(git -C "$TMP/shallow.git" rev-list --all --count)" -eq 2 ]
}

t_addresses_of_other_kinds_are_refused() {
	for a in ftp://h/x ext::sh gopher://h/x 'http://h/a%0Ab' -upload \
		git://-h/x ssh://-oProxyCommand=x/y; do
		must_fail fetch "$a" "$TMP/kinds.git" >out
		has out "e -"
	done
	# no request at all
	expect 2 airep-git fetch-worker </dev/null
	echo "fetch http://h/a%zz x" >bad
	expect 2 airep-git fetch-worker <bad
	must_fail fetch ftp://u:s3cret-canary@h/x "$TMP/kinds.git" >out
	lacks out s3cret
}

t_dry_run_writes_nothing() {
	fetch "$HTTP/git/one/.git" "$m" d >out
	has out "m changed"
	unchanged
	fetch "$HTTP/git/one/.git" "$TMP/dry.git" d >out
	has out "m new"
	[ ! -e "$TMP/dry.git" ]
}
run_tests "$@"
