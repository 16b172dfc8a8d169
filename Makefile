# Everything runs from a virtual environment that the lock file describes; nothing else is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export NO_MKDOCS_2_WARNING := 1

.PHONY: site serve check test test-long bench lint lock clean

site: $(READY)  ## build the manual in site/
	$(BIN)/mkdocs build --strict

serve: $(READY)  ## preview with live reload
	$(BIN)/mkdocs serve

check: $(READY)  ## check the definitions without building
	$(BIN)/process-manual check

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest -m "not long"

test-long: $(READY)  ## run the slow proofs
	$(BIN)/python -m pytest -m long

bench: $(READY)  ## measure; prints a table
	$(BIN)/python -m tests.bench

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(READY)  ## renew the lock file (needs the network)
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip --quiet install uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf site $(VENV) .cache dist

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip --disable-pip-version-check --quiet install \
	    --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip --disable-pip-version-check --quiet install \
	    --no-deps --no-build-isolation --no-index --editable .
	touch $@
