#!/bin/sh
# longest.sh [N] - the N (10) longest functions and files; people decide.
set -eu
cd "$(dirname "$0")/.."
n=${1:-10}
files=$(git ls-files '*.c' '*.h')
echo "functions (lines, file:line, name):"
# A body is what stands between '{' and '}' in the first column.
# shellcheck disable=SC2086
awk '
FNR == 1 { head = ""; open = 0 }
/^[A-Za-z_].*\(/ && !/;$/ && !/^#/ { head = $0; at = FNR }
/^\{/ { open = FNR }
/^\}/ && open && head != "" {
	name = head
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	print FNR - at + 1, FILENAME ":" at, name
	open = 0
	head = ""
}' $files | sort -k1,1nr -k2,2 | head -n "$n"
echo "files (lines, file):"
# shellcheck disable=SC2086
awk '{ c[FILENAME]++ } END { for (f in c) print c[f], f }' $files |
	sort -k1,1nr -k2,2 | head -n "$n"
