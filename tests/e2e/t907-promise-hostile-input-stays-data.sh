#!/bin/sh
# t907 - promise 7: hostile input stays data.
exec sh "$(dirname "$0")/t430-escape.sh" "$@"
