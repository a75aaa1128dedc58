#!/bin/sh
# Issues and pull requests: how many requests, what is stored, what resumes.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
trap server_stop EXIT
server_start

t_a_thousand_new_issues_take_ten_requests_and_the_probe() {
	workspace w o/n
	state "s['repos'] = {'o/n': {'id': 1000, 'gen': {'count': 1000, 'start': T0 - 86400}}}"
	sync w
	is exit 0 $rc
	is requests 11 "$(asked)"
	is rows 1000 "$(q w 'SELECT count(*) FROM issue')"
	is id 1000 "$(q w 'SELECT forge_id FROM forge_cursor')"
	has "$FORGE/stdout" "o/n: updated, 1000 new, 0 changed"
}

t_nothing_new_is_one_request_answered_304() {
	q w 'SELECT * FROM issue' >before
	forget
	AIREP_NOW=2026-02-04T13:00:00Z
	sync w
	is exit 0 $rc
	is requests 1 "$(asked)"
	is answered 1 "$(asked '"status": 304')"
	q w 'SELECT * FROM issue' >after
	same before after
	is synced 1770210000 "$(q w 'SELECT synced FROM forge_cursor')"
}

t_a_change_of_state_is_an_event_with_the_time_seen() {
	state "s['repos']['o/n']['gen']['count'] = 999
s['repos']['o/n']['issues'] = [dict(n=1000, u=T0+60, s='closed', raw=dict(closed_at='2026-02-04T00:01:00Z', state_reason='completed'))]"
	forget
	AIREP_NOW=2026-02-04T14:00:00Z
	sync w
	is exit 0 $rc
	is requests 2 "$(asked)"
	is event '1000|open|closed|1770213600' \
		"$(q w 'SELECT number,was,state,seen FROM issue_event')"
	is closed 1 "$(q w "SELECT count(*) FROM issue WHERE state='closed'")"
}

t_only_the_last_14_days_come_unasked() {
	workspace w2 o/n
	state "s['repos'] = {'o/n': {'id': 1000, 'gen': {'count': 40, 'start': T0 - 40 * 86400, 'step': 86400}}}"
	sync w2
	is exit 0 $rc
	is rows 13 "$(q w2 'SELECT count(*) FROM issue')"
	forget
	sync w2 --meta-since 2026-01-01
	is exit 0 $rc
	is rows 34 "$(q w2 'SELECT count(*) FROM issue')"
	is requests 2 "$(asked)"
	is from "$(date -u -d 2026-01-01 +%s)" \
		"$(q w2 'SELECT from_time FROM forge_cursor')"
	forget
	sync w2
	is requests 1 "$(asked '304')"
}

t_offline_asks_nothing() {
	sync w2 --offline
	is exit 7 $rc
	has "$FORGE/err" "metadata needs the network, and --offline forbids it"
	is requests 1 "$(asked)"
}

t_requests_are_the_documented_ones() {
	workspace w4 o/n
	GITHUB_TOKEN=t0ken-canary-1234 sync w4
	is exit 0 $rc
	is version "$(asked)" "$(asked '"X-GitHub-Api-Version": "2022-11-28"')"
	is accept "$(asked)" "$(asked 'application/vnd.github\+json')"
	is agent "$(asked)" "$(asked 'User-Agent": "airep-git/')"
	is token "$(asked)" "$(asked 'Authorization": "Bearer t0ken-canary-1234')"
	is list 1 "$(asked 'state=all&sort=updated&direction=asc&since=2026-01-21T')"
}

t_the_budget_ends_a_run_and_the_next_one_goes_on() {
	workspace w5 o/n o/m
	printf '[forge]\n\tmaxRequests = 8\n' >w5/airep.conf
	state "s['repos'] = {'o/n': {'id': 1000, 'gen': {'count': 1500, 'start': T0 - 86400, 'step': 10}}, 'o/m': {'id': 1001, 'gen': {'count': 5, 'start': T0}}}"
	sync w5
	is exit 0 $rc
	has "$FORGE/err" "budget of 8 metadata requests is used up"
	is requests 8 "$(asked)"
	is "the small one came first" 5 "$(q w5 'SELECT count(*) FROM issue WHERE repo_id=(SELECT id FROM repo WHERE name='"'o/m'"')')"
	sync w5
	sync w5
	sync w5
	is exit 0 $rc
	is rows 1505 "$(q w5 'SELECT count(*) FROM issue')"
	is twice 0 "$(q w5 'SELECT count(*)-count(DISTINCT repo_id*1000000+number) FROM issue')"
	forget
	sync w5
	is requests 2 "$(asked 304)"
}

t_releases_come_with_tags_and_are_asked_once() {
	workspace w6 o/n
	state "s['repos'] = {'o/n': {'id': 1000, 'gen': {'count': 3, 'start': T0}, 'releases': [dict(tag_name='v1', name='One', body='b', draft=False, prerelease=False, published_at='2026-02-03T00:00:00Z', html_url='https://github.com/o/n/releases/v1')]}}"
	sync w6
	is releases 0 "$(asked /releases)"
	forget
	sync w6 --tags
	is exit 0 $rc
	is releases 1 "$(asked /releases)"
	is row 'v1|One|1770076800' "$(q w6 'SELECT tag,name,published FROM release')"
	forget
	AIREP_NOW=2026-02-05T00:00:00Z sync w6
	is releases 0 "$(asked /releases)"
	is requests 1 "$(asked 304)"
}

run_tests "$@"
