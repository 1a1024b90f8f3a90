# Needs Python 3.11 or newer and make; everything else goes into the folder .venv.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check ci faults bench schemas services dbt asyncapi axe peers verapdf lock clean

# Two more than the processors of a small machine: tests with brokers wait a good part of their time.
JOBS ?= 4
# Where it is set, as in some images, each process would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/for-work ## make .venv with sambung and what its tests need; other targets do it when needed
	@echo "$(VENV) is ready: . $(BIN)/activate"

demo: $(VENV)/for-use ## nine months of a real drive, from event files to attribution tables
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh demo.sh

test: $(VENV)/for-work ## run all tests; make test ARGS="-k engine" runs some, JOBS=1 one at a time
	@$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/for-work ## lint, formatting, types, import rules, layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_layout.py

ci: export CI = true
ci: export TEST_THOROUGH = 1
ci: export TEST_COLD = 1
ci: test check ## everything a change must pass; tests skipped for a missing program fail here

faults: JOBS = 0
faults: $(VENV)/for-work services ## kill, fill up and disconnect parts of a real cluster, and write docs/faults.md
	@FAULTS_PAGE=docs/faults.md $(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile \
	    -m fault tests/faults $(ARGS)

bench: $(VENV)/for-bench ## measure, in a quarter of an hour; ARGS="--full --write" rewrites docs/benchmarks.md
	@$(MAKE) --no-print-directory services || echo "No Apache Kafka: the benches will use the embedded broker."
	@$(MAKE) --no-print-directory --keep-going -f bench/Makefile PYTHON=$(BIN)/python || echo "Some peers will not run."
	@$(BIN)/python -m bench $(ARGS)

schemas: $(VENV)/for-work ## regenerate docs/schemas and every other document that is made from the code
	$(BIN)/python -m tools.schemas

services: var/services/kafka/.whole ## get Apache Kafka for the tests that need it (with Maven and a JDK, 17 or newer)

dbt: var/dbt/.whole ## get dbt for the test of docs/dbt, in an environment of its own

asyncapi: var/asyncapi/.whole ## get AsyncAPI's own reader for the test of docs/asyncapi.yaml (with npm)

peers: var/peers/mam/.whole var/peers/channel_attribution/.whole ## get two other programs that credit journeys, to compare

axe: var/axe/.whole ## get axe-core, which looks for barriers in the live page (with npm)

verapdf: var/verapdf/.whole ## get veraPDF, which validates the PDF of a report (with Maven and a JDK, 17 or newer)

lock: ## update constraints*.txt to the newest versions that pyproject.toml allows; then run make ci
	@$(BIN)/python -m venv --clear var/lock
	@var/lock/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@{ sed '/^[^#]/d' constraints.txt; \
	    var/lock/bin/python -m pip list --disable-pip-version-check --format freeze | grep -Eiv '^(sambung|pip|setuptools)='; \
	} > var/lock/constraints.txt
	@mv var/lock/constraints.txt constraints.txt
	@rm -rf var/lock
	@rm -f var/dbt/.whole
	@$(MAKE) --no-print-directory dbt CONSTRAINED=
	@{ sed '/^[^#]/d' constraints-dbt.txt; \
	    var/dbt/bin/python -m pip list --disable-pip-version-check --format freeze | grep -Eiv '^(pip|setuptools)='; \
	} > var/dbt/constraints.txt
	@mv var/dbt/constraints.txt constraints-dbt.txt
	@touch var/dbt/.whole

clean: ## remove .venv, the demo's store, peers, dbt, AsyncAPI's reader and every cache
	rm -rf $(VENV) var/demo var/bench var/dbt var/asyncapi var/axe var/peers var/verapdf build dist *.egg-info
	rm -rf .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

var/services/kafka/.whole: tests/services/pom.xml
	@echo "Getting Apache Kafka into $(@D) ..."
	@rm -rf $(@D)
	@mvn -q -B -f $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(@D)
	@touch $@

var/verapdf/.whole: tests/verapdf/pom.xml
	@echo "Getting veraPDF into $(@D) ..."
	@rm -rf $(@D)
	@mvn -q -B -f $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(@D)
	@touch $@

var/dbt/.whole: CONSTRAINED = --constraint constraints-dbt.txt
var/dbt/.whole: pyproject.toml constraints-dbt.txt $(BIN)/python
	@echo "Installing dbt into $(@D) ..."
	@$(BIN)/python -m venv --clear $(@D)
	@$(BIN)/python -c 'import tomllib; project = tomllib.load(open("$<", "rb"))["project"]; \
	    print(*project["optional-dependencies"]["dbt"], sep="\n")' > $(@D)/requirements.txt
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINED) -r $(@D)/requirements.txt
	@touch $@

var/peers/%/.whole: tests/peers/%-requirements.txt $(BIN)/python
	@echo "Installing $* into $(@D) ..."
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

var/asyncapi/.whole: tests/asyncapi/package.json tests/asyncapi/package-lock.json
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

var/axe/.whole: tests/axe/package.json tests/axe/package-lock.json
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/for-work: pyproject.toml constraints.txt $(BIN)/python
	@echo "Installing sambung and what its tests need into $(VENV) ..."
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/for-use $@

$(VENV)/for-bench: pyproject.toml constraints.txt $(BIN)/python
	@echo "Installing sambung and what its benches need into $(VENV) ..."
	@$(PIP) --editable '.[bench]'
	@touch $(VENV)/for-use $(VENV)/for-work $@

$(VENV)/for-use: pyproject.toml constraints.txt $(BIN)/python
	@echo "Installing sambung into $(VENV) ..."
	@$(PIP) --editable '.[gateway]'
	@touch $@

# A folder without the last file was not finished, or has lost its Python.
$(BIN)/python:
	@for python in $(PYTHON); do \
	    "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    echo "Making $(VENV) with $$("$$python" --version) ..."; \
	    "$$python" -m venv --clear $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	done; \
	echo "No Python 3.11 or newer with its module venv was found (tried: $(PYTHON))." >&2; \
	echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)," >&2; \
	echo "or name yours: make $(or $(firstword $(MAKECMDGOALS)),setup) PYTHON=/path/to/python3.12" >&2; \
	exit 1
