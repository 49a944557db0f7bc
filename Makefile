# Two commands are enough: `make study` and `make test`. Both make the environment first.
# GNU make 3.81 (macOS) reads this file too: it ignores .SHELLFLAGS and .ONESHELL, so a recipe is one command a line.
# Paths are relative and programs are called by `python -m`, so that the folder's own path may have spaces.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON_HERE := $(VENV)/bin/python
STUDY := $(PYTHON_HERE) -m study.cli
READY := $(VENV)/.ready
TESTS_READY := $(VENV)/.ready-test
CORES ?= 2
# Which Python makes the environment; say `make study PYTHON=python3.12` to choose another.
PYTHON ?=
# One process per core, and one thread of linear algebra in each.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PYTHON_HERE) -m pytest -n logical --dist worksteal
COMPILE := $(PYTHON_HERE) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help study test test-quick test-full lint paper env spark lab lock readme clean

help:  ## show this list
	@echo "make TARGET, with TARGET one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s%s\n", $$1, $$2}' Makefile

study: $(READY)  ## run the study on the data at hand, then build the paper
	@$(STUDY) run --cores $(CORES)
	@$(STUDY) paper

test: $(TESTS_READY) lint  ## run format, lint, types, import rules and the tests
	@$(PYTEST)

test-quick: $(TESTS_READY)  ## run the short tests, without runs of the study
	@$(PYTEST) -m "not full and not end_to_end and not slow"

test-full: $(TESTS_READY) lint  ## run all tests, the long ones too, and the stages under other conditions
	@$(PYTEST) -m ""
	@$(STUDY) verify --vary all

lint: $(TESTS_READY)  ## check format, lint, types and which room imports which
	@$(PYTHON_HERE) -m ruff format --quiet --check src tests benchmarks
	@$(PYTHON_HERE) -m ruff check --quiet src tests benchmarks
	@$(PYTHON_HERE) -m mypy --no-error-summary
	@$(PYTHON_HERE) -c "from importlinter.cli import lint_imports_command as run; run()" --no-cache --no-logo

paper: $(READY)  ## build the paper from the published results
	@$(STUDY) paper

env: $(READY)  ## make the environment in .venv (uv if it can be had, else pip)

spark: $(READY)  ## add Spark, the second engine of large tables (needs Java 17 or 21)
	@./environment.sh requirements-spark.lock

lab: $(READY)  ## open the notebooks in JupyterLab
	@JUPYTER_PREFER_ENV_PATH=1 $(PYTHON_HERE) -m jupyterlab notebooks

lock: $(TESTS_READY)  ## resolve pyproject.toml anew into the locks and environment.yml
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --group spark -c requirements.lock -o requirements-spark.lock
	@$(COMPILE) --group test -c requirements.lock -o requirements-test.lock
	@$(PYTHON_HERE) -c "from study.run import environment; environment.write()"
	@echo "The locks and environment.yml are written; run 'make test' before committing them"

readme: $(READY)  ## write docs/ledger.md and the generated parts of README.md and data/own/README.md
	@$(PYTHON_HERE) -c "from study.run import contract_page, ledger_page, readme; readme.write(); contract_page.write(); ledger_page.write()"

clean:  ## remove the environment and everything built outside results/ and paper/
	@rm -rf $(VENV) build .snakemake

$(READY): requirements.lock pyproject.toml environment.sh
	@PYTHON="$(PYTHON)" ./environment.sh
	@touch $@

$(TESTS_READY): $(READY) requirements-test.lock
	@./environment.sh requirements-test.lock
	@touch $@
