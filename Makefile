# Specdesk: `make demo` shows it, `make test` proves it. Both set themselves up.

SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCKED := --quiet --require-hashes --only-binary :all:
PYTHON ?=
# One more than there are processors, since tests wait for browsers and databases; no more than eight.
# A file of tests stays with one of them (`loadfile`): its stores and servers are then made once.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); n=$$((n + 1)); [ $$n -gt 8 ] && n=8; echo $$n)

.PHONY: help setup setup-test demo serve test check generated wheel fuzz shots pictures property bench lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

setup: .venv/.ready .venv/.ready-correlation ## make .venv with the specdesk command in it

setup-test: .venv/.ready-test .venv/.ready-correlation ## the same, with all that the tests need

demo: setup ## publish the example tenants, fill one with tickets, serve, print the sign-ins
	@$(BIN)/specdesk demo

serve: setup ## serve the store named by SPECDESK_STORE, by default an embedded file
	@$(BIN)/specdesk serve

test: setup-test ## everything: style, types, contracts, generated files, wheel, all tests
	$(MAKE) generated
	$(MAKE) --jobs 2 --output-sync=target check wheel
	SPECDESK_FUZZ_SECONDS=$${SPECDESK_FUZZ_SECONDS:-8} $(BIN)/python -m tests.api.fuzz
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

fuzz: setup-test ## let schemathesis loose on the REST API of a running server, for half a minute
	$(BIN)/python -m tests.api.fuzz

check: setup-test ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

generated: setup-test ## write the generated files anew; fails when the committed ones were out of date
	$(BIN)/python -m tests.house.regenerate

wheel: setup-test ## build the wheel, install it elsewhere and try it there
	$(BIN)/python -m tests.house.wheel

shots: setup-test ## picture every sample screen into build/shots, on a phone and a desk, light and dark
	$(BIN)/python -m tests.screens.shots build/shots

pictures: setup-test ## take the README's pictures anew from the filled example
	$(BIN)/python -m tests.journeys.pictures

property: setup-test ## hold SQL and the rule index to the reference evaluator on 100,000 random cases each, and edit specs 10,000 times
	SPECDESK_EXAMPLES=1700 $(BIN)/python -m pytest tests/store/test_lower.py -k finds
	SPECDESK_RULE_PAIRS=200000 $(BIN)/python -m pytest tests/engine/index -k random
	SPECDESK_EDITS=10000 $(BIN)/python -m pytest tests/specs/test_edits.py tests/specs/test_formatting.py -k careless

bench: setup-test ## measure and print figures with machine and versions, beside other rule engines
	@$(PIP) install $(LOCKED) -r requirements-bench.lock || echo "measuring without other engines" >&2
	$(BIN)/python -m tests.bench

lock: ## resolve the dependencies anew into the lock files
	@bash tests/house/lock.sh

clean: ## remove .venv and caches; data in .specdesk-data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

# A name on the path may be a shim without a Python behind it, so each is run before it is taken.
.venv/bin/pip:
	@for name in $(PYTHON) python3.12 python3.11 python3; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python="$$name"; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Specdesk needs Python 3.11 or newer; found none. Name one: make PYTHON=/path/to/python" >&2; \
	  exit 1; fi; \
	"$$python" -m venv --clear .venv || { \
	  echo "$$python cannot make an environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/.ready: requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Setting up .venv (once, about a minute)" >&2
	@$(PIP) install $(LOCKED) -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# durable-rules comes as source alone: without a compiler event patterns run on plain Python. Its C
# calls a function by the name it had before Python 3.13.
.venv/.ready-correlation: requirements-correlation.lock .venv/.ready
	@sed -n '/^setuptools/,/[^\\]$$/p' $< > .venv/compile.lock
	@if $(PIP) install $(LOCKED) -r .venv/compile.lock && \
	  CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject" $(PIP) install --quiet \
	    --require-hashes --no-build-isolation -r $< 2> .venv/correlation.log; \
	then touch $@; else \
	  echo "No C compiler (or no Python headers): event patterns run on plain Python. See .venv/correlation.log" >&2; \
	fi

.venv/.ready-test: requirements-test.lock .venv/.ready
	@echo "Adding what the tests need (once)" >&2
	@$(PIP) install $(LOCKED) -r requirements-test.lock
	@touch $@
