"""hostile.py - repositories of sizes that break tools, for scripts/bench:
each function makes a bare one below `top` and returns its path."""
import os
import subprocess

import mirrors

WHO = b"committer A U Thor <a@example.org> %d +0000\n"
BEGIN = 1700000000


class Feed:
    """git fast-import into a new bare repository."""

    def __init__(self, top, name):
        self.path = os.path.join(top, name + ".git")
        subprocess.run(["git", "init", "-q", "--bare", self.path], check=True,
                       env=mirrors.ENV)
        with open(os.path.join(self.path, "HEAD"), "wb") as f:
            f.write(b"ref: refs/heads/main\n")
        self.p = subprocess.Popen(
            ["git", "-C", self.path, "-c", "core.compression=1",
             "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE,
            env=mirrors.ENV)
        self.put = self.p.stdin.write
        self.n = 0

    def data(self, text):
        self.put(b"data %d\n%s\n" % (len(text), text))

    def commit(self, message, ref=b"refs/heads/main", lines=()):
        """Mark :n; further lines (from, merge) before the files."""
        self.n += 1
        self.put(b"commit %s\nmark :%d\n" % (ref, self.n))
        self.put(WHO % (BEGIN + self.n * 60))
        self.data(message)
        for line in lines:
            self.put(line + b"\n")

    def file(self, path, text):
        self.put(b"M 100644 inline %s\n" % path)
        self.data(text)

    def done(self):
        self.p.stdin.close()
        if self.p.wait():
            raise SystemExit("fast-import failed in " + self.path)
        return self.path


def many_files(top):
    f = Feed(top, "many-files")
    f.commit(b"first")
    f.file(b"README", b"one\n")
    f.commit(b"add 100,000 files")
    for i in range(100000):
        f.file(b"d%03d/f%06d.txt" % (i % 500, i), b"line %d\nend\n" % i)
    return f.done()


def many_renames(top):
    f = Feed(top, "many-renames")
    f.commit(b"first")
    for i in range(100000):
        f.file(b"d%03d/f%06d.txt" % (i % 500, i), b"line %d\nend\n" % i)
    f.commit(b"move 100,000 files")
    for i in range(500):
        f.put(b"R d%03d moved/e%03d\n" % (i, i))
    return f.done()


def large_text(top):
    f = Feed(top, "large-text")
    for k in range(2):
        f.commit(b"text of 300 MB, version %d" % k)
        f.put(b"M 100644 inline big.txt\n")
        first = b"version %d\n" % k
        block = b"".join(b"%07d a line of a large text file\n" % i
                         for i in range(25000))
        n = 300 * 1000 * 1000 // len(block)
        f.put(b"data %d\n" % (len(first) + n * len(block)))
        f.put(first)
        for _ in range(n):
            f.put(block)
        f.put(b"\n")
    return f.done()


def deep(top):
    f = Feed(top, "deep")
    for i in range(50000):
        f.commit(b"change %d" % i)
        f.file(b"a", b"%d\n" % i)
    return f.done()


def octopus(top):
    f = Feed(top, "octopus")
    f.commit(b"first")
    f.file(b"README", b"one\n")
    for k in range(20):
        base = f.n
        for i in range(65):
            f.commit(b"side %d" % i, b"refs/heads/s%d" % i,
                     [b"from :%d" % base])
            f.file(b"r%d/s%d" % (k, i), b"%d\n" % i)
        f.commit(b"merge of 66 parents", b"refs/heads/main",
                 [b"from :%d" % base] +
                 [b"merge :%d" % (base + 1 + i) for i in range(65)])
        for i in range(65):
            f.file(b"r%d/s%d" % (k, i), b"%d\n" % i)
    return f.done()


def many_refs(top):
    f = Feed(top, "many-refs")
    for i in range(200):
        f.commit(b"change %d" % i)
        f.file(b"a", b"%d\n" % i)
    for i in range(20000):
        kind = b"tags" if i % 2 else b"heads"
        f.put(b"reset refs/%s/r%05d\nfrom :%d\n\n" % (kind, i, i % 200 + 1))
    path = f.done()
    subprocess.run(["git", "-C", path, "pack-refs", "--all"], check=True,
                   env=mirrors.ENV)
    return path


def wide_folder(top):
    f = Feed(top, "wide-folder")
    f.commit(b"first")
    for i in range(100000):
        f.file(b"f%06d" % i, b"%d\n" % i)
    for i in range(20):
        f.commit(b"change one of 100,000, %d" % i)
        f.file(b"f%06d" % (i * 4999), b"again %d\n" % i)
    return f.done()


ALL = [
    ("a commit with 100,000 files", many_files),
    ("100,000 files moved at once", many_renames),
    ("a text file of 300 MB, changed once (not measured: over 16 MiB)",
     large_text),
    ("50,000 commits of one line", deep),
    ("20 merges of 66 parents", octopus),
    ("20,000 refs", many_refs),
    ("a folder of 100,000 entries, 21 commits", wide_folder),
]
