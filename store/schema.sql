-- airep.db: the one place with CREATE TABLE.  docs/schema.md is made from it.
-- Times are seconds since 1970-01-01T00:00:00Z; oids are 20 raw bytes.
-- Part 1 holds facts, part 2 what can be derived from them again, part 3 the
-- views that `airep-git query` documents and keeps.

-- ---------------------------------------------------------------- 1: facts

CREATE TABLE repo (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,	-- as shown, "owner/name"
	source TEXT NOT NULL,		-- host/path it comes from, no credentials
	branch TEXT,			-- tracked branch, full ref name
	tip BLOB,			-- its commit when last analysed
	first_sync INTEGER,		-- time of the first successful sync
	last_sync INTEGER,		-- time of the last successful sync
	last_try INTEGER,		-- time of the last sync, successful or not
	last_error TEXT,		-- sentence of the last failure, or NULL
	warnings TEXT,			-- lines about the last sync, or NULL
	shallow INTEGER NOT NULL DEFAULT 0,	-- 1: history is cut off
	has_tags INTEGER NOT NULL DEFAULT 0	-- tags in the mirror
) STRICT;

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	command TEXT NOT NULL,		-- "sync", "report"
	started INTEGER NOT NULL,	-- time
	ended INTEGER,			-- time, NULL: did not end
	result INTEGER			-- exit code
) STRICT;

CREATE TABLE sync (
	id INTEGER PRIMARY KEY,
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	run_id INTEGER REFERENCES run(id),
	at INTEGER NOT NULL,		-- observed time of what it brought
	ok INTEGER NOT NULL,		-- 1: refs and rows are complete
	received INTEGER NOT NULL DEFAULT 0	-- bytes from the network
) STRICT;
CREATE INDEX sync_by_repo ON sync(repo_id, at);

CREATE TABLE ref_move (			-- the ledger
	id INTEGER PRIMARY KEY,
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	ref TEXT NOT NULL,		-- full ref name, made valid UTF-8
	old BLOB,			-- oid, NULL: was not there
	new BLOB,			-- oid, NULL: is gone
	observed INTEGER NOT NULL,	-- time of the sync that saw it
	kind TEXT NOT NULL,		-- new, fast-forward, rewritten,
					-- sidelined, deleted, tag-moved
	first INTEGER NOT NULL DEFAULT 0,	-- 1: by the repository's first sync
	target BLOB,			-- commit a tag peels to, or NULL
	tagged INTEGER			-- tagger time of an annotated tag, or NULL
) STRICT;
CREATE INDEX ref_move_by_repo ON ref_move(repo_id, observed);

