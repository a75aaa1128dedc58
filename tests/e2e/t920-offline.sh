#!/bin/sh
# t920 - in a network name space without interfaces every command but sync works,
# and sync too where all is on this machine.
. "$(dirname "$0")/../lib.sh"
need git unshare
unshare -rn true 2>/dev/null || skip "unshare -rn is not permitted here"
AIREP_NOW=2026-02-02T00:05:00Z
export AIREP_NOW

# alone CODE CMD... - without any network; the exit code must be that.
alone() {
	a_code=$1
	shift
	expect "$a_code" unshare -rn "$@"
}

t_a_mirror_in_place_is_synced() {
	python3 "$LIB_DIR/history.py" "$TMP/up.git" plain 20 >tips
	git -C up.git update-ref refs/heads/main "$(tail -n 1 tips)"
	mkdir w
	echo "t/up mirror=$TMP/up.git" >w/repos.list
	alone 0 airep-git -C w --offline sync 2>err
	has err "new commits"
	alone 5 airep-git -C w --offline sync --exit-code
	alone 5 airep-git -C w sync --exit-code
}

t_every_other_command_works() {
	alone 0 airep-git -C w report 2>err
	[ -f w/reports/2026-02-01.md ]
	alone 0 airep-git -C w report --date 2026-02-01 --stdout >out
	alone 0 airep-git -C w report --replay 2026-02-01.md >replayed
	same w/reports/2026-02-01.md replayed
	alone 0 airep-git -C w log --json >out
	[ -s out ]
	alone 0 airep-git -C w show main >out
	[ -s out ]
	alone 0 airep-git -C w show c1@2026-02-01 >out
	alone 0 airep-git -C w classify "t/up@$(tail -n 1 tips)" >out
	alone 0 airep-git -C w classify --rebuild 2>err
	echo '{"subject":"Fix a crash"}' >in
	alone 0 airep-git -C w classify --stdin <in >out
	has out '"type":"fix"'
	alone 0 airep-git -C w verify w/reports/2026-02-01.md >out
	alone 0 airep-git -C w status >out
	alone 0 airep-git -C w query "SELECT count(*) FROM commits" >out
	alone 0 airep-git -C w config list >out
	alone 0 airep-git -C w gc 2>err
	alone 0 airep-git version >out
	alone 0 airep-git help >out
	alone 0 airep-git init fresh 2>err
	unshare -rn airep-git -C w doctor >out 2>&1 || [ $? -le 3 ]
}

t_the_table_of_commands_has_no_other() {
	airep-git -h | sed -n 's/^  *\([a-z][a-z]*\)  .*/\1/p' | sort >have
	tr ' ' '\n' >known <<-END
	brief classify config doctor export gc help import init log query report search serve show status sync verify version
	END
	sort -o known known
	[ -s have ]
	comm -23 have known >new
	[ ! -s new ] || { echo "add to this test:"; cat new; return 1; }
}

t_what_needs_the_network_says_so() {
	echo "https://git.example.invalid/x/y name=x/y forge=none" \
		>>w/repos.list
	alone 7 airep-git -C w --offline sync x/y 2>err
	has err "--offline forbids it"
	alone 3 airep-git -C w sync --timeout 5 2>err
	has err "x/y"
	# a report still comes, and says what it lacks
	alone 3 airep-git -C w report --date 2026-02-01 2>err
	has err "never synced"
}

run_tests "$@"
