# Everything a person does here. `make demo` and `make test` set themselves up.
.PHONY: help setup demo test lint format lock bench clean

BIN := .venv/bin
STAMP := .venv/ready

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: $(STAMP) ## make the environment in .venv and fetch the files that pages need

$(STAMP): $(wildcard requirements/*.txt) package-lock.json pyproject.toml bin/setup bin/uv bin/npm bin/assets
	@bin/setup
	@touch $@

demo: $(STAMP) ## do the main job with an invented council and serve it
	@$(BIN)/teczka demo

test: $(STAMP) ## run every test; the list at the end says what was not tried and why
	@$(BIN)/pytest -n auto --dist loadfile

lint: $(STAMP) ## check style, types and the directions of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(STAMP) ## put the code into the house's form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: ## pin what requirements/*.in and package.json name
	@bin/lock

bench: $(STAMP) ## measure, each figure beside its floor
	@bin/bench

clean: ## remove what setup and tests made; data stays
	@rm -rf .venv .node .uv node_modules build .pytest_cache .mypy_cache .ruff_cache .hypothesis
