# The two that matter: `make run` and `make test`. Each does all its own set-up.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501

.PHONY: run dev test check check-browser bench screenshots words clean

run: .venv/installed
	PLAYGROUND_DOWNLOADS=$${PLAYGROUND_DOWNLOADS-yes} $(BIN)/uvicorn app:app --port $(PORT)

# Reload on edit: Streamlit watches the files (slower for visitors, which is why `run` does not).
dev: .venv/installed
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto \
		--server.runOnSave true --client.showErrorDetails full

test: .venv/installed-dev
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v node >/dev/null; then $(MAKE) --no-print-directory check-browser; \
		elif [ -n "$$CI" ]; then echo "node is missing: JavaScript cannot be checked" >&2; exit 1; \
		else echo "node is missing: JavaScript was not checked"; fi

check-browser: node_modules/.installed
	npm run --silent check

bench: .venv/installed-dev
	$(BIN)/python -m tests.bench

screenshots: .venv/installed-dev
	$(BIN)/python -m tests.browser.screenshots

# All visible words, for translators: locale/<language>/LC_MESSAGES/messages.po is made from it.
words: .venv/installed-dev
	mkdir -p locale
	$(BIN)/pybabel extract --keywords _ --keywords mark \
		--keywords fixes:2,3 --keywords replaces:2,3 --no-location --sort-output \
		-o locale/messages.pot pages lib

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --silent --no-fund --no-audit
	touch $@

clean:
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
