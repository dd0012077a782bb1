# Every command of the kit. `make` alone lists them.

.DEFAULT_GOAL := help
BASH_PROGRAM := $(or $(wildcard /bin/bash),$(shell command -v bash))
ifeq ($(BASH_PROGRAM),)
$(error bash is not on the PATH: install it, or install the kit by pip or uv, see docs/quickstart.md)
endif
SHELL := $(BASH_PROGRAM)
.SHELLFLAGS := -eu -o pipefail -c

VENV := .venv
PYTHON := $(VENV)/bin/python
# The second is as old as the environment, where the first, a link, is as old as the Python behind it.
PREREQUISITES := $(PYTHON) $(VENV)/pyvenv.cfg
# What is installed so far: the mock, what its extras need, the suite, or all that the kit's developers need.
MOCK := $(VENV)/.mock
EXTRAS := $(VENV)/.mock-extras
SUITE := $(VENV)/.suite
READY := $(VENV)/.ready
DISTRIBUTIONS := openapi/pyproject.toml mock_server/pyproject.toml contract_tests/pyproject.toml
# Without it, each process that a test starts compiles the kit and pytest's plugins anew: minutes in all.
WITH_BYTECODE := PYTHONDONTWRITEBYTECODE=
PYTEST := $(WITH_BYTECODE) $(PYTHON) -m pytest -n "$${PROCESSES:-4}" --dist worksteal
ON_MOCK := $(PYTHON) -m user_webhook_mock --port 0 --quiet --run

# Variables of `make mock` and `make contract`; each is also an option and an environment variable of the command.
# Recipes read variables from their environment: make would carry out what a $ in one of them says.
export HOST PORT STATE STORE WORKERS CHOICES CONTROL_TOKEN DELIVER_TO TIME_SCALE TOKEN FORBIDDEN_TOKEN WEBHOOK_ID SECOND_WEBHOOK_ID
export TARGET HEADER CA CLIENT_CERT CLIENT_KEY PROXY URL_HOST BUDGET SEED REPORT_DIR RATE TIMEOUT MAX_TIME WAIVERS VENDOR PRODUCT PRODUCT_VERSION ENVIRONMENT VALID_DAYS SUPERSEDES CHALLENGE DOCS_URL

.NOTPARALLEL:
.PHONY: help setup mock contract contract-deep suite faulty-server test test-browser test-node test-redis test-slow selftest bench bench-judge mutants image-check torture soak kills hardship lowest audit sbom licences reference outputs docs dist browser check lint fmt types layers bundle lock clean

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## Make .venv and install everything for development (the other commands install what they need)

# Also where the Python that .venv was made with is gone: nothing in it can be used then.
$(PYTHON):
	@rm -rf $(VENV)
	@if command -v uv >/dev/null; then \
	  echo "Making $(VENV) by uv ..."; \
	  uv venv --quiet --seed --python '>=3.11' $(VENV); \
	elif ! command -v python3 >/dev/null; then \
	  echo "python3 is not on the PATH: install Python 3.11 or newer." >&2; exit 2; \
	elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  echo "$$(python3 --version) is too old: the kit needs Python 3.11 or newer." >&2; exit 2; \
	elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "python3 cannot make a virtual environment: install python3-venv (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 2; \
	else \
	  echo "Making $(VENV) with $$(python3 --version) ..."; \
	  python3 -m venv $(VENV); \
	fi

# $(call install,LOCK,FOLDERS): what LOCK pins, and the distributions of FOLDERS as they are in this clone.
define install
	@if command -v uv >/dev/null; then \
	  echo "Installing $$(grep -c == $(1)) packages of $(1) by uv (once) ..."; \
	  uv pip install --quiet --python $(PYTHON) --require-hashes -r $(1) && \
	  uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation $(addprefix --editable ./,$(2)); \
	else \
	  echo "Installing $$(grep -c == $(1)) packages of $(1) by pip (once, within a minute; uv is faster where it is on the PATH) ..."; \
	  PIP_USER=0 $(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) && \
	  PIP_USER=0 $(PYTHON) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation $(addprefix --editable ./,$(2)); \
	fi
endef

