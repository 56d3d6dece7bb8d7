# Debian's package manager, and what its packages keep.

act_package_cache() {
    apt-get clean
    find /var/cache/apt /var/lib/apt/lists -type f ! -name lock -delete
    rm -rf /var/cache/debconf/*-old
}
prove_package_cache() { find /var/cache/apt /var/lib/apt/lists -type f ! -name lock ! -newer "$STAMP" 2>/dev/null || true; }

# open-iscsi makes itself a new name where this is written, as its package does when it is installed.
act_iscsi_initiator() {
    if [ -e /etc/iscsi/initiatorname.iscsi ]; then echo GenerateName=yes >/etc/iscsi/initiatorname.iscsi; fi
}
prove_iscsi_initiator() { grep -s ^InitiatorName= /etc/iscsi/initiatorname.iscsi || true; }

# The process that holds a lock of dpkg's, by /proc/locks: "1: POSIX ADVISORY WRITE <pid> <major>:<minor>:<inode> ..."
lock_holder() {
    local lock inode
    for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
        inode=$(stat -c %i "$lock" 2>/dev/null) || continue
        awk -v lock="$lock" -v inode="$inode" '$6 ~ ":" inode "$" { print lock " is held by process " $5 }' /proc/locks
    done
}

# apt's daily jobs start with the machine, so this one waits for them: two minutes.
ask_package_manager() {
    local holder
    for _ in $(seq 60); do
        holder=$(lock_holder)
        [ -n "$holder" ] || break
        sleep 2
    done
    echo -n "$holder"
    dpkg --audit
}
