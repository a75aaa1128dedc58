#!/bin/sh
# t112 - a fetch killed at any moment: the mirror opens, its refs are the old
# ones or the new ones, and the next fetch ends where it should.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git

up=$TMP/up/one
m=$TMP/one.git

t_killed_thirty_times() {
	new_repo "$up"
	commit "$up" first f 0
	fetch "$up/.git" "$m" >out
	i=0
	while [ $i -lt 30 ]; do
		i=$((i + 1))
		git -C "$m" for-each-ref refs/heads refs/tags >old
		for k in 1 2 3; do
			head -c 20000 /dev/urandom >"$up/blob$k"
			commit "$up" "step $i.$k" f $i
		done
		git -C "$up" tag "v$i"
		git -C "$up" branch -q "b$i"
		[ $i -lt 3 ] || git -C "$up" branch -q -D "b$((i - 2))"
		git -C "$up" for-each-ref refs/heads refs/tags >new
		printf 'fetch %s %s - 2026-02-04 =k\n' "$up/.git" "$m" |
			airep-git fetch-worker >out &
		pid=$!
		sleep "0.0$(printf '%02d' $((i * 2)))"
		kill -9 $pid 2>/dev/null || :
		wait $pid || :
		git -C "$m" for-each-ref refs/heads refs/tags >now
		cmp -s now old || cmp -s now new || {
			echo "neither old nor new after kill $i"
			diff old now
			return 1
		}
		git -C "$m" fsck --connectivity-only --no-dangling >/dev/null
		[ $((i % 3)) -ne 0 ] || fetch "$up/.git" "$m" >out
	done
	fetch "$up/.git" "$m" >out
	same_refs "$up" "$m"
	[ -z "$(find "$m" -name 'pack_git2_*' -o -name '*.tmp-*' -o \
		-name '*.lock' ! -name airep.lock)" ]
}
run_tests "$@"
