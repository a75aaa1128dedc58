"""mirrors.py - what scripts/parity and scripts/bench share: which mirrors
there are and what they are called, temporary workspaces, git as a reference
that no user's or system's settings change."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILD = os.environ.get("AIREP_BUILD") or os.path.join(ROOT, "build")
AIREP = os.path.join(BUILD, "airep-git")

# Folders whose name is a fork's: what the repository is called, whose copy.
FORKS = {
    "neuralmagic+vllm": ("vllm-project/vllm", "neuralmagic"),
    "antgroup+sglang": ("sgl-project/sglang", "antgroup"),
}

# git 2.43 and later read attributes of HEAD's tree in a bare repository; an
# empty tree in its place keeps every version's rows the same.
ENV = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null",
           GIT_ATTR_NOSYSTEM="1", GIT_OPTIONAL_LOCKS="0", LC_ALL="C",
           GIT_ATTR_SOURCE="4b825dc642cb6eb9a060e54bf8d69288fbee4904")
for name in ("GIT_DIR", "GIT_WORK_TREE", "AIREP_HOME"):
    ENV.pop(name, None)

RENAMES = ["-M50%", "-l1000"]


class Mirror:
    """A bare repository: .path, .name (owner/name), .shown (with its fork)."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        folder = os.path.basename(self.path)
        if folder == "repo":
            folder = os.path.basename(os.path.dirname(self.path))
        elif folder.endswith(".git"):
            folder = folder[:-4]
            if "+" not in folder:
                up = os.path.basename(os.path.dirname(self.path))
                folder = up + "+" + folder
        self.name, fork = FORKS.get(folder, (folder.replace("+", "/", 1), ""))
        self.shown = self.name + (" (fork %s)" % fork if fork else "")

    def why_not(self):
        """Why nothing can be measured here, or None."""
        if git(self, "rev-parse", "--git-dir").returncode:
            return "not a git repository"
        if git(self, "rev-parse", "-q", "--verify",
               "HEAD^{commit}").returncode:
            return "HEAD leads to no commit"
        return None


def tracked():
    """The names of repos.list, in its order."""
    out = []
    with open(os.path.join(ROOT, "repos.list"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                out.append(line.split()[0])
    return out


def find(folder, only):
    """Mirrors below `folder`: those of repos.list first, then by name; `only`:
    words, one of which the name must have.  Also the names of repos.list that
    are not there."""
    paths = []
    for pat in ("*/repo", "*.git", "*/*.git"):
        paths += glob.glob(os.path.join(folder, pat))
    order = {n: i for i, n in enumerate(tracked())}
    out = {}
    for path in sorted(set(paths)):
        if os.path.isdir(path):
            m = Mirror(path)
            out.setdefault(m.name, m)
    absent = [n for n in order if n not in out]
    if only:
        words = [w.lower() for w in only]
        out = {n: m for n, m in out.items()
               if any(w in n.lower() or w in m.path.lower() for w in words)}
        absent = [n for n in absent if any(w in n.lower() for w in words)]
    names = sorted(out, key=lambda n: (order.get(n, len(order)), n.lower()))
    return [out[n] for n in names], absent


def git_args(m, *args):
    return ["git", "-c", "core.attributesFile=/dev/null", "-C", m.path, *args]


def git(m, *args, data=None):
    return subprocess.run(git_args(m, *args), env=ENV, input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def git_version():
    return subprocess.run(["git", "--version"], env=ENV, check=True,
                          stdout=subprocess.PIPE).stdout.decode().split()[2]


def airep(workspace, *args):
    """The program; its words on stderr are shown only when it fails."""
    r = subprocess.run([AIREP, "-C", workspace, *args], env=ENV,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if r.returncode not in (0, 3):
        sys.stderr.write(r.stderr.decode(errors="replace"))
    return r


class Workspace:
    """A temporary workspace over mirrors, removed at the end of `with`."""

    def __init__(self, mirrors, conf=""):
        self.mirrors, self.conf = mirrors, conf

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="airep-ws-")
        with open(os.path.join(self.path, "repos.list"), "w",
                  encoding="utf-8") as f:
            for m in self.mirrors:
                f.write('%s "mirror=%s"\n' % (m.name, m.path))
        if self.conf:
            with open(os.path.join(self.path, "airep.conf"), "w",
                      encoding="utf-8") as f:
                f.write(self.conf)
        return self.path

    def __exit__(self, *exc):
        shutil.rmtree(self.path, ignore_errors=True)


def rewrite(path, body):
    """Put `body` between the markers of a page, which must have them."""
    with open(path, encoding="utf-8") as f:
        page = f.read()
    pat = re.compile(r"(<!-- begin:[^>]*-->\n).*?(<!-- end -->)", re.S)
    page, n = pat.subn(lambda x: x.group(1) + body + x.group(2), page)
    if n != 1:
        raise SystemExit("%s: no markers" % path)
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        f.write(page)
    os.replace(path + ".tmp", path)
