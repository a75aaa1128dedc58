# airep-git - targets: all (default), test, parity, bench, verify-days, example,
# labels, demo, layers, style, fuzz, schema, install, clean.  Options: DEV=1 (-Werror),
# SAN=1 (address and undefined-behaviour sanitizers), TSAN=1 (threads),
# V=1 (show commands),
# T=word (only tests whose name has the word), S=seconds (of each fuzz target),
# J=N (tests at a time), MIRRORS=DIR (of parity, bench, verify-days and
# example), GROW=1 (of example),
# DAYS, UNTIL, CHANGES (of verify-days), RUNS=N and PARTS="..." (of bench),
# WRITE=1 (of these three: write the page also with T).

PREFIX ?= /usr/local
CC ?= cc
CFLAGS ?= -O2 -g
BUILD ?= build$(if $(SAN),-san)$(if $(TSAN),-tsan)
VERSION := 0.1.0

PKGS := libgit2 libpcre2-8 sqlite3 libcurl jansson libdeflate
APT_libgit2 := libgit2-dev
APT_libpcre2-8 := libpcre2-dev
APT_sqlite3 := libsqlite3-dev
APT_libcurl := libcurl4-openssl-dev
APT_jansson := libjansson-dev
APT_libdeflate := libdeflate-dev

NEEDS_PKGS := $(filter-out clean layers style,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_PKGS),)
ifeq ($(shell command -v pkg-config),)
$(error pkg-config is missing: apt-get install pkg-config, or run scripts/setup)
endif
MISSING := $(strip $(foreach p,$(PKGS),$(if $(shell pkg-config --exists $(p) && echo y),,$(p))))
ifneq ($(MISSING),)
$(error missing $(MISSING): apt-get install $(foreach p,$(MISSING),$(APT_$(p))), or run scripts/setup)
endif
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
# An enum value that only some builds of libgit2 have: no #ifdef can see it.
HAVE_MAX_OBJECT := $(shell printf '\043include <git2.h>\nint x = GIT_OPT_SET_PACK_MAX_OBJECT_SIZE;\n' | \
	$(CC) $(PKG_CFLAGS) -fsyntax-only -x c - 2>/dev/null && echo -DHAVE_PACK_MAX_OBJECT_SIZE)
PKG_CFLAGS += $(HAVE_MAX_OBJECT)
# Loaded at run time by who needs them: core/curl_lib.h, core/git_lib.h.  Tests
# ask libgit2 for more than the program does.
LOADED := libcurl libgit2
PKG_LIBS := $(shell pkg-config --libs $(filter-out $(LOADED),$(PKGS)))
GIT_LIBS := $(shell pkg-config --libs libgit2)
endif

comma := ,
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)$(if $(TSAN),-fsanitize=thread)
WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes $(if $(DEV),-Werror)
ALLCF := -std=gnu11 -D_GNU_SOURCE $(WARN) -I. -I$(BUILD) -include core/banned.h \
	-DAIREP_VERSION='"$(VERSION)"' $(PKG_CFLAGS) $(SANFLAGS)
LIBS := $(PKG_LIBS) -lpthread -lm

