#!/bin/sh
# t250 - the same store gives the same bytes: whatever the clock zone, language,
# home, git configuration, number of threads, or the way packs are read.
. "$(dirname "$0")/../lib.sh"
need git python3

# all DIR OUT - sync, write pages, and everything that prints.
all() {
	AIREP_NOW=2026-02-04T00:10:00Z
	export AIREP_NOW
	airep-git -C "$1" sync >"$2.talk" 2>&1
	airep-git -C "$1" report >>"$2.talk" 2>&1
	airep-git -C "$1" report --date 2026-02-02 --lang en >>"$2.talk" 2>&1
	{
		(cd "$1" && cat reports/*)
		airep-git -C "$1" log --commits --json
		airep-git -C "$1" log --csv
		airep-git -C "$1" report --date 2026-02-03 --format json
		airep-git -C "$1" report --since 2026-02-01 --until 2026-02-05 \
			--stdout
	} >"$2"
	[ "$(wc -l <"$2")" -gt 300 ]
}

# fresh DIR - a workspace on the two histories.
fresh() {
	mkdir "$1"
	printf '%s\n' "t/a mirror=$TMP/a.git" "t/b mirror=$TMP/b.git" \
		>"$1/repos.list"
}

t_once() {
	for k in a b; do
		kind=plain
		[ $k = a ] || kind=sidelined
		STEP=1500 python3 "$LIB_DIR/history.py" "$TMP/$k.git" $kind 60 >tips
		git -C $k.git update-ref refs/heads/main "$(tail -n 1 tips)"
		git -C $k.git repack -q -a -d --depth=20 2>/dev/null
	done
	fresh one
	all one want
}

t_the_same_commands_again_change_nothing() {
	all one got
	same want got
}

t_in_another_workspace_too() {
	fresh two
	all two got
	same want got
	same want.talk got.talk
}

t_with_another_zone_language_home_and_git_configuration() {
	fresh three
	mkdir otherhome
	cat >otherhome/.gitconfig <<-END
	[diff]
		renames = false
		algorithm = patience
		renameLimit = 1
	[core]
		attributesFile = $TMP/otherhome/attr
		quotePath = false
		bigFileThreshold = 1
	[log]
		date = relative
	[i18n]
		logOutputEncoding = latin1
	END
	echo '* -diff' >otherhome/attr
	(
		unset GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
		HOME=$TMP/otherhome TZ=Asia/Tokyo LC_ALL=C.UTF-8
		LANG=de_DE.UTF-8 COLUMNS=40
		export HOME TZ LC_ALL LANG COLUMNS
		all three got
	)
	same want got
}

t_with_one_thread_and_with_four() {
	for j in 1 4; do
		fresh jobs$j
		printf '[analyze]\n\tjobs = %s\n' $j >jobs$j/airep.conf
		all jobs$j got
		same want got
		python3 "$LIB_DIR/dump.py" jobs$j >dump.$j
	done
	same dump.1 dump.4
}

t_when_libgit2_reads_the_packs() {
	fresh nopack
	AIREP_NO_PACK=1
	export AIREP_NO_PACK
	all nopack got
	same want got
}

t_labels_made_again_are_the_same() {
	python3 "$LIB_DIR/dump.py" one | grep ^label >want.labels
	airep-git -C one -q classify --rebuild
	python3 "$LIB_DIR/dump.py" one | grep ^label >got.labels
	same want.labels got.labels
	[ "$(wc -l <got.labels)" -gt 50 ]
}

run_tests "$@"
