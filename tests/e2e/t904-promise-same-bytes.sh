#!/bin/sh
# t904 - promise 4: two workspaces that saw the same hold the same pages.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../promises.sh"
need git python3

t_two_workspaces_write_the_same_pages() {
	make_week
	make_workspace other
	printf '\tjobs = 3\n' >>other/airep.conf
	(
		TZ=Asia/Tokyo HOME=$TMP/nowhere LC_ALL=C.UTF-8
		export TZ HOME LC_ALL
		days "$TMP/other"
	)
	diff -r "$w/reports" other/reports
}

t_every_page_is_made_again_from_the_store() {
	for page in "$w"/reports/2026*.md; do
		airep-git -C "$w" report --replay "$page" >again
		same "$page" again
	done
}

run_tests "$@"
