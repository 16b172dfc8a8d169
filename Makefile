# Everything runs from a virtual environment that the lock file describes; nothing else is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export NO_MKDOCS_2_WARNING := 1

.PHONY: site serve check schema due gate test test-long bench lint lock sbom wheel install clean

site: $(READY)  ## build the manual in site/
	$(BIN)/mkdocs build --strict

serve: $(READY)  ## preview with live reload
	$(BIN)/mkdocs serve

check: $(READY)  ## check the definitions without building; OPTIONS="--all" and the like
	$(BIN)/process-manual check $(OPTIONS)

due: $(READY)  ## list what is overdue today, and fail if anything is
	$(BIN)/process-manual check --due $(OPTIONS)

gate: $(READY)  ## examine the manual in site/; its security policy goes to dist/server/
	$(BIN)/process-manual gate site --csp dist/server

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not long and not proof"

test-long: $(READY)  ## run the slow proofs: what is measured, alone; then the rest on every core
	$(BIN)/python -m pytest -m long
	$(BIN)/python -m pytest -n auto -m proof

bench: $(READY)  ## measure; prints a table
	$(BIN)/python -m tests.bench

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

schema: $(READY)  ## renew what editors know of the fields, in .vscode/schema/
	$(BIN)/process-manual schema .vscode/schema

lock: $(READY)  ## renew the lock file (needs the network)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.lock

sbom: $(READY)  ## write what the lock file holds as CycloneDX to dist/sbom.cdx.json
	$(BIN)/python .ci/sbom.py dist/sbom.cdx.json

wheel: $(READY)  ## write the package for other repositories to dist/
	$(BIN)/python -m hatchling build -t wheel -d dist

install: $(READY)  ## only install

clean:
	rm -rf site $(VENV) .cache dist

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip --disable-pip-version-check --quiet install \
	    --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip --disable-pip-version-check --quiet install \
	    --no-deps --no-build-isolation --no-index --editable .
	touch $@
