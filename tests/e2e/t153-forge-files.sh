#!/bin/sh
# sync with metadata from beginning to end; export and --meta-from; the token.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
trap server_stop EXIT
server_start
unset AIREP_FORGE_RETRYPAUSE

# A workspace whose repository is a mirror on the spot, run by the program.
real() {
	workspace "$@"
	dir=$1
	[ -d up ] || {
		new_repo up
		commit up "first" a.txt one
		git clone -q --bare up up.git
	}
	sed "s|^\([^ ]*\) |\1 mirror=$TMP/up.git |" "$dir/repos.list" >l
	mv l "$dir/repos.list"
}
airep() {
	rc=0
	"$AIREP" "$@" >out 2>"$FORGE/err" || rc=$?
}
state "s.update(repos={'o/n': {'id': 1000, 'releases': [dict(tag_name='v1', name='One', body='b', published_at='2026-02-03T00:00:00Z')], 'issues': [
 dict(n=1, u=T0+60, t='NaN in fp8 | pipe', raw=dict(body='It crashes.\nline two \u0000 \u202e', labels=['bug', 'sm100'])),
 dict(n=2, u=T0+120, s='closed', raw=dict(user=None, closed_at='2026-02-04T00:02:00Z', pull_request=dict(merged_at='2026-02-04T00:02:00Z')))]}})"

t_sync_fetches_metadata_after_the_mirrors() {
	real w o/n
	airep -C w sync
	is exit 0 $rc
	has "$FORGE/err" "o/n: 2 new and 0 changed issues and pull requests"
	is states '1|open|0,2|merged|1' "$(q w 'SELECT number,state,is_pr FROM issues ORDER BY 1' | paste -sd,)"
	forget
	airep -C w sync --exit-code
	is "exit when nothing is new" 5 $rc
	is requests 1 "$(asked 304)"
}

t_no_meta_and_offline_ask_nothing() {
	forget
	airep -C w sync --no-meta
	is exit 0 $rc
	airep --offline -C w sync
	is exit 0 $rc
	is requests 0 "$(asked)"
	airep -C w sync --meta-since yesterday
	is exit 2 $rc
	has "$FORGE/err" "--meta-since: 'yesterday' is not a date"
}

t_a_limit_is_exit_4_and_the_mirrors_are_done() {
	real w2 o/n
	state "s['faults'] = [dict(match='since', status=429, headers={'Retry-After': '600'})]"
	airep -C w2 sync
	is exit 4 $rc
	has "$FORGE/err" "o/n: metadata: '127.0.0.1': asks to slow down; resumes at 12:10 UTC (10 min)"
	is commits 1 "$(q w2 'SELECT count(*) FROM landing')"
	state "s['faults'] = []"
}

t_a_tag_brings_the_releases() {
	real w3 o/n
	cp -r up.git tagged.git
	git -C tagged.git tag v1
	sed -i "s|up.git|tagged.git|" w3/repos.list
	airep -C w3 sync
	is exit 0 $rc
	is "release requests" 1 "$(asked /releases)"
	is release 'v1|One' "$(q w3 'SELECT tag,name FROM release')"
}

t_export_and_meta_from_carry_the_same_rows() {
	airep -C w3 export --meta
	is exit 0 $rc
	cp out first.jsonl
	is lines 6 "$(wc -l <first.jsonl | tr -d ' ')"
	has first.jsonl '{"kind":"airep-metadata","version":1}'
	real w4 o/n
	forget
	airep --offline -C w4 sync --meta-from first.jsonl
	is exit 0 $rc
	is requests 0 "$(asked)"
	airep -C w4 export --meta
	same first.jsonl out
	airep --offline -C w4 sync --meta-from first.jsonl
	is exit 0 $rc
	has "$FORGE/err" "0 new and 0 changed"
	airep -C w4 export --meta
	same first.jsonl out
}

t_a_bad_file_is_refused_whole() {
	real w5 o/n
	head -n 4 first.jsonl >cut.jsonl
	sed '4s/"number":2/"number":"2"/' first.jsonl >type.jsonl
	sed '4s/"state":"merged"/"state":"half"/' first.jsonl >state.jsonl
	sed '3s/}$//' first.jsonl >json.jsonl
	sed '1s/"version":1/"version":2/' first.jsonl >version.jsonl
	cp first.jsonl more.jsonl && head -n 3 first.jsonl >>more.jsonl
	python3 -c "print('{\"kind\":\"issue\",\"repo\":\"' + 'x' * 2000000)" >long.jsonl
	python3 -c "print('[' * 100000)" >deep.jsonl
	for f in cut type state json version more long deep absent; do
		airep -C w5 sync --meta-from $f.jsonl
		is "exit for $f" 1 $rc
		has "$FORGE/err" "'$f.jsonl'"
		is "rows for $f" 0 "$(q w5 'SELECT count(*) FROM issue')"
	done
}

