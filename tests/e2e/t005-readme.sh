#!/bin/sh
# t005 - what README and docs/ say is so: commands run, links lead somewhere,
# tables are those of the program.
. "$(dirname "$0")/../lib.sh"
need git python3

day=$(date -u -d yesterday +%Y-%m-%d)
w=$TMP/demo/workspace

t_make_demo_writes_a_page_that_is_told_about() {
	sh "$TOP/scripts/demo" "$AIREP" "$TMP/demo" >out 2>err
	has out "The page: $w/reports/$day.md"
	[ -s "$w/reports/$day.md" ]
	[ -s "$w/reports/$day.en.md" ]
	[ -s "$w/reports/README.md" ]
	# the commands it ends with
	sed -n 's/^  \(.*airep-git.*\)/\1/p' out >cmds
	[ "$(wc -l <cmds)" -eq 3 ]
	sh -e cmds >shown
}

# Its wording may be shortened there; names, values and counts may not differ.
t_the_page_in_the_readme_is_that_of_the_demo() {
	sed -n '/^    ## Summary/,/^(From/s/^    //p' "$TOP/README.md" >want
	grep -o '`[^`]*`' want | sed 's/@[0-9-]*`/@/' | sort -u >names
	[ "$(wc -l <names)" -ge 15 ]
	while read -r n; do
		has "$w/reports/$day.en.md" "$n"
	done <names
	grep -o '[0-9]* files\{0,1\} [+0-9/-]*' want >counts
	[ -s counts ]
	while read -r n; do
		has "$w/reports/$day.en.md" "$n"
	done <counts
}

t_the_two_commands_of_a_fresh_copy() {
	mkdir copy
	(cd "$TOP" && tar cf - README.md Makefile docs scripts core cli) |
		tar xf - -C copy
	airep-git init mine >out
	up=$(sh copy/scripts/make-sample-repos "$TMP/up")
	echo "$up/kernels name=o/kernels" >mine/repos.list
	(cd mine && airep-git -q sync && airep-git -q report)
	[ -s "mine/reports/$day.md" ]
	[ -s mine/reports/README.md ]
}

