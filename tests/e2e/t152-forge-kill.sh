#!/bin/sh
# kill -9 at each request of a fetch of thirty pages: the next run completes it,
# nothing is lost, nothing comes twice, and the rows are those of a run that
# was never interrupted.
# Some 2,000 transactions: a disk would only add its fsync times.
[ -d /dev/shm ] && [ -w /dev/shm ] && TMPDIR=/dev/shm
export TMPDIR
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
trap server_stop EXIT
server_start

state "s.update(repos={'o/n': {'id': 1000, 'gen': {'count': 300, 'start': T0, 'step': 100}}}, max_per_page=10)"
dump() {
	q "$1" "SELECT number,forge_id,title,state,created,updated,body FROM issue UNION ALL SELECT 'cursor',forge_id,from_time,done,pass,again,problem FROM forge_cursor ORDER BY 1"
}

# killed DIR N MODE - a run that dies when the server gets its n-th request.
killed() {
	n=$(($(wc -l <"$FORGE/log") + $2))
	state "s['faults'] = [dict(at=s.get('base', 0) + $2, mode='$3')]"
	rm -f "$FORGE/pid"
	"$DRIVE" "$1" >/dev/null 2>&1 &
	echo $! >"$FORGE/pid.new"
	mv "$FORGE/pid.new" "$FORGE/pid"
	k_rc=0
	wait $! || k_rc=$?
	is "killed at $2" 137 $k_rc
}

# The server counts from its start; the faults are told by what it has seen.
base() {
	state "s['base'] = $(tail -n 1 "$FORGE/log" | sed 's/.*"n": \([0-9]*\).*/\1/')"
}

t_an_uninterrupted_run_is_thirty_pages() {
	workspace whole o/n
	sync whole
	is exit 0 $rc
	is requests 31 "$(asked)"
	dump whole >want
}

t_killed_before_each_answer() {
	base
	for at in $(seq 1 31); do
		rm -rf w
		cp -r whole w
		rm -f w/airep.db
		killed w "$at" kill
		state "s['faults'] = []"
		: >"$FORGE/log"
		sync w
		is "exit after $at" 0 $rc
		dump w >got
		same want got
		base
	done
}

t_killed_in_the_middle_of_some_answers() {
	for at in 1 2 3 15 30 31; do
		rm -f w/airep.db
		killed w "$at" half-kill
		state "s['faults'] = []"
		: >"$FORGE/log"
		sync w
		is "exit after $at" 0 $rc
		dump w >got
		same want got
		base
	done
}

t_killed_again_and_again_it_still_gets_there() {
	rm -f w/airep.db
	for at in 3 3 4 5 6 7; do
		killed w "$at" kill
		base
	done
	is "rows before the last run" 1 \
		"$([ "$(q w 'SELECT count(*) FROM issue')" -ge 150 ] && echo 1)"
	state "s['faults'] = []"
	sync w
	dump w >got
	same want got
}

run_tests "$@"
