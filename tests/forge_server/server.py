#!/usr/bin/env python3
"""A forge on the loopback for tests: issues, releases, limits and faults.

server.py STATE.json DIR [CERT.pem] - serve what STATE.json describes; the file is read
again whenever it changes.  DIR gets `ports` (two: the forge and another host)
and `log`, a JSON line per request.  With CERT.pem (certificate and key) a
third port speaks TLS.

STATE: {"repos": {"o/n": {"id": 1000, "issues": [ITEM...], "gen": {...},
        "releases": [...], "recorded": "scenario"}},
        "max_per_page": 100, "faults": [FAULT...], "fixtures": "folder"}
ITEM:  an issue as GitHub writes it; short keys n, u, s, t make the rest up.
gen:   {"count", "start", "step"}: numbers 1.. with update times in that order.
FAULT: {"at": request number, "match": regex on the path, "times": 1,
        "status", "headers", "body", "mode", "touch": [repo, number, time]}
       mode: truncate, cut, close, drip, stall, bomb, kill, half-kill, huge
"""
import gzip, hashlib, http.server, json, os, re, signal, ssl, sys, threading
import time
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

STATE_FILE, DIR = sys.argv[1], sys.argv[2]
LOCK = threading.Lock()
state, stamp, count, used, cache = {}, 0, 0, {}, {}


def iso(t):
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(s):
    return int(datetime.strptime(s, "%Y-%m-%dT%H:%M:%SZ")
               .replace(tzinfo=timezone.utc).timestamp())


def item(i, repo):
    """The short form filled up to what GitHub sends."""
    if "n" not in i:
        return i
    out = {"id": 5000000 + i["n"] + repo["id"] * 100000, "number": i["n"],
           "title": i.get("t", "issue %d" % i["n"]),
           "state": i.get("s", "open"), "user": {"login": "ann"},
           "labels": [], "comments": 0, "body": "Body %d." % i["n"],
           "created_at": iso(i.get("c", i["u"])), "updated_at": iso(i["u"]),
           "closed_at": None,
           "html_url": "https://github.com/o/n/issues/%d" % i["n"]}
    out.update(i.get("raw", {}))
    return out


def issues_of(name, repo):
    if name not in cache:
        short = list(repo.get("issues", []))
        g = repo.get("gen")
        if g:
            short += [{"n": g.get("first", 1) + k,
                       "u": g["start"] + k * g.get("step", 60)}
                      for k in range(g["count"])]
        cache[name] = [item(i, repo) for i in short]
    return cache[name]


def recorded(scenario):
    path = os.path.join(state["fixtures"], "scenarios/api.github.com",
                        scenario, "raw-fixture.json")
    with open(path) as f:
        return json.load(f)


