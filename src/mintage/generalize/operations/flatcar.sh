# Flatcar is provisioned by Ignition, in the initial RAM disk of a first boot, and by Azure's agent.

# The boot loader takes the next boot for a first one where this file is (Flatcar's docs, "Boot process").
first_boot=/boot/flatcar/first_boot
ignition_files() {
    existing /etc/.ignition-result.json
    content_of /var/lib/flatcar-install /var/lib/coreos-install
}
act_ignition() {
    ignition_files | overwrite_listed
    ignition_files | delete_listed
    mkdir -p "$(dirname $first_boot)"
    : >$first_boot
}
prove_ignition() {
    ignition_files
    [ -e $first_boot ] || echo "$first_boot is absent"
}

# Absent, and not empty as elsewhere: units that Ignition brings are enabled by presets, which systemd applies only where
# it finds no id at all. The presets that it applies then are those of the image as it was made.
act_machine_id() { rm -f /etc/machine-id /var/lib/dbus/machine-id; }
prove_machine_id() { existing /etc/machine-id /var/lib/dbus/machine-id; }

# sshd's keys are made by a unit of their own where they are absent.
ask_host_keys_return() {
    local unit
    for unit in /usr/lib/systemd/system/sshd-keygen*.service /etc/systemd/system/sshd-keygen*.service; do
        if [ -s "$unit" ]; then return; fi
    done
    echo "no sshd-keygen.service, or it is masked"
}
