#!/bin/sh
# t211 - the table of learned weights, as the build makes it.
. "$(dirname "$0")/../lib.sh"

pack() {
	"$AIREP_BUILD/scripts/pack-weights" rules.conf weights.tsv
}

# NAME COLUMN...
row() {
	r=$1
	shift
	for c; do
		r=$(printf '%s\t%s' "$r" "$c")
	done
	echo "$r"
}

t_a_row_is_stored_by_type_and_an_empty_column_is_none() {
	echo '[bot]' >rules.conf
	{
		echo '# a comment'
		row '!types' fix feature other
		row '!right' 15 30
		row '!right' 50 20
		row 'w:a' 7 '' -9999
		row 'w:b' '' 12
	} >weights.tsv
	pack >out.c
	has out.c 'table_rows = 2;'
	has out.c '{0,7,0,0,0,0,0,0,0,0,0,0,0,-9999,0,0,},'
	has out.c '{12,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,},'
	# FNV-1a of "w:a", and more sure is never less right
	has out.c '6873291385409576479u,'
	has out.c '0,0,0,30,30,30,30,30,30,30,30,'
}

t_what_is_wrong_in_the_table_stops_the_build() {
	echo '[bot]' >rules.conf
	row '!types' fix bug >weights.tsv
	expect 1 pack 2>err >out
	has err 'weights.tsv:1: unknown type'
	{ row '!types' fix; row w:a 1 2; } >weights.tsv
	expect 1 pack 2>err >out
	has err 'weights.tsv:2: more columns than types'
	{ row '!types' fix; row w:a 40000; } >weights.tsv
	expect 1 pack 2>err >out
	has err 'weights.tsv:2: no weight'
	{ row '!types' fix; row w:a 4; row w:a 5; } >weights.tsv
	expect 1 pack 2>err >out
	has err 'two features of one hash'
}

run_tests
