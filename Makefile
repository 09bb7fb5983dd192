# make alone lists the targets. Everything that is needed is set up in .venv, once, from requirements.lock.

export Q ?= 金井镇2023年调解了多少纠纷

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.ready
STORE := data/store
SAMPLE := $(STORE)/.sample
SETS := ../shared/bench
TEXTS := ../shared/train
FOLDS := $(STORE)-folds
# The commit that has what index.train made, before index.refine taught it the questions of the retrieval sets.
FIRST_HALF := ca9ecba
COMMIT = $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
RESULTS := data/eval/results
EXAMS := $(notdir $(patsubst %/,%,$(wildcard data/eval/exams/*/)))
BUNDLE := dist/bundle
TOOLS := .venv-tools
BENCH ?= cold ledger scope fidelity scale

# The first Python that this project runs on; PYTHON=… chooses another.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do $$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)

# A plain torch from the default index is the CUDA build on Linux, gigabytes that are not used here. PyTorch's own index has the CPU build.
# It is asked for four seconds; where it does not answer, torch comes from wherever pip is set up to look.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell grep '^torch==' requirements.lock)
REACHED := import signal, sys, urllib.request; signal.alarm(5); urllib.request.urlopen(sys.argv[1], timeout=4)
TORCH_FROM_INDEX := $(BIN)/python -c '$(REACHED)' $(TORCH_INDEX)/torch/ && $(BIN)/pip install -q --no-deps --index-url $(TORCH_INDEX) $(TORCH)

.DEFAULT_GOAL := help
.PHONY: help setup ask chat serve test search check eval exams bench docs bundle sbom audit lock clean

help: ## 列出这些命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## 装好运行环境（.venv）；其他命令会自己做

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11、3.12 或 3.13。装好后再试，或用 make PYTHON=路径 指定。" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "正在准备运行环境（.venv），头一次要几分钟……"
	@$(BIN)/python -c 'import torch' 2>/dev/null || ( $(TORCH_FROM_INDEX) ) 2>/dev/null || true
	@$(BIN)/pip install -q -r requirements.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(SAMPLE): $(wildcard data/sample/*.txt) | $(READY)
	@$(BIN)/zhenwen --store $(STORE) index data/sample
	@touch $@

ask: $(SAMPLE) ## 问一个问题：make ask Q="磁灶镇2022年有多少法律明白人"
	@$(BIN)/zhenwen --store $(STORE) ask "$$Q"

chat: $(SAMPLE) ## 在终端里对话
	@$(BIN)/zhenwen --store $(STORE) chat

serve: $(SAMPLE) ## 在 Telegram 里答问（要先设 ZHENWEN_TELEGRAM_TOKEN）
	@$(BIN)/zhenwen --store $(STORE) serve

test: $(READY) ## 跑全部测试
	@$(BIN)/python -m pytest -n 2 --dist loadfile

search: $(READY) ## 让性质测试用新的随机数找反例（make test 用固定的）
	@$(BIN)/python -m pytest -n 2 --dist loadfile --hypothesis-profile open

check: $(READY) ## 静态检查（ruff、mypy），不改文件
	@$(BIN)/ruff check .
	@$(BIN)/mypy

eval: $(SAMPLE) ## 给两套题打分（有 ../shared/bench 时也测检索），结果写进 data/eval/results 和 README
	@rm -rf $(STORE)-towns $(RESULTS)/*.new
	@$(BIN)/zhenwen --store $(STORE) eval data/eval/dev.jsonl --json > $(RESULTS)/dev.new
	@$(BIN)/zhenwen --store $(STORE)-towns index data/sample data/eval/towns/reports
	@$(BIN)/zhenwen --store $(STORE)-towns eval data/eval/towns/questions.jsonl --json > $(RESULTS)/towns.new
	@$(MAKE) exams
	@test ! -d $(SETS) || $(MAKE) $(FOLDS)
	@test ! -d $(SETS) || $(BIN)/python tests/bench/ways.py --sets $(SETS) --folds $(FOLDS) --json $(RESULTS)/retrieval.new
	@for new in $(RESULTS)/*.new; do rm -f $${new%.new}-*.json; mv $$new $${new%.new}-$(COMMIT).json; done
	@$(MAKE) docs

exams: $(SAMPLE) ## 给 data/eval/exams 里的每套题打分：再跑的，只作开发成绩
	@for exam in $(EXAMS); do \
		reports=data/eval/exams/$$exam/reports; test -d $$reports || reports="data/sample data/eval/towns/reports"; \
		rm -rf $(STORE)-exam && $(BIN)/zhenwen --store $(STORE)-exam index $$reports > /dev/null || exit 1; \
		$(BIN)/zhenwen --store $(STORE)-exam eval data/eval/exams/$$exam/questions.jsonl --json > $(RESULTS)/$$exam.new || exit 1; \
	done

$(FOLDS): index/refine.py index/judged.py | $(READY)
	@mkdir -p $@.first && git archive $(FIRST_HALF) index/model | tar -x -C $@.first
	@$(BIN)/python -m index.refine --model $@.first/index/model --data $(TEXTS) --statutes $(SETS) --folds questions --out $@.new
	@rm -rf $@ $@.first && mv $@.new $@

bench: $(READY) ## 跑测量：make bench BENCH="cold scope"
	@for each in $(BENCH); do echo "== $$each"; $(BIN)/python tests/bench/$$each.py || exit 1; done

docs: $(SAMPLE) ## 更新 README 里由程序写的部分和图
	@$(BIN)/python tests/docs.py $(STORE)
	@$(BIN)/python tests/picture.py $(STORE) data/pictures/chat.svg
	@$(BIN)/python tests/chat_picture.py $(STORE) data/pictures/telegram.svg

bundle: $(READY) ## 给没有网络的机器：把程序和它要的安装包收进 dist/bundle
	@rm -rf $(BUNDLE)
	@$(BIN)/pip wheel -q --no-deps -w $(BUNDLE) --index-url $(TORCH_INDEX) $(TORCH) 2>/dev/null || true
	@$(BIN)/pip wheel -q -c requirements.lock --find-links $(BUNDLE) -w $(BUNDLE) '.[ocr]'
	@cp data/operations.md $(BUNDLE)/
	@du -sh $(BUNDLE)

sbom: $(READY) $(TOOLS) ## 软件成分清单（CycloneDX）：dist/sbom.json
	@mkdir -p dist
	@$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml -o dist/sbom.json $(BIN)/python

audit: $(TOOLS) ## 依赖里有没有已知的漏洞（要联网查）
	@$(TOOLS)/bin/pip-audit --no-deps --disable-pip -r requirements.lock

$(TOOLS): ; @$(PYTHON) -m venv $@ && $@/bin/pip install -q cyclonedx-bom pip-audit

lock: ## 按 pyproject.toml 重新求解 requirements.lock
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/pip install -q --dry-run --ignore-installed --report .venv-lock/report.json '.[dev,ocr,models]'
	@.venv-lock/bin/python .ci/lock.py .venv-lock/report.json > requirements.lock.new
	@mv requirements.lock.new requirements.lock && rm -r .venv-lock

clean: ## 删除运行环境和示例资料库
	@rm -rf .venv $(SAMPLE)
