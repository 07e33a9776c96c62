# The few commands. The same ones serve people and continuous integration.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check fuzz bench lock clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/run
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/run ## set up, start a gateway, feed it the bundled capture, show what came out
	$(BIN)/semantic-gw tour

check: $(VENV)/dev ## lint, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/dev check ## set up and run all tests; what this machine lacks is skipped with the reason
	$(BIN)/python -m pytest --cov

fuzz: $(VENV)/dev ## ten minutes of coverage-guided fuzzing of codecs and lifter
	$(BIN)/python tests/fuzz/fuzz_codecs.py -max_total_time=300
	$(BIN)/python tests/fuzz/fuzz_lifter.py -max_total_time=300

bench: $(VENV)/dev ## CPU time per message beside the plain way, and the table of docs/benchmarks.md
	$(BIN)/python benchmarks/run.py

lock: ## renew requirements*.txt from pyproject.toml (needs uv)
	uv pip compile -q --generate-hashes --no-header --no-annotate --universal --python-version 3.11 pyproject.toml --group build --group dev -o requirements-dev.txt
	uv pip compile -q --generate-hashes --no-header --no-annotate --universal --python-version 3.11 pyproject.toml --group build -c requirements-dev.txt -o requirements.txt

clean: ## remove what the commands made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build dist