t_an_older_state_never_replaces_a_newer_one() {
	real w6 o/n
	airep -C w6 sync --meta-from first.jsonl
	sed 's/"updated":"2026-02-04T00:01:00Z"/"updated":"2026-02-05T00:00:00Z"/; s/NaN in fp8/Changed/' first.jsonl >newer.jsonl
	airep -C w6 sync --meta-from newer.jsonl
	has "$FORGE/err" "0 new and 1 changed"
	airep -C w6 sync --meta-from first.jsonl
	has "$FORGE/err" "0 new and 0 changed"
	is title 'Changed | pipe' "$(q w6 'SELECT title FROM issue WHERE number=1')"
}

t_rows_without_our_frame_are_taken_too() {
	real w7 o/n
	echo '{"kind":"issue","repo":"o/n","number":7,"title":"by hand","state":"open","created":"2026-02-04T00:00:00Z","updated":"2026-02-04T00:00:00Z"}
{"kind":"issue","repo":"who/knows","number":7,"title":"by hand","state":"open","created":"2026-02-04T00:00:00Z","updated":"2026-02-04T00:00:00Z"}' >hand.jsonl
	airep -C w7 sync --meta-from hand.jsonl
	is exit 0 $rc
	has "$FORGE/err" "1 lines of repositories that are not in the store are left out, first 'who/knows'"
	is title 'by hand' "$(q w7 'SELECT title FROM issue')"
}

t_labels_of_the_forge_are_evidence() {
	real w10 o/n
	new_repo lab
	commit lab "Rework the scheduler (#5)" a.c one
	git clone -q --bare lab lab.git
	sed -i "s|up.git|lab.git|" w10/repos.list
	cp w10/repos.list keep
	airep -C w10 sync --no-meta
	q w10 'SELECT type FROM labels' >before
	cp "$FORGE/state.json" state.keep
	state "s['repos']['o/n']['issues'] += [dict(n=5, u=T0+500, raw=dict(labels=['documentation'], pull_request=dict(merged_at=None)))]"
	airep -C w10 sync
	is exit 0 $rc
	lacks before documentation
	is "type after" documentation "$(q w10 'SELECT type FROM labels')"
	cp state.keep "$FORGE/state.json"
}

t_the_token_is_nowhere() {
	real w8 o/n
	GITHUB_TOKEN=canary-0123456789 airep -v -C w8 sync
	is exit 0 $rc
	is "sent to its host" "$(asked)" "$(asked 'Bearer canary-0123456789')"
	GITHUB_TOKEN=canary-0123456789 airep -v -C w8 export --meta
	cat out "$FORGE/err" >said
	state "s['faults'] = [dict(match='.', times=-1, status=302, headers={'Location': '{OTHER}/repositories/1000'})]"
	GITHUB_TOKEN=canary-0123456789 airep -v -C w8 sync
	cat out "$FORGE/err" >>said
	state "s['faults'] = [dict(match='.', times=-1, status=403, body='{\"message\":\"your token canary-0123456789 is bad\"}')]"
	GITHUB_TOKEN=canary-0123456789 airep -v -C w8 sync
	cat out "$FORGE/err" >>said
	state "s['faults'] = []"
	lacks said canary
	must_fail grep -rqa canary w8
	is "requests elsewhere" 0 "$(asked '"host": "other"')"
}

t_tokens_by_host_rule() {
	real w9 o/n
	printf '[credential "127.0.0.1"]\n\ttokenEnv = MY_TOKEN\n' >w9/airep.conf
	MY_TOKEN=mine-0123456789 GITHUB_TOKEN=other-0123456789 \
		airep -C w9 sync
	is exit 0 $rc
	is mine "$(asked)" "$(asked 'Bearer mine-0123456789')"
	airep -C w9 sync
	is exit 4 $rc
	has "$FORGE/err" "names 'MY_TOKEN', which is not set"
}

run_tests "$@"
