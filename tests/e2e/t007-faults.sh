#!/bin/sh
# t007 - every test that docs/faults.md names is there.
. "$(dirname "$0")/../lib.sh"
need python3

t_every_row_is_there_and_every_named_test_exists() {
	python3 - "$TOP" <<-'END'
		import glob, re, sys
		top = sys.argv[1]
		bad, rows, files = [], set(), {}
		for f in glob.glob(top + "/tests/e2e/*.sh"):
		    n = f.rsplit("/", 1)[1][:4]
		    files[n] = re.findall(r"^t_(\w+)\(\)", open(f).read(), re.M)
		files["transports"] = re.findall(
		    r"^t_(\w+)\(\)", open(top + "/tests/transports.sh").read(), re.M)
		for line in open(top + "/docs/faults.md"):
		    m = re.match(r"\| (\d+) \|.*\| (.*)\|$", line)
		    if not m:
		        continue
		    rows.add(int(m[1]))
		    for part in filter(None, m[2].strip().split("; ")):
		        w = re.match(r"(?:[a-z ]+: )?(t\d{3}|transports|test_\w+)"
		                     r":? ?(.*)", part)
		        if not w:
		            bad.append((m[1], part))
		            continue
		        if w[1].startswith("test_"):
		            have = re.findall(r"^static void (\w+)\(\s*void \*\*", open(
		                "%s/tests/unit/%s.c" % (top, w[1])).read(), re.M)
		        else:
		            have = files.get(w[1], [])
		        if not have:
		            bad.append((m[1], w[1]))
		        for name in filter(None, w[2].split(", ")):
		            name = name.replace(" (two)", "").replace(" ", "_")
		            if not any(h.startswith(name) for h in have):
		                bad.append((m[1], w[1], name))
		if rows != set(range(1, 85)):
		    bad.append(sorted(set(range(1, 85)) ^ rows))
		for b in bad:
		    print(b)
		sys.exit(bool(bad))
	END
}

run_tests "$@"
