#!/bin/sh
# t102 - mirrors over smart HTTP, protocol version 2.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
httpd_start
BASE=$HTTP/git
. "$(dirname "$0")/../transports.sh"

t_version_2_was_spoken() {
	has "$TMP/http.log" "protocol=version=2"
	has "$TMP/http.log" "POST /git/one/.git/git-upload-pack"
}
run_tests "$@"
