#!/bin/sh
# fuzz.sh [SECONDS] [WORD] - each target of tests/fuzz (whose name has WORD) for
# that long (30), with clang's libFuzzer under address and undefined-behaviour
# sanitizers.  What was interesting stays in build-fuzz/corpus/ and is where the
# next run starts; a crash leaves its input there too.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-30} word=${2-}
command -v clang >/dev/null || { echo "skip: clang is not installed"; exit 77; }
san=address,undefined
make CC=clang BUILD=build-fuzz \
	CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,$san" build-fuzz/libairep.a
cf=$(pkg-config --cflags libgit2 libpcre2-8 sqlite3 libcurl jansson \
	libdeflate)
libs=$(pkg-config --libs libgit2 libpcre2-8 sqlite3 jansson libdeflate)
bad=0
for src in tests/fuzz/fuzz_*.c; do
	name=$(basename "$src" .c)
	case $name in *"$word"*) ;; *) continue ;; esac
	corpus=build-fuzz/corpus/$name
	mkdir -p "$corpus"
	# shellcheck disable=SC2086
	clang -std=gnu11 -D_GNU_SOURCE -I. -include core/banned.h -g -O1 \
		-DAIREP_VERSION='"fuzz"' $cf "-fsanitize=fuzzer,$san" \
		-o "build-fuzz/$name" "$src" build-fuzz/libairep.a $libs \
		-lpthread -lm
	echo "== $name, $seconds s"
	if ! "build-fuzz/$name" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="build-fuzz/$name-" "$corpus" \
		>"build-fuzz/$name.log" 2>&1; then
		bad=1
		tail -n 40 "build-fuzz/$name.log"
	fi
	sed -n 's/^stat::number_of_executed_units: */runs: /p' \
		"build-fuzz/$name.log"
done
exit $bad
