# RPM's database, and what dnf, yum, tdnf and zypper keep.

package_caches() { existing /var/cache/dnf /var/cache/libdnf5 /var/cache/yum /var/cache/tdnf /var/cache/zypp /var/cache/PackageKit; }
cached_files() { package_caches | while IFS= read -r folder; do find "$folder" -type f "$@"; done; }
act_package_cache() {
    local tool
    for tool in dnf yum tdnf; do
        if command -v $tool >/dev/null; then $tool clean all; fi
    done
    if command -v zypper >/dev/null; then zypper --non-interactive clean --all; fi
    # Their locks, stamps and lists of what was used go too.
    cached_files -delete
}
prove_package_cache() { cached_files ! -newer "$STAMP"; }

# The environment of Berkeley DB, which older versions keep beside the database: made again by the next query.
rpm_environment() { existing /var/lib/rpm/__db.* /usr/lib/sysimage/rpm/__db.*; }
act_rpm_db() { rpm_environment | delete_listed; }
prove_rpm_db() { rpm_environment; }

# What repositories tell machines apart by, and count them.
package_uuids() { existing /var/lib/yum/uuid /var/lib/zypp/AnonymousUniqueId /var/lib/dnf/repos/*/countme; }
act_package_uuid() { package_uuids | delete_listed; }
prove_package_uuid() { package_uuids; }

rpm_holders() {
    lock_holders /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock
    pid_holders /run/dnf.pid /run/yum.pid /run/zypp.pid /run/tdnf.pid /var/cache/dnf/*.pid
}
ask_package_manager() {
    until_free rpm_holders
    rpmdb --verifydb 2>&1 >/dev/null || echo "rpmdb --verifydb ended with $?"
}
