# The only menu. Every target makes .venv from the lock if it is missing or older than the lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

SAMPLES := $(notdir $(patsubst %/generate.py,%,$(wildcard data/samples/*/generate.py)))

.PHONY: demo samples examples systemes test slow check fix lexicon lab lock clean

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: $(READY)  ## the whole chain on the invented sample; prints where the PDFs are
	$(BIN)/breachkit demo --out reports/demo

samples: $(READY)  ## every invented extract again, byte for byte
	set -e; for sample in $(SAMPLES); do $(BIN)/python data/samples/$$sample/generate.py --out data/samples/$$sample; done

examples: $(READY)  ## the PDFs of reports/examples/, from the demo of two samples
	$(BIN)/python docs/generate_examples.py

systemes: $(READY)  ## a page of docs for each sample, from its run
	$(BIN)/python docs/generate_systemes.py

test: $(READY)  ## the tests of every commit
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

slow: $(READY)  ## the long ones
	$(BIN)/python -m pytest -q -m slow

check: $(READY)  ## format, lint, types, imports, notebooks without outputs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py
	$(BIN)/nbstripout --verify --keep-id --extra-keys "metadata.papermill cell.metadata.papermill" notebooks/*.ipynb

fix: $(READY)  ## what a machine can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/nbstripout --keep-id --extra-keys "metadata.papermill cell.metadata.papermill" notebooks/*.ipynb

lexicon: $(READY)  ## what is worked out from the lexicons, after any change of one
	$(BIN)/python -m breachkit.freetext.stored_triggers

lab: $(READY)  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab --notebook-dir=notebooks --ServerApp.ip=127.0.0.1

lock: $(READY)  ## a new lock: exact versions and hashes, no index address
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra dev --extra test pyproject.toml -o requirements.lock

clean:  ## everything that can be made again
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
