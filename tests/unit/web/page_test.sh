#!/usr/bin/env bash
# The types of the page are right, and what its parts promise holds. scripts/test has installed what that needs.
set -euo pipefail
cd "$FANFARE_SOURCE_DIR/web"
npm run --silent check
npm run --silent test