SRC := $(sort $(wildcard core/*.c store/*.c mirror/*.c analyze/*.c \
	analyze/signals/*.c render/*.c cli/*.c))
DATA := repos.list $(sort $(wildcard store/*.sql analyze/*.conf analyze/*.tsv))
OBJ := $(SRC:%.c=$(BUILD)/%.o) $(DATA:%=$(BUILD)/%.o)
UNIT := $(sort $(wildcard tests/unit/test_*.c))
UNITBIN := $(UNIT:%.c=$(BUILD)/%)
Q := $(if $(V),,@)

all: $(BUILD)/airep-git

$(BUILD)/airep-git: $(BUILD)/airep-git.o $(BUILD)/libairep.a
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libairep.a: $(OBJ)
	$(Q)rm -f $@; ar qcs $@ $^

$(BUILD)/%.o: %.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ALLCF) -MMD -MP -c -o $@ $<

# A data file becomes NUL-terminated bytes named after it: store/schema.sql
# is `extern const char store_schema_sql[]`.
$(BUILD)/%.sql.c $(BUILD)/%.conf.c $(BUILD)/%.list.c: scripts/embed
$(BUILD)/%.c: % scripts/embed
	$(Q)mkdir -p $(@D)
	$(Q)sh scripts/embed $< >$@

# The learned weights become arrays that are searched in place.
PACK := $(BUILD)/scripts/pack-weights
$(PACK): scripts/pack-weights.c analyze/types.c analyze/table.h \
		analyze/map64.h analyze/classify.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ALLCF) -o $@ $(filter %.c,$^)
$(BUILD)/analyze/weights.tsv.c: $(PACK) analyze/rules.conf analyze/weights.tsv
	$(Q)mkdir -p $(@D)
	$(Q)$^ >$@.tmp && mv $@.tmp $@

$(BUILD)/%.sql.o: $(BUILD)/%.sql.c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<
$(BUILD)/%.conf.o: $(BUILD)/%.conf.c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<
$(BUILD)/%.tsv.o: $(BUILD)/%.tsv.c analyze/table.h
	$(Q)$(CC) $(CFLAGS) -I. -c -o $@ $<
$(BUILD)/%.list.o: $(BUILD)/%.list.c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libairep.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ALLCF) -MMD -MP -o $@ $< $(BUILD)/libairep.a \
		$(LIBS) $(GIT_LIBS) -lcmocka

# Tools for people who write rules; not part of `all`.
signals-dump: $(BUILD)/tests/bench/signals_dump
$(BUILD)/tests/bench/%: tests/bench/%.c $(BUILD)/libairep.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ALLCF) -MMD -MP -o $@ $< $(BUILD)/libairep.a $(LIBS) $(GIT_LIBS)

# forge_drive: the metadata part of sync alone, for tests/e2e/t15*.
unit: $(UNITBIN) $(BUILD)/tests/bench/forge_drive
test: all unit
	$(Q)J=$(or $(J),1) sh tests/run "$(BUILD)" "$(T)"

# Labels against known ones (LABELS: a folder of TSV files): the program as it
# is, and what its table's first lines say of repositories left out.  CORPUS (a
# folder of rows as for scripts/train-labels): measure that, too, by fitting
# again without each repository in turn.
LABELS ?= labels
LABELBIN := $(BUILD)/tests/bench/labels $(BUILD)/tests/bench/train
LABELSRC := $(addprefix tests/bench/,rows.c model.c score.c)
$(LABELBIN): $(BUILD)/tests/bench/%: tests/bench/%.c $(LABELSRC) \
		$(wildcard tests/bench/*.h) $(BUILD)/libairep.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ALLCF) -MMD -MP -MF $@.d -o $@ $< \
		$(LABELSRC) $(BUILD)/libairep.a $(LIBS)
labels: $(LABELBIN)
	$(Q)$< $(sort $(wildcard $(LABELS)/*.tsv))
	$(Q)echo "cross-validated by repository (analyze/weights.tsv)"
	$(Q)sed -n '2,4s/^#/ /p' analyze/weights.tsv
	$(Q)$(if $(CORPUS),scripts/train-labels $(CORPUS) --write '')

demo: all
	$(Q)sh scripts/demo $(BUILD)/airep-git

# Against git, on real mirrors below the folder MIRRORS (T: words, one of
# which a repository's name has; WRITE=1: put the result into docs/).
parity: all
	$(Q)AIREP_BUILD="$(abspath $(BUILD))" scripts/parity \
		"$(or $(MIRRORS),$(error MIRRORS=DIR is missing))" $(T) \
		$(if $(WRITE),--write)
bench: all
	$(Q)AIREP_BUILD="$(abspath $(BUILD))" RUNS="$(RUNS)" PARTS="$(PARTS)" \
		scripts/bench \
		"$(or $(MIRRORS),$(error MIRRORS=DIR is missing))" $(T) \
		$(if $(WRITE),--write)
# Our pages of real days: no finding; single changes to them: found.
verify-days: all
	$(Q)AIREP_BUILD="$(abspath $(BUILD))" DAYS="$(DAYS)" UNTIL="$(UNTIL)" \
		CHANGES="$(CHANGES)" scripts/verify-days \
		"$(or $(MIRRORS),$(error MIRRORS=DIR is missing))" $(T) \
		$(if $(WRITE),--write)

# The pages of two days against what was read by hand (GROW=1: and that the
# pages of three days do not change when the mirrors grow).
example: all
	$(Q)AIREP_BUILD="$(abspath $(BUILD))" scripts/example \
		"$(or $(MIRRORS),$(error MIRRORS=DIR is missing))" \
		$(if $(GROW),grow)

layers:
	$(Q)sh scripts/layers.sh
style:
	$(Q)sh scripts/style.sh
fuzz:
	$(Q)sh scripts/fuzz.sh $(or $(S),30) "$(T)"

clean:
	rm -rf build build-san build-tsan build-ci build-fuzz docs/man/airep-git.1

# The man page is made from the table of commands and that of keys.
docs/man/airep-git.1: $(BUILD)/airep-git
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/airep-git help --man >$@.tmp && mv $@.tmp $@
man: docs/man/airep-git.1

# Committed, so that it can be read without building: t006 says when it is old.
schema:
	$(Q)sh scripts/schema-doc >docs/schema.md

install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/airep-git $(DESTDIR)$(PREFIX)/bin/airep-git
	install -m 644 docs/man/airep-git.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/airep-git.1

.PHONY: example schema demo all signals-dump unit test labels parity bench verify-days layers style fuzz man clean install
.SECONDARY:
-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
