# `make` shows what there is. Settings come from the environment: API_KEY=… make demo, not make demo API_KEY=…

.DEFAULT_GOAL := help
.PHONY: help demo up down env upgrade check test test-distributed test-compose test-dbt chaos e2e year year-mutants bench bench-data bench-page bench-start bench-large bench-accounts test-matrix docs site lint dist lock digests sbom audit clean
.DELETE_ON_ERROR:

# Where it is set, as in many images, every process compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

STARTED := $(shell date +%s)
PY := .venv/bin/python

# The clone's path is part of the stamps: in a clone that was moved or copied the editable install points elsewhere.
CLONE := $(shell pwd | cksum | cut -d ' ' -f 1)
RUNTIME := .venv/.runtime-$(CLONE)
DEV := .venv/.dev-$(CLONE)

ifeq ($(origin API_KEY),command line)
$(error API_KEY as an argument of make shows in the process list: put it before, API_KEY=… make $(MAKECMDGOALS))
endif

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 20
	@echo
	@echo "demo, up and check read from the environment: API_URL, API_KEY or API_KEY_FILE, PARTNER_ID, DAY, TIMEZONE, STORAGE,"
	@echo "YES=1, ALLOW_HTTP=1; without API_URL a bundled simulator answers. See README.md."

# Exported and not written before the command: with a shell between, a SIGTERM to make would stop at the shell.
demo: export SETUP_STARTED_AT := $(STARTED)
demo: $(RUNTIME) ## run the main job once under a real Airflow and show the day's campaigns
	@$(PY) -m include.local demo

up: $(RUNTIME) ## start the same Airflow in the background and print the address of its UI
	@$(PY) -m include.local up

down: ## stop what `make up` started
	@if [ -x $(PY) ]; then $(PY) -m include.local down; fi

env: ## write .env for docker-compose.yaml, with fresh secrets, if there is none
	@python3 -m include.deploy

# The scheduler, so that no new task is on its way; then workers, while what they need is there: an up that recreates
# containers takes the API server and Valkey away first.
upgrade: ## start docker-compose.yaml's deployment anew, after a change of it or of the code, without a task losing a try; ARGS="--scale worker=3"
	docker compose build
	docker compose stop scheduler
	docker compose stop worker
	docker compose up --detach $(ARGS)

check: $(RUNTIME) ## probe the account's API with some 20 calls, and say where it does otherwise than the code assumes
	@$(PY) -m include.local check

test: $(DEV) ## run every test; ARGS="-k budget" goes to pytest
	@$(PY) -m pytest --numprocesses 4 $(ARGS)

test-distributed: $(DEV) ## run docker-compose.yaml's deployment as processes, with two Celery workers: about 4 minutes
	@$(PY) -m pytest tests/distributed $(ARGS)

test-matrix: ## the quick half of the tests with each Python and Airflow, a table at the end, about 15 minutes each; PYTHONS="3.12 3.13" AIRFLOWS=locked
	@python3 -m include.matrix

DBT := .venv-dbt/.stamp
$(DBT): Makefile
	@python3 -m venv --clear .venv-dbt
	@.venv-dbt/bin/python -m pip install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-duckdb==1.11.1
	@touch $@

test-dbt: $(DEV) $(DBT) ## run docs/dbt by dbt on DuckDB, about a minute; dbt has an environment of its own
	@$(PY) -m pytest tests/dbt $(ARGS)

test-compose: $(DEV) ## run docker-compose.yaml in real containers and look at it as a user would; IMAGES=standin builds what no registry gives
	@$(PY) -m include.containers

chaos: $(DEV) ## kill each part of that deployment in the middle of a run, and more; about 30 minutes; ROWS="worker disk" takes some
	@$(PY) -m include.chaos

year: $(DEV) ## simulate whole years with faults at every step, from seeds; SEEDS=100, FIRST=7, DAYS=40, CAMPAIGNS=20
	@$(PY) -m include.year

year-mutants: $(DEV) ## plant faults in the package, one at a time, and show which ones those years find; about half an hour
	@$(PY) -m tests.year.mutants

e2e: $(DEV) ## drive the UI in Chromium as an operator would, and carry out the runbook, about 45 minutes; pictures and traces of failures in .e2e/
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get install -y --no-install-recommends chromium; } \
		|| { echo "make e2e needs chromium on PATH; on Debian root installs it: apt-get install chromium"; exit 2; }
	@$(PY) -m pytest tests/e2e $(ARGS)

bench: $(DEV) ## the budget against the plain ways, about half an hour; QUICK=1 scales the window down, RUNS=3 repeats ours, BURNERS=2 keeps cores busy
	@$(PY) -m include.bench

bench-data: $(DEV) ## what publishing costs in time and memory, what grows with an account's years, runs in requests to the store and in calls; about 10 minutes; FULL=1 adds 50,000 on S3
	@$(PY) -m include.bench.data

