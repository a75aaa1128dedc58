#!/bin/sh
# What a forge can do wrong, a test for each row of the fault list (85 to 111),
# and that what was stored before is still there afterwards.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
trap server_stop EXIT
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-keyout "$TMP/key" -out "$TMP/crt" >/dev/null 2>&1
	cat "$TMP/crt" "$TMP/key" >"$TMP/both.pem"
	server_start "$TMP/both.pem"
else
	server_start
fi

# thirty PAGES-of-10: o/n with 30 issues on three pages, and a clean store.
thirty() {
	state "s.clear()
s.update(repos={'o/n': {'id': 1000, 'gen': {'count': 30, 'start': T0, 'step': 600}}}, max_per_page=10)"
	workspace w o/n
}
faults() {
	state "s['faults'] = $1"
}
rows() {
	q w 'SELECT count(*) FROM issue'
}
# whole - without faults the next run has every row once, and no problem.
whole() {
	faults '[]'
	AIREP_NOW=2026-02-04T20:00:00Z sync w
	is "exit afterwards" 0 $rc
	is "rows afterwards" 30 "$(rows)"
	is "numbers afterwards" 30 \
		"$(q w 'SELECT count(DISTINCT number) FROM issue')"
	is "problem afterwards" "" "$(q w 'SELECT problem FROM forge_cursor')"
}

t_85_the_quota_is_used_up() {
	thirty
	echo "p/q forge=github api=http://127.0.0.1:$OTHER" >>w/repos.list
	faults "[dict(match='page=2', status=403, headers={'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '{NOW+800}'}, body='{\"message\":\"API rate limit exceeded\"}')]"
	sync w
	is exit 4 $rc
	has "$FORGE/err" "the request quota is used up; resumes at 12:13 UTC (14 min)"
	is "rows so far" 10 "$(rows)"
	has "$FORGE/stdout" "p/q: nothing-new"
	forget
	AIREP_NOW=2026-02-04T12:10:00Z sync w
	is exit 4 $rc
	is "requests before the reset" 0 "$(asked '"host": "forge"')"
	has "$FORGE/err" "resumes at 12:13 UTC (4 min)"
	AIREP_NOW=2026-02-04T12:14:00Z sync w
	is exit 0 $rc
	is rows 30 "$(rows)"
	is "host row" 0 "$(q w 'SELECT count(*) FROM forge_host')"
}

t_85_wait_sleeps_over_the_reset() {
	thirty
	faults "[dict(match='page=2', status=429, headers={'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '{NOW+1}'})]"
	sync w --wait
	is exit 0 $rc
	is rows 30 "$(rows)"
	has "$FORGE/err" "waiting 2 s"
}

t_85_the_last_request_of_the_quota_is_not_overdrawn() {
	thirty
	faults "[dict(match='page=2', headers={'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '{NOW+60}'})]"
	sync w
	is exit 4 $rc
	is requests 3 "$(asked)"
	is rows 20 "$(rows)"
	whole
}

t_86_a_secondary_limit_is_honoured_and_doubles() {
	thirty
	faults "[dict(match='page=2', times=-1, status=403, body='{\"message\":\"You have exceeded a secondary rate limit\"}')]"
	sync w
	is exit 4 $rc
	has "$FORGE/err" "asks to slow down; resumes at 12:01 UTC (1 min)"
	AIREP_NOW=2026-02-04T12:02:00Z sync w
	has "$FORGE/err" "resumes at 12:04 UTC (2 min)"
	AIREP_NOW=2026-02-04T12:05:00Z sync w
	has "$FORGE/err" "resumes at 12:09 UTC (4 min)"
	whole
	thirty
	faults "[dict(match='page=2', status=403, headers={'Retry-After': '1'})]"
	sync w --wait
	is exit 0 $rc
	is rows 30 "$(rows)"
}

