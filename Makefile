# `make demo` repaints the samples, `make test` runs the tests; each sets up what it needs.

PYTHON ?= python3
VENV ?= .venv

BIN = $(VENV)/bin

.PHONY: demo test check clean

demo: $(VENV)/.ready
	$(BIN)/vidstyle file samples/harbour.mp4 -o demo.mp4 --style samples/starry.jpg --output-size 360 --overwrite
	@echo "Look at demo.mp4."

test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest

check: $(VENV)/.ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.ready-dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $(VENV)/.ready $@

clean:
	rm -rf $(VENV) demo.mp4
