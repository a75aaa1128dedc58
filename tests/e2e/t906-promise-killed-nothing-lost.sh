#!/bin/sh
# t906 - promise 6: killed anywhere, nothing is lost.  A short turn of t910.
KILLS=${KILLS:-8} exec sh "$(dirname "$0")/t910-kill.sh" "$@"
