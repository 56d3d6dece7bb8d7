# Red Hat's subscription belongs to one machine. The certificates of Azure's own repositories (/etc/pki/rhui) do not.

subscription_files() {
    existing /etc/pki/consumer/*.pem /etc/pki/entitlement/*.pem /etc/insights-client/machine-id \
        /etc/insights-client/.registered /var/lib/rhsm/cache/* /var/lib/rhsm/facts/*
}
# Whoever is not registered, or does not reach the server, is told so by an exit code; what counts is what stays here.
act_subscription() {
    if command -v insights-client >/dev/null; then timeout 60 insights-client --unregister || true; fi
    if command -v subscription-manager >/dev/null; then
        timeout 60 subscription-manager unregister || true
        timeout 60 subscription-manager clean || true
    fi
    subscription_files | delete_listed
}
prove_subscription() { subscription_files; }
