#!/bin/sh
# t905 - promise 5: with --offline no socket is opened.  (t920 runs every command
# where there is no network at all.)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../promises.sh"
need git python3

# A server that remembers whether anybody came.
t_nobody_is_asked() {
	make_histories
	make_workspace w
	python3 - <<-'END' &
	import os, socket
	s = socket.socket()
	s.bind(("127.0.0.1", 0))
	s.listen()
	open("port.tmp", "w").write(str(s.getsockname()[1]))
	os.rename("port.tmp", "port")
	s.settimeout(30)
	try:
	    s.accept()
	    open("asked", "w").close()
	except OSError:
	    pass
	END
	server=$!
	while [ ! -s port ]; do sleep 0.05; done
	echo "http://127.0.0.1:$(cat port)/a/b.git name=a/b" >>w/repos.list
	for k in plain sidelined; do
		git -C $k.git update-ref refs/heads/main \
			"$(tail -n 1 $k.tips)"
	done
	expect 3 airep-git -C w --offline sync 2>err
	has err "--offline forbids it"
	expect 7 airep-git -C w --offline sync a/b 2>err
	expect 3 airep-git -C w --offline report --date 2026-02-01 2>err
	airep-git -C w --offline log --json >log
	[ -s log ]
	[ ! -e asked ]
	# the same without the word does ask
	airep-git -C w sync --timeout 2 a/b 2>err || :
	for i in 1 2 3 4 5 6 7 8 9 10; do
		[ -e asked ] || sleep 0.2
	done
	kill $server 2>/dev/null || :
	[ -e asked ]
}

run_tests "$@"