t_87_an_absurd_reset_is_clamped() {
	for v in 1507651200000 0 abc 12; do
		thirty
		faults "[dict(match='page=2', status=403, headers={'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '$v'})]"
		sync w
		is exit 4 $rc
		has "$FORGE/err" "made no sense: ignored"
		is "resume of $v within the hour" 1 "$(q w 'SELECT resume BETWEEN 1770206400 AND 1770210000 FROM forge_host')"
	done
	whole
}

t_88_retry_after_in_every_form() {
	for v in 0 -1 1000000000 'Wed, 21 Oct 2015 07:28:00 GMT' \
		'Fri, 21 Oct 2095 07:28:00 GMT' soon; do
		thirty
		faults "[dict(match='page=2', status=429, headers={'Retry-After': '$v'})]"
		sync w
		is exit 4 $rc
		is "resume of $v within the hour" 1 "$(q w 'SELECT resume BETWEEN 1770206400 AND 1770210000 FROM forge_host')"
		is rows 10 "$(rows)"
	done
	whole
}

t_89_a_rejected_token_stops_its_host_only() {
	thirty
	echo "o/n2 forge=github api=http://127.0.0.1:$PORT" >>w/repos.list
	echo "p/q forge=github api=http://127.0.0.1:$OTHER" >>w/repos.list
	faults "[dict(host='forge', match='.', times=-1, status=401, body='{\"message\":\"Bad credentials\"}')]"
	GITHUB_TOKEN=expired-token-1234 sync w
	is exit 4 $rc
	has "$FORGE/err" "rejected the token in \$GITHUB_TOKEN"
	is "requests to the host" 1 "$(asked '"host": "forge"')"
	is "without a token" 0 "$(grep '"host": "forge"' "$FORGE/log" | grep -vc Authorization || :)"
	has "$FORGE/stdout" "p/q: nothing-new"
	is "one line for the host" 1 "$(grep -c rejected "$FORGE/err")"
}

t_90_a_refusal_shows_the_servers_words() {
	thirty
	faults "[dict(match='.', times=-1, status=403, headers={'X-GitHub-SSO': 'required; url=x'}, body='{\"message\":\"Protected by \\\\u001b[31mSAML\"}')]"
	sync w
	is exit 4 $rc
	has "$FORGE/err" "refuses: Protected by [31mSAML; the token needs single sign-on"
	whole
}

t_91_not_found_says_both_possibilities() {
	thirty
	faults "[dict(match='.', times=-1, status=404, body='{\"message\":\"Not Found\"}')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "has no such repository, or it is private and the token has no access"
	is requests 1 "$(asked)"
	whole
}

t_92_server_faults_are_tried_again_then_with_smaller_pages() {
	thirty
	faults "[dict(match='page=2', times=4, status=502, body='<html>')]"
	sync w
	is exit 0 $rc
	is requests 8 "$(asked)"
	thirty
	faults "[dict(match='per_page=100', times=-1, status=504)]"
	sync w
	is exit 0 $rc
	is rows 30 "$(rows)"
	is "pages of 50" 3 "$(asked 'per_page=50')"
	thirty
	faults "[dict(match='per_page=(100|50|25)', times=-1, status=500)]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "keeps answering 500"
	whole
}

t_93_a_refused_page_number_goes_on_by_time() {
	thirty
	faults "[dict(match='page=3', status=422, body='{\"message\":\"Pagination with the page parameter is not supported for large datasets\"}')]"
	sync w
	is exit 0 $rc
	is rows 30 "$(rows)"
	thirty
	faults "[dict(match='since', times=-1, status=422, body='{\"message\":\"Validation Failed\"}')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "refuses with 422: Validation Failed"
	whole
}

t_94_pages_in_a_circle_are_noticed() {
	thirty
	faults "[dict(match='&page=2', times=-1, headers={'Link': '<{HERE}/repositories/1000/issues?state=all&sort=updated&direction=asc&since=2026-01-21T11:59:59Z&per_page=100&page=2>; rel=\"next\"'})]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "the pages go in a circle"
	is requests 3 "$(asked)"
	thirty
	faults "[dict(match='&page=3', times=-1, headers={'Link': '<{HERE}/repositories/1000/issues?state=all&sort=updated&direction=asc&since=2026-01-21T11:59:59Z&per_page=100&page=2>; rel=\"next\"'})]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "the pages go in a circle after 3 pages: 'http://127.0.0.1:$PORT/repositories/1000/issues'"
	whole
}

