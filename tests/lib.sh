# tests/lib.sh - what every e2e test starts with:
#
#	. "$(dirname "$0")/../lib.sh"
#	t_a_sentence_about_what_holds() { ... }
#	run_tests
#
# Each function t_* runs in order of the file, in a subshell under set -e, in
# the folder $TMP, which all of one file share.  Author, clock, zone and locale
# are fixed and no git configuration of the user is read.  The folder is removed
# when all passed and kept and named otherwise.  -v shows the commands.  Settings
# of the program are taken out of the environment; AIREP_TEST_* are the tests'.
# "$AIREP" is the program under test, in the PATH as airep-git too.  What was left
# running is ended by tests_end(), if there is one, when all are over.
# shellcheck shell=sh

LIB_DIR=$(cd "$(dirname "$0")/.." && pwd)
TOP=$(dirname "$LIB_DIR")
AIREP_BUILD=${AIREP_BUILD:-$TOP/build}
AIREP=$AIREP_BUILD/airep-git
PATH=$AIREP_BUILD:$PATH
[ -x "$AIREP" ] || { echo "$AIREP is not built: make"; exit 1; }

TMP=$(mktemp -d "${TMPDIR:-/tmp}/airep-e2e-XXXXXX") || exit 1
TMP=$(cd "$TMP" && pwd -P)
mkdir "$TMP/home"

for v in $(env | sed -n 's/^\(GIT_[A-Z_]*\|AIREP_[A-Z_]*\)=.*/\1/p'); do
	case $v in AIREP_BUILD | AIREP_TEST_*) ;; *) unset "$v" ;; esac
done
unset XDG_DATA_HOME XDG_CONFIG_HOME NO_COLOR PAGER COLUMNS \
	http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
HOME=$TMP/home
TZ=UTC0
LC_ALL=C
TERM=dumb
GIT_CONFIG_NOSYSTEM=1
GIT_CONFIG_GLOBAL=/dev/null
GIT_ATTR_NOSYSTEM=1
GIT_AUTHOR_NAME='A U Thor'
GIT_AUTHOR_EMAIL=author@example.com
GIT_COMMITTER_NAME='C O Mitter'
GIT_COMMITTER_EMAIL=committer@example.com
GIT_TERMINAL_PROMPT=0
export AIREP_BUILD AIREP PATH HOME TZ LC_ALL TERM TMP TOP GIT_CONFIG_NOSYSTEM \
	GIT_CONFIG_GLOBAL GIT_ATTR_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_TERMINAL_PROMPT

# The clock of commits: 2026-02-01 00:00 UTC, one minute a step.  It is a file
# because test functions are subshells.
echo 1769904000 >"$TMP/.clock"

# tick [SECONDS] - move on and stamp the next commit.
tick() {
	now=$(($(cat "$TMP/.clock") + ${1:-60}))
	echo "$now" >"$TMP/.clock"
	GIT_AUTHOR_DATE="@$now +0000"
	GIT_COMMITTER_DATE="@$now +0000"
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# at TIME - the next commit is made then (anything `date -d` reads, UTC).
at() {
	date -u -d "$1" +%s >"$TMP/.clock"
	tick 0
}

# new_repo DIR - an empty repository with the branch main.
new_repo() {
	git init -q -b main "$1"
}

# commit DIR MESSAGE [FILE CONTENT]... - write files, add all, commit.
commit() {
	c_dir=$1 c_msg=$2
	shift 2
	while [ $# -gt 1 ]; do
		mkdir -p "$c_dir/$(dirname "$1")"
		printf '%s\n' "$2" >"$c_dir/$1"
		shift 2
	done
	tick
	git -C "$c_dir" add -A
	git -C "$c_dir" commit -q --allow-empty -m "$c_msg"
}

# expect CODE CMD... - its exit code must be that.
expect() {
	want=$1
	shift
	"$@" && got=0 || got=$?
	[ "$got" -eq "$want" ] && return 0
	echo "exit $got, not $want: $*"
	return 1
}

# must_fail CMD... - a refusal (1 to 125), not a crash or a signal.
must_fail() {
	"$@" && got=0 || got=$?
	[ "$got" -ge 1 ] && [ "$got" -le 125 ] && return 0
	echo "exit $got, not a refusal: $*"
	return 1
}

# same WANT GOT - two files with the same bytes.
same() {
	cmp -s "$1" "$2" && return 0
	diff -u "$1" "$2" | head -n 60
	return 1
}

# has FILE TEXT, lacks FILE TEXT - fixed strings.
has() {
	grep -qF -e "$2" "$1" && return 0
	echo "'$2' is not in $1:"
	head -n 30 "$1" | cut -c1-200
	return 1
}
lacks() {
	grep -qF -e "$2" "$1" || return 0
	echo "'$2' is in $1:"
	grep -nF -e "$2" "$1" | head | cut -c1-200
	return 1
}

# on_tty OUT CMD... - run it with stdout and stderr on a terminal of its own (80
# columns); what the terminal would show goes to OUT, the exit code is kept.
on_tty() {
	python3 "$LIB_DIR/on_tty.py" "$@"
}

skip() {
	rm -rf "$TMP"
	echo "skip: $*"
	exit 77
}

# need CMD... - skip the file where one is not installed.
need() {
	for n_cmd; do
		command -v "$n_cmd" >/dev/null || skip "$n_cmd is not installed"
	done
}

# run_tests - each t_* function of the file, after those of the files that
# TEST_FILES names; the last line counts them.
run_tests() {
	passed=0 failed=0
	[ "${1-}" = -v ] || [ -n "${AIREP_TEST_V-}" ] && verbose=1
	for fn in $(sed -n 's/^\(t_[A-Za-z0-9_]*\)().*/\1/p' \
		${TEST_FILES-} "$0"); do
		(
			set -e
			cd "$TMP"
			[ -z "${verbose-}" ] || set -x
			"$fn"
		) >"$TMP/.out" 2>&1
		rc=$?
		name=$(echo "$fn" | sed 's/^t_//; s/_/ /g')
		if [ "$rc" -eq 0 ]; then
			passed=$((passed + 1))
			echo "ok   $name"
			[ -z "${verbose-}" ] || cat "$TMP/.out"
		else
			failed=$((failed + 1))
			echo "FAIL $name (exit $rc)"
			cat "$TMP/.out"
		fi
	done
	command -v tests_end >/dev/null && tests_end
	echo "$passed passed, $failed failed"
	if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
		echo "kept: $TMP"
		exit 1
	fi
	chmod -R u+w "$TMP"
	rm -rf "$TMP"
	exit 0
}
