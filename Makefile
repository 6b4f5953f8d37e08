# The Spoken Network. `make` alone prints what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Tests run side by side; most of their time is spent on waiting for servers.
JOBS ?= 3
CODE := mesh services clients deploy gateway migrations tests tools

.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ First steps
.PHONY: setup demo
setup: ## Virtual environment, locked dependencies, MariaDB's packages; quick when nothing is to do
	@bash deploy/setup.sh

demo: setup ## Send the sample net from three nodes through the whole mesh and search it (about a minute)
	@$(PY) -m deploy.demo

##@ The private stack (data in .run/)
.PHONY: up down status logs
up: setup ## Start the stack in the background
	@$(PY) -m deploy.local up

down: ## Stop it; data stay (PURGE=1 deletes them)
	@$(PY) -m deploy.local down $(if $(PURGE),--purge)

status: ## Show each process and whether it serves
	@$(PY) -m deploy.local status

logs: ## Show the logs (SERVICE=ingest for one, FOLLOW=1 to follow)
	@$(PY) -m deploy.local logs $(SERVICE) $(if $(FOLLOW),-f)

##@ Tests
.PHONY: test test-unit test-contract test-integration test-e2e coverage eval-callsigns eval-entities eval-acoustic eval-glossary chaos bench drill
test: setup ## Every test that needs no GPU: unit, contract, integration, e2e
	$(PY) -m pytest -n $(JOBS) --dist loadfile

test-unit: setup ## Unit tests: pure, fast
	$(PY) -m pytest -n $(JOBS) --dist loadfile tests/unit

test-contract: setup ## One suite a port, run against each implementation
	$(PY) -m pytest -n $(JOBS) --dist loadfile tests/contract

test-integration: setup ## Against real MariaDB, NATS and Envoy on free ports
	$(PY) -m pytest -n $(JOBS) --dist loadfile tests/integration

test-e2e: setup ## The whole stack, through Envoy
	$(PY) -m pytest tests/e2e

coverage: setup ## All tests with line coverage, child processes included; fails below 85 %
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest
	$(PY) -m coverage combine -q
	$(PY) -m coverage report --fail-under=85

eval-callsigns: setup ## How well callsigns are read, against the labelled corpus; fails below the floors (ARGS=--misses)
	$(PY) -m tools.evaluate.callsigns $(ARGS)
	$(PY) -m tools.evaluate.callsigns --corpus tests/data/callsigns/others $(ARGS)

eval-entities: setup ## The same for what else is said: places, names, frequencies, tones, ...; fails below the floors
	$(PY) -m tools.evaluate.entities $(ARGS)

eval-acoustic: setup ## What a second opinion by ear adds on the sample net under noise (about 10 minutes; ARGS=--votes-only)
	$(PY) -m tools.evaluate.acoustic $(ARGS)

eval-glossary: setup ## What telling PocketSphinx a node's callsigns brings, and what it then imagines (about 5 minutes)
	$(PY) -m tools.evaluate.glossary $(ARGS)

chaos: setup ## Break everything at random, lose and double nothing (CYCLES=30 SEED=1; report in .run/chaos-report.json)
	$(PY) -m tools.chaos $(if $(CYCLES),--cycles $(CYCLES)) $(if $(SEED),--seed $(SEED))

bench: setup ## Measure and print JSON with machine and commit (about 6 minutes)
	$(PY) -m tools.bench

drill: setup ## Measure cancels, kills, backlogs, overload and full queues (about 10 minutes; NAME=cancel for one, NAME=outage: 15 more)
	$(PY) -m tools.drill $(NAME)

##@ Code
.PHONY: check format lint types walls protos fresh generate lock sample-net release-contract
check: setup lint types walls protos fresh ## Format, lint, types, import walls, buf lint and breaking, generated files fresh

format: ## Rewrite the code in the project's format
	.venv/bin/ruff check --fix $(CODE)
	.venv/bin/ruff format $(CODE)

lint:
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check $(CODE)

types:
	.venv/bin/mypy mesh services clients deploy gateway migrations tools

walls:
	.venv/bin/lint-imports

protos:
	.venv/bin/buf lint gen/tsn.binpb --config proto/buf.yaml
	.venv/bin/buf breaking gen/tsn.binpb --against proto/released.binpb --config proto/buf.yaml

fresh:
	$(PY) -m tools.generate --check
	$(PY) -m gateway.openapi --check
	$(PY) -m tools.env_example --check

generate: ## Make gen/ from proto/, and .env.example from the settings
	$(PY) -m tools.generate
	$(PY) -m gateway.openapi
	$(PY) -m tools.env_example

lock: ## Lock the dependencies of pyproject.toml anew
	.venv/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --python-version 3.11 --universal -q -o requirements/dev.txt

sample-net: ## Make the sample recordings anew (needs flite, espeak-ng and sox)
	$(PY) -m tests.data.make_sample_net

release-contract: ## Take the protos as they are for released: later ones must stay compatible
	cp gen/tsn.binpb proto/released.binpb
