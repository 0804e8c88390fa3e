#!/bin/sh
# Looks up the product's dependencies in a vulnerability database: the one at VULNDB, which must
# then be there, or https://vuln.go.dev, without which the check is left out with a notice.
set -u
cd "$(dirname "$0")/../.."
out=$("${GO:-go}" tool -modfile=internal/tools/go.mod govulncheck ${VULNDB:+-db "$VULNDB"} ./... 2>&1)
status=$?
case "$status:${VULNDB:-none}:$out" in
0:*) echo "govulncheck: no known vulnerabilities" ;;
1:none:*"fetching vulnerabilities"*) echo "govulncheck: skipped, https://vuln.go.dev cannot be reached (CONTRIBUTING.md: make check VULNDB=…)" ;;
*) echo "$out"; exit "$status" ;;
esac
