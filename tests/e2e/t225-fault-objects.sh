#!/bin/sh
# t225 - objects that are odd, huge or damaged, up to the page; the numbers are
# rows of docs/faults.md.
. "$(dirname "$0")/../lib.sh"
need git python3

AIREP_NOW=2026-02-03T00:00:00Z
export AIREP_NOW

# workspace NAME - $TMP/w-NAME on the repository $TMP/NAME, in place.
workspace() {
	mkdir -p "w-$1"
	echo "t/$1 mirror=$TMP/$1/.git" >"w-$1/repos.list"
}

# raw REPO - a commit of the bytes on stdin, as the tip of main.
raw() {
	id=$(git -C "$1" hash-object -t commit -w --stdin --literally)
	git -C "$1" update-ref refs/heads/main "$id"
}

# head_of REPO AUTHOR-DATE COMMITTER-DATE - tree, parent and people.
head_of() {
	printf 'tree %s\nparent %s\nauthor A <a@b> %s\ncommitter C <c@d> %s\n' \
		"$(git -C "$1" rev-parse 'HEAD^{tree}')" \
		"$(git -C "$1" rev-parse HEAD)" "$2" "$3"
}

# page WORKSPACE - of 2026-02-01, in English.
page() {
	airep-git -C "$1" report --date 2026-02-01 --lang en --stdout >page
}

t_25_26_dates_and_zones_are_kept_as_written() {
	new_repo dates
	commit dates first a 1
	t=$(cat .clock)
	for d in '0 +0000' '-1 +0000' '4291747200 +0000' \
		'9223372036854775807 +0000' '99999999999999999999 +0000' \
		"$t +0545" "$t -0000" "$t +9999"; do
		{ head_of dates "$d" "$t +0000"; printf '\nauthor %s\n' "$d"; } |
			raw dates
	done
	{ head_of dates "$t +0000" '99999999999999999999 +0000'
	printf '\ncommitter out of range\n'; } | raw dates
	git -C dates reset -q --hard
	commit dates last a 2
	workspace dates
	airep-git -C w-dates -q sync
	airep-git -C w-dates log --json >log
	[ "$(wc -l <log)" -eq 11 ]
	python3 - log <<-'END'
		import json, sys
		c = {x["subject"]: x for x in map(json.loads, open(sys.argv[1]))}
		assert c["author 0 +0000"]["author"]["time"].startswith("1970-01-01T")
		assert c["author 4291747200 +0000"]["author"]["time"][:4] == "2106"
		for s in ("9223372036854775807", "99999999999999999999"):
		    a = c["author %s +0000" % s]["author"]
		    assert a["time"] is None and s in a["time_raw"], a
		for zone in ("+9999", "-0000"):
		    a, = [x["author"] for s, x in c.items() if zone in s]
		    assert a["time"].endswith("+00:00"), a
		    assert a["time_raw"].endswith(" " + zone), a
		assert not any("time_raw" in x["author"] for s, x in c.items()
		               if "+0545" in s)
		zones = [x["author"]["time"] for s, x in c.items() if "+0545" in s]
		assert zones[0].endswith("+05:45"), zones
		assert len({x["landed"][:10] for x in c.values()}) == 1
	END
	page w-dates
	has page "changes 11/11"
}

t_29_a_nul_in_a_message_hides_nothing() {
	new_repo nul
	commit nul first a 1
	t=$(cat .clock)
	{ head_of nul "$t +0000" "$t +0000"
	printf '\nsubj\0hidden\n\nbody\n'; } | raw nul
	workspace nul
	airep-git -C w-nul -q sync
	airep-git -C w-nul log --json >log
	grep -q 'subj.*hidden' log
	[ "$(tr -cd '\0' <log | wc -c)" -eq 0 ]
	grep -q '"text_replaced"' log
	has log "subj$(printf '\342\220\200')hidden"
	page w-nul
	has page "subj$(printf '\342\220\200')hidden"
}

t_30_a_subject_of_ten_megabytes_is_cut_where_it_is_shown() {
	new_repo long
	commit long first a 1
	t=$(cat .clock)
	{ head_of long "$t +0000" "$t +0000"
	printf '\n'; head -c 10000000 /dev/zero | tr '\0' x; echo; } | raw long
	workspace long
	airep-git -C w-long -q sync
	page w-long
	has page "changes 2/2"
	echo "page: $(wc -c <page) bytes"
	[ "$(wc -c <page)" -lt 100000 ]
	airep-git -C w-long log >text
	[ "$(wc -c <text)" -lt 100000 ]
	# JSON has all of it, and no character is cut in two
	{ head_of long "$t +0000" "$t +0000"
	printf '\nx'; printf '\344\270\255%.0s' $(seq 1000); echo; } | raw long
	airep-git -C w-long -q sync
	page w-long
	airep-git -C w-long log >text
	airep-git -C w-long log --json >log
	python3 - <<-'END'
		import json
		sizes = [len(json.loads(l)["subject"]) for l in open("log")]
		assert sorted(sizes) == [5, 1001, 10000000], sizes
		for name in "page", "text":
		    data = open(name, "rb").read().decode("utf-8")
		    assert "\u4e2d" * 300 in data, name
		    assert "\u4e2d" * 400 not in data, name
		    assert "\ufffd" not in data, name
	END
}

t_31_no_message_is_said() {
	new_repo empty
	commit empty first a 1
	t=$(cat .clock)
	{ head_of empty "$t +0000" "$t +0000"; printf '\n'; } | raw empty
	{ head_of empty "$t +0000" "$t +0000"; printf '\n\n \n\n'; } | raw empty
	git -C empty reset -q --hard
	workspace empty
	airep-git -C w-empty -q sync
	page w-empty
	[ "$(grep -c '(no message)' page)" -ge 2 ]
}

