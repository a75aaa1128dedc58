#!/bin/sh
# t101 - mirrors of local paths, through git upload-pack and without git.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git
BASE=$TMP/up
. "$(dirname "$0")/../transports.sh"

# The same without git in the PATH: libgit2 reads the path itself (but not past
# a malformed commit, so another repository than the one above).
t_without_git_a_path_is_read_all_the_same() {
	mkdir -p bin
	for c in cat printf tail grep; do
		ln -sf "$(command -v $c)" bin/
	done
	real=$PATH
	PATH=$AIREP_BUILD:$TMP/bin
	fetch "$TMP/up/long/.git" "$TMP/nogit.git" >out
	PATH=$real
	same_refs "$TMP/up/long" "$TMP/nogit.git"
}

t_file_urls_with_escapes() {
	git clone -q --bare "$TMP/up/one" "$TMP/up/a b%.git"
	fetch "file://$TMP/up/a%20b%25.git" "$TMP/ab.git" >out
	same_refs "$TMP/up/a b%.git" "$TMP/ab.git"
}

# Loaded libraries as the dynamic linker tells them: twenty come with libcurl.
t_without_a_connection_libcurl_is_not_loaded() {
	airep-git init nonet 2>err
	echo "me/one mirror=$TMP/up/one/.git" >nonet/repos.list
	LD_DEBUG=files airep-git -C nonet -q sync --no-meta 2>err
	has err libsqlite3
	lacks err libcurl
	LD_DEBUG=files airep-git -C nonet doctor >out 2>err
	has err libcurl
}
run_tests "$@"
