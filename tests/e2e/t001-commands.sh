#!/bin/sh
# t001 - the command line: help, exit codes, what is written where.
. "$(dirname "$0")/../lib.sh"

t_no_command_is_a_usage_error() {
	expect 2 airep-git >out 2>err
	[ ! -s out ]
	has err "airep-git: no command given"
}

t_a_misspelt_command_gets_a_suggestion() {
	expect 2 airep-git confgi 2>err
	has err "unknown command 'confgi'; did you mean 'config'?"
	expect 2 airep-git zzzzzzzzz 2>err
	lacks err "did you mean"
}

t_a_misspelt_option_gets_a_suggestion() {
	expect 2 airep-git --colour=never version 2>err
	has err "unknown option '--colour'; did you mean '--color'?"
	expect 2 airep-git config --show-origins 2>err
	has err "config: unknown option '--show-origins'; did you mean"
}

t_short_help_lists_the_commands() {
	airep-git -h >out 2>err
	[ ! -s err ]
	for c in init config help version doctor; do
		has out "  $c "
	done
	airep-git config -h >out
	has out "usage: airep-git [options] config [options] get KEY"
	has out "--show-origin"
}

t_help_needs_no_workspace_and_names_exit_codes() {
	airep-git help config >out
	has out "Exit codes:"
	airep-git config --help >out2
	same out out2
	expect 2 airep-git help confgi 2>err
	has err "did you mean 'config'?"
}

t_every_listed_command_has_help() {
	airep-git -h | sed -n '/^  [a-z]/s/^  \([a-z]*\) .*/\1/p' >names
	[ "$(wc -l <names)" -ge 5 ]
	while read -r c; do
		airep-git "$c" -h >out
		has out "usage: airep-git [options] $c"
	done <names
}

t_the_manual_is_well_formed() {
	airep-git help --man >airep-git.1
	has airep-git.1 ".SH EXIT STATUS"
	has airep-git.1 "report.timezone"
	if command -v man >/dev/null; then
		LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -l airep-git.1 \
			>page 2>warnings
		[ ! -s warnings ] || { cat warnings; false; }
	fi
}

t_version_goes_to_stdout() {
	airep-git version >out
	airep-git --version >out2
	same out out2
	grep -qE '^airep-git version [0-9]+\.[0-9]+\.[0-9]+$' out
}

t_a_full_disk_under_stdout_is_an_error() {
	[ -c /dev/full ] || return 0
	expect 1 airep-git help >/dev/full 2>err
	has err "cannot write to standard output: No space left on device"
}

t_a_closed_stdout_lets_nothing_land_in_a_file() {
	airep-git init ws
	cp ws/repos.list before
	expect 0 airep-git version >&-
	same before ws/repos.list
}

t_a_reader_that_goes_away_is_no_error() {
	mkfifo pipe
	(sleep 0.3 <pipe) &
	expect 0 sh -c 'sleep 0.6; exec airep-git help' >pipe 2>err
	wait
	[ ! -s err ] || { cat err; false; }
}

t_output_is_the_same_in_any_locale_and_zone() {
	airep-git help >a
	LC_ALL=zh_CN.UTF-8 TZ=Asia/Shanghai COLUMNS=20 airep-git help >b
	same a b
}

run_tests "$@"
