#!/bin/sh
# t104 - mirrors over git:// from a real git daemon.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
daemon_start
BASE=$GITD
. "$(dirname "$0")/../transports.sh"

t_no_such_repository_is_an_error_of_its_own() {
	must_fail fetch "$GITD/none.git" "$TMP/none.git" >out
	has out "the%20server%20says"
}
run_tests "$@"
