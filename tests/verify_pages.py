#!/usr/bin/env python3
"""Two small repositories, a page about one day of them in our layout, and
single changes to it.

    verify_pages.py repos DIR          make DIR/mirrors and DIR/repos.list
    verify_pages.py page DIR           write DIR/2026-02-04.en.md from git
    verify_pages.py mutate PAGE OUT N  write N changed pages to OUT/, and
                                       OUT/list: file, kind and line of each

Everything follows from a fixed seed.
"""
import os
import random
import re
import subprocess
import sys

DAY = 1770163200            # 2026-02-04T00:00:00Z
REPOS = ["acme/alpha", "zeta/beta-kernels"]
WORDS = ("queue cache token stage tile warp block head shard batch plan route "
         "fetch store merge split scale quant graph layer").split()


def git(repo, *args):
    return subprocess.run(["git", "-C", repo, *args], check=True,
                          capture_output=True, text=True).stdout


def content(rng, n):
    return ["%s_%s = %d  # %s" % (rng.choice(WORDS), rng.choice(WORDS),
                                  rng.randrange(10000), rng.choice(WORDS))
            for _ in range(n)]


def make_repo(path, rng, pr0):
    files = {"src/%s/%s.py" % (a, b): content(rng, 40)
             for a in WORDS[:5] for b in WORDS[5:9]}
    files.update({"tests/test_%s.py" % w: content(rng, 20) for w in WORDS[:4]})
    files["docs/guide.md"] = content(rng, 30)
    out = []

    def commit(n, when, message, changed):
        out.append("commit refs/heads/main\nmark :%d\n" % n)
        who = "%s %s" % (rng.choice(("Ada", "Lin", "Jun", "Eve")),
                         rng.choice(("Byron", "Wei", "Park", "Moreau")))
        out.append("author %s <a@example.com> %d +0000\n" % (who, when - 3600))
        out.append("committer Forge <f@example.com> %d +0000\n" % when)
        data = message.encode()
        out.append("data %d\n%s\n" % (len(data), message))
        for p in changed:
            body = "\n".join(files[p]) + "\n"
            out.append("M 100644 inline %s\ndata %d\n%s\n"
                       % (p, len(body.encode()), body))

    commit(1, DAY - 5 * 86400, "start", sorted(files))
    for n in range(2, 40):
        changed = rng.sample(sorted(files), rng.randrange(1, 5))
        for p in changed:
            lines = files[p]
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(lines))
                lines[at:at + rng.randrange(0, 3)] = content(
                    rng, rng.randrange(1, 4))
        commit(n, DAY - 86400 + n * 4000, "Make the %s %s faster (#%d)\n\n"
               "The %s was measured with the old %s and is now half of it."
               % (rng.choice(WORDS), rng.choice(WORDS), pr0 + n,
                  rng.choice(WORDS), rng.choice(WORDS)), changed)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path],
                   check=True)
    subprocess.run(["git", "-C", path, "fast-import", "--quiet"], check=True,
                   input="".join(out).encode())


def repos(folder):
    rng = random.Random(7)
    with open(folder + "/repos.list", "w") as f:
        for i, name in enumerate(REPOS):
            path = "%s/mirrors/%d" % (folder, i)
            os.makedirs(path)
            make_repo(path, rng, 1000 * (i + 1))
            f.write("%s mirror=%s\n" % (name, path))


def landings(path):
    for line in git(path, "log", "--reverse", "--format=%H%x09%an%x09%ct%x09%s",
                    "main").splitlines():
        oid, author, ct, subject = line.split("\t")
        if DAY <= int(ct) < DAY + 86400:
            stat = [x.split("\t") for x in git(
                path, "show", "--numstat", "--format=", "-M", oid).splitlines()]
            yield (oid, author, int(ct), subject,
                   [(int(a), int(d), p) for a, d, p in stat])