def load():
    global state, stamp
    now = os.stat(STATE_FILE).st_mtime_ns
    if now != stamp:
        with open(STATE_FILE) as f:
            state = json.load(f)
        stamp = now
        used.clear()
        cache.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    # --- answers ---

    def fill(self, text):
        text = text.replace("{HERE}", "http://127.0.0.1:%d" % PORTS[0])
        text = text.replace("{OTHER}", "http://127.0.0.1:%d" % PORTS[1])
        return re.sub(r"\{NOW\+(\d+)\}",
                      lambda m: str(int(time.time()) + int(m[1])), text)

    def send(self, status, body=b"", headers=None, mode=None):
        if isinstance(body, str):
            body = self.fill(body).encode("utf-8", "surrogateescape")
        headers = dict(headers or {})
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        self.status = status
        self.note()
        if mode == "bomb":
            body = gzip.compress(b"[" + b" " * (64 << 20))
            headers["Content-Encoding"] = "gzip"
        if mode == "huge":
            body = b"[" + b" " * (20 << 20)
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, self.fill(str(v)))
        if mode == "cut":       # no length: only the parser notices
            self.send_header("Connection", "close")
            self.close_connection = True
            body = body[:len(body) // 2]
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mode == "truncate":
            body = body[:len(body) // 2]
            self.close_connection = True
        if mode == "half-kill":
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            self.kill()
            return
        if mode in ("drip", "stall"):
            self.wfile.write(body[:10])
            self.wfile.flush()
            for i in range(80):
                time.sleep(0.25)
                if mode == "drip":
                    self.wfile.write(body[10 + i:11 + i] or b" ")
                    self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(body)

    def kill(self):
        name = os.path.join(DIR, "pid")
        for _ in range(500):
            if os.path.exists(name):
                break
            time.sleep(0.01)
        try:
            os.kill(int(open(name).read()), signal.SIGKILL)
        except (OSError, ValueError):
            pass
        self.close_connection = True

    def note(self):
        # Before the answer leaves: whoever has it may count at once.
        if getattr(self, "noted", 0) == self.nr:
            return
        self.noted = self.nr
        h = {k: self.headers[k] for k in ("Authorization", "If-None-Match",
             "User-Agent", "Accept", "X-GitHub-Api-Version")
             if self.headers[k]}
        with open(os.path.join(DIR, "log"), "a") as f:
            f.write(json.dumps({"n": self.nr, "host": self.server.who,
                                "path": self.path, "headers": h,
                                "status": getattr(self, "status", 0)}) + "\n")

    def do_GET(self):
        global count
        with LOCK:
            load()
            count += 1
            self.nr = count
            self.status = 0
            chosen = self.fault()
        try:
            self.serve(chosen)
        except OSError:
            self.close_connection = True
        with LOCK:
            self.note()

    def fault(self):
        for k, f in enumerate(state.get("faults", [])):
            if "at" in f and f["at"] != self.nr:
                continue
            if "match" in f and not re.search(f["match"], self.path):
                continue
            if "host" in f and f["host"] != self.server.who:
                continue
            left = used.setdefault(k, f.get("times", 1))
            if left == 0:
                continue
            used[k] = left - 1
            return f
        return None

    def serve(self, f):
        if f and "touch" in f:      # something changes before this answer
            name, number, at = f["touch"]
            for i in issues_of(name, state["repos"][name]):
                if i["number"] == number:
                    i["updated_at"] = iso(at)
                    i.update(f.get("raw", {}))
            f = None
        mode = f.get("mode") if f else None
        if mode == "close":
            self.close_connection = True
            return
        if mode == "kill":
            self.kill()
            return
        if f and ("status" in f or "body" in f):
            self.send(f.get("status", 200), f.get("body", ""),
                      f.get("headers"), mode)
            return
        if self.server.who == "other":
            self.send(200, "[]")
            return
        self.answer(mode, f.get("headers", {}) if f else {})

    # --- the API ---

    def answer(self, mode, extra):
        u = urlsplit(self.path)
        q = {k: v[0] for k, v in parse_qs(u.query).items()}
        m = re.match(r"^/repos/([^/]+/[^/]+)(/.*)?$", u.path)
        if m:
            name, rest = m[1], m[2] or ""
            for old, repo in state["repos"].items():
                if name == repo.get("was"):
                    return self.renamed(old, repo, rest, u.query)
        else:
            m = re.match(r"^/repositories/(\d+)(/.*)?$", u.path)
            name = next((n for n, r in state["repos"].items()
                         if m and (r["id"] == int(m[1]) or
                                   r.get("recorded"))), None)
            rest = m[2] or "" if m else ""
        repo = state["repos"].get(name)
        if not repo:
            return self.send(404, '{"message":"Not Found"}')
        if repo.get("recorded"):
            return self.replay(repo, rest, q)
        if rest == "/issues":
            return self.issues(name, repo, q, mode, extra)
        if rest == "/releases":
            return self.send(200, json.dumps(repo.get("releases", [])),
                             {"ETag": '"r%d"' % len(repo.get("releases", []))})
        if rest == "":
            return self.send(200, json.dumps(
                {"id": repo["id"], "full_name": name, "has_issues": True}))
        m = re.match(r"^/issues/(\d+)$", rest)
        for i in issues_of(name, repo):
            if m and i["number"] == int(m[1]):
                return self.send(200, json.dumps(i))
        return self.send(404, '{"message":"Not Found"}')

    def renamed(self, name, repo, rest, query):
        where = "{HERE}/repositories/%d%s%s" % (
            repo["id"], rest, "?" + query if query else "")
        self.send(301, json.dumps({"message": "Moved Permanently",
                                   "url": where}), {"Location": where})

    def issues(self, name, repo, q, mode, extra):
        rows = [i for i in issues_of(name, repo)
                if not isinstance(i.get("updated_at"), str) or
                "since" not in q or i["updated_at"] >= q["since"]]
        if q.get("state", "open") == "open":
            rows = [i for i in rows if i["state"] == "open"]
        key = {"updated": "updated_at"}.get(q.get("sort"), "created_at")
        rows.sort(key=lambda i: str(i.get(key)),
                  reverse=q.get("direction", "desc") == "desc")
        per = min(int(q.get("per_page", 30)), state.get("max_per_page", 100))
        page = int(q.get("page", 1))
        part = rows[(page - 1) * per:page * per]
        body = json.dumps(part)
        headers = {"ETag": '"%s"' % hashlib.sha256(body.encode())
                   .hexdigest()[:32], "X-RateLimit-Remaining": "4000"}
        if page * per < len(rows):
            base = "{HERE}/repositories/%d/issues?" % repo["id"]
            args = "&".join("%s=%s" % (k, v) for k, v in q.items()
                            if k != "page")
            headers["Link"] = (
                '<%s%s&page=%d>; rel="next", <%s%s&page=%d>; rel="last"' %
                (base, args, page + 1, base, args, -(-len(rows) // per)))
        if headers["ETag"] == self.headers["If-None-Match"]:
            self.status = 304
            self.note()
            self.send_response(304)
            self.send_header("ETag", headers["ETag"])
            self.end_headers()
            return
        headers.update(extra)
        self.send(200, body, headers, mode)

    # --- recorded answers ---

    def replay(self, repo, rest, q):
        if not rest:
            return self.send(200, '{"id": %d, "full_name": "o/n"}' %
                             repo["id"])
        rows = [r for r in recorded(repo["recorded"]) if r["method"] == "get"]
        if repo["recorded"] == "search-issues":
            items = [r for r in rows if "/search/" in r["path"]][0]
            return self.send(200, json.dumps(items["response"]["items"]),
                             self.heads(items, ()))
        rows = [r for r in rows if isinstance(r["response"], list)]
        page = int(q.get("page", 1))
        if q.get("per_page") == "1":
            return self.send(200, json.dumps(rows[0]["response"][:1]),
                             self.heads(rows[0], ("ETag", "Link")))
        self.send(200, json.dumps(rows[page - 1]["response"]),
                  self.heads(rows[page - 1], ("ETag", "Link")))

    def heads(self, r, names):
        raw = r["rawHeaders"]
        out = {}
        for k, v in zip(raw[::2], raw[1::2]):
            if k in names or k.startswith("X-RateLimit"):
                out[k] = v.replace("https://api.github.com", "{HERE}")
        return out


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    global PORTS
    forge = Server(("127.0.0.1", 0), Handler)
    other = Server(("127.0.0.1", 0), Handler)
    forge.who, other.who = "forge", "other"
    PORTS = [forge.server_port, other.server_port]
    threading.Thread(target=other.serve_forever, daemon=True).start()
    if len(sys.argv) > 3:
        tls = Server(("127.0.0.1", 0), Handler)
        tls.who = "tls"
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(sys.argv[3])
        tls.socket = c.wrap_socket(tls.socket, server_side=True)
        PORTS.append(tls.server_port)
        threading.Thread(target=tls.serve_forever, daemon=True).start()
    with open(os.path.join(DIR, "ports.new"), "w") as f:
        f.write(" ".join(map(str, PORTS)) + "\n")
    os.rename(os.path.join(DIR, "ports.new"), os.path.join(DIR, "ports"))
    forge.serve_forever()


main()