t_95_a_next_page_elsewhere_is_refused() {
	for to in '{OTHER}' 'http://localhost:1' 'https://127.0.0.1:1' \
		'http://127.0.0.1@evil.example'; do
		thirty
		faults "[dict(match='&page=2', times=-1, headers={'Link': '<$to/repositories/1000/issues?page=3>; rel=\"next\"'})]"
		GITHUB_TOKEN=canary-token-5678 sync w
		is exit 3 $rc
		has "$FORGE/err" "the next page is on another host, not followed"
		is "requests elsewhere" 0 "$(asked '"host": "other"')"
		is "rows before it" 20 "$(rows)"
	done
	whole
}

t_96_rows_that_move_while_we_read_lose_nothing() {
	thirty
	faults "[dict(match='&page=2', touch=['o/n', 5, T0 + 40000])]"
	sync w
	is exit 0 $rc
	is rows 30 "$(rows)"
	is "number 11" 1 "$(q w 'SELECT count(*) FROM issue WHERE number=11')"
	is "time of 5" 1770203200 "$(q w 'SELECT updated FROM issue WHERE number=5')"
	is "read again" 1 "$([ "$(asked)" -gt 4 ] && echo 1)"
}

t_97_a_page_cut_off_is_thrown_away_and_asked_again() {
	for m in truncate cut; do
		thirty
		faults "[dict(match='&page=2', times=2, mode='$m')]"
		sync w
		is "exit ($m)" 0 $rc
		is "rows ($m)" 30 "$(rows)"
		is "requests ($m)" 6 "$(asked)"
	done
	thirty
	faults "[dict(match='&page=2', times=-1, mode='cut')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "not valid JSON"
	is "rows before it" 10 "$(rows)"
	whole
}

t_98_documents_nobody_should_send() {
	while read -r body; do
		thirty
		python3 - "$FORGE/state.json" "$body" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
s["faults"] = [{"match": "&page=2", "times": -1, "status": 200,
                "body": eval(sys.argv[2])}]
json.dump(s, open(sys.argv[1], "w"))
PY
		sync w
		is "exit for $body" 3 $rc
		grep -q 'at byte [0-9]' "$FORGE/err" || {
			cat "$FORGE/err"
			false
		}
		is "rows before $body" 10 "$(rows)"
	done <<'BODIES'
'[' * 100000
'[{"a":1,"a":2}]'
'[1e999]'
'["\\ud800"]'
'["\udcff"]'
'[{"number":1},]'
'["a\nb"]'
BODIES
	whole
}

t_99_fields_of_a_wrong_type_skip_the_item_only() {
	thirty
	state "s['repos']['o/n']['issues'] = [
 dict(n=101, u=T0+10, raw=dict(user=None, body=None, labels=['bug', {'name': 'x'}])),
 dict(n=102, u=T0+20, raw=dict(number='102')),
 dict(n=103, u=T0+30, raw=dict(labels=[7])),
 dict(n=104, u=T0+40, raw=dict(title=None)),
 dict(n=105, u=T0+50, raw=dict(updated_at=5))]"
	sync w
	is exit 0 $rc
	has "$FORGE/stdout" "4 left out"
	has "$FORGE/err" "items of the wrong shape are left out"
	is rows 31 "$(rows)"
	is labels '["bug","x"]' "$(q w 'SELECT labels FROM issue WHERE number=101')"
}

t_100_html_with_200_is_not_the_api() {
	thirty
	faults "[dict(match='.', times=-1, status=200, headers={'Content-Type': 'text/html'}, body='<!DOCTYPE html><title>Log in</title>')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "got HTML, not the API"
	is requests 1 "$(asked)"
	thirty
	faults "[dict(match='since', times=-1, status=200, headers={'Content-Type': 'text/html'}, body='[]')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "got HTML, not the API"
	whole
}

