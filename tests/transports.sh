# tests/transports.sh - what must hold over every way to a server; BASE is set
# by the file that reads this, and $TMP/up holds the repositories.
# shellcheck shell=sh

TEST_FILES=$LIB_DIR/transports.sh
up=$TMP/up/one
m=$TMP/one.git

t_clone() {
	new_repo "$up"
	commit "$up" first f 1
	commit "$up" second f 2 dir/g 1
	git -C "$up" tag v1
	tick
	git -C "$up" tag -a -m annotated v2
	git -C "$up" branch side HEAD~1
	fetch "$BASE/one/.git" "$m" >out
	same_refs "$up" "$m"
	has out "m new 0000000000000000000000000000000000000000"
	[ "$(git -C "$m" rev-list --all --count)" -eq 2 ]
}

t_increment() {
	commit "$up" third f 3
	old=$(git -C "$up" rev-parse HEAD~1)
	new=$(git -C "$up" rev-parse HEAD)
	fetch "$BASE/one/.git" "$m" >out
	has out "m fast-forward $old $new 0 0 refs/heads/main"
	same_refs "$up" "$m"
}

t_nothing_new_says_so_and_changes_nothing() {
	find "$m" -type f ! -name airep.lock -exec cksum {} + | sort >before
	fetch "$BASE/one/.git" "$m" >out
	lacks out "m "
	find "$m" -type f ! -name airep.lock -exec cksum {} + | sort >after
	same before after
}

t_a_force_push_keeps_the_old_tip() {
	old=$(git -C "$up" rev-parse HEAD)
	git -C "$up" reset -q --hard HEAD~2
	commit "$up" other f 4
	fetch "$BASE/one/.git" "$m" >out
	new=$(git -C "$up" rev-parse HEAD)
	has out "m rewritten $old $new 2 1 refs/heads/main"
	has out "branch%20'main'%20was%20rewritten:%202%20gone,%201%20new"
	[ "$(git -C "$m" rev-parse \
		refs/airep/kept/2026-02-04/heads/main)" = "$old" ]
	same_refs "$up" "$m"
}

t_a_second_force_push_of_a_day_keeps_both() {
	old=$(git -C "$up" rev-parse HEAD)
	git -C "$up" reset -q --hard HEAD~1
	commit "$up" again f 5
	fetch "$BASE/one/.git" "$m" >out
	[ "$(git -C "$m" rev-parse \
		refs/airep/kept/2026-02-04-2/heads/main)" = "$old" ]
	same_refs "$up" "$m"
}

t_a_deleted_branch_is_told_and_kept() {
	old=$(git -C "$up" rev-parse side)
	git -C "$up" branch -q -D side
	fetch "$BASE/one/.git" "$m" >out
	has out "m deleted $old 0000000000000000000000000000000000000000 0 0 \
refs/heads/side"
	[ "$(git -C "$m" rev-parse \
		refs/airep/kept/2026-02-04/heads/side)" = "$old" ]
	same_refs "$up" "$m"
}

t_a_moved_tag_is_told_and_kept() {
	old=$(git -C "$up" rev-parse v1)
	git -C "$up" tag -f v1 HEAD >/dev/null
	fetch "$BASE/one/.git" "$m" >out
	has out "m tag-moved $old $(git -C "$up" rev-parse HEAD) 0 0 \
refs/tags/v1"
	[ "$(git -C "$m" rev-parse \
		refs/airep/kept/2026-02-04/tags/v1)" = "$old" ]
	same_refs "$up" "$m"
}

t_a_branch_gives_way_to_a_folder_of_branches_and_back() {
	git -C "$up" branch a
	fetch "$BASE/one/.git" "$m" >out
	git -C "$up" branch -q -D a
	git -C "$up" branch a/b
	fetch "$BASE/one/.git" "$m" >out
	has out "refs/heads/a/b"
	same_refs "$up" "$m"
	git -C "$up" branch -q -D a/b
	git -C "$up" branch a
	fetch "$BASE/one/.git" "$m" >out
	same_refs "$up" "$m"
}

t_head_follows_a_renamed_default_branch() {
	git -C "$up" branch -m main trunk
	fetch "$BASE/one/.git" "$m" >out
	has out "default%20branch%20main%20->%20trunk"
	same_refs "$up" "$m"
}

