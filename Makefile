# Everything a person or CI runs. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
# The last line of `make demo` is read by programs, so make itself stays silent on standard output.
MAKEFLAGS += --no-print-directory

# Prefect reports its use to its makers unless told not to; on a closed network it also waits for them.
export DO_NOT_TRACK ?= 1

# Containers often forbid it. A hundred processes would each compile our modules again then, and pytest all tests.
unexport PYTHONDONTWRITEBYTECODE

# The distribution's own before another that comes first in PATH: it is built with profile-guided optimization, which pyenv
# leaves out unless asked, and computes in five sixths of the time.
PYTHON ?= $(shell /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
AZURE_CLI := .venv-azure-cli
RUN := $(VENV)/bin/python
# A file stays in one process, so that what its tests share is made once. Most tests wait more than they compute: with
# three processes, two cores were half idle while the tests ran that need no machine and no worker. Files go in the order
# that tests/conftest.py puts them in.
PYTEST := $(RUN) -m pytest --dist loadfile --no-loadscope-reorder --numprocesses
APT := deployments/install_debian_packages.sh
# Each lock is also its own constraints: pip takes "sqlalchemy[asyncio]" for another package than the "sqlalchemy" that is pinned, and
# its newest version for one that nobody pinned. Constraints hold for both.
LOCKED = --require-hashes --requirement $(1) --constraint $(1)
LOCK := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --annotation-style line --quiet \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: help setup venv debian demo demo-windows up test test-unit test-contract test-e2e test-real check format bench budgets load chaos schema \
	verify-windows-on-azure base-image lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-24s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: debian venv ## Install what is missing: Debian packages and the virtual environment

debian:
	@$(APT) >&2

venv: $(VENV)/.installed

# pip's own check of a hundred packages takes seconds, so two stamps say that nothing changed since the last time.
$(VENV)/.locked: requirements/dev.lock
	@exec >&2
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say where: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(APT) python3-venv
	echo "Installing Python packages into $(VENV) ..."
	$(RUN) -c '' 2>/dev/null || rm -rf $(VENV)
	[ -x $(VENV)/bin/pip ] || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-compile $(call LOCKED,requirements/dev.lock)
	# pip would do it on one core. Some packages hold templates, which are no Python and stay as they are.
	$(RUN) -m compileall -qq --workers 0 $(VENV)/lib || true
	touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . >&2
	touch $@

demo: setup ## Build the demonstration image on this machine, from nothing to published
	@$(RUN) -m deployments.local_stack demo

demo-windows: setup ## Build the Windows image likewise, on a model of a Windows guest
	@$(RUN) -m deployments.local_stack demo --hypervisor instant --recipe deployments/recipes/windows-server-2022.yaml

up: setup ## Keep localazure, Prefect and a worker running until Ctrl-C
	@$(RUN) -m deployments.local_stack up

# Apart from .venv, because the Azure CLI pins other versions of the SDK.
$(AZURE_CLI)/.installed: requirements/azure-cli.lock | venv
	@exec >&2
	echo "Installing the Azure CLI into $(AZURE_CLI), for the tests ..."
	[ -x $(AZURE_CLI)/bin/pip ] || $(RUN) -m venv $(AZURE_CLI)
	# Uncompiled: the tests call a tenth of it, and the rest would take half a minute.
	$(AZURE_CLI)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile $(call LOCKED,requirements/azure-cli.lock)
	touch $@

test: setup $(AZURE_CLI)/.installed ## Run all tests, real virtual machines included, but test-real
	@$(PYTEST) 4

test-unit: setup ## Run the fast tests
	@$(PYTEST) 4 tests/unit

test-contract: setup $(AZURE_CLI)/.installed ## Run the real Azure SDK against localazure, without virtual machines
	@$(PYTEST) 4 tests/contract

test-e2e: setup ## Run the tests that boot virtual machines
	@$(PYTEST) 2 tests/e2e

test-real: setup ## Build on real machines from a disk image, a VM and managed disks, in all forms but copies, and look at a guest: half an hour emulated, not in `make test`
	@$(RUN) -m pytest tests/real

check: venv ## Check style, types and who imports whom
	@failed=
	for check in "ruff check" "ruff format --check" "mypy" "lint-imports --no-logo"; do
		$(VENV)/bin/$$check || failed+="$$check; "
	done
	[ -z "$$failed" ] || { echo "make check: failed: $$failed"; exit 1; } >&2

format: venv ## Put the code in its standard form
	@$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: setup $(AZURE_CLI)/.installed ## Measure builds and write build/bench.json
	@$(RUN) -m bench

budgets: setup ## Build a hundred images at once in one subscription with Azure's budgets, and write build/budgets.json
	@$(RUN) -m bench.budgets

load: setup ## Begin ten builds at once on SQLite, thirty on PostgreSQL, and write build/load.json
	@$(RUN) -m bench.load

chaos: setup ## Break a build at each EVERY-th place (20), WALK builds at random, or a few REAL ones; RESUME=1 goes on
	@$(RUN) -m chaos $(if $(EVERY),--every $(EVERY)) $(if $(SEED),--seed $(SEED)) $(if $(WALK),--walk $(WALK)) \
		$(if $(REAL),--real --jobs 1) $(if $(RESUME),--resume)

verify-windows-on-azure: setup ## Ask a Windows VM on your subscription what only a real one can tell
	@$(RUN) -m deployments.verify_windows

schema: venv ## Write the recipe's JSON schema for editors
	@$(RUN) -m mintage.schema deployments/recipe.schema.json

base-image: setup ## Make the Debian image that localazure offers, if it is not there yet
	@$(VENV)/bin/localazure base-image

lock: venv ## Write the locks again (UPGRADE=1: with the newest versions)
	@$(LOCK) pyproject.toml --output-file requirements/runtime.lock >&2
	$(LOCK) requirements/azure-cli.in --output-file requirements/azure-cli.lock >&2
	$(LOCK) pyproject.toml --extra dev --constraint requirements/runtime.lock --output-file requirements/dev.lock >&2

clean: ## Remove what was built; the virtual environment, base images and state stay
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
