#!/usr/bin/env bash
# Writes requirements.lock (run and build), requirements-test.lock (the same and the tests) and
# requirements-correlation.lock (durable-rules, as source, and what builds it) and
# requirements-bench.lock (the engines measured beside ours): every name pinned with hashes for
# every platform and Python we run on, no index address.
set -euo pipefail
cd "$(dirname "$0")/../.."

if command -v uv >/dev/null; then
  uv=(uv)
elif command -v uvx >/dev/null; then
  uv=(uvx uv)
else
  echo "make lock needs uv. Get it with: python3 -m pip install --user uv (or pipx install uv)" >&2
  exit 2
fi

compile() {
  "${uv[@]}" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --only-binary :all: --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra z3 --extra lsp \
    "$@" pyproject.toml
}

compile --group build --output-file requirements.lock
compile --group build --group test --constraint requirements.lock \
  --output-file requirements-test.lock

"${uv[@]}" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --only-binary setuptools --no-binary durable-rules \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
  --group pyproject.toml:correlation --output-file requirements-correlation.lock

"${uv[@]}" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --only-binary :all: --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
  --constraint requirements-test.lock --group pyproject.toml:bench \
  --output-file requirements-bench.lock

if grep -nE '://|^-' requirements.lock requirements-test.lock requirements-correlation.lock \
    requirements-bench.lock; then
  echo "A lock names an address." >&2
  exit 1
fi