t_101_a_304_without_rows_is_not_believed() {
	thirty
	sync w
	python3 -c "import sqlite3; c = sqlite3.connect('w/airep.db'); c.execute('DELETE FROM issue'); c.commit()"
	forget
	AIREP_NOW=2026-02-04T13:00:00Z sync w
	is exit 0 $rc
	is validators 0 "$(asked If-None-Match)"
	thirty
	faults "[dict(match='per_page=1$', times=-1, status=304)]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "answers 304 to a request without conditions"
	whole
}

t_102_an_empty_list_removes_nothing() {
	thirty
	sync w
	state "s['repos']['o/n']['gen']['count'] = 0"
	sync w
	is exit 0 $rc
	has "$FORGE/err" "the forge lists no issues, 30 are stored: nothing was removed"
	is rows 30 "$(rows)"
}

t_103_redirects_elsewhere_are_refused() {
	for to in '{OTHER}/repositories/1000' file:///etc/passwd \
		http://169.254.169.254/latest http://localhost:1/repos/o/n \
		'{HERE}/login' https://127.0.0.1/repositories/1000; do
		thirty
		faults "[dict(match='.', times=-1, status=302, headers={'Location': '$to'})]"
		GITHUB_TOKEN=canary-token-5678 sync w
		is "exit for $to" 3 $rc
		has "$FORGE/err" "is not followed"
		is "requests for $to" 1 "$(asked)"
	done
	thirty
	faults "[dict(match='.', times=-1, status=301, headers={'Location': '{HERE}/repositories/1000/issues'})]"
	sync w
	is "exit of a circle" 3 $rc
	is requests 2 "$(asked)"
	whole
}

t_104_a_certificate_nobody_knows_is_refused_in_words() {
	[ -n "$TLS" ] || return 0
	thirty
	echo "o/n forge=github api=https://127.0.0.1:$TLS" >w/repos.list
	sync w
	is exit 3 $rc
	has "$FORGE/err" "certificate of '127.0.0.1' is not accepted"
	has "$FORGE/err" "http.caFile"
	is requests 0 "$(asked)"
	echo "o/n forge=github api=https://127.0.0.1:$PORT" >w/repos.list
	sync w
	is exit 3 $rc
	has "$FORGE/err" "no safe connection with '127.0.0.1'"
}

t_105_an_unreachable_host_is_one_line() {
	thirty
	for n in a b c; do
		echo "x/$n forge=github api=http://127.0.0.1:1"
	done >w/repos.list
	echo "p/q forge=github api=http://127.0.0.1:$OTHER" >>w/repos.list
	sync w
	is exit 3 $rc
	is lines 1 "$(grep -c "127.0.0.1" "$FORGE/err")"
	has "$FORGE/stdout" "p/q: nothing-new"
}

t_106_a_stalled_or_dripping_server_is_left() {
	for m in stall drip; do
		thirty
		printf '[http]\n\tstallTimeout = 1\n' >w/airep.conf
		faults "[dict(match='&page=2', times=-1, mode='$m')]"
		sync w
		is "exit ($m)" 3 $rc
		has "$FORGE/err" "stalled: nothing for 1 s after"
		is "rows before it" 10 "$(rows)"
		whole
	done
}

t_107_a_bomb_is_stopped_while_it_unfolds() {
	for m in bomb huge; do
		thirty
		faults "[dict(match='&page=2', times=-1, mode='$m')]"
		sync w
		is "exit ($m)" 3 $rc
		has "$FORGE/err" "the answer is larger than 16777216 bytes"
		is "rows before it" 10 "$(rows)"
		whole
	done
}

t_108_a_connection_closed_between_pages_costs_one_request() {
	thirty
	faults "[dict(match='&page=2', mode='close'), dict(match='&page=3', mode='close')]"
	sync w
	is exit 0 $rc
	is rows 30 "$(rows)"
	is "requests at most" 1 "$([ "$(asked)" -le 8 ] && echo 1)"
	is "page 2 again" 2 "$(asked '&page=2')"
}

