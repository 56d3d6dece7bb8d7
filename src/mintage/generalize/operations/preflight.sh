# What must be true of a machine before it is generalized. Each ask_some_thing prints what is wrong, or nothing.

ask_agent_present() { [ -n "$(waagent_path)" ] || echo "no waagent on the PATH, in /usr/sbin, /usr/bin, /usr/share/oem/bin"; }

# Without the record, or with another user's name in it, waagent leaves the login where it is and still ends with 0.
ask_provisioning_record() {
    local record=/var/lib/waagent/ovf-env.xml
    if [ ! -s $record ]; then
        echo "$record is absent"
    elif ! grep -q "<[a-zA-Z0-9:]*UserName>$BUILD_USER</" $record; then
        echo "$record names another user than $BUILD_USER"
    fi
}

ask_cloud_init_finished() {
    if command -v cloud-init >/dev/null && [ ! -s /run/cloud-init/result.json ]; then
        echo "cloud-init still runs: /run/cloud-init/result.json is absent"
    fi
}

ask_host_keys_return() {
    command -v cloud-init >/dev/null && return
    grep -qsi '^Provisioning.RegenerateSshHostKeyPair=y' /etc/waagent.conf && return
    echo "no cloud-init, and waagent.conf does not say RegenerateSshHostKeyPair=y"
}

# Azure's temporary disk is mounted below /mnt; swap there belongs to each machine and not to the image.
ask_no_swap_on_disk() { awk 'NR > 1 && $1 !~ "^/(mnt|dev/zram)" { print $1 " (" $2 ")" }' /proc/swaps; }

ask_disk_space() {
    local free
    free=$(df -P -k / | awk 'NR == 2 { print $4 }')
    [ "$free" -ge 65536 ] || echo "$((free / 1024)) MiB free on /, 64 are needed"
}
