#!/bin/sh
# t121 - sync killed again and again at any moment ends in the store of a sync
# that was never disturbed: same commits, landings, refs and ledger.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git python3

kills=${AIREP_TEST_KILLS:-40}

# dump WORKSPACE - every row but the log of runs.
dump() {
	python3 - "$1/airep.db" <<'END'
import sqlite3
import sys
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
db.text_factory = bytes
for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table' "
                          "AND name NOT LIKE 'sqlite_%' ORDER BY name"):
    name = name.decode()
    if name in ("run", "sync") or name.startswith("search_"):
        continue
    for row in sorted(map(repr, db.execute('SELECT * FROM "%s"' % name))):
        print(name, row)
END
}

# step N - what happens upstream before the N-th sync.
step() {
	a=$TMP/up/a b=$TMP/up/b
	commit "$a" "change $1" f "$1" "d$(($1 % 3))/g" "$1"
	commit "$b" "change $1 (#$1)" h "$1"
	case $(($1 % 6)) in
	1)	git -C "$a" checkout -q -b "side$1"
		commit "$a" "side $1" "s$1" "$1"
		git -C "$a" checkout -q main
		commit "$a" "main $1" "m$1" "$1"
		tick
		git -C "$a" merge -q --no-ff -m "Merge side$1" "side$1" ;;
	2)	git -C "$b" tag -f moving >/dev/null ;;
	3)	git -C "$b" reset -q --hard HEAD~2
		commit "$b" "rewritten $1" h "again $1" ;;
	4)	git -C "$a" branch -q -D "side$(($1 - 3))"
		git -C "$a" branch -q "dir$1" ;;
	5)	git -C "$a" branch -q -D "dir$(($1 - 1))"
		git -C "$a" branch -q "dir$(($1 - 1))/below" ;;
	esac
}

t_the_rows_are_those_of_a_run_that_was_never_disturbed() {
	new_repo "$TMP/up/a"
	new_repo "$TMP/up/b"
	for w in calm wild; do
		mkdir $w
		printf '%s\n' "$TMP/up/a name=t/a forge=none" \
			"$TMP/up/b name=t/b forge=none" >$w/repos.list
	done
	done=0 n=0
	while [ "$done" -lt "$kills" ]; do
		n=$((n + 1))
		step $n
		AIREP_NOW=$((1770000000 + n * 40000))
		export AIREP_NOW
		airep-git -q -C calm sync
		for k in 1 2 3 4; do
			airep-git -q -C wild sync >out 2>&1 &
			pid=$!
			sleep "0.$(printf '%03d' $((done * 37 % 110)))"
			kill -9 $pid 2>/dev/null || :
			wait $pid || :
			done=$((done + 1))
		done
		# workers end with their parent, but not at once
		for k in 1 2 3 4 5 6 7 8 9 10; do
			airep-git -q -C wild sync >out 2>&1 && break
			sleep 0.1
		done
		dump calm >want
		dump wild >got
		same want got || { echo "after step $n"; return 1; }
	done
	[ "$(grep -c '^ref_move' want)" -gt 20 ]
	grep -q '^ref_move.*rewritten' want
	grep -q '^ref_move.*tag-moved' want
	grep -q '^ref_move.*deleted' want
}
# While rows are written: what is known of the others stays, nothing is half.
t_75_interrupted_while_analysing_it_ends_soon_and_goes_on() {
	new_repo "$TMP/up/large"
	python3 - <<-'END' | git -C "$TMP/up/large" fast-import --quiet
		for i in range(40000):
		    print("commit refs/heads/main\ncommitter C <c@d> %d +0000"
		          % (1769904000 + i))
		    print("data 6\n%06d" % i)
		    print("M 100644 inline f%d\ndata 40\n%040d" % (i % 50, i))
	END
	mkdir stop
	printf '%s\n' "t/b mirror=$TMP/up/b/.git" \
		"t/large mirror=$TMP/up/large/.git" >stop/repos.list
	for sig in INT TERM; do
		rm -f stop/airep.db
		python3 - $sig <<-'END'
			import os, signal, subprocess, sys, time
			sig = getattr(signal, "SIG" + sys.argv[1])
			signal.signal(signal.SIGINT, signal.SIG_DFL)
			p = subprocess.Popen(["airep-git", "-C", "stop", "sync"],
			                     stderr=open("err", "w"))
			said = lambda: "t/b: " in open("err").read()
			while p.poll() is None and not said():
			    time.sleep(0.01)
			time.sleep(0.1)
			p.send_signal(sig)
			t = time.time()
			code = p.wait()
			print(code, "%.2f s" % (time.time() - t))
			sys.exit(code != 130 or time.time() - t > 5)
		END
		has err "interrupted"
		lacks err "t/large: "
		airep-git -C stop log --json t/b >log
		[ -s log ]
		airep-git -C stop log --json t/large >log
		[ ! -s log ]
	done
	airep-git -C stop sync 2>err
	has err "t/b: nothing new"
	has err "t/large: 40000 new commits"
}
run_tests "$@"
