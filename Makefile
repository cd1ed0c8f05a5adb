# Entrepôt: every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
ENTREPOT := $(VENV)/bin/entrepot
DEMO_HOME ?= build/demo
SEED ?= 42
SCALE ?= 0.25
N ?= 100

.PHONY: help setup demo test torture check lint types generated bench ui lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(VENV)/.ready ## Create .venv from the hashed lock

$(VENV)/.ready: requirements.lock requirements-bootstrap.lock pyproject.toml .ci/setup
	@.ci/setup $(VENV)

demo: setup ## Generate the sample partners' drop, run everything, print where the reports are
	@rm -rf $(DEMO_HOME)
	@$(ENTREPOT) --home $(DEMO_HOME) sample --out $(DEMO_HOME)/landing --seed $(SEED) --scale $(SCALE)
	@$(ENTREPOT) --home $(DEMO_HOME) run
	@echo
	@$(ENTREPOT) --home $(DEMO_HOME) reports

test: setup ## Run all tests, two at a time
	@.ci/setup-servers
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

torture: setup ## Kill runs N times at random instants, fill the disk, and compare with an undisturbed run
	@ENTREPOT_TORTURE_KILLS=$(N) $(PY) -m pytest tests/torture -q --durations=0

check: lint types generated ## Lint, types, and generated files up to date

lint: setup
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(PY) .ci/lint_sql.py lint --disable-progress-bar -q --processes 2 dbt_project/models dbt_project/tests

types: setup
	@$(VENV)/bin/mypy

generated: setup
	@$(ENTREPOT) contracts generate --check

bench: setup ## Our figures beside a peer's in the same run: build/bench.json
	@$(PY) -m tests.benchmarks --scale 10 --seed $(SEED) --out build/bench.json

ui: setup ## Dagster's web pages on the demo's home (runs the demo first if there is none)
	@test -f $(DEMO_HOME)/register.sqlite || $(MAKE) demo
	@ENTREPOT_HOME=$(abspath $(DEMO_HOME)) DAGSTER_HOME=$(abspath $(DEMO_HOME))/dagster \
	  $(VENV)/bin/dagster dev -m orchestration.definitions --host 127.0.0.1 --port 3000

lock: ## Resolve pyproject.toml into requirements.lock (hashes, no addresses); LOCK=--upgrade for newer versions
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev --python-version 3.11 $(LOCK) \
	  --generate-hashes --no-header --no-annotate --no-strip-extras -o requirements.lock

clean: ## Remove the environment and everything built
	@rm -rf $(VENV) build dbt_project/target dbt_project/logs *.egg-info
