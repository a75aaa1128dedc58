#!/bin/sh
# t006 - docs/schema.md is that of the schema, and of a store that was made.
. "$(dirname "$0")/../lib.sh"
need python3

t_the_reference_is_not_older_than_the_schema() {
	sh "$TOP/scripts/schema-doc" >now.md
	same now.md "$TOP/docs/schema.md"
}

t_a_changed_comment_would_be_noticed() {
	sed 's/as shown, "owner/as written, "owner/' \
		"$TOP/store/schema.sql" >other.sql
	sh "$TOP/scripts/schema-doc" other.sql >other.md
	! cmp -s other.md "$TOP/docs/schema.md"
}

t_a_new_store_has_just_these_tables_and_columns() {
	new_repo src
	commit src one a 1
	airep-git init w >/dev/null
	echo "$TMP/src name=o/src" >w/repos.list
	airep-git -q -C w sync
	python3 - "$TOP/docs/schema.md" w/airep.db <<-'END'
		import re, sqlite3, sys
		said, name, part = {}, None, 0
		for line in open(sys.argv[1]):
		    if m := re.match(r"## Part (\d)", line):
		        part, name = int(m[1]), None
		    elif m := re.match(r"### `(\w+)`", line):
		        name = m[1]
		        said[name] = []
		    elif name and part < 3 and (m := re.match(r"\| `(\w+)`", line)):
		        said[name].append(m[1])
		    elif name and part == 3 and line.startswith("`"):
		        said[name] += re.findall(r"`(\w+)`", line)
		    elif part == 3 and line.startswith("Columns"):
		        name = None
		db = sqlite3.connect(sys.argv[2])
		is_ = {n: [c[1] for c in db.execute(f"PRAGMA table_info({n})")]
		       for n, in db.execute("SELECT name FROM sqlite_schema "
		       "WHERE type IN ('table', 'view') "
		       "AND name NOT LIKE 'sqlite_%'")}
		for n in sorted(set(said) | set(is_)):
		    if said.get(n) != is_.get(n):
		        sys.exit(f"{n}: says {said.get(n)}, is {is_.get(n)}")
		print(len(said), "tables and views")
	END
}

run_tests "$@"
