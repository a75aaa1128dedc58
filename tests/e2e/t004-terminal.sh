#!/bin/sh
# t004 - on a terminal: which pager, when colour; off it: neither.
. "$(dirname "$0")/../lib.sh"
need python3

t_the_pager_is_chosen_as_git_chooses_it() {
	PAGER='sed s/^/p:/'
	export PAGER
	on_tty out airep-git help
	has out "p:usage:"
	GIT_PAGER='sed s/^/g:/' on_tty out airep-git help
	has out "g:usage:"
	lacks out "p:"
	GIT_PAGER='sed s/^/g:/' AIREP_PAGER='sed s/^/a:/' on_tty out airep-git help
	has out "a:usage:"
	lacks out "g:"
	AIREP_PAGER='cat' on_tty out airep-git help
	grep -q '^usage:' out
	AIREP_PAGER='' on_tty out airep-git help
	grep -q '^usage:' out
}

t_no_pager_means_none() {
	AIREP_PAGER='sed s/^/a:/' on_tty out airep-git --no-pager help
	lacks out "a:"
	AIREP_PAGER='sed s/^/a:/' on_tty out airep-git help --no-pager
	lacks out "a:"
}

t_a_pipe_gets_no_pager() {
	AIREP_PAGER='sed s/^/a:/' airep-git help >out
	lacks out "a:"
}

t_less_gets_the_settings_git_gives_it() {
	# shellcheck disable=SC2016
	AIREP_PAGER='cat >/dev/null; echo "[$LESS][$LV]"' \
		on_tty out airep-git help
	has out "[FRX][-c]"
	# shellcheck disable=SC2016
	LESS=x AIREP_PAGER='cat >/dev/null; echo "[$LESS]"' \
		on_tty out airep-git help
	has out "[x]"
}

t_a_pager_that_is_left_early_is_no_error() {
	AIREP_PAGER='head -n 1' expect 0 on_tty out airep-git help
	[ "$(wc -l <out)" -eq 1 ]
}

t_a_pager_that_is_not_there_is_said() {
	AIREP_PAGER=/nonexistent/pager expect 0 on_tty out airep-git help
	has out "/nonexistent/pager"
}

t_a_program_without_terminal_sees_no_colour_codes() {
	airep-git help >out
	if LC_ALL=C grep -q "$(printf '\033')" out; then
		false
	fi
}

make_workspace() {
	[ ! -d ws ] || return 0
	new_repo up
	commit up one a.txt one
	commit up "two $(printf '\344\270\255\033[31m')" a.txt two
	airep-git init ws 2>/dev/null
	echo "a/up mirror=$TMP/up/.git" >ws/repos.list
}

escape=$(printf '\033')

t_colour_is_for_terminals_unless_told_otherwise() {
	make_workspace
	TERM=xterm
	LC_ALL=C.UTF-8
	export TERM LC_ALL
	on_tty out airep-git -C ws --no-pager show main
	has out "${escape}[32m+two${escape}[m"
	NO_COLOR=1 on_tty out airep-git -C ws --no-pager show main
	lacks out "$escape"
	NO_COLOR=1 on_tty out airep-git -C ws --no-pager --color=always \
		show main
	has out "${escape}[32m"
	TERM=dumb on_tty out airep-git -C ws --no-pager show main
	lacks out "$escape"
	AIREP_COLOR_UI=never on_tty out airep-git -C ws --no-pager show main
	lacks out "$escape"
	airep-git -C ws show --stat main >out
	lacks out "${escape}[32m"
	AIREP_COLOR_UI=always airep-git -C ws show main >out
	has out "${escape}[32m+two"
}

t_a_terminal_gets_no_control_from_a_message() {
	make_workspace
	LC_ALL=C.UTF-8 on_tty out airep-git -C ws --no-pager show main
	has out "two $(printf '\344\270\255')\\x1b[31m"
	LC_ALL=C on_tty out airep-git -C ws --no-pager show main
	has out "two <U+4E2D>\\x1b[31m"
}

t_the_configured_pager_stands_before_PAGER() {
	make_workspace
	airep-git -C ws config set core.pager 'sed s/^/c:/'
	PAGER='sed s/^/p:/' on_tty out airep-git -C ws show main
	has out "c:commit"
	GIT_PAGER='sed s/^/g:/' on_tty out airep-git -C ws show main
	has out "g:commit"
}

run_tests "$@"
