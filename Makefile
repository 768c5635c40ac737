# `make run` and `make test` are all a newcomer needs; both begin by setting up what is missing.
# A stamp file says what is set up, so a second run asks no network. README.md lists the targets.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
PYTEST := $(BIN)/python -m pytest
UV := $(BIN)/uv --quiet pip install --python $(BIN)/python
CODE := tallying voting pb_app tests .ci

export PORT ?= 8000
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: run setup setup-test test lint format types layers templates unit browser conformance fuzz-pabulib journey faults \
        fuzz-tally screenshots lock reset clean

run: setup
	@$(BIN)/pb demo && exec $(BIN)/pb serve

# --- set-up ---------------------------------------------------------------------------------------------------------
setup: $(STAMPS)/run $(STAMPS)/package $(STAMPS)/assets
	@:
setup-test: setup $(STAMPS)/test $(STAMPS)/browser
	@:

$(STAMPS)/venv: .ci/uv.txt
	@$(PYTHON) .ci/setup.py
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements.txt $(STAMPS)/venv
	@echo "Installing libraries …"
	@$(UV) --require-hashes -r requirements.txt
	@touch $@

$(STAMPS)/test: requirements-dev.txt $(STAMPS)/run
	@echo "Installing what the tests need …"
	@$(UV) --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/run
	@$(UV) --offline --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/node: package-lock.json $(STAMPS)/run
	@echo "Installing browser assets …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --silent
	@touch $@

$(STAMPS)/assets: .ci/govuk.scss .ci/assets.py $(STAMPS)/node
	@$(BIN)/python .ci/assets.py
	@touch $@

$(STAMPS)/browser: .ci/browser.py $(STAMPS)/node $(STAMPS)/test
	@$(BIN)/python .ci/browser.py
	@touch $@

# --- checks ---------------------------------------------------------------------------------------------------------
test: setup-test lint types unit browser

lint: $(STAMPS)/test $(STAMPS)/package layers templates
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "Some files are laid out differently: make format"; exit 1; }
	@$(BIN)/deptry . >.venv/deptry.log 2>&1 || { cat .venv/deptry.log; exit 1; }

layers: $(STAMPS)/test $(STAMPS)/package
	@$(BIN)/lint-imports --no-cache --no-logo

templates: $(STAMPS)/test
	@$(BIN)/djlint --quiet --lint templates

types: setup-test
	@$(BIN)/mypy

format: $(STAMPS)/test
	@$(BIN)/ruff check --fix --quiet $(CODE); $(BIN)/ruff format --quiet $(CODE)

unit: setup-test
	$(PYTEST) -q -n 2 -m "not browser and not conformance and not faults and not screenshots" tests

# One worker: two browsers on two cores are slower than one.
browser: setup-test
	$(PYTEST) -q -n 0 -m "browser and not screenshots and not faults" tests

# Every file of ../shared/data/pabulib against expected.json.
conformance: setup-test
	$(PYTEST) -q -n 2 -m conformance tests

# FUZZ_PABULIB: how many mutated .pb texts are read.
fuzz-pabulib: setup-test
	@$(BIN)/python -m tests.fuzz.pabulib_reader --runs $${FUZZ_PABULIB:-1000000}

journey: setup-test
	$(PYTEST) -q -n 0 -m browser tests/journeys

# PB_FAULT_RUNS: how many times each crash is tried.
faults: setup-test
	PB_FAULT_RUNS=$${PB_FAULT_RUNS:-50} $(PYTEST) -q -n 0 -m faults tests

# Definition and engine on made-up elections: the same bytes. PB_FUZZ_TALLY: how many.
fuzz-tally: setup-test
	PB_FUZZ_TALLY=$${PB_FUZZ_TALLY:-20000} $(PYTEST) -q -n 0 tests/tallying/test_engine.py

# Every page at 320 and 1280 pixels, into screenshots/.
screenshots: setup-test
	$(PYTEST) -q -n 0 -m screenshots tests

# --- upkeep ---------------------------------------------------------------------------------------------------------
LOCK := $(BIN)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: $(STAMPS)/venv
	$(LOCK) pyproject.toml --group build -o requirements.txt
	$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	echo uv | $(LOCK) - -o .ci/uv.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm install --package-lock-only --omit-lockfile-registry-resolved \
	  --ignore-scripts --no-audit --no-fund

reset:
	rm -rf instance

clean: reset
	rm -rf .venv node_modules pb_app/static/vendor screenshots
