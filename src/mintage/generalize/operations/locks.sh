# Who works on the database of packages.

# lock_holders FILE...: the processes that hold these locks, by /proc/locks:
# "1: POSIX ADVISORY WRITE <pid> <major>:<minor>:<inode> ..."
lock_holders() {
    local lock inode
    for lock in "$@"; do
        inode=$(stat -c %i "$lock" 2>/dev/null) || continue
        awk -v lock="$lock" -v inode="$inode" '$6 ~ ":" inode "$" { print lock " is held by process " $5 }' /proc/locks
    done
}

# pid_holders FILE...: the processes that these files name, if they are alive; a dead one's file may stay.
pid_holders() {
    local file process
    for file in "$@"; do
        process=$(head -n 1 "$file" 2>/dev/null) || continue
        if [ -n "$process" ] && [ -d "/proc/$process" ]; then echo "$file is held by process $process"; fi
    done
}

# until_free FUNCTION: what it prints once that is nothing, or after two minutes. The daily jobs of package managers
# start with the machine, so they are waited for.
until_free() {
    local holders
    for _ in $(seq 60); do
        holders=$("$1")
        [ -n "$holders" ] || break
        sleep 2
    done
    echo -n "$holders"
}