$(MOCK): $(PREREQUISITES) mock_server/requirements.lock openapi/pyproject.toml mock_server/pyproject.toml
	$(call install,mock_server/requirements.lock,openapi mock_server)
	@touch $@

$(EXTRAS): mock_server/image.lock $(MOCK)
	$(call install,mock_server/image.lock,openapi mock_server)
	@touch $@

$(SUITE): $(PREREQUISITES) contract_tests/requirements.lock openapi/pyproject.toml contract_tests/pyproject.toml
	$(call install,contract_tests/requirements.lock,openapi contract_tests)
	@touch $@

$(READY): $(PREREQUISITES) requirements.lock pyproject.toml $(DISTRIBUTIONS)
	$(call install,requirements.lock,openapi mock_server contract_tests)
	@touch $(MOCK) $(EXTRAS) $(SUITE) $@

ifdef STORE
mock: $(EXTRAS)
endif
mock: $(MOCK) ## Run the mock in the foreground [HOST= PORT=8000 STATE= STORE= WORKERS=1 CHOICES= DELIVER_TO=]
	@exec $(PYTHON) -m user_webhook_mock

ifndef TARGET
contract contract-deep: $(MOCK)
endif
contract: $(SUITE) ## Judge TARGET=url, or the mock without a TARGET [TOKEN= FORBIDDEN_TOKEN= WEBHOOK_ID= SECOND_WEBHOOK_ID= URL_HOST= BUDGET= SEED= REPORT_DIR=]
	@if [ "$${TARGET:-}" ]; then exec $(PYTHON) -m user_webhook_contract; else exec $(ON_MOCK) $(PYTHON) -m user_webhook_contract; fi

contract-deep: $(SUITE) ## The same with 2000 requests and fuzzing to the end [MAX_TIME= and those of contract]
	@if [ "$${TARGET:-}" ]; then exec $(PYTHON) -m user_webhook_contract --deep; \
	else RATE="$${RATE:-0}" exec $(ON_MOCK) $(PYTHON) -m user_webhook_contract --deep; fi

faulty-server: $(MOCK) ## Serve a server with a fault in the foreground, to try the suite on [PORT=8080 FAULT=trusts-a-token-with-an-end]
	@PYTHONPATH=tests exec $(PYTHON) -m servers.faulty "$${FAULT:-trusts-a-token-with-an-end}" --port "$${PORT:-8080}"

suite: $(SUITE) ## Install the suite without the mock

test: $(READY) ## Run the tests of this repository, except for the lanes below [PROCESSES=4]
	@$(PYTEST)

test-browser: $(READY) ## Run the tests of pages in Chromium (make browser installs it; axe-core comes by npm)
	@$(PYTEST) -m "browser and not thorough"

test-node: $(READY) ## Run the tests that need Node and npm
	@$(PYTEST) -m "node and not (browser or thorough)"

test-redis: $(READY) ## Run the tests that need redis-server
	@$(PYTEST) -m "redis and not (browser or node or thorough)"

test-slow: $(READY) ## Run the tests that wait, or install things, for long
	@$(PYTEST) -m "slow and not (browser or node or redis or thorough)"

selftest: $(READY) ## Judge every faulty and conformant server, and run the tests that are too slow for make test (half an hour)
	@$(WITH_BYTECODE) PYTHONPATH=tests $(PYTHON) -m selftest.selftest
	@$(PYTEST) -m thorough

bench: $(READY) ## Measure the mock beside other servers; write benchmarks/RESULTS.md and the table in docs/performance.md (15 minutes) [BENCH=options]
	@$(PYTHON) benchmarks/bench.py $${BENCH:-}

bench-judge: $(READY) ## Measure faults found, false alarms and time; write benchmarks/RESULTS-judge.md (half an hour)
	@$(PYTHON) benchmarks/judge.py

MUTANTS := build/mutants

