#!/usr/bin/env python3
"""history.py DIR KIND [N] - a repository made by git fast-import, the same one
every time; prints the tips that syncs are to see, oldest first.

KIND: plain (merges, octopus, renames, criss-cross), future (also a tip dated a
month ahead and one a year back), sidelined (someone merges the trunk into a
branch and pushes that), rewritten (the branch is rebased twice).  N commits
of the trunk, 40 unless told.  START (environment): time of the first commit;
STEP: seconds from one to the next."""
import os
import random
import subprocess
import sys

top, kind = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 40
rnd = random.Random(kind + str(count))
clock = int(os.environ.get("START", "1769904000"))
step = int(os.environ.get("STEP", "60"))
out, mark = [], 0


def text(seed, n):
    r = random.Random(seed)
    return "".join("line %d %d\n" % (i, r.randrange(40)) for i in range(n))


trees = {}


def commit(parents, message, edit=True, when=None, author=None):
    global mark, clock
    mark += 1
    clock += step
    t = {}
    for p in reversed(parents):
        t.update(trees[p])
    if edit:
        k = rnd.randrange(12)
        path = "d%d/f%d.py" % (k % 4, k)
        old = t.get(path, text(k, 30)).splitlines(True)
        at = rnd.randrange(len(old) + 1)
        old[at:at + rnd.randrange(3)] = ["new %d\n" % mark]
        t[path] = "".join(old)
        if rnd.randrange(6) == 0:
            t["moved/%d.py" % mark] = t.pop(path)
    trees[mark] = t
    when = clock if when is None else when
    out.append("commit refs/tmp/x\nmark :%d" % mark)
    out.append("author A U Thor <author@example.com> %d +0000" %
               (author or when))
    out.append("committer C O Mitter <committer@example.com> %d +0000" % when)
    out.append("data %d\n%s" % (len(message), message))
    for i, p in enumerate(parents):
        out.append("%s :%d" % ("merge" if i else "from", p))
    out.append("deleteall")
    for path in sorted(t):
        out.append("M 100644 inline %s\ndata %d\n%s" %
                   (path, len(t[path]), t[path]))
    return mark


def grow(tip, n, tips=None):
    for i in range(n):
        r = rnd.randrange(5)
        if r < 3:
            tip = commit([tip], "change %d (#%d)" % (mark + 1, mark + 1))
        else:
            sides = []
            for _ in range(r - 2):
                s = commit([tip], "side %d" % (mark + 1))
                if rnd.randrange(2):
                    tip2 = commit([tip], "other side %d" % (mark + 1))
                    s = commit([s, tip2], "Merge into side %d" % s, False)
                sides.append(s)
            if rnd.randrange(2):
                tip = commit([tip], "between %d" % (mark + 1))
            tip = commit([tip] + sides, "Merge branch 'side%d'" % (mark + 1),
                         False)
        if tips is not None:
            tips.append(tip)
    return tip


chain = []
tip = commit([], "first")
chain.append(tip)
if kind == "plain":
    tip = grow(tip, count, chain)
elif kind == "future":
    tip = grow(tip, count // 2, chain)
    tip = commit([tip], "from the future", when=clock + 30 * 86400)
    chain.append(tip)
    tip = grow(tip, 3, chain)
    tip = commit([tip], "from the past", when=clock - 365 * 86400)
    chain.append(tip)
    tip = grow(tip, count // 2, chain)
elif kind == "sidelined":
    tip = grow(tip, count // 3, chain)
    branch = commit([tip], "their first")
    branch = commit([branch], "their second")
    tip = grow(tip, count // 3, chain)
    tip = commit([branch, tip], "Merge branch 'main'", False)
    chain.append(tip)
    tip = grow(tip, count // 3, chain)
elif kind == "rewritten":
    tip = grow(tip, count // 2, chain)
    base = tip
    when = []
    for i in range(4):
        tip = commit([tip], "work %d" % i)
        when.append(clock)
        chain.append(tip)
    tip = base
    for i in range(4):
        tip = commit([tip], "work %d" % i, author=when[i])
    chain.append(tip)
    tip = grow(tip, count // 2, chain)
else:
    raise SystemExit(__doc__)
subprocess.run(["git", "init", "-q", "--bare", "-b", "main", top], check=True)
subprocess.run(["git", "-C", top, "fast-import", "--quiet",
                "--export-marks=marks"], check=True,
               input=("\n".join(out) + "\n").encode())
ids = dict(line.split() for line in open(os.path.join(top, "marks")))
print("\n".join(ids[":%d" % c] for c in chain))
