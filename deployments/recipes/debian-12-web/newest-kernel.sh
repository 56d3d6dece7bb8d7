#!/bin/sh
# Fails when an older kernel runs than the newest that is installed.
set -eu

newest=$(find /boot -name 'vmlinuz-*' -printf '%f\n' | sort --version-sort | tail -n 1)
echo "running: $(uname -r); newest installed: ${newest#vmlinuz-}"
test "$(uname -r)" = "${newest#vmlinuz-}"