t_every_command_of_the_table_does_what_it_says() {
	cd "$w"
	# this project's own history is in the demo too: any number of landings
	samples="sample/kernels sample/server sample/notes"
	airep-git log --date "$day" $samples >out
	[ "$(wc -l <out)" -eq 13 ]
	airep-git log --date "$day" --json >out
	python3 -m json.tool --json-lines out >/dev/null
	airep-git log --date "$day" --signal export-removed $samples >out
	[ "$(wc -l <out)" -eq 1 ]
	airep-git show "c5@$day" >out
	has out "diff --git"
	for o in --stat --numstat --patch --signals --json; do
		airep-git show $o "c5@$day" >out
		[ -s out ]
	done
	# what a page says of a change, show says too
	airep-git show --signals "c10@$day" >out
	has out "env-removed"
	has out "server/envs.py:3"
	airep-git show --json "c10@$day" >out
	has out '"kind":"env-removed"'
	airep-git status >out
	has out sample/kernels
	airep-git query "SELECT count(*) FROM landings" >out
	[ -s out ]
	airep-git classify --explain "sample/kernels@$(sed -n "s,.*\[*c6.*\`\([0-9a-f]\{7\}\)\` release.*,\1,p" "reports/$day.md")" >out
	has out release
	airep-git verify "reports/$day.md"
	airep-git verify "reports/$day.en.md"
	airep-git report --date "$day" --format json --stdout |
		python3 -m json.tool >doc.json
	airep-git report --replay "$day.md" >again
	same "reports/$day.md" again
	airep-git report --replay "$day.en.md" >again
	same "reports/$day.en.md" again
	airep-git gc >out
	airep-git config list >out
	airep-git doctor >out || :
	has out libgit2
	airep-git help sync >out
}

t_the_examples_of_the_report_reference_run() {
	cd "$w"
	sed -n 's/^    \$ \(airep-git .*\)/\1/p' "$TOP/docs/report.md" >examples
	[ -s examples ]
	while read -r c; do
		sh -c "$c" >out
		[ -s out ]
	done <examples
	has out "# sample/kernels v1.4.0..v1.5.0"
}

t_every_command_is_in_the_readme_or_docs() {
	airep-git -h | sed -n '/^$/,/^Options/s/^  \([a-z]*\) .*/\1/p' >names
	[ "$(wc -l <names)" -ge 14 ]
	while read -r c; do
		grep -qE "(airep-git|\`)[ ]?.*\b$c\b" "$TOP/README.md" \
			"$TOP"/docs/*.md || { echo "nowhere: $c"; exit 1; }
	done <names
}

t_every_option_is_in_the_readme_or_docs() {
	airep-git -h | sed -n '/^$/,/^Options/s/^  \([a-z]*\) .*/\1/p' |
		while read -r c; do
			airep-git "$c" -h | sed -n \
				's/^ *\(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
		done | sort -u >options
	[ "$(wc -l <options)" -ge 30 ]
	while read -r o; do
		grep -qF -e "$o" "$TOP/README.md" "$TOP"/docs/*.md ||
			{ echo "nowhere: $o"; exit 1; }
	done <options
}

t_every_link_of_the_documents_leads_somewhere() {
	bad=0
	for f in "$TOP"/README.md "$TOP"/docs/*.md; do
		grep -oE '\]\([^)#]+' "$f" | sed 's/^](//' >links
		grep -oE '(docs|scripts|tests|analyze|render|store|core|mirror|cli)/[A-Za-z0-9_./-]*[a-z0-9]\.(md|h|c|sh|sql|service)\b' \
			"$f" | sed "s,^,$TOP/," >>links
		while read -r l; do
			case $l in
			http*) continue ;;
			/*) ;;
			*) l=$(dirname "$f")/$l ;;
			esac
			[ -e "$l" ] || { echo "$f: $l"; bad=1; }
		done <links
	done
	[ $bad -eq 0 ]
}

t_every_key_of_the_document_is_documented() {
	python3 - "$w/doc.json" "$TOP/docs/report.md" <<-'END'
		import json, re, sys
		text = open(sys.argv[2]).read()
		text = text[text.index("## The document"):]
		text = text[:text.index("\n## ", 5)]
		said = set(re.findall(r"`(\w+)`", text))
		seen = set()
		def walk(x):
		    if isinstance(x, dict):
		        for k, v in x.items():
		            seen.add(k)
		            if k != "detail":	# of its kind
		                walk(v)
		    elif isinstance(x, list):
		        for v in x:
		            walk(v)
		walk(json.load(open(sys.argv[1])))
		print(sorted(seen - said))
		sys.exit(len(seen) < 80 or bool(seen - said))
	END
}

t_the_points_are_those_of_the_program() {
	sed -n 's/^	{ "\([a-z-]*\)", \([A-Z]*\), \([0-9]*\), "\(.*\)" },/\1 \2 \3 \4/p' \
		"$TOP/analyze/importance.c" |
		sed 's/ALWAYS/-/; s/BREAKING/breaking/' >want
	sed -n '/^## Importance/,/^## The document/p' "$TOP/docs/report.md" |
		sed -n 's/^| `\([a-z-]*\)` | \([a-z]*\) *| \([0-9]*\) | \(.*\) |/\1 \2 \3 \4/p' |
		sed 's/^\([a-z-]*\)  /\1 - /' >got
	[ "$(wc -l <want)" -gt 25 ]
	same want got
}

t_the_daily_service_runs() {
	sed -n '/^ExecStart=/,/[^\\]$/p' \
		"$TOP/scripts/systemd/airep-git.service" |
		sed 's/^ExecStart=//; s/\\$//; s/\$\$/$/g' | tr -d '\n' >service
	AIREP_HOME=$TMP/mine
	export AIREP_HOME
	rm "$TMP/mine/reports/$day.md"
	sh -e service >out 2>err
	[ -s "$TMP/mine/reports/$day.md" ]
	# and the line for cron
	rm "$TMP/mine/reports/$day.md"
	sed -n 's/^    20 0 \* \* \*  //p' "$TOP/docs/workspace.md" >cron
	[ -s cron ]
	mkdir -p "$HOME"
	ln -s "$TMP/mine" "$HOME/airep"
	sh -e cron
	[ -s "$TMP/mine/reports/$day.md" ]
}

run_tests "$@"
