#!/bin/sh
# t220 - every row of `log --commits --json` is git's own: renames, binaries,
# modes, links, submodules, odd names, odd graphs; what cannot be read is said.
. "$(dirname "$0")/../lib.sh"
need git python3

up=$TMP/up

sync() {
	airep-git -C ws -q sync >out 2>err
}

# rows REPO [OID...] - those of git, without the commits named.
rows() {
	airep-git -C ws log --commits --json t/up >log
	r_dir=$1; shift; python3 "$LIB_DIR/rows.py" "$r_dir" log "$@" >rows.out || {
		cat rows.out
		return 1
	}
}

# field OID KEY - of the object `log` wrote for a commit.
field() {
	python3 - "$1" "$2" log <<-'END'
	import json, sys
	for line in open(sys.argv[3]):
	    c = json.loads(line)
	    if c["oid"] == sys.argv[1]:
	        print(json.dumps(eval("c" + sys.argv[2])))
	END
}

make_files() {
	commit "$up" "text and code" a/one.c "$(seq 1 200)" a/two.py "$(seq 7 90)" \
		b/three "$(seq 300 420)" doc.md hello
	commit "$up" "edit" a/one.c "$(seq 1 50; echo x; seq 52 201)"
	git -C "$up" mv a/one.c a/moved.c
	commit "$up" "move"
	mkdir -p "$up/c"
	git -C "$up" mv a c/a
	commit "$up" "move a folder and edit" c/a/two.py "$(seq 9 90; echo y)"
	printf 'a\0b' >"$up/bin"
	printf 'no newline at end' >"$up/bare"
	: >"$up/empty"
	commit "$up" "binary, bare, empty"
	printf 'a\0c' >"$up/bin"
	printf 'no newline at end\n' >"$up/bare"
	git -C "$up" mv empty void
	commit "$up" "change them"
	git -C "$up" mv bin bin2
	commit "$up" "move a binary"
	chmod +x "$up/doc.md"
	commit "$up" "mode only"
	chmod -x "$up/doc.md"
	commit "$up" "mode and text" doc.md "hello
again"
	rm "$up/b/three"
	ln -s ../doc.md "$up/b/three"
	commit "$up" "a file becomes a link"
	rm "$up/b/three"
	commit "$up" "the link becomes a folder" b/three/x "$(seq 300 420)"
	git -C "$up" update-index --add --cacheinfo \
		160000,1111111111111111111111111111111111111111,sub
	tick
	git -C "$up" commit -q -m "submodule"
	git -C "$up" update-index --cacheinfo \
		160000,2222222222222222222222222222222222222222,sub
	tick
	git -C "$up" commit -q -m "move the submodule"
	git -C "$up" update-index --force-remove sub
	tick
	git -C "$up" commit -q -m "drop the submodule"
	printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 5\n' \
		7 >"$up/model.bin"
	commit "$up" "lfs pointer"
	printf 'a\r\nb\r\nc\r\n' >"$up/crlf"
	commit "$up" "crlf"
	printf 'a\nb\r\nc\n' >"$up/crlf"
	commit "$up" "some lf"
}

make_names() {
	printf x >"$up/$(printf 'caf\351')"
	printf x >"$up/$(printf 'tab\there')"
	printf x >"$up/ spaced \"quoted\""
	printf x >"$up/$(printf '\344\270\255')"
	printf 'title in latin-1: caf\351\n\nbody \351\n' >msg
	tick
	git -C "$up" add -A
	git -C "$up" -c i18n.commitEncoding=ISO-8859-1 commit -q -F "$TMP/msg"
	git -C "$up" mv "$(printf 'caf\351')" "$(printf 'th\351')"
	tick
	id=$(printf 'tree %s\nparent %s\nauthor A <a@b> %s\ncommitter C <c@d> %s\n\nbytes of nothing: \377\376\n' \
		"$(git -C "$up" write-tree)" "$(git -C "$up" rev-parse HEAD)" \
		"$now +0000" "$now +0000" | raw_commit)
	git -C "$up" reset -q --hard "$id"
}

