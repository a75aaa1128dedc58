#!/bin/sh
# t122 - what happens to branches, tags and HEAD of the other side, as somebody
# sees it who runs sync, status, query and report; numbers are rows of
# docs/faults.md.
. "$(dirname "$0")/../lib.sh"
need git python3

up=$TMP/up
AIREP_NOW=0
export AIREP_NOW

sync() {
	airep-git -C w sync >out 2>err
}

# ledger - the newest rows, "KIND REF OLD NEW".
ledger() {
	airep-git -C w query --csv "SELECT kind, ref, old, new FROM ledger
		WHERE observed = (SELECT max(observed) FROM ledger)" |
		tr ',' ' ' >rows
}

# page DAY - in English.
page() {
	airep-git -C w report --date "$1" --lang en --stdout >page
}

t_8_an_empty_repository_is_no_error() {
	git init -q -b main "$up"
	mkdir w
	echo "$up name=t/up" >w/repos.list
	AIREP_NOW=2026-02-01T12:00:00Z
	sync
	has err "t/up: no commits yet"
	airep-git -C w status >out
	has out "no commits yet"
	page 2026-01-31
	has page "t/up"
	lacks page "never synced"
}

t_it_is_filled() {
	commit "$up" first f 1
	commit "$up" second f 2
	git -C "$up" tag v1
	git -C "$up" branch side HEAD~1
	git -C "$up" branch other HEAD~1
	AIREP_NOW=2026-02-02T12:00:00Z
	sync
	has err "t/up: 2 new commits"
}

t_1_2_3_a_rewrite_a_deletion_and_a_moved_tag_are_warnings_with_ids() {
	old=$(git -C "$up" rev-parse HEAD)
	side=$(git -C "$up" rev-parse side)
	git -C "$up" branch -q -D side
	git -C "$up" reset -q --hard HEAD~1
	commit "$up" instead f 3
	git -C "$up" tag -f v1 HEAD >/dev/null
	new=$(git -C "$up" rev-parse HEAD)
	AIREP_NOW=2026-02-03T12:00:00Z
	sync
	has err "warning: t/up: branch 'main' was rewritten: 1 gone, 1 new"
	grep "warning: t/up: .*'side'.*deleted" err
	grep "warning: t/up: tag 'v1' .*$(echo "$old" | cut -c1-7)" err |
		grep "$(echo "$new" | cut -c1-7)"
	ledger
	has rows "rewritten refs/heads/main $old $new"
	has rows "deleted refs/heads/side $side "
	has rows "tag-moved refs/tags/v1 $old $new"
	airep-git -C w status >out
	has out "note: branch 'main' was rewritten"
	# what was analysed stays, also of the deleted branch
	airep-git -C w log --json >log
	grep "$old" log | grep -q '"gone"'
	airep-git -C w show "t/up@$side" --stat >out
	airep-git -C w show "t/up@$old" --stat >out
	has out second
	page 2026-02-03
	grep -i 'tag moved.*v1' page
	grep -i 'rewritten.*main' page
	# and is told once
	AIREP_NOW=2026-02-03T13:00:00Z
	sync
	lacks err warning
}

t_5_a_renamed_default_branch_is_followed_and_told() {
	git -C "$up" branch -m main trunk
	AIREP_NOW=2026-02-04T12:00:00Z
	sync
	has err "default branch main -> trunk"
	has err "tracked branch main -> trunk"
	airep-git -C w status >out
	has out "refs/heads/trunk"
	airep-git -C w log --json >log
	[ "$(grep -vc '"gone"' log)" -eq 2 ]
}

t_7_a_detached_head_is_followed_and_told() {
	git -C "$up" checkout -q --detach trunk
	commit "$up" "on no branch" g 1
	AIREP_NOW=2026-02-05T12:00:00Z
	sync
	has err "HEAD is detached: its commit is followed"
	airep-git -C w log --json >log
	has log "on no branch"
	airep-git -C w status >out
	has out "HEAD is detached"
}

t_6_a_head_that_names_no_branch_falls_back_and_says_so() {
	git -C "$up" checkout -q trunk
	git -C "$up" symbolic-ref HEAD refs/heads/nowhere
	AIREP_NOW=2026-02-06T12:00:00Z
	sync
	has err "HEAD names no branch that is there; 'other' is followed"
	# branch= is the way out
	echo "$up name=t/up branch=trunk" >w/repos.list
	AIREP_NOW=2026-02-07T12:00:00Z
	sync
	airep-git -C w status >out
	has out "refs/heads/trunk"
}

t_9_all_refs_gone_is_refused_and_everything_stays() {
	airep-git -C w log --json >before
	git -C "$up" for-each-ref --format='delete %(refname)' |
		git -C "$up" update-ref --no-deref --stdin
	AIREP_NOW=2026-02-08T12:00:00Z
	expect 1 sync
	has err "--accept-deletions"
	airep-git -C w log --json >after
	same before after
	echo "$up name=t/up" >w/repos.list
	AIREP_NOW=2026-02-09T12:00:00Z
	airep-git -C w sync --accept-deletions 2>err
	airep-git -C w log --json >after
	[ "$(wc -l <after)" -eq "$(wc -l <before)" ]
	oid=$(sed -n '$s/.*"oid":"\([0-9a-f]*\)".*/\1/p' before)
	airep-git -C w show "t/up@$oid" --stat >out
}

run_tests "$@"
