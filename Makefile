# Two commands matter: `make run` and `make test`. Everything else is for whoever works on the code.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
LOCKED := --no-header --no-emit-index-url --no-emit-find-links --generate-hashes

.PHONY: run test check format bench bench-quick soak lock clean browser release licences audit

run: $(VENV)/runtime.stamp
	@$(BIN)/hurentong run

test: $(VENV)/dev.stamp browser
	@$(BIN)/python -m pytest -n 2

check: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/dev.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Every promised figure, measured anew; `bench` writes docs/benchmarks.md.
bench: $(VENV)/dev.stamp $(PEERS)/stamp
	@$(BIN)/python -m bench

bench-quick: $(VENV)/dev.stamp $(PEERS)/stamp
	@$(BIN)/python -m bench --quick

# The heavy runs that `make test` does scaled down: a thousand deaths, long walks.
soak: $(VENV)/dev.stamp
	@HURENTONG_SOAK=1 HURENTONG_TEST_WALK_STEPS=20000 $(BIN)/python -m pytest -m slow

# The chat page is tested in a real Chromium. Found if installed; installed where that is possible.
browser:
	@bash tests/browser/chromium.sh

lock:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 $(LOCKED) --quiet --upgrade -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 $(LOCKED) --quiet --upgrade -o requirements-dev.txt
	@$(BIN)/uv pip compile requirements-bench.in --universal --python-version 3.11 $(LOCKED) --quiet --upgrade -o requirements-bench.txt

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing (about half a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib bot dialogs domain exports >/dev/null || true # halves the start-up; some libraries carry files for other Pythons
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# What `make bench` compares with, in an environment of its own (requirements-bench.in says why).
$(PEERS)/stamp: requirements-bench.txt
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# dist/: the package, its bill of materials (CycloneDX), and their checksums.
release: $(VENV)/dev.stamp licences
	@rm -rf dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .
	@cp requirements.txt dist/
	@$(BIN)/python -m supply sbom --out dist/sbom.cdx.json
	@cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

licences: $(VENV)/dev.stamp
	@$(BIN)/python -m supply licences --out docs/licences.md

# Known vulnerabilities of what is pinned: asks osv.dev, or `make audit FILE=all.zip` with its PyPI dump.
audit: $(VENV)/dev.stamp
	@$(BIN)/python -m supply audit $(if $(FILE),--file $(FILE))

clean:
	rm -rf $(VENV) $(PEERS) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
