# Every target works on a fresh machine with Python >= 3.11 and make: the environment is made on demand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: demo test test-exhaustive lint bench build clean

demo: $(READY)            ## the whole procedure for all of Baden-Württemberg, into a new demo/
	rm -rf demo
	$(BIN)/pik-xl demo demo

test: $(READY)            ## the tests, in five minutes on two cores
	$(BIN)/pytest -n auto --dist worksteal

test-exhaustive: $(READY) ## what else CI runs: all cases of slow tests, every single output file validated
	$(BIN)/pytest -n auto --dist worksteal -m exhaustive

lint: $(READY)            ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)           ## ratios against other libraries, into bench/results.json
	$(BIN)/pip install --quiet --editable '.[bench]'
	$(BIN)/python -m bench

build: $(READY)           ## the shipped workbooks and sample templates, from code
	$(BIN)/python -m pik_xl.build

clean:                    ## everything that was made
	rm -rf $(VENV) demo .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@
