# Goes before launch.sh and kept_worker.sh: one script with all its children in a process group of its own, which job
# control (set -m) makes. Given: $folder with the script and its environment; $group and $watch, once they run.

# Arguments: the interpreter, since the kernel may forbid to run files from this folder (noexec).
run_script() {
    umask 022
    cd "${HOME:-/}" 2>/dev/null || cd /
    . "$folder/environment"
    rm -f "$folder/environment"
    exec "$@" "$folder/script"
}

# Ends whoever calls it, too, unless the group has to be killed.
end_group() {
    kill -TERM -- "-$group"
    for _ in 1 2 3 4 5; do
        sleep 1
        kill -0 -- "-$group" || exit
    done
    kill -KILL -- "-$group"
}

# Leaves the script's exit code in $code. Argument: the file that says that the group is being ended; then children that
# outlive the script are still to be ended.
await_group() {
    wait "$group"
    code=$?
    [ -e "$1" ] || kill -- "-$watch"
    wait "$watch"
}
