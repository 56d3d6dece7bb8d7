# What makes this machine this one, and must be made anew for each machine that starts from the image.

# Empty, and not absent or "uninitialized": systemd would take the next boot for a first one, apply its presets, and
# so enable again what the recipe disabled (machine-id(5), "First boot semantics"; systemd.preset(5)).
# D-Bus keeps a copy, and systemd would take the id back from it.
act_machine_id() {
    : >/etc/machine-id
    chmod 0444 /etc/machine-id
    rm -f /var/lib/dbus/machine-id
    if [ -d /var/lib/dbus ]; then ln -s /etc/machine-id /var/lib/dbus/machine-id; fi
}
prove_machine_id() {
    [ -e /etc/machine-id ] || echo "/etc/machine-id is absent"
    cat /etc/machine-id /var/lib/dbus/machine-id 2>/dev/null || true
}

# Whatever RegenerateSshHostKeyPair says: where it is n, as on Ubuntu, waagent leaves the keys and every machine made
# from the image would have them. cloud-init makes new ones. The operation agent has overwritten them.
act_ssh_hostkeys() { rm -f /etc/ssh/ssh_host_*key*; }
prove_ssh_hostkeys() { existing /etc/ssh/ssh_host_*key*; }

# The seed is saved when its service stops, so that comes first. The secret encrypts this machine's credentials.
# From NetworkManager's it derives the addresses that stay the same.
random_seeds() {
    existing /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/urandom/random-seed \
        /var/lib/NetworkManager/secret_key
}
act_random_seed() {
    stop_units systemd-random-seed.service
    random_seeds | delete_listed
}
prove_random_seed() { random_seeds; }

act_net_hostname() {
    echo localhost.localdomain >/etc/hostname
    if [ -n "$BUILD_HOST" ] && [ -e /etc/hosts ]; then
        # Not in place: /etc/hosts may be a mount point, which cannot be replaced.
        local kept
        kept=$(awk -v name="$BUILD_HOST" '{ for (i = 2; i <= NF; i++) if ($i == name) next } { print }' /etc/hosts)
        printf '%s\n' "$kept" >/etc/hosts
    fi
}
prove_net_hostname() {
    [ "$(cat /etc/hostname)" = localhost.localdomain ] || cat /etc/hostname
    if [ -n "$BUILD_HOST" ]; then grep -wF -- "$BUILD_HOST" /etc/hosts || true; fi
}

# Leases, and the identities under which this machine asked for them.
dhcp_client_files() {
    content_of /var/lib/dhcp /var/lib/dhclient /var/lib/dhcpcd
    existing /var/lib/wicked/*.xml /var/lib/NetworkManager/*lease* /var/lib/NetworkManager/timestamps
}
act_dhcp_client_state() { dhcp_client_files | delete_listed; }
prove_dhcp_client_state() {
    # A client that runs may write its lease again; only older ones are this machine's past.
    dhcp_client_files | while IFS= read -r path; do find "$path" -prune -type f ! -newer "$STAMP"; done
}

# Names and addresses of this machine's network cards. What cloud-init generated it generates again; a rule that leads
# to /dev/null keeps rules from being made.
net_hwaddr_files() {
    existing /etc/udev/rules.d/7[05]-persistent-net* /etc/udev/rules.d/85-persistent-net* \
        /etc/systemd/network/*cloud-init* /etc/NetworkManager/system-connections/cloud-init-* \
        /etc/network/interfaces.d/50-cloud-init* /etc/netplan/50-cloud-init.yaml | while IFS= read -r path; do
        [ "$(readlink "$path")" = /dev/null ] || echo "$path"
    done
}
act_net_hwaddr() { net_hwaddr_files | delete_listed; }
prove_net_hwaddr() { net_hwaddr_files; }
