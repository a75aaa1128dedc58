#!/bin/sh
# style.sh - shell scripts pass shellcheck; no banned word, no line over 100
# columns, no blanks at a line's end, plain ASCII.  What clang-format would
# write otherwise is printed as a hint and fails nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

fail() {
	bad=1
	echo "style: $1" >&2
	[ -z "${2-}" ] || printf '%s\n' "$2" | head -n 20 >&2
}

list() {
	git ls-files -- "$@" | while read -r f; do
		[ ! -f "$f" ] || echo "$f"
	done
}

code=$(list '*.c' '*.h')
scripts=$(list 'scripts/*' 'tests/*.sh' 'tests/run' '.ci/*' |
	while read -r f; do
		case $(head -n 1 "$f") in
		'#!/bin/sh'* | '#!/usr/bin/env sh'*) echo "$f" ;;
		*) case $f in *.sh) echo "$f" ;; esac ;;
		esac
	done)

if command -v shellcheck >/dev/null; then
	# shellcheck disable=SC2086
	out=$(shellcheck -S warning $scripts 2>&1) ||
		fail "shellcheck" "$out"
else
	echo "style: shellcheck is not installed: scripts not checked"
fi

# shellcheck disable=SC2086
out=$(awk '{
	n = 0
	for (i = 1; i <= length($0); i++)
		n += substr($0, i, 1) == "\t" ? 8 - n % 8 : 1
	if (n > 100)
		print FILENAME ":" FNR ": " n " columns"
}' $code)
[ -z "$out" ] || fail "lines over 100 columns" "$out"

# shellcheck disable=SC2086
out=$(grep -nE '[ 	]+$' $code $scripts)
[ -z "$out" ] || fail "blanks at the end of a line" "$out"

# Test data and the words of the pages stand apart.
# shellcheck disable=SC2086
out=$(echo "$code" | grep -vE "^(tests/|render/)" |
	LC_ALL=C xargs grep -nP '[^\x00-\x7f]')
[ -z "$out" ] || fail "bytes that are not ASCII (escape them)" "$out"

# Words that hide a to-do, and paths that only exist on one machine.  They are
# put together here so that this file does not find itself.
out=$(list '*.c' '*.h' '*.sh' '*.md' '*.sql' '*.conf' 'scripts/*' '.ci/*' |
	grep -v '^tests/cases/' |
	xargs grep -nE "(FIX""ME|XX""X:|HA""CK[: ]|/wor""k/|/ho""me/[a-z])")
[ -z "$out" ] || fail "banned words or paths" "$out"

if command -v clang-format >/dev/null; then
	# shellcheck disable=SC2086
	n=$(clang-format --dry-run $code 2>&1 | grep -c 'warning:')
	echo "style: clang-format would change $n places (a hint)"
fi
[ "$bad" -eq 0 ] || exit 1
echo "style: ok"
