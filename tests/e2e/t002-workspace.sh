#!/bin/sh
# t002 - which folder is the workspace; init, config.
. "$(dirname "$0")/../lib.sh"

t_init_writes_a_list_and_settings() {
	airep-git init ws >out 2>err
	[ ! -s out ]
	has ws/repos.list "NVIDIA/cutlass"
	has ws/airep.conf "[report]"
	has err "workspace ready in $TMP/ws"
	airep-git -C ws config check >out
	has out "repos.list (8 repositories)"
}

t_init_overwrites_nothing() {
	echo 'me/mine' >ws/repos.list
	airep-git init ws 2>err
	has err "nothing written"
	has ws/repos.list "me/mine"
	rm ws/airep.conf
	airep-git -C ws init 2>err
	has ws/repos.list "me/mine"
	has ws/airep.conf "[report]"
	expect 2 airep-git -C ws init ws 2>err
}

t_init_wants_a_name() {
	expect 2 airep-git init '' 2>err
	has err "name is empty"
	expect 2 airep-git -C '' init 2>err
	has err "name is empty"
}

t_dash_C_comes_before_the_environment_before_here() {
	for d in c env here data/airep-git; do
		airep-git init "$d" 2>err
		airep-git -C "$d" config set report.index "$d.md"
	done
	cd here
	airep-git config get report.index >out
	has out here.md
	AIREP_HOME=$TMP/env airep-git config get report.index >out
	has out env.md
	AIREP_HOME=$TMP/env airep-git -C ../c config get report.index >out
	has out c.md
	mkdir ../empty
	cd ../empty
	XDG_DATA_HOME=$TMP/data airep-git config get report.index >out
	has out data/airep-git.md
}

t_without_a_workspace_it_says_what_to_do() {
	cd empty
	expect 2 airep-git config list 2>err
	has err "airep-git init"
	expect 2 airep-git -C nowhere config list 2>err
	has err "'nowhere', which is not a folder"
}

t_config_set_get_and_origin_agree() {
	airep-git -C ws config set report.timezone +08:00
	airep-git -C ws config get report.timezone >out
	has out "+08:00"
	airep-git -C ws config list --show-origin >out
	has out "report.timezone=+08:00"
	grep -q '^airep.conf:[0-9]*	report.timezone=+08:00$' out
	grep -q '^default	report.lang=zh$' out
	AIREP_REPORT_LANG=en airep-git -C ws config list --show-origin >out
	grep -q '^environment AIREP_REPORT_LANG	report.lang=en$' out
	airep-git -C ws config unset report.timezone
	airep-git -C ws config get report.timezone >out
	has out UTC
}

t_config_refuses_what_it_does_not_know() {
	cp ws/airep.conf before
	expect 2 airep-git -C ws config set report.timezon UTC 2>err
	has err "did you mean 'report.timezone'?"
	expect 2 airep-git -C ws config set sync.jobs lots 2>err
	expect 2 airep-git -C ws config set report.stack "$(printf '\377')" 2>err
	has err "nothing was written"
	same before ws/airep.conf
	ls ws >files
	lacks files .tmp-
	expect 2 airep-git -C ws config get report.timezon 2>err
	expect 1 airep-git -C ws config get http.proxy >out
	[ ! -s out ]
	expect 2 airep-git -C ws config 2>err
	expect 2 airep-git -C ws config get 2>err
	expect 2 airep-git -C ws config list more 2>err
}

t_check_names_every_broken_file_with_its_line() {
	airep-git init bad 2>err
	printf '[sync]\n\njobs = many\n' >bad/airep.conf
	printf 'a/b\na/b\n' >bad/repos.list
	expect 2 airep-git -C bad config check 2>err
	has err "bad/airep.conf:3: 'sync.jobs' wants a number"
	has err "bad/repos.list:2:1: a repository of this name is already on line 1"
	has err "2 files cannot be used"
}

t_every_key_is_documented_with_its_default() {
	airep-git -C bad config set sync.jobs 4
	airep-git -C bad config list >keys
	[ "$(wc -l <keys)" -gt 30 ]
	sed -n 's/^\([a-zA-Z.]*\)=\(.*\)$/| `\1` | `\2` |/p' keys |
		while read -r row; do
			has "$TOP/docs/workspace.md" "$row"
		done
	sed -n 's/^# \(.*\)$/| `\1` |/p' keys | sed 's/\*/HOST/' |
		while read -r row; do
			has "$TOP/docs/workspace.md" "$row"
		done
}

