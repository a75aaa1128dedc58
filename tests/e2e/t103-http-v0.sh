#!/bin/sh
# t103 - mirrors over smart HTTP from a server that knows only version 0.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
httpd_start
BASE=$HTTP/v0
PROTOCOL=0
. "$(dirname "$0")/../transports.sh"
run_tests "$@"