bench-large: $(DEV) ## one run of 5,000 campaigns at a raised limit: time, memory, database; MAPPED=1 maps each on its own, PER_TASK=10 ten at least
	@$(PY) -m include.bench.large

bench-accounts: $(DEV) ## 20 accounts at once, each with a limit of its own; ACCOUNTS=5, SLOTS=2, PER_TASK=1; about 4 minutes
	@$(PY) -m include.bench.accounts

bench-page: $(DEV) ## how fast the coverage page answers, with 400 days of three accounts on S3; about 2 minutes
	@$(PY) -m include.bench.page

bench-start: $(DEV) ## what a task imports that its process was not forked with, and what its DAG file costs with 1 account and with 50
	@$(PY) -m include.bench.starts

docs: $(DEV) ## write docs/data-dictionary.md, athena.sql, dbt/models/sources.yml, metrics.md and runbook-causes.md anew from the code
	@$(PY) -m include.data_dictionary

# MkDocs in an environment of its own: nothing else here needs it.
SITE := .venv-site/.stamp
$(SITE): Makefile
	@python3 -m venv --clear .venv-site
	@.venv-site/bin/python -m pip install --quiet --disable-pip-version-check mkdocs==1.6.1 mkdocs-material==9.8.2
	@touch $@

site: $(SITE) ## write dist/site from docs/ and README.md; REPOSITORY_URL=https://… leads to the sources
	@NO_MKDOCS_2_WARNING=1 .venv-site/bin/python -m mkdocs build --quiet --config-file include/site/mkdocs.yml
	@echo "dist/site; to look at it: python3 -m http.server --bind 127.0.0.1 --directory dist/site"

lint: $(DEV) ## check style, types, and who imports whom
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo --no-cache
	@$(PY) -m check_jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(PY) -m check_jsonschema --quiet --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml

LOCK := uv pip compile pyproject.toml --quiet --extra amazon --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Tools for the locks, in an environment of their own: they need other versions of what is in them.
SUPPLY := .venv-supply/.stamp
$(SUPPLY): Makefile
	@python3 -m venv --clear .venv-supply
	@.venv-supply/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0 pip-audit==2.10.1
	@touch $@

sbom: $(SUPPLY) ## write dist/sbom.cdx.json: what the package and its runtime consist of (CycloneDX), by the lock
	@mkdir -p dist
	@.venv-supply/bin/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --mc-type library \
		--output-reproducible --validate --output-format JSON --output-file dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

audit: $(SUPPLY) ## hold the locks against the public list of known vulnerabilities; needs a network
	@.venv-supply/bin/pip-audit --disable-pip --require-hashes --requirement requirements/dev.txt
	@.venv-supply/bin/pip-audit --disable-pip --require-hashes --requirement deploy/requirements.txt

# Likewise what builds and judges a release; hatchling comes by itself, in the build's own environment.
DIST := .venv-dist/.stamp
$(DIST): Makefile
	@python3 -m venv --clear .venv-dist
	@.venv-dist/bin/python -m pip install --quiet --disable-pip-version-check build==1.6.1 twine==7.0.0
	@touch $@

dist: $(DEV) $(DIST) ## build dist/*.whl and *.tar.gz, and try them in an empty environment, 4 to 8 minutes; REPOSITORY_URL=https://… links there
	@mkdir -p dist && rm -f dist/*.whl dist/*.tar.gz
	@.venv-dist/bin/python -m build --outdir dist . >dist/build.log 2>&1 || { cat dist/build.log; exit 1; }
	@.venv-dist/bin/python -m twine check --strict dist/*.whl dist/*.tar.gz
	@$(PY) -m pytest tests/dist $(ARGS)

lock: ## write requirements/*.txt and deploy/requirements.txt anew from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv on PATH: pip install uv"; exit 2; }
	$(LOCK) $(UPGRADE) --group demo --output-file requirements/runtime.txt
	$(LOCK) $(UPGRADE) --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
	$(LOCK) --extra celery --extra redis --constraints requirements/dev.txt deploy/requirements.in --output-file deploy/requirements.txt

digests: $(RUNTIME) ## put the digest of each published image behind its tag, in docker-compose.yaml and Dockerfile; needs a network
	@$(PY) -m include.deploy.digests

clean: down ## remove the environment, caches and the demo's state and output
	rm -rf .venv .venv-supply .venv-dist .venv-dbt .venv-site .venv-matrix .venv.lock .demo .bench .e2e .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find dags include plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The dev lock contains the runtime lock.
$(RUNTIME): requirements/runtime.txt requirements/sync.sh pyproject.toml
	@requirements/sync.sh runtime $@

$(DEV): requirements/dev.txt requirements/sync.sh pyproject.toml
	@requirements/sync.sh dev $@ $(RUNTIME)