make_graph() {
	base=$(git -C "$up" rev-parse HEAD)
	for b in x y z; do
		git -C "$up" checkout -q -b "$b" "$base"
		commit "$up" "on $b" "side/$b" "$(seq 1 20)" "side/$b.more" "$b"
		git -C "$up" mv doc.md "doc-$b.md" 2>/dev/null || :
		[ "$b" = x ] || git -C "$up" reset -q --hard
	done
	git -C "$up" checkout -q main
	tick
	git -C "$up" merge -q --no-ff -m "octopus" x y z
	# criss-cross
	git -C "$up" checkout -q -b left
	commit "$up" left l 1
	git -C "$up" checkout -q -b right main
	commit "$up" right r 1
	git -C "$up" checkout -q left
	tick
	git -C "$up" merge -q --no-ff -m lr right
	git -C "$up" checkout -q right
	tick
	git -C "$up" merge -q --no-ff -m rl left~1
	git -C "$up" checkout -q main
	tick
	git -C "$up" merge -q --no-ff -m "left" left
	tick
	git -C "$up" merge -q --no-ff -m "right" right
	# another root
	git -C "$up" checkout -q --orphan root2
	git -C "$up" rm -rqf .
	commit "$up" "second root" vendor/lib.c "$(seq 1 50)"
	git -C "$up" checkout -q main
	tick
	git -C "$up" merge -q --allow-unrelated-histories -m "import" root2
	# an evil merge and an empty commit
	git -C "$up" checkout -q -b evil
	commit "$up" "evil side" e 1
	git -C "$up" checkout -q main
	commit "$up" "main side" m 1
	tick
	git -C "$up" merge -q --no-commit --no-ff evil
	echo extra >"$up/evil-extra"
	git -C "$up" add -A
	git -C "$up" commit -q -m "merge with an extra file"
	commit "$up" "nothing at all"
}

# raw_commit TEXT - a commit object of these bytes; prints its id.
raw_commit() {
	git -C "$up" hash-object -t commit -w --stdin --literally
}

make_malformed() {
	tree=$(git -C "$up" rev-parse HEAD^{tree})
	for author in "A a@b 1770000000 +0000" "A <a@b> 99999999999999999999 +0000" \
		"A <a@b> x" "" "A <a@b> -5 +9999"; do
		parent=$(git -C "$up" rev-parse HEAD)
		id=$(printf 'tree %s\nparent %s\nauthor %s\ncommitter C <c@d> %s +0000\n\nmalformed\n' \
			"$tree" "$parent" "$author" "$(cat .clock)" | raw_commit)
		git -C "$up" update-ref refs/heads/main "$id"
	done
	git -C "$up" reset -q --hard
	commit "$up" "after them" after 1
}

t_rows_are_those_of_git() {
	new_repo "$up"
	make_files
	make_names
	make_graph
	make_malformed
	airep-git init ws 2>/dev/null
	echo "t/up mirror=$up/.git" >ws/repos.list
	sync
	rows "$up"
	[ "$(git -C "$up" rev-list --count HEAD)" -eq "$(wc -l <log)" ]
	[ "$(wc -l <log)" -gt 40 ]
}

t_statuses_are_those_of_git() {
	git -C "$up" log --diff-merges=first-parent --name-status -M50% \
		-l1000 -z --format=%x01%H >want.z
	python3 - log want.z <<-'END'
	import json, re, sys
	ours = {}
	for line in open(sys.argv[1]):
	    c = json.loads(line)
	    ours[c["oid"]] = sorted(
	        h["status"] + ("%03d" % h["similarity"] if h["status"] == "R"
	                       else "") for h in c["changes"])
	for part in open(sys.argv[2], "rb").read().split(b"\x01")[1:]:
	    words = part.strip(b"\0\n").split(b"\0")
	    want, i = [], 1
	    while i < len(words):
	        w = words[i].strip().decode()
	        want.append(w)
	        i += 3 if w[0] == "R" else 2
	    oid = words[0].decode().strip()
	    if sorted(want) != ours[oid]:
	        sys.exit("%s: git %s, ours %s" % (oid, want, ours[oid]))
	END
}

