# What there is to do here. Needed: Rust and a C linker; `make` says so where one is missing.

CARGO ?= cargo
# Where cargo puts what it builds; it reads this variable too.
BUILD = $(or $(CARGO_TARGET_DIR),target)
DEMO  = $(BUILD)/demo.db
RUN   = $(CARGO) run --locked --quiet --

.PHONY: man help demo check test test-peers update bench bench-peers fuzz doc lint deny clean tools tmux

help:
	@echo 'make demo         build the program, load the first case, print who stands where, with quotes'
	@echo 'make check        before every commit, in minutes: lint, unit tests, sessions, 10,000 random queries'
	@echo 'make test         run every test, with a tenth of the random queries of .ci/run'
	@echo 'make lint         formatting and clippy'
	@echo 'make deny         licences and banned crates; needs cargo-deny'
	@echo 'make doc          build the documentation of the library'
	@echo 'make man          write a manual page for each command into $(BUILD)/man'
	@echo 'make update       write the answers of the program into the tests; read them before committing'
	@echo 'make test-peers   compare shapes and questions with other engines; fetches them first'
	@echo '                  PARTS=NAME runs one part of it: see tests/peers/run.sh'
	@echo 'make bench        measure beside the oxigraph command (minutes); fetches it first'
	@echo 'make bench-peers  measure beside six other engines (hours); fetches them first'
	@echo 'make fuzz         feed the parsers random hostile input, FUZZ_SECONDS (600) each'
	@echo 'make clean        remove everything that was built'

# Not optimised: that takes three times as long to build, and nobody waits for this little data.
# Most of what is compiled here, `make test` finds compiled.
demo: tools
	@$(CARGO) build --locked || { status=$$?; \
	  echo 'If a build before this one was cut short: make clean, and once more.' >&2; exit $$status; }
	@rm -rf '$(DEMO)'
	$(RUN) --store '$(DEMO)' load data/witkoff-putin-2025
	$(RUN) --store '$(DEMO)' ask overview
	@echo
	@echo 'To go on, for instance:'
	@echo "  $(RUN) --store '$(DEMO)' show Zelensky"
	@echo "  $(RUN) --store '$(DEMO)' ask"
	@echo '`cargo install --path . --locked` builds the fast program and puts it where your shell finds it.'

# What most often breaks, and what breaks is all reported. Nothing is compiled twice for it.
check: tools lint
	STANDPOINT_DIFFERENTIAL_PAIRS=10000 $(CARGO) test --locked --no-fail-fast --quiet --lib --bins \
	  --test house --test sessions --test differential

test: tools tmux
	$(CARGO) test --locked

# The same shapes, questions and queries given to other engines, in parts: see tests/peers/run.sh.
# `make test-peers PARTS=jena` runs one of them.
test-peers: tools
	CARGO_TARGET_DIR='$(BUILD)' sh tests/peers/run.sh $(PARTS)

# Tests that compare with files; the others have nothing to write.
update: tools
	UPDATE=1 $(CARGO) test --locked --test sessions --test check --test export --test case --test shacl \
	  --test golden --test examples

man: tools
	@$(CARGO) run --locked --quiet -p xtask --bin man -- '$(BUILD)/man'
	@echo 'To read one: man $(BUILD)/man/standpoint.1'

# The shipped case and some thousand positions in all formats of sheets, beside one engine.
bench: tools
	CARGO_TARGET_DIR='$(BUILD)' sh benches/run.sh --engines oxigraph --no-library \
	  --sheets jsonl yaml csv --positions 10000 100000
	CARGO_TARGET_DIR='$(BUILD)' sh benches/networks.sh

# 250,000 and 1,000,000 positions beside every engine; `sh benches/run.sh --help` tells of other sizes.
bench-peers: tools
	CARGO_TARGET_DIR='$(BUILD)' sh benches/run.sh

# Needs nightly Rust, cargo-fuzz and a C++ compiler; says so where they are missing.
fuzz: tools
	sh fuzz/run.sh

doc: tools
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --locked

lint: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

# What deny.toml allows. Advisories need the network, and are asked where that is at hand: in the workflow.
deny:
	$(CARGO) deny --locked check bans licenses sources

clean: tools
	$(CARGO) clean

# Rust of the version that Cargo.toml asks for, and a compiler that can link: what is missing else shows
# as an error about something else, after minutes.
tools:
	@needed=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	command -v $(firstword $(CARGO)) >/dev/null 2>&1 || { \
	  echo "Rust is missing; $$needed or later is needed." >&2; \
	  echo 'Install it from https://rustup.rs, open a new shell, and try again.' >&2; exit 1; }; \
	version=$$($(CARGO) --version) || exit 1; \
	found=$$(echo "$$version" | sed 's/^cargo \([0-9.]*\).*/\1/'); \
	printf '%s\n' "$$needed" "$$found" | sort -C -V || { \
	  echo "Rust $$needed or later is needed, but found $$found ($$(command -v $(firstword $(CARGO))))." >&2; \
	  echo 'With rustup: rustup update stable. A distribution'"'"'s Rust is often older: install' >&2; \
	  echo 'it from https://rustup.rs instead, open a new shell, and try again.' >&2; exit 1; }
	@program=$$(mktemp) && { echo 'int main(void) { return 0; }' | cc -x c - -o "$$program" 2>/dev/null; \
	  linked=$$?; rm -f "$$program"; test $$linked = 0; } || { \
	  echo 'A C linker that works (cc) is missing, or its libraries are.' >&2; \
	  echo 'On Debian and Ubuntu: sudo apt-get install build-essential' >&2; exit 1; }

# The shell is tested in a terminal. Nothing is installed here that nobody asked for.
tmux:
	@command -v tmux >/dev/null 2>&1 || { \
	  echo 'tmux is missing, so the tests of the shell in a terminal are skipped.' >&2; \
	  echo 'On Debian and Ubuntu: sudo apt-get install tmux' >&2; }
