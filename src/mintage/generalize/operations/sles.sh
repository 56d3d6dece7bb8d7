# SUSE's registration belongs to one machine, whether with a key (SUSEConnect) or by Azure's bill (registercloudguest).

# Its accounts at SUSE are called SCC_ and digits; credentials and services of others are the recipe's.
registration_files() {
    existing /etc/SUSEConnect /var/cache/cloudregister/* /var/lib/cloudregister/*
    grep -ls '^username *= *SCC_' /etc/zypp/credentials.d/* || true
    grep -lsE 'susecloud|scc\.suse\.com|credentials=SCC' /etc/zypp/services.d/* || true
}
# The mark is registercloudguest's own; the line after it names the update server.
registered_hosts() { grep -A1 '^# Added by SMT registration' /etc/hosts || true; }
# As for Red Hat's, what counts is what stays here.
act_subscription() {
    if command -v registercloudguest >/dev/null; then timeout 120 registercloudguest --clean || true; fi
    if command -v SUSEConnect >/dev/null; then
        timeout 60 SUSEConnect --de-register || true
        timeout 60 SUSEConnect --cleanup || true
    fi
    registration_files | delete_listed
    local kept
    kept=$(sed '/^# Added by SMT registration/,+1d' /etc/hosts)
    printf '%s\n' "$kept" >/etc/hosts
}
prove_subscription() {
    registration_files
    registered_hosts
}
