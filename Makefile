# plimsoll - one Makefile, no recursion. `make help` lists the targets.
VERSION := 0.1.0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share/plimsoll
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
AUDIT_ARGS ?=

# pkg-config module : Debian package
LIBRARIES := yaml-0.1:libyaml-dev jansson:libjansson-dev libcap:libcap-dev libxml-2.0:libxml2-dev \
	libcurl:libcurl4-openssl-dev libpcre2-8:libpcre2-dev audit:libaudit-dev zlib:zlib1g-dev \
	libseccomp:libseccomp-dev
MODULES := $(foreach l,$(LIBRARIES),$(firstword $(subst :, ,$l)))
BUILD_PACKAGES := gcc libc6-dev make pkg-config $(foreach l,$(LIBRARIES),$(lastword $(subst :, ,$l)))
TEST_PACKAGES := libcmocka-dev libxml2-utils time util-linux mandoc shellcheck docker.io busybox-static jq procps zsh fish podman crun
VM_PACKAGES := qemu-system-x86 mmdebstrap e2fsprogs xz-utils jq
LINT_PACKAGES := clang clang-tidy cppcheck $(TEST_PACKAGES)

# Sources are found, never listed.
SOURCES := $(sort $(wildcard engine/*/*.c checks/*.c reports/*.c))
TABLES := $(addprefix $(BUILD)/gen/,probe_table.c format_table.c command_table.c)
MAIN := engine/cli/main.c
OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out $(MAIN),$(SOURCES))) $(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen/%.o,$(TABLES))
MAIN_OBJECT := $(BUILD)/obj/engine/cli/main.o
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))

# Asked for once; empty when something is missing, which `libraries` then names.
NO_BUILD_GOALS := help clean deps test-deps lint-deps vm-deps vm-capture dist
ifneq ($(filter-out $(NO_BUILD_GOALS),$(or $(MAKECMDGOALS),all)),)
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(MODULES) 2>/dev/null)
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(MODULES) 2>/dev/null)
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef -Wpointer-arith -Wvla
probe_flag = $(shell $(CC) $(1) -Werror -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
ifneq ($(filter-out $(NO_BUILD_GOALS),$(or $(MAKECMDGOALS),all)),)
HARDENING := $(foreach f,-fstack-protector-strong -fstack-clash-protection -fcf-protection=full,$(call probe_flag,$f)) -fPIE
FORTIFY := $(or $(call probe_flag,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3),-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif
HARDENING_LD := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifdef SANITIZE
HARDENING := -fPIE -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDENING_LD := -pie -fsanitize=$(SANITIZE)
FORTIFY :=
endif

ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(HARDENING) $(LIB_CFLAGS) $(CFLAGS) $(FORTIFY) $(EXTRA_CFLAGS)
ALL_CPPFLAGS = -D_GNU_SOURCE -DPLIMSOLL_VERSION='"$(VERSION)"' -Iengine -I. $(CPPFLAGS)

.PHONY: all
all: $(BUILD)/plimsoll ## build build/plimsoll (installs nothing)

$(BUILD)/plimsoll: $(MAIN_OBJECT) $(OBJECTS)
	$(CC) $(HARDENING_LD) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

# Objects follow the flags too, and the one that knows the installed folder follows that.
$(BUILD)/gen/flags: STAMP = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)
$(BUILD)/gen/datadir: STAMP = $(DATADIR)
$(BUILD)/gen/flags $(BUILD)/gen/datadir: FORCE
	$(shell mkdir -p $(@D))$(file >$@.new,$(STAMP))
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(BUILD)/obj/engine/cli/workplace.o: $(BUILD)/gen/datadir
$(BUILD)/obj/engine/cli/workplace.o: ALL_CPPFLAGS += -DPLIMSOLL_DATADIR='"$(DATADIR)"'

$(BUILD)/obj/%.o: %.c $(BUILD)/gen/flags | libraries
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/gen/flags | libraries
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The tables follow from file names; tools/table.sh rewrites one only when it changed.
$(BUILD)/gen/probe_table.c: FORCE
	@sh tools/table.sh $@ probe '#include "collect/collect.h"' checks/probe_*.c
$(BUILD)/gen/format_table.c: FORCE
	@sh tools/table.sh $@ format '#include "reports/format.h"' reports/report_*.c
$(BUILD)/gen/command_table.c: FORCE
	@sh tools/table.sh $@ command '#include "cli/command.h"' engine/cli/command_*.c
.PHONY: FORCE
FORCE:

.PHONY: libraries
libraries:
	@sh tools/need.sh libraries "$(PKG_CONFIG)" $(LIBRARIES)

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d $(BUILD)/tests/*.d $(BUILD)/live/*.d)

.PHONY: audit
audit: deps ## install what the build needs, build, audit this host
	@[ -x $(BUILD)/plimsoll ] || echo "building …" >&2
	@$(MAKE) --no-print-directory -s -j2 all
	@$(BUILD)/plimsoll audit $(AUDIT_ARGS); status=$$?; \
	case $$status in 0|1|3) echo "exit status of the audit: $$status (see \`plimsoll --help\`)" >&2 ;; *) exit $$status ;; esac

.PHONY: deps test-deps lint-deps vm-deps
deps:
	@sh tools/need.sh install build $(BUILD_PACKAGES)
test-deps:
	@sh tools/need.sh install test $(BUILD_PACKAGES) $(TEST_PACKAGES)
lint-deps:
	@sh tools/need.sh install lint $(BUILD_PACKAGES) $(LINT_PACKAGES)
vm-deps:
	@sh tools/need.sh install check-vm $(BUILD_PACKAGES) $(VM_PACKAGES)

# --- tests -------------------------------------------------------------------------------------
$(BUILD)/tests/%: tests/unit/%.c $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -DTEST_SRCDIR='"$(CURDIR)"' $(ALL_CFLAGS) -MMD -MP $(HARDENING_LD) $(LDFLAGS) -o $@ $< $(OBJECTS) $(LIB_LIBS) -lm -lcmocka

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS)

.PHONY: check
check: test-deps ## install what the tests need, run all tests (under ASan and UBSan)
	@echo "building, once plain and once with sanitizers …" >&2
	@$(MAKE) --no-print-directory -s -j2 all
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(BUILD)/asan SANITIZE=address,undefined CFLAGS="-O1 -g" all unit-tests
	@sh tests/run.sh $(BUILD)/asan $(BUILD)

.PHONY: check-unit check-valgrind
check-unit: ## units only, plain build
	@$(MAKE) --no-print-directory -s -j2 all unit-tests
	@sh tests/run.sh --unit $(BUILD) $(BUILD)
check-valgrind: ## units under valgrind
	@$(MAKE) --no-print-directory -s -j2 unit-tests
	@sh tests/run.sh --unit --valgrind $(BUILD) $(BUILD)

# Tests that stop, freeze and kill processes of their own and watch the clock: apart from `make check`, as a loaded machine
# may be too slow for them.
LIVE_TESTS := $(patsubst tests/live/%.c,$(BUILD)/live/%,$(sort $(wildcard tests/live/test_*.c)))
$(BUILD)/live/%: tests/live/%.c $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -DTEST_SRCDIR='"$(CURDIR)"' $(ALL_CFLAGS) -MMD -MP $(HARDENING_LD) $(LDFLAGS) -o $@ $< $(OBJECTS) $(LIB_LIBS) -lm -lcmocka
.PHONY: live-tests check-live
live-tests: $(LIVE_TESTS)
check-live: test-deps ## the broker against processes of this machine (root)
	@$(MAKE) --no-print-directory -s -j2 all live-tests
	@sh tests/run.sh --live $(BUILD) $(BUILD)

.PHONY: check-traces
check-traces: all ## AUDITS (default 1000) audits in a row leave containers' processes as they were (root)
	@PLIMSOLL=$(BUILD)/plimsoll sh tests/traces/run.sh $(or $(AUDITS),1000)

# A whole machine under software emulation: cgroup v2, AppArmor, the systemd driver, what this machine's kernel may not have. The
# guest is made once and kept in build/vm.
.PHONY: check-vm vm-capture
check-vm: vm-deps ## containers of a Debian 13 guest in QEMU (root; a quarter of an hour)
	@$(MAKE) --no-print-directory -s -j2 all
	@sh tests/vm/build.sh $(BUILD)/vm
	@sh tests/vm/run.sh $(BUILD) $(BUILD)/vm
	@VM_OUT=$(BUILD)/vm/share/out sh tests/run.sh --vm $(BUILD) $(BUILD)
vm-capture: ## rewrite tests/hosts/vm-debian13 from the last check-vm; read the diff before you commit it
	@rm -rf tests/hosts/vm-debian13 && mkdir tests/hosts/vm-debian13 && tar -C tests/hosts/vm-debian13 -xzf $(BUILD)/vm/share/out/tree.tar.gz

.PHONY: golden
golden: ## rewrite the golden files; read the diff before you commit it
	@$(MAKE) --no-print-directory -s -j2 all unit-tests
	@UPDATE_GOLDEN=1 sh tests/run.sh --golden $(BUILD) $(BUILD)

.PHONY: bench
bench: all ## print times and memory; asserts nothing
	@sh tests/bench/run.sh $(BUILD)

.PHONY: bench-containers
bench-containers: all ## the same for CONTAINERS (default 200) containers of runc alone
	@sh tests/bench/containers.sh $(BUILD) $(or $(CONTAINERS),200)

.PHONY: fuzz
fuzz: ## run each fuzzer for FUZZ_SECONDS (default 60) with libFuzzer
	@sh tests/fuzz/run.sh $(BUILD) $(or $(FUZZ_SECONDS),60)

.PHONY: objects print-modules
objects: $(OBJECTS)
print-modules:
	@echo $(MODULES)

.PHONY: cover
cover: ## line coverage of the unit tests by gcov
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(BUILD)/cover CFLAGS="-O0 -g --coverage" LDFLAGS=--coverage FORTIFY= all unit-tests
	@sh tests/run.sh --unit $(BUILD)/cover $(BUILD)/cover
	@sh tools/coverage.sh $(BUILD)/cover

.PHONY: lint lint-quick
lint-quick: ## layers, sizes, manual pages, shell scripts
	@sh tools/lint-layers.sh
	@sh tools/lint-sizes.sh
	@sh tools/lint-text.sh

lint: lint-deps lint-quick ## everything that can be said without running the code
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/gcc CC=gcc EXTRA_CFLAGS=-Werror all
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/clang CC=clang EXTRA_CFLAGS=-Werror all
	@sh tools/lint-c.sh "$(LIB_CFLAGS)" $(SOURCES)

# --- manual pages, completions, install -----------------------------------------------------------
MAN_SOURCES := $(wildcard man/*.5 man/*.7 man/*.8)
GENERATED := $(BUILD)/man/plimsoll-facts.7 $(BUILD)/completion/plimsoll.bash $(BUILD)/completion/_plimsoll $(BUILD)/completion/plimsoll.fish

.PHONY: docs
docs: $(GENERATED) ## the generated manual page and the completions
$(BUILD)/man/plimsoll-facts.7: $(BUILD)/plimsoll
	@mkdir -p $(@D)
	$(BUILD)/plimsoll list facts --format mdoc > $@.new && mv $@.new $@
$(BUILD)/completion/plimsoll.bash: $(BUILD)/plimsoll
	@mkdir -p $(@D)
	$(BUILD)/plimsoll completion bash > $@.new && mv $@.new $@
$(BUILD)/completion/_plimsoll: $(BUILD)/plimsoll
	@mkdir -p $(@D)
	$(BUILD)/plimsoll completion zsh > $@.new && mv $@.new $@
$(BUILD)/completion/plimsoll.fish: $(BUILD)/plimsoll
	@mkdir -p $(@D)
	$(BUILD)/plimsoll completion fish > $@.new && mv $@.new $@

.PHONY: install uninstall
install: all docs ## install under DESTDIR and PREFIX
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install -m 0755 $(BUILD)/plimsoll $(DESTDIR)$(BINDIR)/plimsoll
	for f in $$(find benchmarks -name '*.yaml'); do install -D -m 0644 $$f $(DESTDIR)$(DATADIR)/$$f || exit 1; done
	for f in reports/schema/*.json; do install -D -m 0644 $$f $(DESTDIR)$(DATADIR)/schema/$${f##*/} || exit 1; done
	for f in $(MAN_SOURCES) $(BUILD)/man/plimsoll-facts.7; do \
		install -D -m 0644 $$f $(DESTDIR)$(MANDIR)/man$${f##*.}/$${f##*/} || exit 1; done
	install -m 0644 $(BUILD)/completion/plimsoll.bash $(DESTDIR)$(BASHDIR)/plimsoll
	install -m 0644 $(BUILD)/completion/_plimsoll $(DESTDIR)$(ZSHDIR)/_plimsoll
	install -m 0644 $(BUILD)/completion/plimsoll.fish $(DESTDIR)$(FISHDIR)/plimsoll.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/plimsoll $(DESTDIR)$(BASHDIR)/plimsoll $(DESTDIR)$(ZSHDIR)/_plimsoll $(DESTDIR)$(FISHDIR)/plimsoll.fish
	rm -f $(foreach f,$(MAN_SOURCES) plimsoll-facts.7,$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $f))/$(notdir $f))
	rm -rf $(DESTDIR)$(DATADIR)

.PHONY: dist clean help
dist: ## a source archive of HEAD
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=plimsoll-$(VERSION)/ -o $(BUILD)/plimsoll-$(VERSION).tar.gz HEAD
clean: ## remove build/
	rm -rf $(BUILD)
help: ## this list
	@awk -F '[:#]' '/^[a-z-]+:.*## /{printf "  %-16s%s\n", $$1, substr($$0, index($$0, "## ") + 3)}' Makefile
