# tests/promises.sh - the workspace on which each promise of the design is
# shown: two histories of a few days, one of them sidelined on the way, one with
# a file that is not measured; synced day by day, pages for every day.
# shellcheck shell=sh

w=$TMP/w

# days WORKSPACE - sync and report every day of the histories.
days() {
	d_day=0
	while [ $d_day -lt 7 ]; do
		d_day=$((d_day + 1))
		for d_k in plain sidelined; do
			# the last tip of the day
			d_tip=$(while read -r d_id; do
				d_at=$(git -C "$TMP/$d_k.git" log -1 \
					--format=%ct "$d_id")
				[ "$d_at" -ge $((1769904000 + d_day * 86400)) ] ||
					echo "$d_id"
			done <"$TMP/$d_k.tips" | tail -n 1)
			git -C "$TMP/$d_k.git" update-ref refs/heads/main \
				"$d_tip"
		done
		AIREP_NOW=$((1769904000 + d_day * 86400 + 300))
		export AIREP_NOW
		airep-git -q -C "$1" sync 2>>"$TMP/talk"
		airep-git -q -C "$1" report 2>>"$TMP/talk"
		airep-git -q -C "$1" report --lang en \
			--date "2026-02-0$d_day" 2>>"$TMP/talk"
	done
}

make_histories() {
	for m_k in plain sidelined; do
		STEP=5500 python3 "$LIB_DIR/history.py" "$TMP/$m_k.git" $m_k 40 \
			>"$TMP/$m_k.tips"
	done
}

# make_workspace DIR
make_workspace() {
	mkdir "$1"
	printf '%s\n' "t/plain mirror=$TMP/plain.git" \
		"t/sidelined mirror=$TMP/sidelined.git" >"$1/repos.list"
	printf '[analyze]\n\tmaxFileSize = 1024\n' >"$1/airep.conf"
}

make_week() {
	make_histories
	make_workspace "$w"
	days "$w"
	[ "$(find "$w/reports" -name '2026*.en.md' | wc -l)" -eq 7 ]
}
