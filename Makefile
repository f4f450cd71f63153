# Kaizen: `make help` explains every target.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where it is set, each of the many processes that the tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench torture fuzz mutants fmt pictures

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Kaizen (once; a minute or less) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests and checks need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(VENV)/.installed ## Set up and run everything on this machine
	@exec $(BIN)/kaizen up

test: $(VENV)/.installed-dev ## Run all tests with real parts (ARGS=--every-case: every case on PostgreSQL, too)
	@$(BIN)/python tests/need_chromium.py
	@$(BIN)/python tests/need_dovecot.py
	@$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term $(ARGS)

check: $(VENV)/.installed-dev ## Formatter, linter, types and import contracts; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## Time the hot paths against a floor measured in the same run
	@$(BIN)/python -m tests.bench

torture: $(VENV)/.installed-dev ## Kill workers at every point, hundreds of times, and count every mail (five minutes)
	@$(BIN)/python -m pytest -n 2 -q -m killed tests/integration
	@$(BIN)/python -m tests.torture $(ARGS)

fuzz: $(VENV)/.installed-dev ## Spoil the mails of tests/emails at random and read them, for a minute
	@$(BIN)/python -m tests.fuzz 60 $(ARGS)

mutants: $(VENV)/.installed-dev ## Break the rules in service/domain one by one and see whether a test fails (an hour)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	@$(BIN)/mutmut run $(ARGS); $(BIN)/mutmut results

pictures: $(VENV)/.installed-dev ## Take the README's pictures from the running service
	@$(BIN)/python tests/need_chromium.py
	@$(BIN)/python -m tests.browser.pictures

fmt: $(VENV)/.installed-dev ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
