# Two commands do all the set-up: `make demo` and `make test`. They need Python 3.11 or newer, a shell and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROCESSES ?= 2

.PHONY: demo test lint docs lock bench clean

demo: $(VENV)/installed  ## the whole job on a shipped, simulated example
	$(BIN)/involuntary demo -o demo-report
	@echo "open demo-report/report.html"

test: $(VENV)/installed lint  ## everything that continuous integration runs
	$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/installed
	$(BIN)/sphinx-build -W -b html docs docs/_build/html

# Every package is pinned by version and hash; the project itself is installed from this checkout.
$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

bench: .venv-bench/installed  ## ours against the peers, in an environment of its own
	.venv-bench/bin/python benchmarks/compare.py

.venv-bench/installed: benchmarks/requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --editable . -r benchmarks/requirements.txt
	touch $@

lock:  ## after a change of dependencies in pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --group dev --no-annotate --no-header \
		--emit-build-options pyproject.toml requirements-build.in -o requirements.lock

clean:
	rm -rf $(VENV) demo-report docs/_build
