#!/usr/bin/env bash
# Generates a typed Python client from the schema and the contract documents, without a warning, and
# asks the server with it. Arguments: the address of GraphQL and a token.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp "$here/pyproject.toml" "$here/ask.py" "$here/../../../schema.graphql" "$place"
cp -r "$here/../../contract" "$place/documents"
cd "$place"
said=$("$here/.venv/bin/ariadne-codegen" 2>&1)
if grep -qi warn <<<"$said"; then
    printf '%s\n' "$said" >&2
    exit 1
fi
"$here/.venv/bin/python" -W error ask.py "$@"
