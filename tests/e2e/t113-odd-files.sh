#!/bin/sh
# t113 - pipes in the places of files, borrowed objects: refused by name.
. "$(dirname "$0")/../lib.sh"

t_a_workspace_to_begin_with() {
	new_repo up
	commit up one f 1
	git clone -q --bare up m.git
	mkdir ws
	echo "me/up mirror=$TMP/m.git" >ws/repos.list
	airep-git -C ws -q sync
}

# odd FILE CODE TEXT CMD... - a pipe stands in FILE's place while CMD runs.
odd() {
	o_file=$1 o_code=$2 o_text=$3
	shift 3
	rm -f kept
	[ ! -e "$o_file" ] || mv "$o_file" kept
	mkfifo "$o_file"
	expect "$o_code" timeout 20 airep-git -C ws "$@" >out 2>err
	rm "$o_file"
	[ ! -e kept ] || mv kept "$o_file"
	has err "$o_text"
}

t_a_pipe_among_the_refs_is_a_damaged_ref() {
	odd m.git/refs/heads/pipe 0 \
		"ref 'refs/heads/pipe' is damaged (not a regular file)" sync
	odd m.git/packed-refs 1 "m.git/packed-refs' is not a regular file" sync
	odd m.git/config 1 "m.git/config' is not a regular file" sync
	odd m.git/shallow 1 "m.git/shallow' is not a regular file" sync
	for file in HEAD config packed-refs; do
		odd m.git/$file 1 "m.git/$file' is not a regular file" \
			show "$(git -C up rev-parse HEAD)"
		odd m.git/$file 1 "m.git/$file' is not a regular file" show zz9
	done
	airep-git -C ws sync 2>err
	has err "nothing new"
}

t_a_mirror_that_is_none_is_named_by_show() {
	mv m.git/HEAD kept
	expect 1 airep-git -C ws show "$(git -C up rev-parse HEAD)" 2>err
	mv kept m.git/HEAD
	has err "no repository knows"
	has err "m.git: "
}

t_a_pipe_in_a_mirror_is_a_finding_of_doctor() {
	mkfifo pipe
	mv m.git/HEAD kept
	mv pipe m.git/HEAD
	expect 1 timeout 20 airep-git -C ws doctor >out 2>err
	rm m.git/HEAD
	mv kept m.git/HEAD
	has out "me/up: '$TMP/m.git/HEAD' is not a regular file"
}

t_a_pipe_in_the_workspace_is_named() {
	for cmd in sync status log report "query x" "verify $TMP/up/f" \
		"classify --rebuild"; do
		odd ws/airep.db 1 "ws/airep.db' is not a regular file" $cmd
	done
	for cmd in sync status log report gc "verify $TMP/up/f"; do
		odd ws/airep.conf 1 "ws/airep.conf' is not a regular" $cmd
		odd ws/repos.list 1 "ws/repos.list' is not a regular" $cmd
	done
	odd ws/airep.conf 1 "ws/airep.conf' is not a regular" \
		config set sync.jobs 3
	odd ws/rules.conf 1 "ws/rules.conf' is not a regular" sync
	airep-git -C ws status >out
	has out "1 landings"
}

t_what_a_user_names_may_be_a_pipe() {
	mkfifo page
	echo "nothing claimed" >page &
	timeout 20 airep-git -C ws verify page >out
	timeout 20 airep-git -C ws verify /dev/null >out
}

# The advice of the message is followed.
t_borrowed_objects_are_refused_until_the_mirror_is_whole() {
	git clone -q --bare --shared up s.git
	mkdir ws2
	echo "me/up mirror=$TMP/s.git" >ws2/repos.list
	expect 1 airep-git -C ws2 sync 2>err
	has err "git repack -a -d\`, then remove objects/info/alternates"
	git -C s.git repack -q -a -d
	rm s.git/objects/info/alternates
	airep-git -C ws2 -q sync
}

run_tests "$@"
