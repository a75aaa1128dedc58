#!/bin/sh
# layers.sh - a file includes only from its own folder or a lower one:
# core < store < mirror, analyze < render < cli; mirror and analyze do not
# know each other.
set -eu
cd "$(dirname "$0")/.."
bad=$(grep -rnE '^#include "(core|store|mirror|analyze|render|cli)/' \
	core store mirror analyze render cli --include='*.[ch]' |
	awk -F: '
	BEGIN { r["core"]=0; r["store"]=1; r["mirror"]=2; r["analyze"]=2
		r["render"]=3; r["cli"]=4 }
	{ split($1, a, "/"); from = a[1]
	  match($0, /"[a-z]+\//); to = substr($0, RSTART+1, RLENGTH-2)
	  if (to != from && r[to] >= r[from])
		print $1 ":" $2 ": " from " includes " to }')
if [ -n "$bad" ]; then
	printf '%s\n' "$bad" "layers: includes point upward or sideways" >&2
	exit 1
fi
echo "layers: ok"
