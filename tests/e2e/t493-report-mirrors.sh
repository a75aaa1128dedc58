#!/bin/sh
# t493 - a mirror that is gone or damaged when a page is made: the page and stderr
# say so, a good page that is there stays, and other commands name the mirror.
. "$(dirname "$0")/../lib.sh"
need git python3

now() {
	AIREP_NOW=$1
	export AIREP_NOW
}

# Two days of a library, one commit a day, and who uses it.
make() {
	rm -rf lib user
	new_repo "$TMP/lib"
	new_repo "$TMP/user"
	at "2026-02-01 09:00"
	commit "$TMP/lib" "First" gears/__init__.py "from .core import OldLayer, Engine" \
		gears/core.py "class OldLayer:
    pass


class Engine:
    pass"
	commit "$TMP/user" "Use it" app.py "from gears import OldLayer"
	at "2026-02-02 09:00"
	commit "$TMP/lib" "Simplify (#1)" gears/__init__.py \
		"from .core import Engine" gears/core.py "class Engine:
    pass"
	git -C "$TMP/lib" tag v1
}

# The third, and its sync.
next_day() {
	at "2026-02-03 09:00"
	commit "$TMP/lib" "Add a kernel (#2)" csrc/fast.cu \
		"__global__ void fast() {}"
	now 2026-02-04T01:00:00Z
	airep-git -q -C w sync
}

# fresh - w, with the good page of the second, and its mirrors.
fresh() {
	make
	rm -rf w away loose
	mkdir w
	printf '%s name=t/lib\n%s name=t/user\n' "$TMP/lib" "$TMP/user" \
		>w/repos.list
	printf '[report]\n\tlang = en\n' >w/airep.conf
	now 2026-02-03T01:00:00Z
	airep-git -q -C w sync
	airep-git -q -C w report
	has w/reports/2026-02-02.md "Breaking candidate"
	has w/reports/2026-02-02.md "Downstream (text match): t/user \`OldLayer\`"
	cp w/reports/2026-02-02.md good.md
	mirror=$TMP/$(find w/mirrors -name lib.git)
	user=$TMP/$(find w/mirrors -name user.git)
}

