# Everything one does here; `make` alone prints the list.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
RUNS := $(BIN)/python -m coverage
WORKERS ?= 2

# the Python named above, never another one
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint bench chaos docs lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## +/\t/' | expand -t 10

setup: $(READY)  ## make .venv and install what the lock file names

$(READY): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || test -n "$(PYTHON)" || \
	  { echo "No Python 3.11 or newer was found. Name one: make setup PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

demo: $(READY)  ## a workbench full of invented referrals, in the browser
	$(BIN)/referloop demo

test: $(READY) lint  ## everything that must hold, with coverage
	@rm -rf var/coverage && mkdir -p var/coverage
	$(RUNS) run -m pytest -n $(WORKERS)
	$(RUNS) combine --quiet
	$(RUNS) report --fail-under=90
	$(RUNS) report --fail-under=100 --include='*/referloop/referral/*,*/referloop/policy/*'

check: $(READY) lint  ## the quick loop: what fails most often, in under two minutes
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow"

lint: $(READY)  ## ruff, mypy and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## speed, as a ratio to the raw limit of the same database
	$(BIN)/python -m benchmarks

chaos: $(READY)  ## crashes, lost connections and bad partners, then the count of what was lost
	$(BIN)/python -m chaos

docs: $(READY)  ## write docs/reference and the glossary's facts anew from the code
	$(BIN)/python -m tools.reference_docs

lock: $(READY)  ## choose versions anew from pyproject.toml
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

clean:  ## remove what the tools leave behind; .venv stays
	rm -rf var/coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
