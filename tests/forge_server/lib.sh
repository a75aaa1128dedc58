# tests/forge_server/lib.sh - a workspace whose repositories have a forge on
# the loopback.  Sourced after tests/lib.sh.
# shellcheck shell=sh

need python3 git
FORGE=$TMP/forge
mkdir -p "$FORGE"
T0=1770163200	# 2026-02-04T00:00:00Z
AIREP_NOW=2026-02-04T12:00:00Z
AIREP_FORGE_RETRYPAUSE=1
export FORGE AIREP_NOW AIREP_FORGE_RETRYPAUSE
unset GITHUB_TOKEN

# state PYTHON - change the server's state `s` (kept in a file).
state() {
	python3 - "$FORGE/state.json" "$1" <<'PY'
import json, os, sys
T0 = 1770163200
name = sys.argv[1]
s = json.load(open(name)) if os.path.exists(name) else {"repos": {}}
exec(sys.argv[2])
json.dump(s, open(name + ".new", "w"))
os.rename(name + ".new", name)
PY
}

# server_start [CERT.pem] - sets PORT, OTHER (another host) and TLS.
server_start() {
	server_stop
	[ -f "$FORGE/state.json" ] || state 'pass'
	rm -f "$FORGE/ports"
	python3 "$TOP/tests/forge_server/server.py" "$FORGE/state.json" \
		"$FORGE" "$@" >"$FORGE/out" 2>&1 &
	echo $! >"$FORGE/server.pid"
	n=0
	while [ ! -f "$FORGE/ports" ] && [ $n -lt 100 ]; do
		sleep 0.05
		n=$((n + 1))
	done
	read -r PORT OTHER TLS <"$FORGE/ports"
	export PORT OTHER TLS
}

server_stop() {
	[ -f "$FORGE/server.pid" ] || return 0
	kill "$(cat "$FORGE/server.pid")" 2>/dev/null || :
	rm -f "$FORGE/server.pid"
}

# Of lib.sh: when all tests of the file are over.
tests_end() {
	server_stop
}

DRIVE=$AIREP_BUILD/tests/bench/forge_drive
[ -x "$DRIVE" ] || skip "forge_drive is not built: make forge-drive"

# workspace DIR NAME... - repositories with this forge; no mirrors are needed.
workspace() {
	w=$1
	shift
	rm -rf "$w"
	mkdir -p "$w"
	for name; do
		echo "$name forge=github api=http://127.0.0.1:$PORT"
	done >"$w/repos.list"
	: >"$FORGE/log"
}

# sync DIR [OPTION...] - its exit code in $rc, its talk in $FORGE/err.
sync() {
	rc=0
	"$DRIVE" "$@" >"$FORGE/stdout" 2>"$FORGE/err" || rc=$?
}

# q DIR SQL - rows with | between the columns.
q() {
	python3 - "$1/airep.db" "$2" <<'PY'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
    print("|".join("" if c is None else str(c) for c in row))
PY
}

# asked [REGEX] - how many requests the server saw (whose line matches).
asked() {
	grep -cE -e "${1:-.}" "$FORGE/log" || :
}
forget() {
	: >"$FORGE/log"
}

# is WHAT WANT GOT
is() {
	[ "$2" = "$3" ] && return 0
	echo "$1: $3, not $2"
	sed 's/^/  err: /' "$FORGE/err"
	tail -n 12 "$FORGE/log" | cut -c1-200
	return 1
}