t_odd_text_is_decoded_and_kept() {
	has log "title in latin-1: caf$(printf '\303\251')"
	has log '"path_hex":"636166e9"'
	has log '"old_path_hex":"636166e9"'
	has log '"path_hex":"7468e9"'
	has log "bytes of nothing: $(printf '\357\277\275')"
	has log '"lfs":true'
	has log '"submodule":true'
}

# Rows 37 to 40 of docs/faults.md: not only their counts, but what they are.
t_37_38_39_40_each_kind_of_change_is_named() {
	python3 - log <<-'END'
		import json, sys
		c = {}
		for line in open(sys.argv[1]):
		    x = json.loads(line)
		    c.setdefault(x["subject"], x)
		def only(subject, **want):
		    h, = [h for h in c[subject]["changes"]
		          if h["path"] == want["path"]]
		    got = {k: h.get(k) for k in want}
		    assert got == want, (subject, h)
		only("change them", path="bin", status="M", binary=True,
		     additions=0, deletions=0, measured=True)
		only("move a binary", path="bin2", status="R", old_path="bin",
		     binary=True, similarity=100)
		only("mode only", path="doc.md", status="M", old_mode="100644",
		     mode="100755", additions=0, deletions=0, binary=False)
		assert c["mode only"]["files"] == 1
		only("submodule", path="sub", status="A", mode="160000",
		     submodule=True, additions=1, deletions=0)
		only("move the submodule", path="sub", status="M",
		     submodule=True, additions=1, deletions=1)
		only("drop the submodule", path="sub", status="D",
		     submodule=True, additions=0, deletions=1)
		only("a file becomes a link", path="b/three", status="T",
		     old_mode="100644", mode="120000")
		assert c["a file becomes a link"]["files"] == 1
		only("lfs pointer", path="model.bin", lfs=True, additions=3)
		assert len(c["octopus"]["parents"]) == 4
		assert c["second root"]["parents"] == []
		assert c["nothing at all"]["files"] == 0
	END
}

t_malformed_commits_are_kept_and_flagged() {
	[ "$(grep -c '"subject":"malformed"' log)" -eq 5 ]
	[ "$(grep '"subject":"malformed"' log | grep -c '"malformed"\]')" -ge 3 ]
	has log '"time_raw"'
}

t_a_large_file_is_not_measured_and_the_others_are() {
	airep-git init big 2>/dev/null
	cp ws/repos.list big/
	printf '[analyze]\n\tmaxFileSize = 1024\n' >big/airep.conf
	commit "$up" "one large, one small" large "$(seq 1 2000)" small "s"
	oid=$(git -C "$up" rev-parse HEAD)
	airep-git -C big -q sync
	airep-git -C big log --json t/up >log
	[ "$(field "$oid" '["unmeasured"]')" = 1 ]
	[ "$(field "$oid" '["files"]')" = 2 ]
	[ "$(field "$oid" '["changes"][0]["additions"]')" = null ]
	[ "$(field "$oid" '["changes"][0]["measured"]')" = false ]
	[ "$(field "$oid" '["changes"][0]["why"]')" = '"over the size limit"' ]
	[ "$(field "$oid" '["changes"][1]["additions"]')" = 1 ]
	[ "$(field "$oid" '["additions"]')" = 1 ]
	rm -rf big
}

# remove_object REPO OID - from a repository of loose objects.
remove_object() {
	f=$1/.git/objects/$(echo "$2" | cut -c1-2)/$(echo "$2" | cut -c3-)
	chmod u+w "$f"
	rm "$f"
}

