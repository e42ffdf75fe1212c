# A thin list of commands; what they do is in deploy/local/src/local_platform.
PYTHON ?= python3
BIN := .venv/bin
SETUP = PYTHONPATH=deploy/local/src $(PYTHON) -m local_platform.environment

.PHONY: help setup run operate test faults compiled bench-gateway check seeds contracts api clients lock clean

help: ## показать этот список
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## подготовить .venv и серверы (повторный вызов ничего не делает)
	@$(SETUP)

run: setup ## запустить платформу на этой машине; Ctrl-C останавливает всё
	@exec $(BIN)/python -m local_platform run

operate: setup ## команда оператора: make operate SERVICE=transfer ARGS="parked list"
	@exec $(BIN)/python -m local_platform operate $(SERVICE) -- $(ARGS)

test: setup ## все тесты на настоящих серверах; часть: make test ARGS="gateway/tests -k route"
	@exec $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: setup ## отказы серверов и процессов, долгий вид: make faults ROUNDS=10
	@FAULT_ROUNDS=$(or $(ROUNDS),10) exec $(BIN)/python -m pytest tests/faults --timeout 3600 $(ARGS)

compiled: setup ## собрать шлюз так, как в образе, и проверить его тестами: make compiled ARGS="-k drain"
	@form=$$($(BIN)/python -m tests.load.gateway.compiled) && PYTHONPATH=$$form exec $(BIN)/python -m pytest gateway/tests $(ARGS)

bench-gateway: setup ## шлюз рядом с nginx, Envoy и Traefik: make bench-gateway ARGS=--short
	@exec $(BIN)/python -m tests.load.gateway $(ARGS)

check: setup ## ruff, mypy --strict, границы модулей
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

seeds: setup ## таблица требований: какие строки исходных документов доказаны тестом
	@exec $(BIN)/python -m tests.seeds.table $(ARGS)

contracts: setup ## пересоздать схемы событий из моделей
	$(BIN)/python -m contracts write

api: setup ## записать договор API, каталог ошибок и перечень изменений; ломающее — ARGS='--breaking "почему"'
	@exec $(BIN)/python -m tests.clients $(ARGS)

clients: setup ## типы TypeScript из документа и пример клиента, проверенный tsc --strict
	@exec $(BIN)/python -m tests.clients.workshop

lock: setup ## пересобрать requirements.txt из requirements.in
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 -q -o requirements.txt requirements.in

clean: ## удалить данные и журналы запусков (.local) и служебные папки проверок
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@PYTHONPATH=deploy/local/src $(PYTHON) -m local_platform.cleaning
