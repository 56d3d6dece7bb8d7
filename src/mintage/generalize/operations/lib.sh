# What the operations share. Each file in this folder defines, for an operation called some-thing, act_some_thing, which
# takes it out of the machine, and prove_some_thing, which prints what is still there and nothing when all is gone.
# Given: BUILD_USER, the login to be removed; BUILD_HOST, the machine's name; STAMP, a file as old as this run.

# Print those of the arguments, globs already expanded by the caller, that exist.
existing() {
    local path
    for path in "$@"; do
        if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi
    done
}

# The homes of all accounts, from the password file: services fetch with keys of their own, too.
homes() { awk -F: '$6 ~ "^/." { print $6 }' /etc/passwd | sort -u; }

# in_homes NAME...: the files of these names, globs allowed, in the homes; what is below .ssh is named with it.
in_homes() {
    local home name path
    homes | while IFS= read -r home; do
        for name in "$@"; do
            for path in "$home"/$name; do existing "$path"; done
        done
    done
}

# Delete the paths given on standard input, one per line.
delete_listed() {
    local path
    while IFS= read -r path; do rm -rf -- "$path"; done
}

# Overwrite the files given on standard input before they are deleted. Giving blocks back to the disk is not enough for
# secrets: disks take them in larger pieces (QEMU in 64 KiB), and keep those that are free only in part.
overwrite_listed() {
    local path
    while IFS= read -r path; do
        if [ -f "$path" ] && [ ! -L "$path" ]; then shred --force --iterations=1 -- "$path"; fi
    done
}

# What is left in folders that should be empty.
content_of() {
    local folder
    for folder in "$@"; do
        if [ -d "$folder" ]; then find "$folder" -mindepth 1; fi
    done
}

# Stop units that are there, and wait until they are stopped. What does not exist is no failure.
stop_units() {
    if command -v systemctl >/dev/null; then systemctl stop "$@" 2>/dev/null || true; fi
}

# run_given TEXT INTERPRETER...: a step of the recipe. TEXT is base64; the file is in memory, as all that runs here is.
run_given() {
    local file=$PWD/given
    printf '%s' "$1" | base64 --decode >"$file"
    "${@:2}" "$file"
}
