# What SUSE needs beside RPM.

# DHCP would give the machine another name than Azure's agent.
dhcp_settings=/etc/sysconfig/network/dhcp
act_dhcp_hostname() {
    if [ -e "$dhcp_settings" ]; then
        sed -i '/^DHCLIENT_SET_HOSTNAME=/d' "$dhcp_settings"
        echo 'DHCLIENT_SET_HOSTNAME="no"' >>"$dhcp_settings"
    fi
}
prove_dhcp_hostname() {
    [ ! -e "$dhcp_settings" ] || grep -qx 'DHCLIENT_SET_HOSTNAME="no"' "$dhcp_settings" ||
        echo "$dhcp_settings lets DHCP set the name"
}

# sudo would ask for root's password, and root has none. The line that lets everyone do everything is there for it and
# must go with it.
sudo_rules() { if [ -e /etc/sudoers ]; then echo /etc/sudoers; else existing /usr/etc/sudoers; fi; }
targetpw_lines() {
    existing $(sudo_rules) /etc/sudoers.d/* | while IFS= read -r file; do
        grep -HE '^[[:space:]]*(Defaults[[:space:]]+targetpw|ALL[[:space:]]+ALL[[:space:]]*=)' "$file" || true
    done
}
act_targetpw() {
    if [ ! -e /etc/sudoers ] && [ -n "$(targetpw_lines)" ]; then cp -p /usr/etc/sudoers /etc/sudoers; fi
    existing /etc/sudoers /etc/sudoers.d/* | while IFS= read -r file; do
        sed -i -E 's/^[[:space:]]*(Defaults[[:space:]]+targetpw|ALL[[:space:]]+ALL[[:space:]]*=)/# \1/' "$file"
    done
}
prove_targetpw() { targetpw_lines; }

# Copies of the whole root as it was, but for the one that the machine runs from.
ask_snapshots() {
    local running
    running=$(findmnt --noheadings --output FSROOT / || true)
    existing /.snapshots/*/snapshot | while IFS= read -r snapshot; do
        case $running in *"$snapshot") ;; *) echo "$snapshot" ;; esac
    done
}
