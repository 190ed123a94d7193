# Everything a user, an operator or a developer runs; `make` alone prints this help.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PORT   ?= 8050
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run refresh schedule unschedule registers snapshot refit fiches status test check bench screenshots lock clean

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## install the product and its tools in .venv

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 run") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

run: $(STAMP) ## build the warehouse if needed, then serve the dashboard on http://127.0.0.1:8050 (PORT= to change)
	@$(PY) -m dashboard --port $(PORT)

export MIRROR ONLY ACCEPT ON_FAILURE DATA_DIR

refresh: $(STAMP) ## load the sources again and publish a new build (MIRROR=folder or address, ONLY=source, ACCEPT=source)
	@$(PY) -m indicators refresh

schedule: $(STAMP) ## refresh every week (MIRROR=, ONLY=; ON_FAILURE=command to warn someone), by systemd or cron
	@$(PY) -m indicators schedule

unschedule: $(STAMP) ## no longer refresh every week
	@$(PY) -m indicators unschedule

registers: $(STAMP) ## check the registers kept by hand in data/registers (labels, networks, projects, corrections)
	@$(PY) -m etl registers

snapshot: $(STAMP) ## write data/snapshot from the published build
	@$(PY) -m etl snapshot

refit: $(STAMP) ## fit the goalposts again (a change of every score: say so in the CHANGELOG)
	@$(PY) -m indicators refit

fiches: $(STAMP) ## write fiches as PDF in OUT=fiches (CODES="200040715 38185", or REGION=84)
	@$(PY) -m dashboard.fiches $(CODES) $(if $(REGION),--region $(REGION)) --out $(or $(OUT),fiches)

status: $(STAMP) ## list the sources: state, edition, years, rows, coverage
	@$(PY) -m etl status

test: $(STAMP) ## run the whole test suite
	$(PY) -m pytest -n 2 --dist loadfile

check: $(STAMP) ## format, lint, types, import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP) ## measure speed and memory, as ratios against a baseline in the same run
	@$(PY) -m tests.bench

screenshots: $(STAMP) ## take docs/screenshot.png and one picture a page, from the published build
	@$(PY) -m tests.browser.screenshots

lock: $(STAMP) ## compile requirements.lock again from pyproject.toml
	$(VENV)/bin/pip-compile --quiet --extra dev --extra cluster --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --output-file requirements.lock pyproject.toml

clean: ## remove what can be made again (not the raw files)
	rm -rf $(VENV) data/warehouse data/parsed .pytest_cache .mypy_cache .ruff_cache
