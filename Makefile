PYTHON ?= python3
VENV := .venv
PIP := -m pip --disable-pip-version-check -qq

# Hundreds of processes are started: without bytecode each compiles again what it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test differential fuzz test-editors test-report lint docs clean mutants

help:
	@echo "make demo   install in a venv of its own, check the example, then break it and check again"
	@echo "make test   install what the tests need in $(VENV), run them all"
	@echo "make test-report    the report in Chromium: pictures at two widths, nothing that axe-core objects to"
	@echo "make test-editors   a real VS Code, Emacs and Vim; installs code-server, Chromium and them for it"
	@echo "make fuzz   feed the readers damaged files for an hour or so; make test does for half a minute"
	@echo "make differential    10,000 random edits: cached, incremental and plain runs find the same"
	@echo "make lint   ruff, mypy, import-linter, one stem a rule, generated pages are current"
	@echo "make mutants  break modules in one place at a time, count how often a test fails (hours)"
	@echo "make docs   write what the docs say about rules, configuration and commands"
	@echo "make clean  remove what the others made"

demo:
	@PYTHON=$(PYTHON) sh examples/demo.sh

test: $(VENV)/installed
	$(VENV)/bin/python -m pytest --numprocesses auto --dist worksteal

test-report: $(VENV)/installed
	timeout -k 10 900 $(VENV)/bin/python -m pytest tests/browser/report.py

test-editors: $(VENV)/installed
	sh tests/editors/install-others.sh
	timeout -k 10 600 $(VENV)/bin/python -m pytest tests/editors/with_emacs.py tests/editors/with_vim.py
	PYTHON=$(CURDIR)/$(VENV)/bin/python sh editors/vscode/scripts/test.sh

differential: $(VENV)/installed
	EDITS=$${EDITS:-10000} $(VENV)/bin/python -m pytest -q tests/test_differential.py

fuzz: $(VENV)/installed
	FUZZ=20000 $(VENV)/bin/python -m pytest -q tests/test_fuzz.py tests/syntax/test_same_facts.py

lint: $(VENV)/installed
	$(VENV)/bin/python -m pytest -v tests/checks.py tests/test_one_stem.py tests/test_docs_current.py

mutants: $(VENV)/installed
	$(VENV)/bin/python scripts/mutants.py

docs: $(VENV)/installed
	$(VENV)/bin/python scripts/docs.py
	$(VENV)/bin/python tests/test_readme.py
	$(VENV)/bin/python tests/fleet/test_queries.py

clean:
	rm -rf $(VENV) build dist .cache .hypothesis .*_cache editors/vscode/node_modules editors/vscode/*.vsix
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP) install --editable '.[dev]'
	touch $@