def hunk(path, oid, name):
    """Path, line of the new side and at most eight lines of one hunk."""
    text = git(path, "show", "--format=", "-U1", oid, "--", name).splitlines()
    for i, line in enumerate(text):
        m = re.match(r"@@ -\d+(?:,\d+)? \+(\d+)", line)
        if m:
            part = []
            for x in text[i + 1:i + 9]:
                if x.startswith("@@") or x.startswith("diff"):
                    break
                part.append(x)
            return int(m.group(1)), part
    return 0, []


def clock(t):
    return "%02d:%02dZ" % (t % 86400 // 3600, t % 3600 // 60)


def page(folder):
    out = ["# Daily AI Infra Report", "", "## Previous issues",
           "[2026-02-03](2026-02-03.en.md) (4) · "
           "[2026-02-02](2026-02-02.en.md) (3)", "", "---",
           "## Latest (2026-02-04)"]
    found = [(name, "%s/mirrors/%d" % (folder, i))
             for i, name in enumerate(REPOS)]
    found = [(name, path, list(landings(path))) for name, path in found]
    every = [x for _, _, ls in found for x in ls]
    total = [len(every), sum(len(x[4]) for x in every),
             sum(f[0] for x in every for f in x[4]),
             sum(f[1] for x in every for f in x[4])]
    out += ["Window 2026-02-04T00:00Z - 2026-02-05T00:00Z (UTC, first-parent "
            "landed time) · repositories 2/2 · changes %d/%d · files %d/%d "
            "measured · +%d/-%d" % (total[0], total[0], total[1], total[1],
                                    total[2], total[3]), "",
            "| repository | changes | files | +/- |", "|---|--:|--:|--:|"]
    for name, path, ls in found:
        out.append("| %s | %d | %d | +%d/-%d |" % (
            name, len(ls), sum(len(x[4]) for x in ls),
            sum(f[0] for x in ls for f in x[4]),
            sum(f[1] for x in ls for f in x[4])))
    out += ["", "## Details"]
    n = 0
    for name, path, ls in found:
        url = "https://github.com/" + name
        first = git(path, "rev-parse", ls[0][0] + "^").strip()
        out += ["### " + name, "%d changes · %d files · +%d/-%d · main "
                "[%s..%s](%s/compare/%s...%s)" % (
                    len(ls), sum(len(x[4]) for x in ls),
                    sum(f[0] for x in ls for f in x[4]),
                    sum(f[1] for x in ls for f in x[4]), first[:9],
                    ls[-1][0][:9], url, first, ls[-1][0]), ""]
        for k, (oid, author, ct, subject, stat) in enumerate(ls):
            n += 1
            pr = re.search(r"\(#(\d+)\)", subject).group(1)
            title = subject[:subject.rindex(" (#")]
            ref = "c%d [%s](%s/commit/%s) %s [#%s](%s/pull/%s)" % (
                n, oid[:7], url, oid, title, pr, url, pr)
            size = "%d file%s +%d/-%d" % (
                len(stat), "" if len(stat) == 1 else "s",
                sum(f[0] for f in stat), sum(f[1] for f in stat))
            if k < 8:
                out += ["#### " + ref, "`perf` `cache` · %s · %s · %s · score "
                        "17 · drill down `airep-git show c%d@2026-02-04`"
                        % (author, clock(ct), size, n),
                        "> \"%s\"" % git(path, "show", "-s", "--format=%b",
                                         oid).strip()]
                for a, d, p in stat[:2]:
                    out.append("- `%s` +%d/-%d." % (p, a, d))
                at, lines = hunk(path, oid, stat[0][2])
                out += ["- `%s:%d`" % (stat[0][2], at), "", "  ```diff"]
                out += ["  " + x for x in lines] + ["  ```", ""]
            else:
                if k == 8:
                    out.append("%d more (by score):" % (len(ls) - 8))
                out.append("- %s · `perf` · %s · %s" % (ref, author, size))
        out.append("")
    out += ["---", "Replay: `airep-git report --replay 2026-02-04.en.md`", "",
            "```text", "schema 1; window 2026-02-04T00:00Z.."
            "2026-02-05T00:00Z UTC; lang en"]
    for name, path, ls in found:
        first = git(path, "rev-parse", ls[0][0] + "^").strip()
        out.append("%s %s..%s %d" % (name, first, ls[-1][0], len(ls)))
    out += ["```"]
    with open(folder + "/2026-02-04.en.md", "w") as f:
        f.write("\n".join(out) + "\n")


def other_digit(rng, text, at, alphabet):
    c = rng.choice([x for x in alphabet if x != text[at]])
    return text[:at] + c + text[at + 1:]


def places(lines):
    """kind -> list of (line, start, end) that a change may touch."""
    found = {k: [] for k in ("id", "count", "path", "repo", "hunk", "date",
                             "number")}
    fence = None
    for i, line in enumerate(lines):
        mark = re.match(r"\s*```(\w*)", line)
        if mark:
            fence = None if fence is not None else mark.group(1)
            continue
        if fence == "diff":
            if len(line.strip()) > 3:
                found["hunk"].append((i, len(line) - len(line.lstrip()) + 1,
                                      len(line)))
            continue
        for m in re.finditer(r"(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{7,40}"
                             r"(?![0-9a-z])", line):
            found["id"].append((i, m.start(), m.end()))
        for m in re.finditer(r"\+(\d+)/-(\d+)", line):
            if "mean" not in line:
                found["count"] += [(i, *m.span(1)), (i, *m.span(2))]
        for m in re.finditer(r"(\d+) (?:files?\b|\u6587\u4ef6)", line):
            found["count"].append((i, *m.span(1)))
        for m in re.finditer(r"`([\w./-]+/[\w.-]+\.\w+)(?::\d+)?`", line):
            found["path"].append((i, *m.span(1)))
        for m in re.finditer(r"(?<=github\.com/)[\w-]+/[\w-]+(?=/)", line):
            found["repo"].append((i, *m.span()))
        m = re.match(r"(?:### |\| )([A-Za-z][\w-]+/[\w-]+)", line)
        if m:
            found["repo"].append((i, *m.span(1)))
        for m in re.finditer(r"\d{4}-\d\d-\d\d(?=T)|\b\d\d:\d\dZ", line):
            if fence is None:
                found["date"].append((i, *m.span()))
        for m in re.finditer(r"(?:#|/pull/)(\d+)(?=[\])])", line):
            found["number"].append((i, *m.span(1)))
    return {k: v for k, v in found.items() if v}


def change(rng, kind, text, start, end):
    part = text[start:end]
    if kind == "hunk":
        at = rng.randrange(start, end)
        while text[at] in " \t":
            at = rng.randrange(start, end)
        return other_digit(rng, text, at, "xyzqj")
    if kind in ("path", "repo"):
        pieces = [m for m in re.finditer(r"[A-Za-z0-9]+", part)]
        m = rng.choice(pieces)
        return text[:start + m.start()] + "wrong" + text[start + m.end():]
    digits = [start + m.start() for m in re.finditer(
        r"[0-9a-f]" if kind == "id" else r"\d", part)]
    at = rng.choice(digits)
    alphabet = "0123456789abcdef" if kind == "id" else "0123456789"
    new = other_digit(rng, text, at, alphabet)
    return new


def mutate(page_file, out, count):
    rng = random.Random(11)
    with open(page_file, encoding="utf-8") as f:
        lines = f.read().split("\n")
    found = places(lines)
    os.makedirs(out)
    with open(out + "/list", "w") as index:
        for n in range(count):
            kind = sorted(found)[n % len(found)]
            i, start, end = rng.choice(found[kind])
            new = list(lines)
            new[i] = change(rng, kind, lines[i], start, end)
            name = "%s/m%04d.md" % (out, n)
            with open(name, "w", encoding="utf-8") as f:
                f.write("\n".join(new))
            index.write("%s\t%s\t%d\n" % (name, kind, i + 1))


if __name__ == "__main__":
    if sys.argv[1] == "repos":
        repos(sys.argv[2])
    elif sys.argv[1] == "page":
        page(sys.argv[2])
    else:
        mutate(sys.argv[2], sys.argv[3], int(sys.argv[4]))
