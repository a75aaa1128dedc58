#!/usr/bin/env python3
"""dump.py WORKSPACE - the store as lines, by object id instead of row number,
without what only says when something was seen: run log, ledger, observed
times and what follows from them (late, frozen, recomputed).  Two stores that
saw the same history in other steps print the same."""
import sqlite3
import sys

db = sqlite3.connect("file:%s/airep.db?mode=ro" % sys.argv[1], uri=True)
db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
QUERIES = {
    "repo": """SELECT name, branch, hex(tip), shallow, has_tags FROM repo""",
    "ref": """SELECT r.name, f.name, hex(f.oid) FROM ref f
        JOIN repo r ON r.id = f.repo_id""",
    "commit": """SELECT r.name, hex(c.oid), hex(c.tree), hex(c.parents),
        a.name, a.email, author_time, author_offset, author_raw, k.name,
        k.email, committer_time, committer_offset, committer_raw, subject,
        body, hex(raw), encoding, pr, flags, files, additions, deletions,
        unmeasured, binary, traits FROM commit_row c
        JOIN repo r ON r.id = c.repo_id JOIN ident a ON a.id = c.author_id
        JOIN ident k ON k.id = c.committer_id WHERE NOT c.flags & 32""",
    "change": """SELECT hex(c.oid), h.n, p.path, hex(p.raw), o.path,
        h.status, h.old_mode, h.mode, h.similarity, h.additions, h.deletions,
        h.flags FROM change_row h JOIN commit_row c ON c.id = h.commit_id
        JOIN path p ON p.id = h.path_id
        LEFT JOIN path o ON o.id = h.old_path_id WHERE NOT c.flags & 32""",
    "landing": """SELECT hex(c.oid), l.pos, l.landed, l.doubtful
        FROM landing l JOIN commit_row c ON c.id = l.commit_id
        WHERE NOT l.gone AND NOT l.sidelined""",
    "member": """SELECT hex(c.oid), hex(x.oid), m.n FROM member m
        JOIN commit_row c ON c.id = m.commit_id
        JOIN landing l ON l.commit_id = m.landing_id
        JOIN commit_row x ON x.id = m.landing_id
        WHERE NOT l.gone AND NOT l.sidelined""",
    "label": """SELECT hex(c.oid), b.type, b.confidence, b.areas, b.hardware,
        b.bot FROM label b JOIN commit_row c ON c.id = b.commit_id
        WHERE NOT c.flags & 32""",
    "signal": """SELECT hex(c.oid), s.n, s.kind, s.name, s.old, s.new, s.path,
        s.line, s.breaking, s.detail FROM signal_row s
        JOIN commit_row c ON c.id = s.commit_id WHERE NOT c.flags & 32""",
}
for name, sql in QUERIES.items():
    for row in sorted(map(repr, db.execute(sql))):
        print(name, row)
