#!/bin/sh
# A page with text of a model: true sentences only, marked, the same bytes when
# rendered again, clean for verify; and a page without it when the model fails.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || { echo "skip: no python3"; exit 77; }

mkdir "$TMP/ws"
python3 "$TOP/tests/verify_pages.py" repos "$TMP/ws"
mkfifo "$TMP/hold"
"$TOP/tests/llm_server" "$TMP/port" <"$TMP/hold" &
exec 9>"$TMP/hold"
for _ in $(seq 100); do [ -s "$TMP/port" ] || sleep 0.1; done

# report MODEL LANG [OPTION...]
report() {
	cat >airep.conf <<-END
	[llm]
		endpoint = http://127.0.0.1:$(cat "$TMP/port")/v1
		model = $1
		timeout = 2
		retryPause = 1
	END
	page=2026-02-04.md
	[ "$2" = zh ] || page=2026-02-04.en.md
	lang=$2
	shift 2
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" report --date 2026-02-04 \
		--lang "$lang" "$@" >log 2>&1
}

t_without_a_model_nothing_is_asked() {
	cd "$TMP/ws"
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" sync --no-meta -q
	AIREP_NOW=2026-02-10T00:00:00Z "$AIREP" report --date 2026-02-04 \
		--lang en >/dev/null
	cp reports/2026-02-04.en.md plain.md
	! grep -q 'Generated text' plain.md
	report ok en --no-llm
	cmp plain.md reports/2026-02-04.en.md
}

t_true_sentences_stand_marked_in_the_page() {
	cd "$TMP/ws"
	for lang in en zh; do
		report ok $lang
		grep -q '^> .*`ok`' reports/$page
		grep -q 'model ok' reports/$page
		! grep -q '{c[0-9]' reports/$page
		"$AIREP" verify reports/$page >out || { cat out; return 1; }
		"$AIREP" report --replay $page >again
		cmp again reports/$page
	done
}

t_answers_are_not_asked_for_twice() {
	cd "$TMP/ws"
	cp reports/2026-02-04.md first.md
	before=$(curl -s "http://127.0.0.1:$(cat "$TMP/port")/count")
	report ok zh
	[ "$(curl -s "http://127.0.0.1:$(cat "$TMP/port")/count")" = "$before" ]
	cmp first.md reports/2026-02-04.md
}

t_lies_and_faults_leave_the_page_as_it_was() {
	cd "$TMP/ws"
	for model in lie inject garbage half html error200 loading slow; do
		report $model en
		cmp plain.md reports/2026-02-04.en.md || {
			echo "$model"; return 1; }
	done
}

t_an_endpoint_elsewhere_is_refused() {
	cd "$TMP/ws"
	printf '[llm]\nendpoint = http://192.0.2.1/v1\nmodel = m\n' >airep.conf
	rc=0
	"$AIREP" report --date 2026-02-04 >out 2>err || rc=$?
	[ "$rc" -eq 2 ]
	grep -q 'llm.allowRemote' err
	printf '' >airep.conf
	rc=0
	"$AIREP" report --date 2026-02-04 --llm >out 2>err || rc=$?
	[ "$rc" -eq 2 ]
}

run_tests
