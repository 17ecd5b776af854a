# make run    installs, indexes seeds/ (or WHEREIN_DOCUMENTS) and serves http://127.0.0.1:8000
# make test   installs what the tests need, and runs `make lint` and the tests
# make lint   checks style, types, docstrings and the layers of imports
# make bench  runs the tests of speed, measures the speed on the seeds and the set "nq" of
#             WHEREIN_EVAL, beside sentence-transformers and txtai, and writes the tables of
#             docs/performance.md. It needs a quiet machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TXTAI := .venv-txtai
# An instance apart from the user's own index.
INSTANCE := --instance instance/bench
BENCH := $(BIN)/python -m scripts.bench.write docs/performance.md
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test bench lint format constraints clean

run: $(VENV)/.installed
	@$(BIN)/wherein reindex
	@exec $(BIN)/wherein serve

test: $(VENV)/.installed-test lint
	$(BIN)/pytest

# scripts.bench.scale and scripts.bench.reindexing take an hour and are run by hand.
bench: $(VENV)/.installed-test $(TXTAI)/.installed
	@test -d "$(WHEREIN_EVAL)/nq" || { echo "WHEREIN_EVAL must name the folder of the set nq"; exit 2; }
	$(BIN)/pytest -m perf
	$(BIN)/wherein reindex seeds $(INSTANCE)
	$(BENCH) startup $(INSTANCE)
	$(BENCH) latency "$(WHEREIN_EVAL)/nq" --txtai $(TXTAI)/bin/python $(INSTANCE)
	$(BENCH) encoding "$(WHEREIN_EVAL)/nq"
	$(BIN)/python -m scripts.bench.page_load $(INSTANCE)

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p build/typing && ln -sfn ../.. build/typing/wherein
	$(BIN)/mypy
	$(BIN)/pydoclint --quiet index search
	PYTHONPATH=. $(BIN)/lint-imports

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Each marker is touched last, so that an interrupted install starts again.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Wherein needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@echo "Installing into $(VENV) (PyTorch is large: this takes a few minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(INSTALL) --editable '.[test]'
	@touch $@

$(TXTAI)/.installed: Makefile constraints.txt
	$(PYTHON) -m venv $(TXTAI)
	$(TXTAI)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt 'txtai==9.14.0'
	@touch $@

# Writes the newest versions that fit pyproject.toml.
constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'torch==2.13.0' --editable '.[test]'
	$(BIN)/python -m pip freeze --exclude-editable --exclude setuptools | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) $(TXTAI) instance
