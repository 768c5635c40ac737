# `make run` and `make test` are all a newcomer needs; both begin by setting up what is missing.
# A stamp file says what is set up, so a second run asks no network. A bare `make` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
PYTEST := $(BIN)/python -m pytest
UV := $(BIN)/uv --quiet pip install --python $(BIN)/python
CODE := tallying voting pb_app tests benchmarks .ci

export PORT ?= 8000
# Kept bytecode is what lets a second run start within 5 seconds: here it is written, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run setup setup-test test lint format types layers templates unit browser conformance fuzz-pabulib \
        journey faults fuzz-tally bench-tally bench-cast bench-letters screenshots lock reset clean

help: ## list what make can do
	@awk -F ': .*## ' '/^[a-z-]+: .*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: setup ## set up, make the demo council, serve it on http://127.0.0.1:8000/ (PORT=8080 make run: elsewhere)
	@$(BIN)/pb demo && exec $(BIN)/pb serve

# --- set-up ---------------------------------------------------------------------------------------------------------
setup: $(STAMPS)/run $(STAMPS)/package $(STAMPS)/assets ## install what running needs, into .venv and node_modules
	@:
setup-test: setup $(STAMPS)/test $(STAMPS)/browser ## install what the tests need, too
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

# Pabulib's checker of files has an environment of its own: it is run, never imported.
$(STAMPS)/checker: .ci/checker.txt $(STAMPS)/run
	@$(BIN)/uv --quiet venv --clear --python $(BIN)/python .venv/checker
	@$(BIN)/uv --quiet pip install --python .venv/checker/bin/python --require-hashes -r .ci/checker.txt
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
test: setup-test ## every check that must be green
	@$(MAKE) --no-print-directory -j2 lint types
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory browser

lint: $(STAMPS)/test $(STAMPS)/package layers templates ## ruff, layers, templates, dependencies
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "Some files are laid out differently: make format"; exit 1; }
	@$(BIN)/deptry . >.venv/deptry.log 2>&1 || { cat .venv/deptry.log; exit 1; }

layers: $(STAMPS)/test $(STAMPS)/package ## who may import whom
	@$(BIN)/lint-imports --no-cache --no-logo

templates: $(STAMPS)/test ## the layout of templates
	@$(BIN)/djlint --quiet --lint templates

types: setup-test ## mypy, strict
	@$(BIN)/mypy

format: $(STAMPS)/test ## mend the layout of the code
	@$(BIN)/ruff check --fix --quiet $(CODE); $(BIN)/ruff format --quiet $(CODE)

# Files go to the workers in the order of their names: xdist's own order keeps long files of few tests to the end.
unit: setup-test ## tests without a browser
	$(PYTEST) -q -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not conformance and not screenshots" tests

# One worker: two browsers on two cores are slower than one.
browser: setup-test ## tests in a real browser
	$(PYTEST) -q -n 0 -m "browser and not screenshots and not faults" tests

# Every file of ../shared/data/pabulib against expected.json; our exports under Pabulib's own checker.
# PABULIB_DIR: every .pb file of that folder instead, both implementations, and the files' official results.
conformance: setup-test $(STAMPS)/checker ## real elections counted again; skips loudly without ../shared/data
ifdef PABULIB_DIR
	@$(BIN)/python -m tests.conformance.folder "$(PABULIB_DIR)"
else
	$(PYTEST) -q -n 2 -m conformance tests
endif

fuzz-pabulib: setup-test ## read mutated election files (FUZZ_PABULIB=5000 make fuzz-pabulib: a quick look)
	@$(BIN)/python -m tests.fuzz.pabulib_reader --runs $${FUZZ_PABULIB:-1000000}

journey: setup-test ## one round from end to end in a browser; pictures of every page into screenshots/
	PB_PICTURES=1 $(PYTEST) -q -n 0 -m "browser and not screenshots" tests/journeys

faults: setup-test ## crashes, power cuts and races (FAULTS_SIZE=small make faults: a few minutes)
	FAULTS_SIZE=$${FAULTS_SIZE:-full} $(PYTEST) -q -n 0 -m faults tests

fuzz-tally: setup-test ## definition and engine on made-up elections (PB_FUZZ_TALLY=500 make fuzz-tally: a quick look)
	PB_FUZZ_TALLY=$${PB_FUZZ_TALLY:-20000} $(PYTEST) -q -n 0 tests/tallying/test_engine.py

.venv/bench/installed: benchmarks/requirements.txt $(STAMPS)/venv
	@$(BIN)/uv --quiet venv --clear .venv/bench
	@$(BIN)/uv --quiet pip install --python .venv/bench/bin/python --require-hashes -r benchmarks/requirements.txt
	@touch $@

# BENCH: options of benchmarks/run.py, such as BENCH="--files Poland_Lodz_2022.pb --rules add1 --ballots".
bench-tally: setup .venv/bench/installed ## engine, definition and pabutools side by side: benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run $(BENCH)

# BENCH: options of benchmarks/letters.py, such as BENCH="--letters 5000 --kinds letters".
bench-letters: setup ## letters with codes for 100,000 addresses: benchmarks/LETTERS.md
	$(BIN)/python -m benchmarks.letters $(BENCH)

# BENCH: options of benchmarks/cast.py, such as BENCH="--seconds 5 --voters 50 --engines sqlite".
bench-cast: setup-test ## casting on the real server, SQLite and PostgreSQL: benchmarks/CASTING.md
	$(BIN)/python -m benchmarks.cast $(BENCH)

screenshots: setup-test ## make the guides' pictures again, into docs/guides/images/
	$(PYTEST) -q -n 0 -m screenshots tests

# --- upkeep ---------------------------------------------------------------------------------------------------------
LOCK := $(BIN)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: $(STAMPS)/venv ## renew the locked lists of libraries
	$(LOCK) pyproject.toml --group build -o requirements.txt
	$(LOCK) pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	echo uv | $(LOCK) - -o .ci/uv.txt
	echo pabulib-checker | $(LOCK) - -o .ci/checker.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm install --package-lock-only --omit-lockfile-registry-resolved \
	  --ignore-scripts --no-audit --no-fund

reset: ## clear the demo's data
	rm -rf instance

clean: reset ## back to a fresh clone
	rm -rf .venv node_modules pb_app/static/vendor screenshots