t_109_moved_and_deleted_issues_are_kept_and_marked() {
	thirty
	sync w
	state "s['repos']['o/n']['issues'] = [dict(n=k, u=T0+600*(k-1)) for k in range(1, 29)] + [dict(n=31, u=T0+20000)]
del s['repos']['o/n']['gen']
s['faults'] = [dict(match='/issues/29', status=301, headers={'Location': '{HERE}/repositories/77/issues/1'}), dict(match='/issues/30', status=410)]"
	sync w --meta-since 2026-01-01
	is exit 0 $rc
	has "$FORGE/err" "#29 was moved away at the forge: kept"
	is gone '29|1,30|2' "$(q w 'SELECT number,gone FROM issue WHERE gone<>0 ORDER BY 1' | paste -sd,)"
	is rows 31 "$(rows)"
	forget
	sync w
	is requests 1 "$(asked)"
}

t_110_a_429_without_headers_backs_off() {
	thirty
	faults "[dict(match='&page=2', status=429, headers={'Content-Type': 'text/plain'}, body='Retry later')]"
	sync w
	is exit 4 $rc
	has "$FORGE/err" "asks to slow down; resumes at 12:01 UTC"
	whole
}

t_111_offline_opens_no_socket() {
	thirty
	sync w --offline
	is exit 7 $rc
	is requests 0 "$(asked)"
	command -v unshare >/dev/null && unshare -rn true 2>/dev/null || return 0
	unshare -rn "$DRIVE" w --offline >out 2>err && rc=0 || rc=$?
	is "exit without a network" 7 $rc
	whole
}

t_10_a_renamed_repository_is_followed_by_its_id() {
	thirty
	sync w
	state "s['repos'] = {'new/name': dict(s['repos']['o/n'], was='o/n')}
s['repos']['new/name']['gen']['count'] = 31"
	forget
	sync w
	is exit 0 $rc
	has "$FORGE/err" "is now 'new/name' at the forge (id 1000 proves it): change line 1"
	is rows 31 "$(rows)"
	forget
	sync w
	is "requests after the move" 1 "$(asked)"
	is "by id" 1 "$(asked '/repositories/1000/issues.*304')"
}

t_11_a_name_given_to_another_repository_is_noticed() {
	thirty
	sync w
	state "s['repos']['o/n']['id'] = 2000
s['repos']['o/n']['gen']['count'] = 40"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "not the repository tracked so far (id 2000, stored is 1000)"
	is rows 30 "$(rows)"
	state "s['repos'] = {'o/n': {'id': 2000, 'issues': [dict(n=1, u=T0+30000)]}}"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "not the repository tracked so far"
	is "number 1 is untouched" 1770163200 "$(q w 'SELECT updated FROM issue WHERE number=1')"
}

t_13_a_blocked_repository_names_the_reason() {
	thirty
	sync w
	faults "[dict(match='.', times=-1, status=451, body='{\"message\":\"Repository access blocked\",\"block\":{\"reason\":\"dmca\",\"html_url\":\"https://github.com/github/dmca/x.md\"}}')]"
	sync w
	is exit 3 $rc
	has "$FORGE/err" "has blocked the repository: dmca, notice: https://github.com/github/dmca/x.md"
	is rows 30 "$(rows)"
}

t_14_issues_turned_off_keep_what_is_stored() {
	thirty
	sync w
	faults "[dict(match='.', times=-1, status=410, body='{\"message\":\"Issues are disabled for this repo\"}')]"
	sync w
	is exit 0 $rc
	has "$FORGE/err" "issues are turned off at the forge: stored ones are kept"
	is rows 30 "$(rows)"
}

t_a_server_that_repeats_the_token_is_not_read() {
	thirty
	state "s['repos']['o/n']['issues'] = [dict(n=50, u=T0+30000, t='got Bearer canary-token-5678')]"
	GITHUB_TOKEN=canary-token-5678 sync w
	is exit 3 $rc
	has "$FORGE/err" "the answer repeats our token"
	lacks "$FORGE/err" canary-token
	must_fail grep -rq canary-token w
}

run_tests "$@"
