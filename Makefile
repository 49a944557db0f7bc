# Two commands are enough: `make study` and `make test`. Both make the environment first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CORES ?= 2
# Which Python makes the environment; say `make study PYTHON=python3.12` to choose another.
PYTHON ?=
UV_VERSION := 0.13.9

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help study test paper env spark lock lab readme clean

help:  ## show this list
	@echo "make TARGET, with TARGET one of"
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12 | sed 's/^/  /'

study: $(READY)  ## run the study on the data at hand, then build the paper
	@$(BIN)/study run --cores $(CORES)
	@$(BIN)/study paper

test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest

paper: $(READY)  ## build the paper from the published results
	@$(BIN)/study paper

env: $(READY)  ## make the environment in .venv (uv if it can be had, else pip)

spark: $(READY)  ## add Spark, the second engine of large tables (needs Java 17 or 21)
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	if [ -x "$$uv" ]; then VIRTUAL_ENV=$(CURDIR)/$(VENV) $$uv pip install --quiet --require-hashes -r requirements-spark.lock; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements-spark.lock; fi

lab: $(READY)  ## open the notebooks in JupyterLab
	@JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab notebooks

lock: $(READY)  ## resolve pyproject.toml anew into the two locks and environment.yml
	@$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  pyproject.toml -o requirements.lock
	@$(BIN)/python -m study.run.environment spark | $(BIN)/uv pip compile --quiet --universal --generate-hashes \
	  --python-version 3.11 --upgrade --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  -c requirements.lock - -o requirements-spark.lock
	@$(BIN)/python -m study.run.environment
	@echo "requirements.lock, requirements-spark.lock and environment.yml written; run 'make test' before committing them"

readme: $(READY)  ## write docs/ledger.md and the generated parts of README.md and data/own/README.md
	@$(BIN)/python -c "from study.run import contract_page, ledger_page, readme; readme.write(); contract_page.write(); ledger_page.write()"

clean:  ## remove the environment and everything built outside results/ and paper/
	@rm -rf $(VENV) build .snakemake

$(READY): requirements.lock pyproject.toml
	@python=; for candidate in $(or $(PYTHON),python3.12 python3.13 python3.11 python3 python); do \
	  if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "The study needs Python 3.11, 3.12 or 3.13; found: $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)." >&2; \
	  echo "Install one of them and say, for example: make study PYTHON=python3.12" >&2; exit 2; fi; \
	echo "Making the environment in $(VENV) with $$($$python --version) (about a minute with uv, three with pip)"; \
	rm -rf $(VENV); $$python -m venv $(VENV); \
	uv=$$(command -v uv || true); \
	if [ -z "$$uv" ] && $(BIN)/python -m pip install --quiet uv==$(UV_VERSION) 2>/dev/null; then uv=$(BIN)/uv; fi; \
	if [ -n "$$uv" ]; then \
	  export VIRTUAL_ENV=$(CURDIR)/$(VENV); \
	  $$uv pip install --quiet --require-hashes --compile-bytecode -r requirements.lock; \
	  $$uv pip install --quiet --no-deps --no-build-isolation -e .; \
	else \
	  echo "uv could not be had; using pip"; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock; \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	fi; \
	touch $@
