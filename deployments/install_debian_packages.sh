#!/usr/bin/env bash
# Installs the Debian packages named as arguments, or else those of debian-packages.txt beside this script.
# Calls apt only when something is missing, so that it costs nothing when it is run before every target.
set -euo pipefail

list="$(dirname "$0")/debian-packages.txt"

wanted() {
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@"
    elif [ -f "$list" ]; then
        sed 's/#.*//' "$list" | xargs -rn1
    fi
}

missing() {
    local package
    while read -r package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

give_up() {
    echo "$1"
    echo "Install these by hand, then run this again: ${packages[*]}"
    exit 1
} >&2

# Where there is no dpkg all of them count as missing.
mapfile -t packages < <(wanted "$@" | missing)
[ ${#packages[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || give_up "This is not a Debian system: apt-get was not found."

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "Debian packages are missing, and this is neither root nor is there sudo."
    as_root=(sudo)
fi
# Two of these may run at once; apt then waits for the other instead of failing.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)

echo "Installing Debian packages: ${packages[*]}" >&2
# An update that fails still leaves the lists of the last one, which may do.
"${apt[@]}" update >&2 || echo "apt-get update failed; going on with the lists that are there." >&2
"${apt[@]}" install -y --no-install-recommends "${packages[@]}" >&2 || give_up "apt-get could not install them; its reason is above."
