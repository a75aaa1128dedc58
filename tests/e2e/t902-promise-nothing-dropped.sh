#!/bin/sh
# t902 - promise 2: every landing is on exactly one page; what is folded, capped
# or not measured is counted and named.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../promises.sh"
need git python3

t_every_landing_is_on_one_page() {
	make_week
	airep-git -C "$w" log --json >log
	python3 - log "$w" <<-'END'
	import glob, json, re, sys
	want = [json.loads(l) for l in open(sys.argv[1])]
	want = {c["oid"]: c for c in want}
	assert len(want) > 40
	seen = {}
	for page in sorted(glob.glob(sys.argv[2] + "/reports/2026*.en.md")):
	    text = open(page).read()
	    for m in re.finditer(r"(?m)^(?:####|-) c\d+ .*?"
	                         r"(?:commit/([0-9a-f]{40})|`([0-9a-f]{7,})`)",
	                         text):
	        oid = m.group(1) or m.group(2)
	        full = [o for o in want if o.startswith(oid)]
	        assert len(full) == 1, (page, oid)
	        seen.setdefault(full[0], []).append(page)
	assert set(seen) == set(want), set(want) - set(seen)
	twice = {o: p for o, p in seen.items() if len(p) > 1}
	assert not twice, twice
	END
}

t_what_was_folded_is_counted() {
	python3 - "$w" <<-'END'
	import glob, re, sys
	n = 0
	for page in glob.glob(sys.argv[1] + "/reports/2026*.en.md"):
	    text = open(page).read()
	    for m in re.finditer(r"<summary>(\d+) folded.*?</summary>(.*?)"
	                         r"</details>", text, re.S):
	        n += 1
	        assert len(re.findall(r"(?m)^- c\d+ ", m.group(2))) == \
	            int(m.group(1)), page
	    head = re.search(r"changes (\d+)/(\d+)", text)
	    assert head.group(1) == head.group(2), head.group(0)
	    ids = re.findall(r"(?m)^(?:####|-) c(\d+) ", text)
	    assert len(set(ids)) == len(ids)
	    assert sorted(map(int, ids)) == list(range(1, len(ids) + 1)), ids
	END
}

t_what_was_not_measured_is_named() {
	git clone -q plain.git big 2>/dev/null
	commit big "A large file" large.txt "$(seq 1 900)" small.txt 1
	git -C big push -q origin HEAD:main
	AIREP_NOW=2026-02-09T00:05:00Z
	export AIREP_NOW
	GIT_COMMITTER_DATE="@1770572000 +0000" git -C big commit -q --amend \
		--no-edit
	git -C big push -q -f origin HEAD:main
	airep-git -C "$w" -q sync
	airep-git -C "$w" report --date 2026-02-08 --lang en --stdout >page
	has page "A large file"
	has page "1 file not measured"
	has page "measured"
	airep-git -C "$w" report --date 2026-02-08 --format json >doc
	has doc '"why":"over the size limit"'
	has doc '"unmeasured":1'
}

run_tests "$@"