t_a_missing_blob_is_not_measured() {
	new_repo hole
	commit hole "first" a "$(seq 1 30)" b 1
	commit hole "second" a "$(seq 1 31)" b 2
	commit hole "third" b 3
	blob=$(git -C hole rev-parse HEAD:a)
	second=$(git -C hole rev-parse HEAD~1)
	remove_object hole "$blob"
	airep-git init wh 2>/dev/null
	echo "t/hole mirror=$TMP/hole/.git" >wh/repos.list
	airep-git -C wh -q sync
	airep-git -C wh log --json >log
	[ "$(field "$second" '["unmeasured"]')" = 1 ]
	[ "$(field "$second" '["changes"][0]["why"]')" = '"missing object"' ]
	[ "$(field "$second" '["changes"][1]["additions"]')" = 1 ]
	[ "$(field "$second" '["flags"]')" = '[]' ]
	python3 "$LIB_DIR/rows.py" hole log "$second"
	AIREP_NOW=2026-02-03T00:00:00Z airep-git -C wh report \
		--date 2026-02-01 --lang en --stdout >page
	has page "files 4/5 measured"
}

t_a_missing_tree_is_unreadable_and_never_all_files_deleted() {
	new_repo hole2
	commit hole2 "first" a 1 d/b 1
	commit hole2 "second" a 1 d/b 2
	commit hole2 "third" a 2 d/b 2
	commit hole2 "fourth" a 2 d/b 3
	commit hole2 "fifth" a 3 d/b 3
	tree=$(git -C hole2 rev-parse HEAD~3:)
	remove_object hole2 "$tree"
	airep-git init wt 2>/dev/null
	echo "t/hole2 mirror=$TMP/hole2/.git" >wt/repos.list
	airep-git -C wt -q sync 2>err
	airep-git -C wt log --json >log
	second=$(git -C hole2 rev-parse HEAD~3)
	third=$(git -C hole2 rev-parse HEAD~2)
	fourth=$(git -C hole2 rev-parse HEAD~1)
	for c in "$second" "$third"; do
		[ "$(field "$c" '["files"]')" = 0 ]
		[ "$(field "$c" '["flags"]')" = '["unreadable"]' ]
	done
	[ "$(field "$fourth" '["additions"]')" = 1 ]
	[ "$(field "$fourth" '["flags"]')" = '[]' ]
	python3 "$LIB_DIR/rows.py" hole2 log "$second" "$third"
	expect 5 airep-git -C wt sync --exit-code 2>err
}

t_the_commit_after_an_unreadable_one_is_measured_also_when_it_comes_later() {
	new_repo hole3
	commit hole3 "first" a 1
	commit hole3 "second" a 2
	commit hole3 "third" a 3
	remove_object hole3 "$(git -C hole3 rev-parse HEAD~1:)"
	airep-git init w3 2>/dev/null
	echo "t/hole3 mirror=$TMP/hole3/.git" >w3/repos.list
	airep-git -C w3 -q sync
	commit hole3 "fourth" a 4
	airep-git -C w3 -q sync
	airep-git -C w3 log --json >log
	[ "$(field "$(git -C hole3 rev-parse HEAD)" '["files"]')" = 1 ]
	[ "$(field "$(git -C hole3 rev-parse HEAD)" '["flags"]')" = '[]' ]
}

t_a_shallow_boundary_is_a_root_with_a_flag() {
	git clone -q --depth 3 "file://$up" shallow 2>/dev/null
	airep-git init wsh 2>/dev/null
	echo "t/sh mirror=$TMP/shallow/.git" >wsh/repos.list
	airep-git -C wsh sync 2>err
	has err shallow
	airep-git -C wsh log --commits --json >log
	python3 "$LIB_DIR/rows.py" shallow log
	grep -q '"flags":\["shallow"' log
	airep-git -C wsh log --json | grep -c '"flags":\["shallow"' >n
	[ "$(cat n)" -ge 1 ]
	AIREP_NOW=2026-02-03T00:00:00Z airep-git -C wsh report \
		--date 2026-02-01 --lang en --stdout >page
	has page "History: shallow mirrors lack"
	AIREP_NOW=2026-02-03T00:00:00Z airep-git -C ws report \
		--date 2026-02-01 --lang en --stdout >page
	lacks page shallow
	# the boundary stays one when commits follow
	commit shallow "after" later 1
	airep-git -C wsh -q sync
	airep-git -C wsh log --commits --json >log
	python3 "$LIB_DIR/rows.py" shallow log
}

run_tests "$@"
