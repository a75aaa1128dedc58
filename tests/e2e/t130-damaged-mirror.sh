#!/bin/sh
# t130 - our clone is damaged on the disk (row 22 of docs/faults.md): that
# repository fails, its mirror is set aside, the next run clones it again.
. "$(dirname "$0")/../lib.sh"
need git python3

AIREP_NOW=2026-02-03T00:00:00Z
export AIREP_NOW

sync() {
	airep-git -C w sync --jobs 2 >out 2>err
}

# rows - what the store says of both repositories.
rows() {
	airep-git -C w log --commits --json
}

# fresh - the workspace and the upstreams as they were after the first sync.
fresh() {
	rm -rf w rot well
	cp -R w.good w
	cp -R rot.good rot
	cp -R well.good well
	mirror=$(find w/mirrors -name rot.git)
	mirror=$TMP/$mirror
	pack=$(ls "$mirror"/objects/pack/*.pack)
	chmod -R u+w "$mirror"
}

# news - something new upstream, in both.
news() {
	commit rot later f/1 "$(seq 5 300)" g new
	commit well second a 2
}

# set_aside [WHY] - after news and a damage: t/rot fails and is out of the way,
# t/well is complete, no row of t/rot changed, and the next run is complete.
set_aside() {
	news
	rows >before
	expect 3 sync
	has err "t/rot: "
	has err "${1-damaged}"
	has err "rot.git.damaged-2026-02-03'"
	has err "clones it again"
	has err "t/well: 1 new commit"
	[ ! -e "$mirror" ]
	[ -d "$mirror.damaged-2026-02-03/objects" ]
	rows | grep -F '"repo":"t/rot"' >after
	grep -F '"repo":"t/rot"' before >want
	same want after
	airep-git -C w status >out
	has out "failed"
	sync
	has err "t/rot: 1 new commit,"
	lacks err damaged
	whole
}

# whole [also-bad] - the same rows as a workspace that was never damaged, and git
# finds nothing wrong with the mirror, unless a bad copy of an object may stay.
whole() {
	rows | sed 's/"observed":"[^"]*"//g; s/"late":[a-z]*//g' >now
	rm -rf calm
	mkdir calm
	cp w/repos.list calm
	AIREP_NOW=2026-02-03T00:00:00Z airep-git -q -C calm sync
	airep-git -C calm log --commits --json |
		sed 's/"observed":"[^"]*"//g; s/"late":[a-z]*//g' >want
	same want now
	[ -n "${1-}" ] || git -C "$mirror" fsck --no-progress
	airep-git -C w show t/rot@main --stat >out
	has out later
}

t_two_repositories_to_begin_with() {
	new_repo rot
	for i in 1 2 3 4 5 6; do
		commit rot "change $i" "f/$i" "$(seq $i 300)" f/1 "$(seq $i 290)"
	done
	git -C rot tag v1
	new_repo well
	commit well first a 1
	mkdir w
	printf '%s name=t/rot\n%s name=t/well\n' "$TMP/rot" "$TMP/well" \
		>w/repos.list
	sync
	for d in w rot well; do cp -R $d $d.good; done
}

t_22_a_pack_that_is_cut_off() {
	fresh
	truncate -s -300 "$pack"
	set_aside
	# also when nothing is new
	fresh
	truncate -s -300 "$pack"
	expect 3 sync
	has err "clones it again"
	sync
	has err "t/rot: nothing new"
}

t_22_a_pack_of_no_bytes() {
	fresh
	: >"$pack"
	set_aside
}

t_22_a_pack_without_its_index() {
	fresh
	rm "${pack%.pack}.idx"
	set_aside
}

t_22_an_index_that_is_cut_off() {
	fresh
	truncate -s 1000 "${pack%.pack}.idx"
	set_aside
}

# With it went all that was there: what the refs lead to is asked for again.
t_22_a_pack_that_is_gone_is_fetched_again() {
	fresh
	rm "${pack%.pack}".*
	news
	sync
	has err "t/rot: 1 new commit,"
	whole
}

# With two packs and the old one gone the tips are there, what is behind is not.
t_22_an_old_pack_that_is_gone() {
	fresh
	commit rot between f/1 "$(seq 7 280)"
	sync
	rm "${pack%.pack}".*
	set_aside
}

# What comes needs nothing of it, so only the analysis finds it gone.
t_22_an_old_pack_that_only_the_analysis_misses() {
	fresh
	git -C rot config pack.window 0
	git -C rot tag -d v1
	commit rot between f/1 "$(seq 7 280)"
	sync
	rm "${pack%.pack}".*
	set_aside "a ref of it leads to is gone"
}

t_22_a_head_of_garbage_is_mended_in_place() {
	fresh
	head -c 100 /dev/urandom >"$mirror/HEAD"
	news
	sync
	has err "t/rot: 1 new commit,"
	has "$mirror/HEAD" "ref: refs/heads/main"
	whole
}

t_22_refs_of_garbage() {
	fresh
	head -c 200 /dev/zero >"$mirror/packed-refs"
	echo garbage >>"$mirror/packed-refs"
	set_aside
}

# rot_object NAME - its bytes in the pack turn bad.
rot_object() {
	oid=$(git -C "$mirror" rev-parse "$1")
	at=$(git -C "$mirror" verify-pack -v "${pack%.pack}.idx" |
		awk -v o="$oid" '$1 == o {print $5 + 4}')
	python3 - "$pack" "$at" <<-'END'
		import sys
		f = open(sys.argv[1], "r+b")
		f.seek(int(sys.argv[2]))
		b = f.read(8)
		f.seek(int(sys.argv[2]))
		f.write(bytes(x ^ 0x55 for x in b))
	END
	git -C "$mirror" cat-file -p "$oid" >/dev/null 2>&1 && exit 1
	:
}

# A tip that cannot be read is nothing we have: it comes again with the rest.
t_22_a_tip_that_cannot_be_read_is_fetched_again() {
	fresh
	rot_object main
	news
	sync
	has err "t/rot: 1 new commit,"
	whole also-bad
	airep-git -C w show t/rot@main~1 --stat >out
	has out "change 6"
}

t_22_a_tree_that_cannot_be_read() {
	fresh
	rot_object 'main^{tree}'
	set_aside
}

t_22_a_file_that_cannot_be_read() {
	fresh
	rot_object main:f/1
	set_aside
}

t_22_a_mirror_of_somebody_else_is_never_moved() {
	fresh
	cp -R "$mirror" theirs.git
	rm -rf w
	mkdir w
	printf 't/rot mirror=%s\n%s name=t/well\n' "$TMP/theirs.git" \
		"$TMP/well" >w/repos.list
	sync
	rows >before
	news
	git -C theirs.git fetch -q "$TMP/rot" main:main
	mirror=$TMP/theirs.git
	git -C theirs.git repack -q -a -d
	pack=$TMP/$(ls theirs.git/objects/pack/*.pack)
	chmod u+w "$pack"
	rot_object main:f/1
	cp -R theirs.git was.git
	expect 3 sync
	has err "cannot be read: the mirror is damaged"
	lacks err 'moved to'
	diff -r was.git theirs.git
	ls -d theirs.git* >names
	[ "$(wc -l <names)" -eq 1 ]
	rows | grep -F '"repo":"t/rot"' >after
	grep -F '"repo":"t/rot"' before >want
	same want after
}

# spoil HOW - of the pack that somebody else's mirror had before the news.
spoil() {
	s_pack=$(ls theirs.git/objects/pack/*.pack)
	chmod u+w "$s_pack" "${s_pack%.pack}.idx"
	case $1 in
	no-index) rm "${s_pack%.pack}.idx" ;;
	empty-index) : >"${s_pack%.pack}.idx" ;;
	cut) head -c 200 "$s_pack" >begin && cp begin "$s_pack" ;;
	esac
}

t_22_a_spoilt_pack_of_somebody_else_is_no_rewrite() {
	for how in no-index empty-index cut; do
		fresh
		rm -rf w theirs.git
		git clone -q --mirror "$TMP/rot" theirs.git
		git -C theirs.git repack -q -a -d
		mkdir w
		printf 't/rot mirror=%s\n' "$TMP/theirs.git" >w/repos.list
		sync
		rows >before
		commit rot later f/1 "$(seq 5 300)" g new
		# the news come as loose objects, the rest is spoilt
		git -C theirs.git -c fetch.unpackLimit=1000 fetch -q \
			"$TMP/rot" main:main
		cp -R theirs.git whole.git
		spoil $how
		expect 1 sync
		has err "the mirror is damaged"
		has err "nothing stored was changed, mend it and sync again"
		lacks err rewritten
		rows >after
		same before after
		rm -rf theirs.git
		mv whole.git theirs.git
		sync
		has err "t/rot: 1 new commit"
		rm -rf w theirs.git
		mkdir w
	done
}

t_22_doctor_looks_too() {
	fresh
	airep-git -C w doctor >out
	lacks out 'is left from a run'
	rm "${pack%.pack}.idx"
	must_fail airep-git -C w doctor >out
	has out "t/rot: the mirror is damaged: '"
	expect 3 sync
	airep-git -C w doctor >out
	has out "rot.git.damaged-2026-02-03' was damaged and moved away"
}

t_22_a_damage_of_the_same_day_takes_the_next_name() {
	fresh
	mkdir "$mirror.damaged-2026-02-03"
	: >"$pack"
	expect 3 sync
	has err "rot.git.damaged-2026-02-03.2'"
	[ -d "$mirror.damaged-2026-02-03.2/objects" ]
}

# What the server or the store does wrong is no damage of the mirror.
t_22_nothing_else_moves_a_mirror() {
	fresh
	news
	mv rot rot.away
	expect 3 sync
	lacks err damaged
	mv rot.away rot
	[ -d "$mirror" ]
	sync
	has err "t/rot: 1 new commit,"
}

run_tests "$@"
