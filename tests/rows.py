#!/usr/bin/env python3
"""rows.py GITDIR LOG [OID...] - do the rows of `log --commits --json` (LOG)
equal those of git's own `log --numstat`, commit by commit?  Commits named are
left out (git dies of them).  Prints what differs, then how much agreed."""
import json
import os
import re
import subprocess
import sys

gitdir, log, skip = sys.argv[1], sys.argv[2], set(sys.argv[3:])


def git(*args):
    env = dict(os.environ, GIT_CONFIG_NOSYSTEM="1",
               GIT_CONFIG_GLOBAL="/dev/null", GIT_ATTR_NOSYSTEM="1")
    return subprocess.run(["git", "-c", "core.attributesFile=/dev/null", "-C",
                           gitdir, *args], check=True, env=env,
                          stdout=subprocess.PIPE).stdout


def numstat(data):
    """{path: (old path, additions, deletions)} of -z output; "-" is binary."""
    out = {}
    pat = re.compile(rb"(-|\d+)\t(-|\d+)\t(?:([^\0]+)|\0([^\0]+)\0([^\0]+))\0")
    at = 0
    while at < len(data):
        m = pat.match(data, at)
        if not m:
            raise SystemExit("cannot read numstat at %r" % data[at:at + 60])
        old = m.group(4)
        out[m.group(3) or m.group(5)] = (old, m.group(1), m.group(2))
        at = m.end()
    return out


def theirs():
    ids = [i for i in git("rev-list", "HEAD").decode().split()
           if i not in skip]
    data = subprocess.run(
        ["git", "-c", "core.attributesFile=/dev/null", "-C", gitdir, "log",
         "--no-walk=unsorted", "--stdin", "--diff-merges=first-parent",
         "--numstat", "-M50%", "-l1000", "-z", "--format=%x01%H%x02"],
        input="\n".join(ids).encode(), check=True,
        stdout=subprocess.PIPE).stdout
    out = {}
    for part in data.split(b"\x01")[1:]:
        oid, rows = part.split(b"\x02", 1)
        out[oid.decode()] = numstat(rows.strip(b"\0\n") + b"\0"
                                    if rows.strip(b"\0\n") else b"")
    return out


def raw(change, key):
    if key + "_hex" in change:
        return bytes.fromhex(change[key + "_hex"])
    return None if change[key] is None else change[key].encode()


def ours():
    out = {}
    for line in open(log, encoding="utf-8"):
        c = json.loads(line)
        if c["oid"] in out:
            print("twice:", c["oid"])
            sys.exit(1)
        rows = {}
        for h in c["changes"]:
            if h["binary"]:
                add = dele = b"-"
            elif not h["measured"]:
                add = dele = b"?"
            else:
                add, dele = (b"%d" % h["additions"], b"%d" % h["deletions"])
            rows[raw(h, "path")] = (raw(h, "old_path"), add, dele)
        out[c["oid"]] = rows
    return out


want, got = theirs(), ours()
bad = 0
for oid in sorted(set(want) | (set(got) - skip)):
    if want.get(oid) != got.get(oid):
        bad += 1
        print(oid, "\n  git ", want.get(oid), "\n  ours", got.get(oid))
print("%d commits, %d rows, %d commits differ" %
      (len(want), sum(map(len, want.values())), bad))
sys.exit(bad > 0)
