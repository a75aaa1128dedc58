#!/bin/sh
# t230 - the pages of all days hold all landings, each once, whatever the zone.
. "$(dirname "$0")/../lib.sh"
need git python3

t_make_a_history_of_weeks() {
	# about six a day, over both changes of the clock of a zone
	STEP=14000 START=1772300000 python3 "$LIB_DIR/history.py" \
		"$TMP/up.git" future 60 >tips
	git -C up.git update-ref refs/heads/main "$(tail -n 1 tips)"
	mkdir w
	echo "t/up mirror=$TMP/up.git" >w/repos.list
	AIREP_NOW=2026-06-01T00:00:00Z airep-git -q -C w sync
}

# union ZONE - of the documents of every day against `log`.
union() {
	python3 - "$1" <<-'END'
	import json, os, subprocess, sys
	zone = sys.argv[1]
	def run(*args):
	    return subprocess.run(["airep-git", "-C", "w", *args], check=True,
	                          stdout=subprocess.PIPE).stdout.decode()
	log = [json.loads(l) for l in run("log", "--json").splitlines()]
	os.environ["AIREP_NOW"] = "2026-06-01T00:00:00Z"
	import datetime
	first = datetime.date.fromisoformat(min(c["landed"] for c in log)[:10])
	last = datetime.date.fromisoformat(max(c["landed"] for c in log)[:10])
	day, got, ends, sums = first - datetime.timedelta(1), [], None, [0] * 4
	while day <= last + datetime.timedelta(1):
	    d = json.loads(run("report", "--date", str(day), "--timezone", zone,
	                       "--format", "json"))
	    w = d["window"]
	    assert w["timezone"] == zone, w
	    assert ends in (None, w["since"]), (ends, w)
	    ends = w["until"]
	    r = d["repositories"][0]
	    assert not d["late"]
	    for c in r["changes"]:
	        assert c["landed"] >= "2020"
	        got.append(c["oid"])
	    for i, k in enumerate(("landings", "files", "additions", "deletions")):
	        sums[i] += r[k]
	    day += datetime.timedelta(1)
	want = [c["oid"] for c in log]
	assert sorted(got) == sorted(want), (len(got), len(want))
	assert len(set(got)) == len(got)
	want = [len(log)] + [sum(c[k] for c in log)
	                     for k in ("files", "additions", "deletions")]
	assert sums == want, (sums, want)
	print(zone, sums)
	END
}

t_in_utc() {
	union UTC
}

t_in_shanghai() {
	union Asia/Shanghai
}

t_in_los_angeles() {
	union America/Los_Angeles
	# a day of 23 hours is one
	airep-git -C w report --date 2026-03-08 --timezone America/Los_Angeles \
		--format json >doc
	has doc '"since":"2026-03-08T00:00:00-08:00"'
	has doc '"until":"2026-03-09T00:00:00-07:00"'
}

t_with_a_plain_offset() {
	union +08:00
	airep-git -C w report --date 2026-03-10 --timezone +08:00 \
		--format json | sed 's/"timezone":"[^"]*"//' >a
	airep-git -C w report --date 2026-03-10 --timezone Asia/Shanghai \
		--format json | sed 's/"timezone":"[^"]*"//' >b
	same a b
}

t_a_window_is_the_sum_of_its_days() {
	airep-git -C w report --since 2026-03-01 --until 2026-03-15 \
		--format json >doc
	airep-git -C w log --since 2026-03-01 --until 2026-03-15 --json >log
	python3 - doc log <<-'END'
	import json, sys
	d = json.load(open(sys.argv[1]))
	want = [json.loads(l)["oid"] for l in open(sys.argv[2])]
	assert want and [c["oid"] for c in d["repositories"][0]["changes"]] == want
	assert d["label"] == "2026-03-01..2026-03-15", d["label"]
	END
}

run_tests "$@"
