#!/bin/sh
# t492 - the watch list names pins between followed repositories that stay
# behind, as of the day.
. "$(dirname "$0")/../lib.sh"
need python3

make_world() {
	new_repo kern
	at "2026-02-01 10:00"
	commit kern one a.py "a = 1"
	git -C kern tag v1.0.0
	commit kern two a.py "a = 2"
	commit kern three a.py "a = 3"
	git -C kern tag v1.1.0
	git -C kern tag v1.9.0rc1
	at "2026-02-03 10:00"
	commit kern later a.py "a = 4"
	git -C kern tag v1.2.0
	first=$(git -C kern rev-parse v1.0.0)
	third=$(git -C kern rev-parse v1.1.0)
	new_repo app
	at "2026-02-01 12:00"
	commit app start requirements.txt "kern==1.0.0
kernel-tools==0.1.0
other>=1.0" requirements-test.txt "kern==0.9.0" \
		docker/Dockerfile "FROM scratch
ARG KERN_VERSION=1.1.0" CMakeLists.txt "FetchContent_Declare(
  dep-kern
  GIT_TAG $first
)"
	new_repo good
	commit good start requirements.txt "kern==1.1.0" \
		CMakeLists.txt "FetchContent_Declare(
  kern
  GIT_TAG $third
)"
	new_repo sub
	git -C sub update-index --add --cacheinfo "160000,$first,deps/kern"
	tick
	git -C sub commit -q -m "pin a submodule"
	airep-git init ws >/dev/null 2>&1
	: >ws/repos.list
	for r in kern app good sub; do
		echo "o/$r mirror=$TMP/$r/.git" >>ws/repos.list
	done
	AIREP_NOW=2026-02-05T00:00:00Z airep-git -q -C ws sync
}

pins() {
	airep-git -C ws report --date "$1" --format json --stdout >doc
	python3 - doc <<-'END' >pins
		import json, sys
		for p in json.load(open(sys.argv[1]))["watch"]["pins"]:
		    print(p["repo"][2:], p["path"], p["line"], p["spec"][:7],
		          p["behind"], p["newest"], p["differs"])
	END
}

t_what_is_behind_or_differs_is_said() {
	make_world
	pins 2026-02-01
	cat >want <<-END
		app CMakeLists.txt 3 $(echo "$first" | cut -c1-7) 2 None False
		app docker/Dockerfile 2 1.1.0 None None True
		app requirements.txt 1 1.0.0 None v1.1.0 True
		sub deps/kern 0 $(echo "$first" | cut -c1-7) 2 None False
	END
	same pins want
}

t_what_is_up_to_date_or_not_about_it_is_not() {
	lacks pins good
	lacks pins requirements-test
	lacks pins 0.1.0
}

t_a_later_tag_and_landing_say_nothing_about_the_day() {
	lacks pins v1.2.0
	lacks pins v1.9.0rc1
	pins 2026-02-03
	has pins "requirements.txt 1 1.0.0 None v1.2.0 True"
	has pins "deps/kern 0 $(git -C kern rev-parse --short=7 v1.0.0) 3 None False"
	has pins "good requirements.txt 1 1.1.0 None v1.2.0 False"
}

t_the_page_says_it_in_both_languages() {
	airep-git -C ws report --date 2026-02-01 --lang en --stdout >en
	has en 'Pins between followed repositories that are behind or differ'
	has en 'app `kern` `1.0.0` (`requirements.txt:1`): kern has tag `v1.1.0`, differs from another file of it'
	has en 'landings behind: 2'
	airep-git -C ws report --date 2026-02-01 --lang zh --stdout >zh
	has zh ': 相对 kern 落后 2 个落地'
}

run_tests
