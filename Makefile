# The two commands for a fresh machine are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := drafts/2024-06-03-delegating-without-disappearing.md

.PHONY: demo test test-all check format bench pictures vsix obsidian clean

demo: $(VENV)/installed
	$(BIN)/assistant locate $(SAMPLE)
	@echo
	$(BIN)/assistant expand --model built-in --diff $(SAMPLE)

# Python keeps what it compiled, whatever the environment says: the tests start the program many times.
# Three processes, for two cores: a test waits for another process, or the disk, a quarter of its time.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

# What is slow and seldom breaks (real editors, hundreds of killed sessions) is marked `slow`. test-all runs it as well,
# and tries more examples in each test that draws them at random.
test: $(VENV)/for-tests
	$(PYTEST)

test-all: $(VENV)/for-tests
	$(PYTEST) -m "slow or not slow" --hypothesis-profile=thorough

check: $(VENV)/for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/for-tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/for-tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python -m benchmarks

pictures: $(VENV)/for-tests
	$(BIN)/python docs/pictures.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it with PYTHON=" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/for-tests: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@touch $@ $(VENV)/installed

vsix:
	cp LICENSE editors/vscode/LICENSE
	cd editors/vscode && npm install --no-audit --no-fund && npm run check && npm run build && npm run package

obsidian: $(VENV)/installed
	cd editors/obsidian && npm install --no-audit --no-fund && npm run check && npm run build
	cd editors/obsidian && ASSISTANT_COMMAND=$(CURDIR)/$(BIN)/assistant npm test

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