t_33_a_commit_of_a_hundred_thousand_files_is_counted() {
	new_repo many
	t=$(cat .clock)
	python3 - "$t" <<-'END' | git -C many fast-import --quiet
		import sys
		t = sys.argv[1]
		print("blob\nmark :1\ndata 2\nx\n")
		print("commit refs/heads/main\nmark :2\nauthor A <a@b> %s +0000\n"
		      "committer C <c@d> %s +0000\ndata 4\nmany" % (t, t))
		for i in range(100000):
		    print("M 100644 :1 d%d/f%d.txt" % (i % 300, i))
	END
	workspace many
	airep-git -C w-many -q sync
	airep-git -C w-many log --json >log
	grep -q '"files":100000,"additions":100000' log
	page w-many
	has page "files 100000/100000 measured"
	# what is not named is counted
	has page '`d0` 334'
	has page 'other 98664'
	[ "$(wc -c <page)" -lt 100000 ]
}

t_34_a_tree_without_end_is_flagged_and_the_rest_goes_on() {
	new_repo bomb
	commit bomb first a 1
	python3 - bomb <<-'END'
		import hashlib, os, subprocess, sys, zlib
		top = sys.argv[1] + "/.git/objects/"
		def put(kind, body):
		    raw = b"%s %d\0" % (kind, len(body)) + body
		    oid = hashlib.sha1(raw).hexdigest()
		    os.makedirs(top + oid[:2], exist_ok=True)
		    path = top + oid[:2] + "/" + oid[2:]
		    if not os.path.exists(path):
		        open(path, "wb").write(zlib.compress(raw, 1))
		    return oid
		# ten entries a level, ten levels: 10^10 files of twelve objects
		oid = put(b"blob", b"boom\n")
		mode = b"100644"
		for level in range(10):
		    oid = put(b"tree", b"".join(
		        b"%s d%d\0" % (mode, i) + bytes.fromhex(oid)
		        for i in range(10)))
		    mode = b"40000"
		wide = oid
		oid = put(b"tree", b"100644 f\0" + bytes.fromhex(
		    put(b"blob", b"deep\n")))
		for level in range(10000):
		    oid = put(b"tree", b"40000 d\0" + bytes.fromhex(oid))
		open("wide", "w").write(wide)
		open("deep", "w").write(oid)
	END
	for tree in wide deep; do
		t=$(($(cat .clock) + 60))
		echo "$t" >.clock
		{ head_of bomb "$t +0000" "$t +0000" |
			sed "1s/.*/tree $(cat $tree)/"
		printf '\n%s\n' $tree; } | raw bomb
	done
	{ head_of bomb "$t +0000" "$t +0000" | sed "1s/.*/tree $(
		git -C bomb rev-parse HEAD~2:)/"; printf '\nafter\n'; } | raw bomb
	workspace bomb
	timeout 100 airep-git -C w-bomb -q sync
	airep-git -C w-bomb log --json >log
	[ "$(wc -l <log)" -eq 4 ]
	for s in wide deep; do
		grep "\"subject\":\"$s\"" log |
			grep -q '"flags":\["too_large"\]'
	done
	timeout 100 airep-git -C w-bomb report --date 2026-02-01 --lang en \
		--stdout >page
	has page "changes 4/4"
}

t_41_renames_beyond_the_limit_are_flagged_not_guessed() {
	new_repo moves
	python3 - moves a <<-'END'
		import os, random, sys
		for i in range(1200):
		    r = random.Random(i)
		    p = "%s/%s%d" % (sys.argv[1], sys.argv[2], i)
		    open(p, "w").write("".join("%d\n" % r.randrange(10 ** 9)
		                               for _ in range(12)))
	END
	commit moves first
	for i in $(seq 0 1199); do echo "a$i b$i"; done | (
		cd moves
		while read -r a b; do
			mv "$a" "$b"
			echo "more $a" >>"$b"
		done
	)
	commit moves second
	workspace moves
	airep-git -C w-moves -q sync
	airep-git -C w-moves log --json >log
	grep '"subject":"second"' log | grep -q '"flags":\["renames_skipped"\]'
	grep '"subject":"second"' log | grep -q '"files":2400'
	grep -q '"status":"R"' log && return 1
	:
}

t_22_a_damaged_pack_fails_its_repository_and_changes_no_row() {
	new_repo rot
	for i in 1 2 3 4; do commit rot "change $i" a "$(seq $i 300)"; done
	new_repo well
	commit well first a 1
	workspace rot
	echo "t/well mirror=$TMP/well/.git" >>w-rot/repos.list
	airep-git -C w-rot -q sync
	airep-git -C w-rot log --json >before
	commit rot later a later
	commit well second a 2
	git -C rot repack -q -a -d
	cp -R rot rot.good
	p=$(ls rot/.git/objects/pack/*.pack)
	chmod u+w "$p"
	python3 - "$p" <<-'END'
		import sys
		f = open(sys.argv[1], "r+b")
		f.seek(40)
		b = f.read(60)
		f.seek(40)
		f.write(bytes(x ^ 0x55 for x in b))
	END
	expect 3 airep-git -C w-rot sync >out 2>err
	has err "cannot be read: the mirror is damaged"
	has err "t/well: 1 new commit"
	airep-git -C w-rot log --json t/rot >after
	grep -F '"repo":"t/rot"' before >want
	same want after
	# with the objects back it goes on where it was
	rm -rf rot
	mv rot.good rot
	airep-git -C w-rot sync 2>err
	has err "t/rot: 1 new commit"
}

run_tests "$@"
