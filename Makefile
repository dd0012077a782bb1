# Every command of the kit. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
# Without it, each process that a test starts compiles the kit and pytest's plugins anew: minutes in all.
WITH_BYTECODE := PYTHONDONTWRITEBYTECODE=
ON_MOCK := $(PYTHON) -m mock_server --port 0 --quiet --run

# Variables of `make mock` and `make contract`; each is also an option and an environment variable of the command.
export HOST PORT STATE STORE WORKERS CHOICES CONTROL_TOKEN DELIVER_TO TIME_SCALE TOKEN FORBIDDEN_TOKEN WEBHOOK_ID SECOND_WEBHOOK_ID
export TARGET BUDGET SEED REPORT_DIR RATE TIMEOUT MAX_TIME WAIVERS VENDOR PRODUCT PRODUCT_VERSION

.PHONY: help setup mock contract contract-deep selftest bench bench-judge mutants test image-check torture soak kills audit sbom licences browser check lint fmt types layers bundle tables lock clean

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv and install what the kit needs (the other commands do it, too)

$(READY): requirements.lock pyproject.toml
	@if ! command -v python3 >/dev/null; then echo "python3 is not on the PATH: install Python 3.11 or newer." >&2; exit 2; fi
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$(python3 --version) is too old: the kit needs Python 3.11 or newer." >&2; exit 2; }
	@echo "Setting up $(VENV) (once) ..."
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --seed $(VENV) && \
	  uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable . ; \
	else \
	  python3 -m venv $(VENV) && \
	  $(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(PYTHON) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable . ; \
	fi
	@touch $@

mock: $(READY) ## Run the mock in the foreground [HOST= PORT=8000 STATE= STORE= WORKERS=1 CHOICES= DELIVER_TO=]
	@exec $(PYTHON) -m mock_server

contract: $(READY) ## Judge TARGET=url, or the mock where no TARGET is given [TOKEN= FORBIDDEN_TOKEN= WEBHOOK_ID= SECOND_WEBHOOK_ID= BUDGET= SEED= REPORT_DIR=]
	@exec $(if $(TARGET),,$(ON_MOCK)) $(PYTHON) -m contract_tests

contract-deep: $(READY) ## The same with BUDGET=2000 requests, fuzzed on [MAX_TIME= and those of contract]
	@exec $(if $(TARGET),,$(ON_MOCK)) $(PYTHON) -m contract_tests --deep $(if $(TARGET)$(RATE),,--rate 0)

test: $(READY) ## Run the kit's own tests
	@$(WITH_BYTECODE) $(PYTHON) -m pytest -n auto --dist worksteal

selftest: $(READY) ## See the gate bite: judge every faulty and conformant server, and run what takes too long for make test (half an hour)
	@$(WITH_BYTECODE) $(PYTHON) tests/gate_selftest.py
	@$(WITH_BYTECODE) $(PYTHON) -m pytest -n auto --dist worksteal -m thorough

bench: $(READY) ## Measure the mock beside other servers; write benchmarks/RESULTS.md and the table in README.md [BENCH=options] (quarter of an hour)
	@$(PYTHON) benchmarks/bench.py $(BENCH)

bench-judge: $(READY) ## Measure faults found, false alarms and time; write benchmarks/RESULTS-judge.md (half an hour)
	@$(PYTHON) benchmarks/judge.py

mutants: $(READY) ## Break the judge in each of its lines and list what its tests do not notice (half an hour)
	@rm -rf mutants && mkdir mutants
	@echo "Testing the mutants of the judge; mutants/log tells how far it is ..."
	@$(VENV)/bin/mutmut run 'contract_tests.*' >mutants/log 2>&1 || { tail -n 20 mutants/log >&2; exit 2; }
	@$(VENV)/bin/mutmut export-cicd-stats >>mutants/log
	@cat mutants/mutmut-cicd-stats.json && echo
	@$(VENV)/bin/mutmut results

image-check: $(READY) ## Carry the steps of the Containerfile out in a temporary folder and see its mock healthy
	@$(PYTHON) tests/image_check.py

torture: $(READY) ## Send the mock hostile bytes and see it answer healthy requests [SEED=0 REQUESTS=100000] (ten minutes)
	@$(PYTHON) tests/torture.py $(if $(SEED),--seed $(SEED)) $(if $(REQUESTS),--requests $(REQUESTS))

soak: $(READY) ## Load a mock in trouble and see it lose and leak nothing [DURATION=600 seconds SEED=0] (ten minutes)
	@$(PYTHON) tests/soak.py $(if $(DURATION),--seconds $(DURATION)) $(if $(SEED),--seed $(SEED))

kills: $(READY) ## Kill a mock 200 times under writes and see what its state file holds (ten minutes)
	@$(PYTHON) tests/state_kills.py

audit: $(READY) ## Ask PyPI for vulnerabilities of what requirements.lock pins (needs a network)
	@$(PYTHON) tests/audit.py

sbom: $(READY) ## Write the packages that the kit runs on to build/sbom.json (CycloneDX)
	@$(PYTHON) tests/sbom.py

licences: $(READY) ## Write the licences of these packages to docs/licences.md
	@$(PYTHON) tests/licences.py

browser: ## Install Chromium by apt-get, for the tests of pages (as root)
	@apt-get update -qq
	@DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends -y chromium fonts-liberation >/dev/null

check: lint types layers test ## What CI runs: lint, types, layers, tests

lint: $(READY) ## Check style and formatting
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .

types: $(READY) ## Check types
	@$(PYTHON) -m mypy

layers: $(READY) ## Check that the mock and the suite share the contract only
	@$(VENV)/bin/lint-imports --no-cache

fmt: $(READY) ## Format the code
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

bundle: $(READY) ## Write the resolved document to build/openapi.json and validate it
	@$(PYTHON) -m openapi build/openapi.json

tables: $(READY) ## Write requirements and choices into README.md anew
	@$(PYTHON) -m openapi --tables README.md

lock: $(READY) ## Resolve requirements.lock anew, and image.lock from it (needs uv)
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade -o requirements.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o image.lock

clean: ## Remove everything that the commands made
	@rm -rf $(VENV) benchmarks/peers/node_modules build dist reports mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis .import_linter_cache .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
