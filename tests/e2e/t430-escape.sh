#!/bin/sh
# t430 - what a repository says stays text: subjects, paths, people and contents
# made to break Markdown, HTML, JSON, CSV or a terminal.
. "$(dirname "$0")/../lib.sh"
need git python3

up=$TMP/up
esc=$(printf '\033')
rlo=$(printf '\342\200\256')
AIREP_NOW=2026-02-02T00:05:00Z
export AIREP_NOW

make_hostile() {
	new_repo "$up"
	commit "$up" "plain" src/a.py "x = 1"
	commit "$up" '| a | b | `code` **bold** <script>alert(1)</script> (#12)' \
		'src/p|pe`tick`.py' 'y = "</details><script>alert(2)</script>"'
	commit "$up" '[click](javascript:alert(3)) ![i](http://evil.example/x.png)' \
		'src/[l](javascript:x).py' '```
# not a heading
</pre><img src=x onerror=alert(4)>
```'
	commit "$up" "@everyone see #1 and evil/repo#2 ${rlo}fdp.exe" \
		"src/${rlo}txt.py" "z = 1"
	commit "$up" "red ${esc}[31mtext${esc}]0;title$(printf '\007') bell" \
		"src/esc${esc}[2J.py" "a = '${esc}[31m'"
	commit "$up" '--- <!-- --> &amp; &#60;b&#62; <b>' 'src/<b>.py' 'b = 1'
	commit "$up" '# heading' 'src/=SUM(A1).py' '=cmd|calc'
	GIT_AUTHOR_NAME='<img src=x> | `me` [a](javascript:b) @team' \
		GIT_AUTHOR_EMAIL='a|b"c@x' commit "$up" \
		"by somebody
$(printf '\n<details>\nA body with <script>alert(5)</script> and | pipes | and `ticks` speaks.\n\nreplay: fake\n')" \
		src/n.py 'n = 1'
	commit "$up" "$(printf 'Replay: `airep-git report --replay x.md`')" \
		src/r.py 'r = 1'
	mkdir w
	echo "t/up mirror=$up/.git" >w/repos.list
	airep-git -C w sync 2>err
}

t_pages_hold_no_markup_of_theirs() {
	make_hostile
	for lang in en zh; do
		airep-git -C w report --date 2026-02-01 --lang $lang
	done
	[ "$(ls w/reports/2026* | wc -l)" -eq 2 ]
	for p in w/reports/*.md; do
		python3 - "$p" <<-'END'
		import re, sys
		text = open(sys.argv[1], encoding="utf-8", newline="").read()
		bad = [c for c in text if ord(c) < 32 and c != "\n" or
		       0x7f <= ord(c) < 0xa0 or c in
		       "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
		       "\u200e\u200f\u2028\u2029"]
		assert not bad, bad
		# outside of fences and inline code, only our own tags
		# and links
		out, fence = [], None
		for line in text.split("\n"):
		    m = re.match(r"\s*(`{3,}|~{3,})", line)
		    if fence:
		        if m and m.group(1)[0] == fence[0] and \
		           len(m.group(1)) >= len(fence) and \
		           line.strip() == m.group(1):
		            fence = None
		        continue
		    if m:
		        fence = m.group(1)
		        continue
		    out.append(line)
		assert fence is None, "a fence is open at the end"
		body = "\n".join(out)
		body = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", body)
		body = re.sub(r"\\.", "", body)
		body = body.replace("@<!-- -->", "@ ").replace("#<!-- -->", "#")
		tags = set(re.findall(r"<[^>\n]*>?", body))
		ours = {"<details>", "</details>", "<summary>", "</summary>"}
		assert tags <= ours, tags - ours
		for t in re.findall(r"\]\(([^)\s]*)", body):
		    assert re.match(r"https://github\.com/t/up[/\w.#-]*$|"
		                    r"[\w.-]+\.md$", t), t
		assert not re.search(r"(?<![\w`/])@[a-z]", body), \
		    re.findall(r".{20}@[a-z]+", body)
		assert not re.search(r"!\[", body)
		# rows of a table have the columns of its head
		cols = None
		for line in out:
		    if not line.startswith("|"):
		        cols = None
		        continue
		    n = len(re.findall(r"(?<!\\)\|", line))
		    assert cols in (None, n), line
		    cols = n
		END
	done
}

t_cmark_finds_only_our_markup() {
	command -v cmark-gfm >/dev/null || return 0
	cmark-gfm --unsafe w/reports/2026-02-01.md >html
	lacks html "<script"
	lacks html "<img"
	lacks html 'href="javascript'
}

t_json_and_csv_are_well_formed() {
	airep-git -C w log --json >log
	airep-git -C w log --csv >csv
	airep-git -C w report --date 2026-02-01 --format json >doc
	python3 - log csv doc <<-'END'
	import csv, json, sys
	rows = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
	assert "<script>" in rows[1]["subject"]
	assert "\x1b[31m" in rows[4]["subject"]
	table = list(csv.reader(open(sys.argv[2], newline="", encoding="utf-8")))
	assert len(table) == len(rows) + 1
	assert len({len(r) for r in table}) == 1
	json.load(open(sys.argv[3], encoding="utf-8"))
	END
	# escapes in JSON are escaped
	lacks log "$esc"
	lacks doc "$esc"
}

t_json_of_a_query_is_well_formed() {
	airep-git -C w query --json \
		'select 9e999 x, -9e999 x, 1e300 big, 1 as "x_2", 2 x' >out
	python3 - out <<-'END'
	import json, sys
	pairs = json.load(open(sys.argv[1]), object_pairs_hook=list,
	                  parse_constant=lambda c: 1 / 0)
	assert pairs == [("x", None), ("x_2", None), ("big", 1e300),
	                 ("x_2_2", 1), ("x_3", 2)], pairs
	END
}

t_a_terminal_gets_no_control_sequence() {
	airep-git -C w log >out
	for c in $(git -C "$up" rev-list main); do
		on_tty tty airep-git -C w --no-pager --color=never show "$c"
		cat tty >>out
		on_tty tty airep-git -C w --no-pager --color=never show \
			--stat "$c"
		cat tty >>out
		airep-git -C w classify --explain "t/up@$c" >>out
	done
	airep-git -C w status >>out
	airep-git -C w query "SELECT subject, author FROM commits" >>out
	lacks out "$esc"
	lacks out "$(printf '\007')"
	lacks out "$rlo"
	# names of refs reach the terminal too
	git -C "$up" branch "b${rlo}x"
	git -C "$up" tag "t${rlo}x"
	airep-git -C w sync >out 2>&1
	airep-git -C w sync --dry-run >>out 2>&1
	airep-git -C w report --date 2026-02-01 --stdout --lang en >>out 2>&1
	lacks out "$rlo"
	lacks out "$esc"
}

t_only_our_own_last_line_makes_a_page_ours() {
	printf 'Replay: `airep-git report --replay x.md` they said\nbye\n' \
		>w/reports/2026-02-01.md
	expect 2 airep-git -C w report --date 2026-02-01 --lang zh 2>err
	has w/reports/2026-02-01.md bye
}

run_tests "$@"
