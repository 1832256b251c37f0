# Two commands: `make run` and `make test`. All they need is python3 (3.11 or later) with venv, and make.

VENV ?= .venv
PYTHON = $(VENV)/bin/python
PIP = $(PYTHON) -m pip install --disable-pip-version-check --quiet --no-input
export PYTHONUNBUFFERED = 1

.PHONY: run test lint bench chaos simulate demo-reset stop chromium

run: $(VENV)/run.stamp node_modules/.stamp
	@exec $(PYTHON) -m config.up

test: $(VENV)/test.stamp node_modules/.test.stamp lint chromium
	$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test.stamp
	$(PYTHON) -m ruff check .
	$(VENV)/bin/lint-imports

bench: $(VENV)/test.stamp node_modules/.stamp
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(PYTHON) "$$script" || exit 1; done

# What is killed and what is simulated has the machine to itself; the phones' 500 visits share it.
chaos: $(VENV)/test.stamp node_modules/.test.stamp chromium
	CHAOS=long $(PYTHON) -m pytest -s tests/chaos --ignore tests/chaos/test_phone.py
	CHAOS=long $(PYTHON) -m pytest -n auto --dist load tests/chaos/test_phone.py

# A day of 300 orders at sixty times the speed, to be watched: make simulate HOW="--technicians 10 --orders 50"
simulate: $(VENV)/run.stamp node_modules/.stamp
	@$(PYTHON) manage.py simulate $(HOW)

demo-reset: $(VENV)/run.stamp
	@$(PYTHON) -m config.reset

stop: $(VENV)/run.stamp
	@$(PYTHON) -m config.embedded stop

# The browser tests use the Chromium there is; root on Debian gets one, anyone else is told what is skipped.
chromium:
	@sh tests/chromium.sh

$(VENV)/run.stamp: requirements.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Doorstep needs Python 3.11 or later as python3."; exit 1; }
	@python3 -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "python3 cannot make a virtual environment here. On Debian: apt install python3-venv"; exit 1; }
	@echo "Installing what Doorstep needs (once) …"
	@python3 -m venv $(VENV)
	@$(PIP) -r requirements.txt
	@touch $@
	@$(PYTHON) -m dispatch.planning.warm >/dev/null 2>&1 &  # compiles for half a minute, while the rest is installed

# npm ci empties the folder first, so the stamp lies in it. The environment is there for machines without an npm.
node_modules/.stamp: package-lock.json | $(VENV)/run.stamp
	@sh config/npm.sh $(PYTHON) --omit=dev
	@touch $@

node_modules/.test.stamp: package-lock.json | $(VENV)/run.stamp
	@sh config/npm.sh $(PYTHON)
	@touch $@ node_modules/.stamp

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need (once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