damage() {
	chmod -R u+w "$1"
	git -C "$1" repack -q -a -d
	for d_pack in "$1"/objects/pack/*.pack; do
		chmod u+w "$d_pack"
		truncate -s 100 "$d_pack"
	done
}

unread='Mirrors that could not be read: '

t_a_new_page_says_which_and_how_many() {
	fresh
	next_day
	mv "$mirror" away
	airep-git -C w report 2>err
	has err "wrote reports/2026-02-03.md"
	has err "warning: t/lib: its mirror '$mirror' is missing: \`airep-git sync\` fetches it again"
	[ "$(grep -c 'its mirror' err)" -eq 1 ]
	has w/reports/2026-02-03.md \
		"- ${unread}t/lib (changes without signals and hunks: 1, its tree was not searched)."
	expect 0 airep-git -C w verify w/reports/2026-02-03.md >out
	has out " 0 wrong, 0 not found"
	airep-git -C w report --replay 2026-02-03.md >replayed
	same w/reports/2026-02-03.md replayed
	airep-git -C w report --date 2026-02-03 --lang zh 2>err
	has w/reports/2026-02-03.zh.md \
		"- 镜像无法读取: t/lib (缺少信号与片段的变更: 1, 其树未被搜索)."
	airep-git -C w report --date 2026-02-03 --format json >doc 2>err
	has err "is missing"
	python3 - doc <<-'END'
		import json, sys
		r = json.load(open(sys.argv[1]))["repositories"]
		assert [(x["mirror"], x["unread"]) for x in r] == \
		    [("missing", 1), (None, 0)], r
		assert r[0]["changes"][0]["readable"] is False
	END
	# with the mirror back the pages are made again
	airep-git -C w report 2>err
	has err "nothing to write"
	now 2026-02-04T02:00:00Z
	airep-git -q -C w sync
	airep-git -C w report 2>err
	lacks err warning
	has err "rewrote 2 pages"
	lacks w/reports/2026-02-03.zh.md "镜像无法读取"
	lacks w/reports/2026-02-03.md "$unread"
	has w/reports/2026-02-03.md "c1.f1.h1"
}

t_a_good_page_stays() {
	for how in missing damaged; do
		fresh
		case $how in
		missing) mv "$mirror" away ;;
		damaged) damage "$mirror" ;;
		esac
		expect 1 airep-git -C w report --date 2026-02-02 2>err
		has err "reports/2026-02-02.md stays as it is"
		has err "'$mirror'"
		has err "airep-git sync"
		lacks err "wrote"
		same good.md w/reports/2026-02-02.md
		airep-git -C w report --replay 2026-02-02.md >replayed
		same good.md replayed
		# what is printed is what is known, and says so
		airep-git -C w report --date 2026-02-02 --stdout >out 2>err
		has out "- ${unread}t/lib (changes without signals and hunks: 1"
	done
	# of another tree only its references are lacking
	fresh
	mv "$user" away
	expect 1 airep-git -C w report --date 2026-02-02 2>err
	same good.md w/reports/2026-02-02.md
	airep-git -C w report --date 2026-02-02 --stdout >out 2>err
	has out "- ${unread}t/user (its tree was not searched)."
}

# under_way - the page of the third is made at 8 o'clock.
under_way() {
	fresh
	now 2026-02-03T08:00:00Z
	airep-git -q -C w sync
	airep-git -q -C w report --date 2026-02-03
	cp w/reports/2026-02-03.md good.md
	lacks good.md "Add a kernel"
}

t_more_changes_are_written_all_the_same() {
	under_way
	next_day
	mv "$mirror" away
	airep-git -C w report --date 2026-02-03 2>err
	has w/reports/2026-02-03.md "Add a kernel"
	has w/reports/2026-02-03.md "$unread"
}

t_kept_beside_written_is_partial() {
	under_way
	now 2026-02-05T01:00:00Z
	airep-git -q -C w sync
	mv "$mirror" away
	expect 3 airep-git -C w report 2>err
	has err "wrote reports/2026-02-04.md"
	has err "reports/2026-02-03.md stays as it is"
	same good.md w/reports/2026-02-03.md
	mv away "$mirror"
	airep-git -C w report 2>err
	has err "rewrote 1 page"
}

t_a_file_that_is_gone_is_said_too() {
	fresh
	chmod -R u+w "$mirror"
	mkdir loose
	mv "$mirror"/objects/pack/* loose
	for p in loose/*.pack; do
		git -C "$mirror" unpack-objects -q <"$p"
	done
	oid=$(git -C "$TMP/lib" rev-parse main:gears/core.py)
	rm -f "$mirror/objects/$(echo "$oid" | cut -c1-2)/$(echo "$oid" |
		cut -c3-)"
	airep-git -C w report --date 2026-02-02 2>err
	has err "warning: t/lib: its mirror '$mirror' lacks objects"
	has w/reports/2026-02-02.md \
		"- ${unread}t/lib (changes without signals and hunks: 1)."
}

t_other_commands_name_the_mirror() {
	fresh
	id=$(git -C "$TMP/lib" rev-parse main~1)
	mv "$mirror" away
	said="t/lib: its mirror '$mirror' is missing: \`airep-git sync\` fetches it again"
	for what in c1@2026-02-02 "t/lib@v1" "$id"; do
		expect 1 airep-git -C w show "$what" 2>err
		has err "$said"
	done
	expect 1 airep-git -C w brief t/lib "$id..v1" 2>err
	has err "$said"
	airep-git -C w doctor >out
	has out "warn  $said"
	# one in place is put back by whoever took it
	echo "t/lib mirror=$TMP/lib/.git" >w/repos.list
	airep-git -q -C w sync
	mv lib hidden
	for what in "show t/lib@v1" "brief t/lib $id..v1"; do
		# shellcheck disable=SC2086 # words
		expect 1 airep-git -C w $what 2>err
		has err "t/lib: mirror=$TMP/lib/.git does not exist"
	done
	expect 1 airep-git -C w doctor >out 2>err
	has out "FAIL  t/lib: mirror=$TMP/lib/.git does not exist"
	airep-git -C w report --date 2026-02-01 --stdout >out 2>err
	has err "t/lib: mirror=$TMP/lib/.git does not exist"
	mv hidden lib
	# and one that never was
	printf '%s name=t/new\n' "$TMP/user" >>w/repos.list
	expect 1 airep-git -C w show t/new@main 2>err
	has err "'t/new' is not synced yet"
	airep-git -C w doctor >out 2>err
	has out "note  t/new: not synced yet"
}

run_tests "$@"
