#!/bin/sh
# t106 - https: certificates are checked, http.caFile adds a root; git:// to a
# server that never answers.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git openssl

openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$TMP/key" \
	-out "$TMP/cert" 2>/dev/null || skip "openssl cannot make a certificate"
cat "$TMP/key" "$TMP/cert" >"$TMP/pem"
httpd_start "$TMP/pem"
up=$TMP/up/one

t_a_certificate_nobody_knows_is_refused() {
	new_repo "$up"
	commit "$up" first f 1
	must_fail fetch "$HTTP/git/one/.git" "$TMP/one.git" >out
	has out "certificate%20of%20'localhost'%20is%20not%20accepted"
	has out "http.caFile"
}

t_with_its_root_it_is_taken() {
	printf '[http]\n\tcaFile = %s\n' "$TMP/cert" >conf
	FETCH_CONFIG=$TMP/conf
	fetch "$HTTP/git/one/.git" "$TMP/one.git" >out
	same_refs "$up" "$TMP/one.git"
}

t_for_another_host_it_is_not() {
	printf '[http]\n\tcaFile = %s\n' "$TMP/cert" >conf
	FETCH_CONFIG=$TMP/conf
	must_fail fetch "https://127.0.0.1:${HTTP##*:}/git/one/.git" \
		"$TMP/two.git" >out
	has out "is%20not%20accepted"
}

t_a_git_server_that_says_nothing_is_given_up() {
	python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(5)
print(s.getsockname()[1], flush=True)
time.sleep(60)' >deaf &
	deaf=$!
	net_wait deaf
	start=$(date +%s)
	AIREP_HTTP_STALLTIMEOUT=1
	export AIREP_HTTP_STALLTIMEOUT
	must_fail fetch "git://127.0.0.1:$(cat deaf)/x" "$TMP/x.git" >out
	kill $deaf
	has out "e -19 "
	has out "stalled"
	[ $(($(date +%s) - start)) -le 25 ]
}
run_tests "$@"
