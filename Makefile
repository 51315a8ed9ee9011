# One command each: `make help` lists them. Needs python3 >= 3.11 with venv, git and make.

PYTHON ?= python3
PORT ?= 8080
PYTEST_ARGS ?=
MINUTES ?= 10

VENV := .venv
BIN := $(VENV)/bin
PAGES_CHECK := tests/browser/npm

.DEFAULT_GOAL := help
.PHONY: help install dev run check test test-slow test-contract test-asterisk test-browser bench bench-cases clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:[^#]*## /\t/' | expand -t 18

install: $(VENV)/.installed ## Make .venv and .venv/bin/mhud, without development tools

dev: $(VENV)/.installed-dev ## Make .venv with development tools

run: install ## Start the demo on http://127.0.0.1:8080, or make run PORT=...
	$(BIN)/mhud demo --port $(PORT)

check: dev ## Run ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check ## Run the checks and the fast tests
	$(BIN)/pytest $(PYTEST_ARGS)

test-slow: dev ## Run the tests that take minutes
	$(BIN)/pytest -m slow $(PYTEST_ARGS)

test-contract: dev ## Compare the served API with its OpenAPI document at length: MINUTES=10 of each login
	$(BIN)/python -m tests.contract.run --minutes $(MINUTES)

test-asterisk: dev ## Run the tests against a real Asterisk (root, once: installs Asterisk and SIPp)
	tests/asterisk/pbx tools
	tests/asterisk/pbx install
	$(BIN)/pytest -m asterisk $(PYTEST_ARGS)

test-browser: dev $(PAGES_CHECK)/node_modules/.installed ## Test the pages: types, style, and in Chromium
	$(BIN)/pytest -m browser $(PYTEST_ARGS)

$(PAGES_CHECK)/node_modules/.installed: $(PAGES_CHECK)/package-lock.json
	cd $(PAGES_CHECK) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

bench: install ## Measure mhud beside others, ratios only (docs/performance.md); takes four minutes
	PYTHON=$(PYTHON) benchmarks/setup.sh
	$(BIN)/python -m benchmarks

bench-cases: install ## Measure cases: making, listing, searching a million; a quarter of an hour, 3 GB of disk
	$(BIN)/python -m benchmarks cases

clean: ## Remove .venv, caches and what a build leaves
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov dist \
	  mhud/portal/static/vendor $(PAGES_CHECK)/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a second run does nothing until one of PACKAGE changes. Both installs are editable, so
# that the code of the checkout is what runs; the one with development tools holds the other.
PACKAGE := pyproject.toml hatch_build.py $(wildcard mhud/portal/npm/*.json mhud/portal/npm/*.mjs)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "mhud needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks venv: install your system's package for it, e.g. python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(PACKAGE) | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(PACKAGE) | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(VENV)/.installed $@