# Row 80 of docs/faults.md.
t_80_a_nul_byte_is_refused_with_file_and_line() {
	new_repo nul
	commit nul one f 1
	airep-git init n >/dev/null
	echo "t/nul mirror=$TMP/nul/.git" >n/repos.list
	airep-git -q -C n sync
	cp n/airep.db was.db
	printf '# mine\n[type fix]\nmine 9 subject a\0b\n' >n/rules.conf
	for cmd in sync 'classify --rebuild' 'report --date 2026-02-01' \
		'config check'; do
		expect 2 airep-git -C n $cmd >out 2>err
		has err "n/rules.conf:3:17: a NUL byte"
	done
	printf '[report]\n\ttimezone = UTC\n\tlang = z\0h\n' >n/airep.conf
	rm n/rules.conf
	for cmd in sync log status 'config check'; do
		expect 2 airep-git -C n $cmd >out 2>err
		has err "n/airep.conf:3: a NUL byte"
	done
	rm n/airep.conf
	printf 't/nul mirror=/x\0/y\n' >n/repos.list
	for cmd in sync log status 'config check'; do
		expect 2 airep-git -C n $cmd >out 2>err
		has err "n/repos.list:1:7: a control character"
	done
	same was.db n/airep.db
	echo "t/nul mirror=$TMP/nul/.git" >n/repos.list
}

t_the_front_page_stays_in_the_workspace() {
	for path in ../out.md a/../../out.md "$TMP/out.md" /out.md a//b.md \
		./a.md .. a/.. airep.db repos.list reports/ \
		reports/2026-02-01.md; do
		printf '[report]\n\tindex = %s\n' "$path" >n/airep.conf
		expect 2 airep-git -C n report --date 2026-02-01 >out 2>err
		has err "n/airep.conf:2: 'report.index' is a path inside"
		expect 2 airep-git -C n config set report.index "$path" 2>err
		rm n/airep.conf
		expect 2 env AIREP_REPORT_INDEX="$path" airep-git -C n status 2>err
	done
	[ ! -e out.md ] && [ ! -e n/reports ]
	airep-git -C n config set report.index docs/front.page.md
	printf '[report]\n\tindex = docs/..front.md\n' >n/airep.conf
	airep-git -q -C n report --date 2026-02-01
	[ -s n/docs/..front.md ]
	rm n/airep.conf
}

t_broken_rules_are_named() {
	airep-git init rules 2>err
	airep-git -C rules config check >out
	printf '[nonsense\n' >rules/rules.conf
	expect 2 airep-git -C rules config check 2>err
	has err "rules.conf:1"
	expect 1 airep-git -C rules doctor >out 2>err
	grep -q '^FAIL .*rules.conf:1' out
}

t_no_argument_is_dropped() {
	new_repo args
	commit args "fix: one" f 1
	mkdir a
	echo "$TMP/args name=me/args" >a/repos.list
	airep-git -C a -q sync
	for cmd in "gc no/such" "status no/such" "gc -- no/such" \
		"sync -- no/such" "log -- no/such" "report -- no/such" \
		"query -- x y" "brief me/args v1..v2 -- f" "version -- x" \
		"report --replay 2026-02-01.md me/args" \
		"report --replay 2026-02-01.md --lang en"; do
		expect 2 airep-git -C a $cmd >out 2>err
		[ ! -s out ]
	done
	airep-git -C a log me/args >want
	[ -s want ]
	airep-git -C a log -- me/args >out
	same want out
	airep-git init -- -made 2>err
	[ -s ./-made/repos.list ]
	airep-git -C a config set -- report.stack -x
	airep-git -C a config get report.stack >out
	has out "-x"
}

t_a_type_that_does_not_exist_is_an_error() {
	airep-git -C a log --type fix >out
	[ -s out ]
	airep-git -C a log --type chore >out
	expect 2 airep-git -C a log --type fxi 2>err
	has err "no type is called 'fxi'; the types are feature, fix, "
}

run_tests "$@"
