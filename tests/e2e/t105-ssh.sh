#!/bin/sh
# t105 - mirrors over ssh; the program ssh is one that runs the command here.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../net.sh"
need git

mkdir -p "$TMP/bin"
cat >"$TMP/bin/ssh" <<'END'
#!/bin/sh
printf '%s\n' "$@" >"$TMP/ssh.args"
while [ "$1" != -- ]; do shift; done
[ "$2" = git@host.example ] || { echo "no such host" >&2; exit 255; }
exec sh -c "$3"
END
chmod +x "$TMP/bin/ssh"
PATH=$TMP/bin:$PATH
BASE=ssh://git@host.example:2222$TMP/up
. "$(dirname "$0")/../transports.sh"

t_what_ssh_was_given() {
	printf '%s\n' -oBatchMode=yes -oSendEnv=GIT_PROTOCOL -p 2222 -- \
		git@host.example "git-upload-pack '$TMP/up/odd/.git'" >want
	same want ssh.args
}

t_a_path_that_quotes_stays_one_word() {
	git clone -q --bare "$TMP/up/one" "$TMP/up/it's \$(touch pwned)!.git"
	fetch "ssh://git@host.example$TMP/up/it's%2520\$(touch%2520pwned)!.git" \
		"$TMP/quoted.git" >out
	same_refs "$TMP/up/one" "$TMP/quoted.git"
	[ ! -e pwned ]
}

t_what_ssh_says_is_the_error() {
	must_fail fetch "ssh://git@other.example/x" "$TMP/none.git" >out
	has out "no%20such%20host"
}

t_host_and_path_as_ssh_users_write_them() {
	fetch "git@host.example:$TMP/up/one/.git" "$TMP/scp.git" >out
	same_refs "$TMP/up/one" "$TMP/scp.git"
}
run_tests "$@"
