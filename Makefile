# The commands of the project. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

RAW ?=
WAREHOUSE ?=
JOBS ?=
SERVE ?=
PORT ?= 8080

# What is given here, or in the environment, reaches every program in the same way.
ifneq ($(RAW),)
export BUDGET_RAW := $(RAW)
endif
ifneq ($(WAREHOUSE),)
export BUDGET_WAREHOUSE := $(WAREHOUSE)
endif
ifneq ($(JOBS),)
export BUDGET_JOBS := $(JOBS)
endif

export BUDGET_CACHE ?= .cache
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

warehouse = $(or $(BUDGET_WAREHOUSE),warehouse.duckdb)
pip_install = $(BIN)/python -m pip install --quiet

# The installation is done once for each content of the locks.
installed := $(VENV)/.installed
installed_dev := $(VENV)/.installed-dev

# In the order of their length: minutes, the last a quarter of an hour.
benchmarks := reading long accuracy scans overhead scaling facts

# The explorer's program, built anew when its source changes; only this needs node.
explorer := explorer/dist/index.html
explorer_source := $(wildcard explorer/src/*.* explorer/src/views/*.* explorer/*.html explorer/*.ts) \
	explorer/package.json

.PHONY: help run test dev docs site sql bench check format lock clean

help: ## List the commands
	@echo 'make run RAW=dir WAREHOUSE=file JOBS=n    documents to a tested warehouse'
	@echo
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{ printf "  %-8s %s\n", $$1, $$2 }'

run: $(installed) ## Build, test and publish the warehouse (RAW=dir, WAREHOUSE=file, JOBS=n)
	@$(BIN)/budget run

test: $(installed_dev) ## Run all tests
	@$(if $(shell command -v npm),$(MAKE) $(explorer) || echo 'the explorer is not tested' >&2,:)
	@$(BIN)/python -m pytest -q --numprocesses logical --dist loadfile

dev: $(installed) ## Start the Dagster UI, the daily schedule, the sensor on raw/ and the alerts
	@exec $(BIN)/budget dev

docs: $(installed) ## Write the dbt docs site to site/docs (SERVE=1 serves it)
	@$(BIN)/budget docs
	@$(if $(SERVE),$(call serve,site/docs))

site: $(installed) $(explorer) ## Write explorer and docs to site; needs node (SERVE=1 serves them)
	@$(BIN)/budget docs
	@$(BIN)/budget site
	@$(if $(SERVE),$(call serve,site))

sql: $(installed) ## Open a read-only SQL prompt on the warehouse
	@$(BIN)/budget attach >/dev/null
	@echo 'Read-only on $(warehouse). Start with marts.obt_expenditure (all names joined in),'
	@echo 'marts.fct_budget_line (every printed amount), quality.balance_checks (every equation);'
	@echo '".tables" lists the rest, ".quit" leaves.'
	@$(BIN)/duckdb -cmd "$$($(BIN)/budget attach)"

bench: $(installed_dev) ## Run the benchmarks; they print ratios and write docs/performance.md
	@for name in $(benchmarks); do echo "== $$name"; $(BIN)/python "benchmarks/$$name.py"; done

check: $(installed_dev) ## Lint, format, types, SQL lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 0 dbt
	@$(if $(wildcard explorer/node_modules),cd explorer && npm run --silent check,:)

format: $(installed_dev) ## Format the code, and repair what linters can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes 0 dbt

lock: $(installed_dev) ## Resolve the dependencies of pyproject.toml anew
	@$(call compile,requirements.lock,)
	@$(call compile,requirements-dev.lock,--all-extras --group dev --constraint requirements.lock)

clean: ## Remove everything that was made, except the warehouse and the documents
	rm -rf $(VENV) .cache site export explorer/dist explorer/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		dbt/target dbt/logs logs
	rm -f *.duckdb.next *.duckdb.next.wal .*.duckdb.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo 'Python 3.11, 3.12 or 3.13 is needed; say which with PYTHON=python3.12' >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(installed): requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing the packages of requirements.lock into $(VENV) (once, about a minute) …'
	@$(pip_install) --require-hashes -r requirements.lock
	@$(pip_install) --no-deps --no-build-isolation --editable .
	@touch $@

$(installed_dev): requirements-dev.lock $(installed)
	@echo 'Installing the packages of requirements-dev.lock into $(VENV) …'
	@$(pip_install) --require-hashes -r requirements-dev.lock
	@touch $@

explorer/node_modules/.package-lock.json: explorer/package-lock.json
	@command -v npm >/dev/null || { echo 'The explorer is built with node 20.19 or later and' \
		'npm, which are not installed; `make docs` needs neither.' >&2; exit 2; }
	@echo "Installing the packages of explorer/package-lock.json (once) …"
	@cd explorer && npm ci --silent --ignore-scripts
	@touch $@

$(explorer): explorer/node_modules/.package-lock.json $(explorer_source)
	@cd explorer && npm run --silent build -- --logLevel warn
	@touch $@

# $(call serve,directory)
serve = echo 'http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)'; \
	exec $(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(1)

# $(call compile,lock,options); hashes, and no address of an index
compile = $(BIN)/uv pip compile pyproject.toml $(2) --output-file $(1) --upgrade --quiet \
	--universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --no-strip-extras
