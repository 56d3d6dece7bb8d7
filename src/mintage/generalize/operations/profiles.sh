# Network profiles that are bound to this machine's cards. Those that cloud-init wrote it writes again for each machine;
# of the others only the line with the address goes.

network_profiles() {
    existing /etc/sysconfig/network-scripts/ifcfg-* /etc/sysconfig/network/ifcfg-* \
        /etc/NetworkManager/system-connections/*.nmconnection
}
bound_profiles() {
    network_profiles | while IFS= read -r file; do
        grep -lE '^(# Created by cloud-init|HWADDR=|LLADDR=|mac-address=)' "$file" || true
    done
}
act_net_profiles() {
    bound_profiles | while IFS= read -r file; do
        if grep -q '^# Created by cloud-init' "$file"; then
            rm -f -- "$file"
        else
            sed -i -E '/^(HWADDR|LLADDR|mac-address)=/d' "$file"
        fi
    done
}
prove_net_profiles() { bound_profiles; }
