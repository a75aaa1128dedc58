#!/bin/sh
# Answers that GitHub really gave, recorded by others (npm @octokit/fixtures and
# @octokit/webhooks-examples, installed by scripts/setup).
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/forge_server/lib.sh"
OCTO=$TOP/tests/node_modules/@octokit
[ -d "$OCTO/fixtures" ] && [ -d "$OCTO/webhooks-examples" ] ||
	skip "the recorded answers are not installed: scripts/setup"
trap server_stop EXIT
server_start
state "s['fixtures'] = '$OCTO/fixtures'"
API=$OCTO/fixtures/scenarios/api.github.com
AIREP_NOW=2022-07-20T00:00:00Z

t_the_recorded_list_is_read_to_its_end() {
	state "s['repos'] = {'o/n': {'id': 1, 'recorded': 'paginate-issues'}}"
	workspace w o/n
	sync w
	is exit 0 $rc
	is rows 13 "$(q w 'SELECT count(*) FROM issue')"
	is "requests, the probe included" 6 "$(asked)"
	is "left out" 1 "$(grep -c ' 0 left out' "$FORGE/stdout")"
	id=$(python3 -c "
import json, re
for r in json.load(open('$API/paginate-issues/raw-fixture.json')):
    m = re.search(r'/repositories/(\d+)/issues', ' '.join(r['rawHeaders']))
    if m:
        print(m[1])
        break")
	is "id out of the recorded link" "$id" \
		"$(q w 'SELECT forge_id FROM forge_cursor')"
	is "pages by id" 4 "$(asked "/repositories/$id/issues")"
}

t_recorded_search_items_have_the_same_shape() {
	state "s['repos'] = {'o/n': {'id': 1, 'recorded': 'search-issues'}}"
	workspace w2 o/n
	sync w2
	is exit 0 $rc
	is "rows" 1 "$([ "$(q w2 'SELECT count(*) FROM issue')" -ge 1 ] && echo 1)"
	has "$FORGE/stdout" " 0 left out"
}

# The recorded 301 of a renamed repository, word for word but for the host.
t_the_recorded_rename_is_followed() {
	python3 - "$API" "$FORGE/state.json" <<'PY'
import json, sys
rows = json.load(open(sys.argv[1] + "/rename-repository/raw-fixture.json"))
moved = [r for r in rows if r["method"] == "get" and r["status"] == 301][0]
there = [r for r in rows if r["method"] == "get" and r["status"] == 200][-1]
where = dict(zip(moved["rawHeaders"][::2], moved["rawHeaders"][1::2]))
where = where["Location"].replace("https://api.github.com", "{HERE}")
s = json.load(open(sys.argv[2]))
number = there["response"]["id"]
s["repos"] = {there["response"]["full_name"]: {"id": number, "gen": {
    "count": 3, "start": 1658200000}}}
s["faults"] = [
    {"match": "^/repos/", "times": -1, "status": 301,
     "headers": {"Location": where + "/issues"},
     "body": json.dumps(moved["response"])},
    {"match": "^/repositories/%d$" % number, "times": -1, "status": 200,
     "body": json.dumps(there["response"])}]
json.dump(s, open(sys.argv[2], "w"))
print(number, there["response"]["full_name"])
PY
	workspace w3 o/n
	sync w3
	is exit 0 $rc
	has "$FORGE/err" "at the forge (id 515436299 proves it): change line 1"
	is rows 3 "$(q w3 'SELECT count(*) FROM issue')"
	state "s['faults'] = []"
}

# 302 to another host: the client recorded there handed its token over.
t_the_recorded_redirect_to_another_host_is_refused() {
	python3 - "$API" "$FORGE/state.json" <<'PY'
import json, re, sys
rows = json.load(open(sys.argv[1] + "/get-archive/raw-fixture.json"))
r = [r for r in rows if r["status"] == 302][0]
h = dict(zip(r["rawHeaders"][::2], r["rawHeaders"][1::2]))
s = json.load(open(sys.argv[2]))
s["faults"] = [{"match": ".", "times": -1, "status": 302, "headers": {
    "Location": re.sub(r"https://[^/]*", "{OTHER}", h["Location"])}}]
json.dump(s, open(sys.argv[2], "w"))
PY
	workspace w4 o/n
	GITHUB_TOKEN=canary-token-5678 sync w4
	is exit 3 $rc
	has "$FORGE/err" "is not followed"
	is "requests elsewhere" 0 "$(asked '"host": "other"')"
	state "s['faults'] = []"
}

t_the_recorded_error_is_told_in_its_words() {
	python3 - "$API" "$FORGE/state.json" <<'PY'
import json, sys
rows = json.load(open(sys.argv[1] + "/errors/raw-fixture.json"))
r = [r for r in rows if r["status"] == 422][0]
s = json.load(open(sys.argv[2]))
s["faults"] = [{"match": ".", "times": -1, "status": 422,
                "body": json.dumps(r["response"])}]
json.dump(s, open(sys.argv[2], "w"))
PY
	workspace w5 o/n
	sync w5
	is exit 3 $rc
	has "$FORGE/err" "refuses with 422: Validation Failed"
	state "s['faults'] = []"
}

# Every issue, pull request and release of the event examples, as list items.
t_no_recorded_object_is_left_out() {
	python3 - "$OCTO/webhooks-examples" "$FORGE/state.json" >want <<'PY'
import json, sys
items, releases, seen = [], [], set()
for e in json.load(open(sys.argv[1] + "/api.github.com/index.json")):
    for x in e["examples"]:
        i = x.get("issue") if e["name"].startswith("issue") else None
        if e["name"] == "pull_request":
            i = dict(x["pull_request"])
            i["pull_request"] = {"merged_at": i.get("merged_at")}
            i.pop("comments", None)
        if i:
            n = len(items) + 1
            items.append(dict(i, number=n, id=n))
        r = x.get("release")
        if r and r["tag_name"] not in seen and not r["draft"]:
            seen.add(r["tag_name"])
            releases.append(r)
s = json.load(open(sys.argv[2]))
s["repos"] = {"o/n": {"id": 5, "issues": items, "releases": releases}}
s["faults"] = []
json.dump(s, open(sys.argv[2], "w"))
print(sum('state' in i for i in items), len(releases),
      sum('state' not in i for i in items))
PY
	read -r issues releases without <want
	workspace w6 o/n
	sync w6 --meta-since 2000-01-01 --tags
	is exit 0 $rc
	is "issues of the examples" "$issues" \
		"$(q w6 'SELECT count(*) FROM issue')"
	is "at least" 1 "$([ "$issues" -ge 58 ] && echo 1)"
	is releases "$releases" "$(q w6 'SELECT count(*) FROM release')"
	# two of the events carry an issue without its state
	has "$FORGE/stdout" " $without left out"
	is "without a state" 2 "$without"
}

run_tests "$@"
