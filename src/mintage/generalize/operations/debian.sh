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

dpkg_holders() { lock_holders /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; }
ask_package_manager() {
    until_free dpkg_holders
    dpkg --audit
}
