#!/usr/bin/env python3
"""httpd.py ROOT LOG [CERT] - git http-backend behind a small HTTP server, with faults.

Prints its port; CERT (a PEM file with its key) makes it https.  The first part of the path chooses what happens:
  /git/REPO      plain                  /v0/REPO     hides Git-Protocol
  /moved/REPO    301 to /git/REPO       /away/REPO   302 to another host
  /auth/REPO     wants the Basic password "s3cret-canary"
  /stall/REPO    sends headers, then nothing      /drip/REPO   a byte a second
  /stallpack/    stalls in the pack     /cut/REPO    cuts the pack in half
  /html/REPO     200 with a login page  /quota/REPO  429
  /error/REPO    500                    /gone/REPO   404
Every request is a line of LOG: method, path, Git-Protocol, Authorization.
"""
import http.server
import os
import ssl
import subprocess
import sys
import time

ROOT, LOG = sys.argv[1], sys.argv[2]
FOREVER = 120


def backend(handler, kind, rest, query, body):
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_PROJECT_ROOT": ROOT,
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": rest,
        "QUERY_STRING": query,
        "REQUEST_METHOD": handler.command,
        "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
    }
    if kind != "v0" and handler.headers.get("Git-Protocol"):
        env["GIT_PROTOCOL"] = handler.headers["Git-Protocol"]
    out = subprocess.run(["git", "http-backend"], input=body, env=env,
                         stdout=subprocess.PIPE, check=False).stdout
    head, _, data = out.partition(b"\r\n\r\n")
    status, headers = 200, []
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(": ")
        if name.lower() == "status":
            status = int(value.split()[0])
        elif name:
            headers.append((name, value))
    return status, headers, data


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, headers=(), data=b"", length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length",
                         str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def hang(self):
        self.close_connection = True
        time.sleep(FOREVER)

    def drip(self, data):
        self.close_connection = True
        for i in range(len(data)):
            self.wfile.write(data[i:i + 1])
            self.wfile.flush()
            time.sleep(1)

    def simple(self, kind, rest):
        """Answers that need no repository; False when kind is none."""
        port = self.server.server_address[1]
        query = "?service=git-upload-pack"
        if kind == "moved":
            self.answer(301, [("Location", "/git" + rest + query)])
        elif kind == "away":
            self.answer(302, [("Location", "http://localhost:%d/git%s%s" %
                               (port, rest, query))])
        elif kind == "html":
            self.answer(200, [("Content-Type", "text/html")], b"<html>Log in")
        elif kind == "quota":
            self.answer(429, [("Retry-After", "60")])
        elif kind == "error":
            self.answer(500)
        elif kind == "gone":
            self.answer(404)
        else:
            return False
        return True

    def run(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        kind = path.split("/")[1]
        rest = path[len(kind) + 1:]
        with open(LOG, "a", encoding="utf-8") as log:
            log.write("%s %s protocol=%s auth=%s\n" % (
                self.command, self.path, self.headers.get("Git-Protocol"),
                self.headers.get("Authorization")))
        if self.simple(kind, rest):
            return
        want = "Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0LWNhbmFyeQ=="
        if kind == "auth" and self.headers.get("Authorization") != want:
            self.answer(401, [("WWW-Authenticate", 'Basic realm="x"')])
            return
        status, headers, data = backend(self, kind, rest, query, body)
        pack = b"PACK" in data
        if kind == "stall" or (kind == "stallpack" and pack):
            half = data[:len(data) // 2] if pack else b""
            self.answer(status, headers, half, len(data))
            self.hang()
        elif kind == "cut" and pack:
            self.answer(status, headers, data[:len(data) // 2], len(data))
            self.close_connection = True
        elif kind == "drip":
            self.answer(status, headers, b"", len(data))
            self.drip(data)
        else:
            self.answer(status, headers, data)

    do_GET = do_POST = run


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
