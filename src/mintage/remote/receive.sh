# Unpacks a tar stream into the folder $1; its files belong to $2. A name that the guest does not know is an error here:
# tar itself would quietly go by the number.
set -eu
owner=$2
[ "${owner#*:}" != "$owner" ] || owner=$owner:$owner
probe=$(mktemp)
arrived=$(mktemp)
trap 'rm -f "$probe" "$arrived"' EXIT
chown -- "$owner" "$probe"
mkdir -p -- "$1"
# Folders that are there already, /etc for example, keep their owner and mode, and links to folders stay links.
tar --extract --file=- --directory="$1" --preserve-permissions --same-owner --no-overwrite-dir \
    --keep-directory-symlink --verbose --quoting-style=literal >"$arrived"
# Where SELinux is, what took another file's place has its folder's label until it is given the one for its path.
if command -v restorecon >/dev/null; then (cd -- "$1" && restorecon -f "$arrived"); fi
