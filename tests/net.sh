# tests/net.sh - servers for the e2e tests of the mirror; read after lib.sh:
#
#	. "$(dirname "$0")/../lib.sh"
#	. "$(dirname "$0")/../net.sh"
#	httpd_start; daemon_start
#
# Upstream repositories live in $TMP/up; every server serves that folder and is
# ended with the test.
# shellcheck shell=sh

mkdir -p "$TMP/up"
net_pids=
net_stop() {
	for net_pid in $net_pids; do
		kill "$net_pid" 2>/dev/null || :
	done
}
trap net_stop EXIT

# httpd_start [CERT] - sets HTTP to http://127.0.0.1:PORT (https://localhost:PORT
# with CERT); tests/httpd.py tells which first part of the path makes which
# fault.
httpd_start() {
	need python3
	rm -f "$TMP/port"
	python3 "$LIB_DIR/httpd.py" "$TMP/up" "$TMP/http.log" "$@" \
		>"$TMP/port" 2>"$TMP/httpd.err" &
	net_pids="$net_pids $!"
	net_wait "$TMP/port" || skip "the test's http server did not start"
	HTTP=http://127.0.0.1:$(cat "$TMP/port")
	[ $# -eq 0 ] || HTTP=https://localhost:$(cat "$TMP/port")
	export HTTP
}

net_wait() {
	for net_i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -s "$1" ] && return 0
		sleep 0.25
	done
	return 1
}

# daemon_start - sets GITD to git://127.0.0.1:PORT.
daemon_start() {
	need python3
	git daemon --help >/dev/null 2>&1 ||
		[ -x "$(git --exec-path)/git-daemon" ] ||
		skip "git daemon is not installed"
	net_port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$(git --exec-path)/git-daemon" --reuseaddr --export-all \
		--listen=127.0.0.1 --port="$net_port" --base-path="$TMP/up" \
		--pid-file="$TMP/daemon.pid" "$TMP/up" >/dev/null 2>&1 &
	net_pids="$net_pids $!"
	net_wait "$TMP/daemon.pid" || skip "git daemon did not start"
	GITD=git://127.0.0.1:$net_port
	export GITD
}

# fetch URL MIRROR [FLAGS] - one fetch as sync's workers do it; FLAGS: a accept
# deletions, k keep old tips, d dry run.  The answer (mirror/worker_lines.h) is
# on stdout; the exit code is 0 when the fetch succeeded.
fetch() {
	printf 'fetch %s %s %s 2026-02-04 =%s\n' "$1" "$2" \
		"${FETCH_CONFIG:--}" "${3-k}" | airep-git fetch-worker >.answer
	cat .answer
	[ "$(tail -n 1 .answer)" = . ] && ! grep -q '^e ' .answer
}

# received - bytes of the last fetch.
received() {
	sed -n 's/^r =[a-z]* \([0-9]*\) .*/\1/p' .answer
}

# same_refs UPSTREAM MIRROR - heads, tags and HEAD are equal.
same_refs() {
	git -C "$1" for-each-ref refs/heads refs/tags >refs.want
	git -C "$2" for-each-ref refs/heads refs/tags >refs.got
	git -C "$1" symbolic-ref HEAD >>refs.want
	git -C "$2" symbolic-ref HEAD >>refs.got
	same refs.want refs.got
	git -C "$2" fsck --connectivity-only --no-dangling >/dev/null
}

# raw_commit DIR PARENT - a commit without a readable author on PARENT; prints
# its id.
raw_commit() {
	{
		echo "tree $(git -C "$1" rev-parse "$2^{tree}")"
		echo "parent $(git -C "$1" rev-parse "$2")"
		echo "author nobody 170"
		echo "committer"
		echo
		echo malformed
	} | git -C "$1" hash-object -t commit -w --stdin --literally
}