t_an_empty_repository_is_no_error() {
	git init -q --bare -b main "$TMP/up/empty.git"
	fetch "$BASE/empty.git" "$TMP/empty.git" >out
	lacks out "m "
	grep -q '^r =[a-z]*e' out
	# and then it is filled
	new_repo filler
	commit filler first f 1
	git -C filler push -q "$TMP/up/empty.git" main
	fetch "$BASE/empty.git" "$TMP/empty.git" >out
	same_refs "$TMP/up/empty.git" "$TMP/empty.git"
}

t_a_malformed_commit_at_the_tip_and_increments_after_it() {
	git -C "$up" update-ref refs/heads/trunk "$(raw_commit "$up" trunk)"
	fetch "$BASE/one/.git" "$m" >out
	has out "m fast-forward"
	[ "$(git -C "$m" rev-parse trunk)" = \
		"$(git -C "$up" rev-parse trunk)" ]
	git -C "$up" reset -q --hard
	commit "$up" after f 6
	commit "$up" later f 7
	fetch "$BASE/one/.git" "$m" >out
	has out "m fast-forward"
	[ "$(git -C "$m" rev-parse trunk)" = \
		"$(git -C "$up" rev-parse trunk)" ]
	# only what is new came: two commits, two trees, two blobs
	grep -Eq '^r =[a-z]* [0-9]+ ([5-9]|1[0-2]) ' out
	[ "$(git -C "$m" rev-list trunk --count)" -eq \
		"$(git -C "$up" rev-list trunk --count)" ]
}

t_most_branches_gone_is_refused_unless_accepted() {
	git -C "$m" for-each-ref >before
	cp -R "$up" "$TMP/up/saved"
	git -C "$up" for-each-ref --format='delete %(refname)' |
		git -C "$up" update-ref --no-deref --stdin
	must_fail fetch "$BASE/one/.git" "$m" >out
	has out "--accept-deletions"
	git -C "$m" for-each-ref >after
	same before after
	fetch "$BASE/one/.git" "$m" ka >out
	[ -z "$(git -C "$m" for-each-ref refs/heads refs/tags)" ]
	git -C "$m" for-each-ref refs/airep | grep -q heads/trunk
	rm -rf "$up"
	mv "$TMP/up/saved" "$up"
	fetch "$BASE/one/.git" "$m" >out
	same_refs "$up" "$m"
}

t_many_rounds_of_negotiation_bring_only_what_is_missing() {
	new_repo "$TMP/up/long"
	{
		i=0
		while [ $i -lt 600 ]; do
			i=$((i + 1))
			echo "commit refs/heads/main"
			echo "committer C <c@x> $((1769904000 + i)) +0000"
			echo "data 1"
			echo "x"
			echo "M 100644 inline f$i"
			echo "data 2"
			echo "$((i % 10))"
		done
	} | git -C "$TMP/up/long" fast-import --quiet
	git -C "$TMP/up/long" reset -q --hard main
	fetch "$BASE/long/.git" "$TMP/long.git" >out
	# 500 commits of ours that the server will not have any more
	git -C "$TMP/up/long" reset -q --hard HEAD~500
	git -C "$TMP/up/long" reflog expire --expire=now --all
	git -C "$TMP/up/long" gc -q --prune=now
	commit "$TMP/up/long" new g 1
	fetch "$BASE/long/.git" "$TMP/long.git" >out
	has out "m rewritten"
	has out "500%20gone,%201%20new"
	grep -Eq '^r =[a-z]* [0-9]+ [1-9] ' out
	same_refs "$TMP/up/long" "$TMP/long.git"
}

# Version 0 does not tell a detached HEAD from one on a branch.
t_a_detached_head_and_a_head_without_branch() {
	[ "${PROTOCOL-2}" = 2 ] || return 0
	git clone -q "$up" "$TMP/up/odd" 2>/dev/null
	git -C "$TMP/up/odd" checkout -q --detach HEAD
	fetch "$BASE/odd/.git" "$TMP/odd.git" >out
	grep -q '^r =[a-z]*d' out
	[ "$(cat "$TMP/odd.git/HEAD")" = "$(git -C "$up" rev-parse HEAD)" ]
	git -C "$TMP/up/odd" symbolic-ref HEAD refs/heads/nowhere
	fetch "$BASE/odd/.git" "$TMP/odd.git" >out
	has out "HEAD%20points%20to%20a%20branch"
}