CREATE TABLE ref (			-- refs as of the last successful sync
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	name TEXT NOT NULL,
	oid BLOB NOT NULL,
	PRIMARY KEY (repo_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE ident (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,		-- UTF-8
	email TEXT NOT NULL,
	UNIQUE (name, email)
) STRICT;

CREATE TABLE path (
	id INTEGER PRIMARY KEY,
	path TEXT NOT NULL,		-- UTF-8, ill-formed bytes as U+FFFD
	raw BLOB NOT NULL,		-- the bytes where they differ, else x''
	UNIQUE (path, raw)
) STRICT;

CREATE TABLE commit_row (
	id INTEGER PRIMARY KEY,
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	oid BLOB NOT NULL,
	tree BLOB NOT NULL,
	parents BLOB NOT NULL,		-- oids in order, 20 bytes each
	author_id INTEGER NOT NULL REFERENCES ident(id),
	author_time INTEGER,		-- NULL: not a valid date
	author_offset INTEGER NOT NULL,	-- seconds east of UTC
	author_raw TEXT,		-- date as written when it is not valid
					-- or its zone is odd (+9999, -0000)
	committer_id INTEGER NOT NULL REFERENCES ident(id),
	committer_time INTEGER,
	committer_offset INTEGER NOT NULL,
	committer_raw TEXT,
	subject TEXT NOT NULL,		-- git's %s as UTF-8
	body TEXT NOT NULL,		-- git's %b as UTF-8
	raw BLOB,			-- whole message where text was replaced
	encoding TEXT,			-- encoding header, or NULL
	pr INTEGER,			-- pull request of the subject, or NULL
	flags INTEGER NOT NULL,		-- enum commit_flag (store/rows.h)
	observed INTEGER NOT NULL,	-- time of the sync that brought it
	files INTEGER NOT NULL,		-- changed against the first parent
	additions INTEGER NOT NULL,	-- lines, of measured files
	deletions INTEGER NOT NULL,
	unmeasured INTEGER NOT NULL,	-- files without line counts
	binary INTEGER NOT NULL,	-- binary files
	traits INTEGER NOT NULL,	-- enum trait (analyze/traits.h)
	UNIQUE (repo_id, oid)
) STRICT;
CREATE INDEX commit_row_by_observed ON commit_row(repo_id, observed);

CREATE TABLE change_row (
	commit_id INTEGER NOT NULL REFERENCES commit_row(id),
	n INTEGER NOT NULL,		-- 1.. in byte order of path
	path_id INTEGER NOT NULL REFERENCES path(id),
	old_path_id INTEGER REFERENCES path(id),	-- renames only
	status TEXT NOT NULL,		-- A M D R T
	old_mode INTEGER NOT NULL,	-- git mode, 0: absent
	mode INTEGER NOT NULL,
	similarity INTEGER,		-- percent, renames only
	additions INTEGER,		-- lines; NULL: not measured
	deletions INTEGER,
	flags INTEGER NOT NULL,		-- enum change_flag (store/rows.h)
	PRIMARY KEY (commit_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE landing (
	commit_id INTEGER PRIMARY KEY REFERENCES commit_row(id),
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	pos INTEGER NOT NULL,		-- place in the first-parent chain, root 0;
					-- after it once off the chain
	landed INTEGER NOT NULL,	-- landed time (DESIGN, words)
	doubtful INTEGER NOT NULL,	-- 1: not its own committer time
	frozen INTEGER NOT NULL,	-- 1: its day was closed with this time
	recomputed INTEGER NOT NULL,	-- 1: would land elsewhere today
	gone INTEGER NOT NULL,		-- 1: no longer reachable
	sidelined INTEGER NOT NULL,	-- 1: no longer on the mainline
	replaces INTEGER		-- commit_row it repeats after a rewrite
) STRICT;
CREATE INDEX landing_by_time ON landing(repo_id, landed);
CREATE INDEX landing_by_pos ON landing(repo_id, pos, commit_id, landed, gone);

CREATE TABLE member (			-- commits a merge landing brought in
	commit_id INTEGER PRIMARY KEY REFERENCES commit_row(id),
	landing_id INTEGER NOT NULL REFERENCES landing(commit_id),
	n INTEGER NOT NULL		-- 1.. parents before children, ties by oid
) STRICT;
CREATE INDEX member_by_landing ON member(landing_id, n);

CREATE TABLE label_set (		-- `classify --set`: survives rebuilds
	commit_id INTEGER NOT NULL REFERENCES commit_row(id),
	what TEXT NOT NULL,		-- type, areas or hardware
	value TEXT NOT NULL,		-- labels, comma-separated and sorted
	PRIMARY KEY (commit_id, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE page (			-- documents of written pages
	id INTEGER PRIMARY KEY,
	file TEXT NOT NULL UNIQUE,	-- below the workspace
	day TEXT NOT NULL,		-- DATE or A..B
	lang TEXT NOT NULL,		-- zh or en
	written INTEGER NOT NULL,	-- time
	document TEXT NOT NULL,		-- what `report --format json` prints
	since INTEGER,			-- its window; NULL: see the document
	until INTEGER,
	changes INTEGER,		-- landings it tells of, late ones too
	settled INTEGER			-- 1: every repository was synced after it
) STRICT;

CREATE TABLE narration (		-- answers of a language model
	key TEXT PRIMARY KEY,		-- hash of prompt, model and settings
	model TEXT NOT NULL,		-- that answered
	answer TEXT NOT NULL		-- its text as it came, checked when used
) STRICT, WITHOUT ROWID;

CREATE TABLE issue (			-- issues and pull requests of the forge
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	number INTEGER NOT NULL,	-- as shown, 1..
	forge_id INTEGER NOT NULL,	-- the forge's own id, 0: not known
	is_pr INTEGER NOT NULL,		-- 1: a pull request
	draft INTEGER NOT NULL,		-- 1: a draft pull request
	title TEXT NOT NULL,		-- at most 1 KiB
	state TEXT NOT NULL,		-- open, closed, merged
	state_reason TEXT,		-- completed, not_planned, ... or NULL
	author TEXT,			-- login, NULL: deleted user
	labels TEXT NOT NULL,		-- JSON array of names, forge's order
	created INTEGER NOT NULL,	-- time
	updated INTEGER NOT NULL,	-- time of the last change at the forge
	closed INTEGER,			-- time, NULL: is open
	merged INTEGER,			-- time, NULL: is not merged
	comments INTEGER NOT NULL,	-- how many
	body TEXT,			-- at most 16 KiB, or NULL
	body_cut INTEGER NOT NULL,	-- 1: the forge's body was longer
	url TEXT,			-- http or https, or NULL
	gone INTEGER NOT NULL DEFAULT 0,	-- 1: moved away, 2: deleted there
	seen INTEGER NOT NULL,		-- time of the sync that wrote the row
	PRIMARY KEY (repo_id, number)
) STRICT;
CREATE INDEX issue_by_created ON issue(repo_id, created);
CREATE INDEX issue_by_closed ON issue(repo_id, closed);
CREATE INDEX issue_by_updated ON issue(repo_id, updated);
CREATE INDEX issue_by_seen ON issue(seen, repo_id, number);

CREATE TABLE issue_event (		-- changes of state between two syncs
	id INTEGER PRIMARY KEY,
	repo_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	was TEXT NOT NULL,		-- open, closed, merged
	state TEXT NOT NULL,		-- the same, after it
	seen INTEGER NOT NULL,		-- time of the sync that saw it
	UNIQUE (repo_id, number, seen, state),
	FOREIGN KEY (repo_id, number) REFERENCES issue(repo_id, number)
) STRICT;

CREATE TABLE release (			-- releases of the forge, no drafts
	repo_id INTEGER NOT NULL REFERENCES repo(id),
	tag TEXT NOT NULL,
	name TEXT,			-- at most 1 KiB, or NULL
	body TEXT,			-- at most 16 KiB, or NULL
	body_cut INTEGER NOT NULL,	-- 1: the forge's body was longer
	author TEXT,			-- login or NULL
	created INTEGER,		-- time of the tagged commit, or NULL
	published INTEGER,		-- time, or NULL
	prerelease INTEGER NOT NULL,	-- 1: marked as such
	url TEXT,			-- http or https, or NULL
	PRIMARY KEY (repo_id, tag)
) STRICT;

CREATE TABLE forge_cursor (		-- how far a repository's forge was read
	repo_id INTEGER PRIMARY KEY REFERENCES repo(id),
	forge_id INTEGER NOT NULL,	-- of the repository, 0: not known
	from_time INTEGER NOT NULL,	-- changes since this time are stored ...
	done INTEGER NOT NULL,		-- ... up to this one, 0: no pass ended
	pass INTEGER NOT NULL,		-- time a pass has read up to, 0: none
	pass_from INTEGER NOT NULL,	-- time it began at
	pass_top INTEGER NOT NULL,	-- newest change it has seen, time
	again INTEGER NOT NULL,		-- time to repeat it from, 0: not
	synced INTEGER NOT NULL,	-- time nothing was known to be missing
	probe_url TEXT,			-- request of probe_etag
	probe_etag TEXT,		-- with quotes, or NULL
	pass_etag TEXT,			-- becomes probe_etag when the pass ends
	path TEXT,			-- API path after a rename, or NULL
	release_etag TEXT,		-- or NULL
	release_read INTEGER NOT NULL,	-- time, 0: never
	release_due INTEGER NOT NULL,	-- 1: tags moved since
	problem TEXT			-- sentence of the last failure, or NULL
) STRICT;

CREATE TABLE forge_host (		-- hosts that told us to wait
	host TEXT PRIMARY KEY,
	resume INTEGER NOT NULL,	-- no request before this time
	strikes INTEGER NOT NULL,	-- secondary limits in a row
	why TEXT NOT NULL		-- sentence
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- -------------------------------------------------------------- 2: derived

CREATE TABLE label (
	commit_id INTEGER PRIMARY KEY REFERENCES commit_row(id),
	type TEXT NOT NULL,		-- one of docs/rules.md
	confidence INTEGER NOT NULL,	-- percent
	areas TEXT NOT NULL,		-- sorted, comma-separated
	hardware TEXT NOT NULL,		-- sorted, comma-separated
	bot INTEGER NOT NULL,		-- 1: an automatic commit
	not_evaluated INTEGER NOT NULL,	-- rules that hit a limit
	rules INTEGER			-- hash of the rules that made it;
					-- NULL: not known
) STRICT;

CREATE TABLE signal_row (
	commit_id INTEGER NOT NULL REFERENCES commit_row(id),
	n INTEGER NOT NULL,		-- 1.. in reader order
	kind TEXT NOT NULL,		-- list in docs/report.md
	name TEXT NOT NULL,
	old TEXT,
	new TEXT,
	path TEXT,
	line INTEGER NOT NULL,		-- 1-based, 0: none
	old_side INTEGER NOT NULL,	-- 1: line counts in the old file
	breaking INTEGER NOT NULL,	-- 1: a breaking candidate
	in_title INTEGER NOT NULL,	-- 1: the title names it
	detail TEXT,			-- JSON, kind-specific
	PRIMARY KEY (commit_id, n)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- 3: views

CREATE VIEW repos AS
	SELECT id, name, branch, lower(hex(tip)) AS tip, first_sync, last_sync,
	       last_try, last_error, shallow
	FROM repo;

CREATE VIEW landings AS
	SELECT c.id AS commit_id, r.name AS repo, lower(hex(c.oid)) AS oid,
	       l.landed, l.doubtful, c.observed, l.frozen, l.gone, l.sidelined,
	       c.subject, c.pr, i.name AS author, c.files, c.additions,
	       c.deletions, c.unmeasured, b.type, b.confidence, b.areas,
	       b.hardware
	FROM landing l JOIN commit_row c ON c.id = l.commit_id
	JOIN repo r ON r.id = c.repo_id JOIN ident i ON i.id = c.author_id
	LEFT JOIN label b ON b.commit_id = c.id;

CREATE VIEW commits AS
	SELECT c.id AS commit_id, r.name AS repo, lower(hex(c.oid)) AS oid,
	       coalesce(m.landing_id, l.commit_id) AS landing_id,
	       l.commit_id IS NOT NULL AS is_landing,
	       i.name AS author, i.email AS author_email, c.author_time,
	       c.committer_time, c.observed, c.subject, c.body, c.pr, c.files,
	       c.additions, c.deletions, c.unmeasured, c.flags
	FROM commit_row c JOIN repo r ON r.id = c.repo_id
	JOIN ident i ON i.id = c.author_id
	LEFT JOIN landing l ON l.commit_id = c.id
	LEFT JOIN member m ON m.commit_id = c.id;

CREATE VIEW changes AS
	SELECT h.commit_id, h.n, p.path, o.path AS old_path, h.status,
	       h.old_mode, h.mode, h.similarity, h.additions, h.deletions,
	       h.flags
	FROM change_row h JOIN path p ON p.id = h.path_id
	LEFT JOIN path o ON o.id = h.old_path_id;

CREATE VIEW labels AS
	SELECT b.commit_id, coalesce(t.value, b.type) AS type, b.confidence,
	       coalesce(a.value, b.areas) AS areas,
	       coalesce(h.value, b.hardware) AS hardware, b.bot
	FROM label b
	LEFT JOIN label_set t ON t.commit_id = b.commit_id AND t.what = 'type'
	LEFT JOIN label_set a ON a.commit_id = b.commit_id AND a.what = 'areas'
	LEFT JOIN label_set h
		ON h.commit_id = b.commit_id AND h.what = 'hardware';

CREATE VIEW signals AS
	SELECT commit_id, n, kind, name, old, new, path, line, breaking, detail
	FROM signal_row;

CREATE VIEW ledger AS
	SELECT r.name AS repo, m.ref, lower(hex(m.old)) AS old,
	       lower(hex(m.new)) AS new, m.observed, m.kind, m.first
	FROM ref_move m JOIN repo r ON r.id = m.repo_id;

CREATE VIEW runs AS
	SELECT id, command, started, ended, result FROM run;

CREATE VIEW issues AS
	SELECT r.name AS repo, i.number, i.is_pr, i.draft, i.title, i.state,
	       i.state_reason, i.author, i.labels, i.created, i.updated,
	       i.closed, i.merged, i.comments, i.body, i.url, i.gone
	FROM issue i JOIN repo r ON r.id = i.repo_id;
