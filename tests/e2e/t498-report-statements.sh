#!/bin/sh
# t498 - statements of a page as they read: the hardware of a claim, the bounds
# of a pin, what left a signature, who uses a name, which fixes there were.
. "$(dirname "$0")/../lib.sh"

AIREP_NOW=2026-02-10T00:00:00Z
export AIREP_NOW

report() {
	airep-git -C ws report --date 2026-02-04 --stdout "$@"
}

# params NAME... - as many as make a signature too long to print.
params() {
	for p_i in $(seq 1 12); do
		printf 'a_parameter_with_a_long_name_%s, ' "$p_i"
	done
}

make_history() {
	new_repo up
	new_repo down
	at "2026-02-03 10:00"
	commit up "Start" up/__init__.py "from .ops import fused_gate" \
		up/ops.py "def fused_gate(x):
    return x

class Layer:
    def apply(self, $(params)x):
        return x" \
		requirements.txt "aiohttp
numpy==1.0
pytest"
	commit down "Start" down/a.py "from up import fused_gate
from up.ops import fused_gate

fused_gate(1)"
	at "2026-02-04 10:00"
	commit up "[Perf] Faster gate (#1)

1.5x faster on H100 and on B200 than before." n.txt 1
	commit up "[Perf] Faster start (#2)

Takes 20% less time than before." n.txt 2
	commit up "Bounds (#3)" requirements.txt "aiohttp >= 3.13
numpy"
	commit up "Drop the gate (#4)" up/__init__.py "" up/ops.py "class Layer:
    def apply(self, x):
        return x"
	commit up "fix: the gate's shape (#5)" up/c.py "def shape(): pass"
	commit up "fix: incorrect strides (#6)" up/d.py "def stride(): pass"
	airep-git init ws 2>err
	{
		echo "a/up mirror=$TMP/up/.git"
		echo "b/down mirror=$TMP/down/.git"
	} >ws/repos.list
	airep-git -C ws sync -q
	report --lang en >en
	report --lang zh >zh
}

t_a_claim_names_its_hardware() {
	make_history
	has en '"1.5x faster on H100 and on B200 than before." (H100, B200)'
	has en '"Takes 20% less time than before." (no hardware given)'
	has zh '(H100, B200)'
}

t_a_pin_says_which_side_has_no_bound() {
	has en '`aiohttp` unbounded -> `>= 3.13`'
	has en '`numpy` `==1.0` -> unbounded'
	has en '`pytest` unbounded -> none'
	has zh '`pytest` 无约束 -> 无'
}

t_a_long_signature_is_counted() {
	has en '`Layer.apply` 12 parameters -> none'
	has zh '`Layer.apply` 12 个参数 -> 无'
}

t_a_name_that_left_twice_is_used_once() {
	grep 'down 1 file, down 1 file' en && exit 1
	grep '`fused_gate` (down 1 file)' en
}

t_fixes_with_a_word_of_severity_come_first() {
	grep '^- Fixes (severity words first): up "fix: incorrect strides" \[c6\].*; up "fix: the gate.s shape" \[c5\]' en
}

t_an_unknown_kind_of_signal_is_an_error() {
	expect 2 airep-git -C ws log --signal bogus 2>err
	has err "no signal is called 'bogus'; docs/report.md lists them"
	airep-git -C ws log --signal pin >out
	[ "$(wc -l <out)" -ge 1 ]
	airep-git -C ws log --signal revert >out
}

run_tests