mutants: $(READY) ## Change the judge line by line and list what its tests do not notice (half an hour)
	@rm -rf $(MUTANTS) && mkdir -p $(MUTANTS)
	@cp -r pyproject.toml tests openapi contract_tests/user_webhook_contract $(MUTANTS)
	@echo "Testing the mutants of the judge; see $(MUTANTS)/log for the progress ..."
	@cd $(MUTANTS) && { "$(CURDIR)/$(VENV)/bin/mutmut" run 'user_webhook_contract.*' >log 2>&1 || { tail -n 20 log >&2; exit 2; }; }
	@cd $(MUTANTS) && "$(CURDIR)/$(VENV)/bin/mutmut" export-cicd-stats >>log && cat mutants/mutmut-cicd-stats.json && echo
	@cd $(MUTANTS) && "$(CURDIR)/$(VENV)/bin/mutmut" results

image-check: $(READY) ## Carry out the steps of the Containerfile in a temporary folder, and check the health of its mock
	@$(PYTHON) -m scripts.image_check

torture: $(READY) ## Send the mock hostile bytes, and healthy requests beside them (ten minutes) [SEED=0 REQUESTS=100000]
	@PYTHONPATH=tests $(PYTHON) -m stress.torture $${SEED:+--seed "$$SEED"} $${REQUESTS:+--requests "$$REQUESTS"}

soak: $(READY) ## Load-test the mock with faults on, and look for lost updates and leaks (ten minutes) [DURATION=600 SEED=0]
	@PYTHONPATH=tests $(PYTHON) -m stress.soak $${DURATION:+--seconds "$$DURATION"} $${SEED:+--seed "$$SEED"}

kills: $(READY) ## Kill a mock 200 times during writes, and check its state file (ten minutes)
	@PYTHONPATH=tests $(PYTHON) -m stress.state_kills

hardship: $(READY) ## Run every command and server in the states that users' machines and other people's servers have (ten minutes)
	@$(PYTEST) -m hardship tests/hardship

lowest: $(READY) ## Run tests of mock and suite on the lowest versions that they ask for (ten minutes, needs a network)
	@$(WITH_BYTECODE) $(PYTHON) -m scripts.lowest

audit: $(READY) ## Ask PyPI for known vulnerabilities in requirements.lock (needs a network)
	@$(PYTHON) -m scripts.audit

sbom: $(READY) ## Write the packages that run in production to build/sbom.json (CycloneDX)
	@$(PYTHON) -m scripts.sbom

licences: $(READY) ## Write the licences of these packages to docs/licences.md
	@$(PYTHON) -m scripts.licences

dist: $(READY) ## Build wheel and sdist of each distribution into dist/
	@rm -rf dist
	@for folder in openapi mock_server contract_tests; do $(PYTHON) -m build --quiet --no-isolation --outdir dist $$folder; done
	@$(PYTHON) -m twine --no-color check --strict dist/* >/dev/null
	@ls dist

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
	@$(PYTHON) -m user_webhook_api build/openapi.json

reference: $(READY) ## Write docs/reference from the code, the table of requirements in README.md, and the exported files
	@$(PYTHON) -m scripts.reference

outputs: $(READY) ## Run the blocks of the pages, and write the outputs that they show again [PAGES=]
	@PYTHONPATH=tests $(PYTHON) -m support.pages $(PAGES)

docs: $(READY) ## Build the site of the pages in build/site, without a network
	@NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build
	@echo "build/site/index.html"

COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet $(foreach name,api mock contract,--no-emit-package user-webhook-$(name))

lock: $(READY) ## Resolve requirements.lock again, and from it the locks of the mock, the suite and the image (needs uv)
	@$(COMPILE) $(DISTRIBUTIONS) --all-extras --group pyproject.toml:dev --upgrade -o requirements.lock
	@$(COMPILE) openapi/pyproject.toml mock_server/pyproject.toml --extra document --group pyproject.toml:install --constraint requirements.lock --no-annotate -o mock_server/requirements.lock
	@$(COMPILE) openapi/pyproject.toml contract_tests/pyproject.toml --extra document --group pyproject.toml:install --constraint requirements.lock --no-annotate -o contract_tests/requirements.lock
	@$(COMPILE) openapi/pyproject.toml mock_server/pyproject.toml --extra document --extra all --constraint requirements.lock --no-annotate -o mock_server/image.lock

clean: ## Remove everything that the commands created
	@rm -rf $(VENV) benchmarks/peers/node_modules examples/frontend/node_modules tests/javascript/node_modules build dist reports .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis .import_linter_cache .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
