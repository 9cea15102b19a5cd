# Every target prepares what it needs first; when nothing changed that takes well under a second.
SHELL := /bin/bash
PYTEST_ARGS ?=
ARGS ?=
TARGET ?=
FOLDERS := $(wildcard tests/unit tests/property tests/integration tests/arch tests/sabotage tests/e2e)
PYTEST = .venv/bin/python -m pytest $(FOLDERS) --cache-clear $(if $(CI),--randomly-seed=1)
AGAIN = .venv/bin/python -m tests.again
# Programs are started by the hundred here: each but the first reads what Python has made of its source, and does not make it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench pictures soak prepare

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: ## make .venv and install everything the programs need
	@tools/bootstrap.sh run

run: setup ## start the whole hall on this machine: make run ARGS="--speed 10"
	@exec .venv/bin/jiaohao-server demo $(ARGS)

prepare:
	@tools/bootstrap.sh test

check: prepare ## lint, format, types, imports between rooms
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

test: check ## all that must hold: check, then every test folder, cheap ones first
	$(PYTEST) -m "not alone" --numprocesses 2 --maxschedchunk 1 $(PYTEST_ARGS) || $(AGAIN)
	$(PYTEST) -m alone $(PYTEST_ARGS) || $(AGAIN)

bench: prepare ## measure; the results kept are in docs/bench.md
	.venv/bin/python -m tests.bench $(ARGS)

pictures: prepare ## draw every kind of screen of the kiosk anew, for docs/manual/kiosk.md
	for panel in "1080 1920" "1920 1080" "1280 800"; do .venv/bin/python -m tests.integration.kiosk.gallery docs/images/kiosk $$panel || exit; done

soak: prepare ## long work, one piece at a time: make soak TARGET=name ARGS="--seed 2"
	.venv/bin/python -m tests.soak $(TARGET) $(ARGS)
