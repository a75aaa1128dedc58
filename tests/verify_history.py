#!/usr/bin/env python3
"""A repository whose titles, messages and files try to mislead a checker of
pages: words that look like ids, numbers, dates, counts and paths of others.

    verify_history.py DIR       make DIR/mirrors/odd; add it to DIR/repos.list

40 days from 2026-01-01, three landings on most of them; seeded."""
import os
import random
import subprocess
import sys

FIRST = 1767225600          # 2026-01-01T00:00:00Z
DAYS = 40
WORDS = ("queue cache token stage tile warp block head shard batch plan route "
         "fetch store merge split scale quant graph layer").split()

# {w}: a word, {n}: a number, {h}: hex digits of no commit
TITLES = [
    "Mirror of the groups as of 2025-11-{n:02d}", "Fix {h} in the {w}",
    "Revert to {h7} of upstream", "{w}: +{n} -{n} lines of noise",
    "Move src/gone/{w}.py:{n} away", "Close #{n} and other/{w}#{n}",
    "Speed up {w} at 12:{n:02d}Z", "Drop {n} files, {n} changes",
    "Bump {w} to v1.{n}.0", "Say \"{w}\" to @some-body and `{w}.py`",
    "[{w}] *bold* _plain_ <b>{w}</b> | a | b |", "{w}... and so on",
    "\u4fee\u590d {w} \u7684 {n} \u4e2a\u6587\u4ef6 (+{n} \u884c)",
    "See https://github.com/acme/alpha/pull/{n}", "{w}\u2011{w}\u00a0wide",
    "Undo `src/{w}.py` \u00b1{n}", "{h7}..{h7} squashed", "``` {w}",
    "https://github.com/zeta/beta-kernels/commit/{h} is wrong", "- {w}",
]
BODIES = [
    "", "It was {n} files +{n}/-{n} before {h7}.\n",
    "> \"{w}\" they said on 2024-02-{n:02d}\n\nThis is why.\n",
    "Fixes #{n}. The {w} of src/{w}/none.py:{n} was too slow, by a lot.\n",
    "```diff\n+ {w}\n```\n\nThe old {w} was read twice and is now read once.\n",
    "Co-authored-by: Some Body <s@example.com>\n",
]
LINES = [
    "", "\t{w} = {n}", "    return {w}({n})", "", "# {w} {h7}", "```",
    "@@ -{n} +{n} @@", "+++ b/{w}", "--- a/{w}", "{w}: '\u4e2d\u6587 {n}'",
    "\ttrailing \t", "if {w}:", "}}", "{w}\r", "- {w}", "class {w}{n}:",
    "def {w}_{n}(a, b={n}):", "{w}\u00a0{n}", "env = os.environ['{w}_{n}']",
]
# Ends of files: bytes and characters that a page cannot show as they are.
ENDS = [b"\n", b"", b"\n\xff\n", b"\nx \xe4\xb8 y\n", b"\na\x0cb\n\x1b[1m z\n",
        b"\nc \xe2\x80\xae d\n", b"\ne \xc2\x85\xed\xa0\x80 f\rg\r\n"]
PATHS = [".gitignore", ".npmrc", "web/.npmrc", "Makefile", "BUILD", "a b.py",
         "src/core/{w}.py", "src/{w}.cu", "docs/{w}.md", "tests/test_{w}.py",
         "src/\u4e2d\u6587/{w}.py", "include/{w}/{w}.h", "{w}", "pkg/{w}.json",
         "setup.py", "requirements/{w}.txt", ".github/workflows/{w}.yml"]


def fill(rng, text):
    def hexes(n):
        return "".join(rng.choice("0123456789abcdef") for _ in range(n))
    while "{" in text.replace("{{", ""):
        new = text.format(w=rng.choice(WORDS), n=rng.randrange(1, 28),
                          h=hexes(40), h7="1" + hexes(6))
        if new == text:
            break
        text = new
    return text


def changed(rng, files):
    """Edits, additions, deletions and moves of some files; their commands."""
    out = []
    for _ in range(rng.randrange(1, 5)):
        what = rng.random()
        names = sorted(files)
        if what < 0.2 or len(names) < 12:
            p = fill(rng, rng.choice(PATHS))
            files[p] = [fill(rng, rng.choice(LINES)) for _ in range(40)]
        elif what < 0.27:
            p = rng.choice(names)
            del files[p]
            out.append(b"D " + quoted(p))
            continue
        elif what < 0.37:
            old = rng.choice(names)
            p = "moved/%d_%s" % (len(out), os.path.basename(old))
            files[p] = files.pop(old)
            out.append(b"D " + quoted(old))
        else:
            p = rng.choice(names)
        lines = files[p]
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(lines) + 1)
            lines[at:at + rng.randrange(0, 6)] = [
                fill(rng, rng.choice(LINES))
                for _ in range(rng.randrange(0, 5))]
        body = "\n".join(lines).encode() + rng.choice(ENDS)
        out.append(b"M 100644 inline %s\ndata %d\n%s" % (quoted(p), len(body),
                                                         body))
    return out


def quoted(path):
    return b'"%s"' % path.encode()


def main(folder):
    rng = random.Random(31)
    path = folder + "/mirrors/odd"
    files, out, n = {}, [], 0
    for day in range(DAYS):
        for _ in range(0 if day % 9 == 8 else 3):
            n += 1
            when = FIRST + day * 86400 + n % 3 * 28000 + rng.randrange(20000)
            title = fill(rng, rng.choice(TITLES))
            if rng.random() < 0.7:
                title += " (#%d)" % (500 + n)
            text = title + "\n\n" + fill(rng, rng.choice(BODIES))
            zone = rng.choice(["+0000", "+0800", "-0700"])
            data = text.encode()
            who = rng.choice(["Ada Byron", "\u674e \u56db", "a-b [bot]",
                              "O'Neil, J. (X)", "12:30Z", "deadbeef1",
                              "A \u00b7 B"])
            out.append(b"commit refs/heads/main\nauthor %s <a@b.c> %d %s\n"
                       b"committer F <f@b.c> %d %s\ndata %d\n%s\n" % (
                           who.encode(), when - rng.randrange(200000),
                           zone.encode(), when, zone.encode(), len(data),
                           data))
            out += [x + b"\n" for x in changed(rng, files)]
    os.makedirs(folder + "/mirrors", exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path],
                   check=True)
    subprocess.run(["git", "-C", path, "fast-import", "--quiet"], check=True,
                   input=b"".join(out))
    with open(folder + "/repos.list", "a", encoding="utf-8") as f:
        f.write("odd/mixed-cases mirror=%s\n" % path)


main(sys.argv[1])
