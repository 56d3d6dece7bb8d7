# What Azure's agent and cloud-init keep about the machine they provisioned.

waagent_path() {
    local path
    for path in "$(command -v waagent)" /usr/sbin/waagent /usr/bin/waagent /usr/share/oem/bin/waagent; do
        if [ -x "$path" ]; then
            echo "$path"
            return
        fi
    done
}

# The record holds the custom data, in which the build machine got its private host key. waagent reads the record and
# then deletes it (host keys too where it is told to), so it is overwritten through a descriptor that was opened before.
act_agent() {
    local record=/var/lib/waagent/ovf-env.xml code=0 size=0 descriptor
    existing /etc/ssh/ssh_host_*key /var/lib/waagent/CustomData /var/lib/waagent/*.prv | overwrite_listed
    if [ -e $record ]; then
        size=$(stat -c %s $record)
        exec {descriptor}<>$record
    fi
    "$(waagent_path)" -force -deprovision+user || code=$?
    if [ "$size" -gt 0 ]; then
        head -c "$size" /dev/zero >&"$descriptor"
        sync "/proc/self/fd/$descriptor"
    fi
    return $code
}
prove_agent() {
    existing /var/lib/waagent/ovf-env.xml /var/lib/waagent/CustomData /var/lib/waagent/*.prv /var/lib/waagent/*.xml
}

# Its user data may hold the build machine's private host key. Without --machine-id: it would write "uninitialized",
# see machine-id. Versions before 22.3 know no --configs.
act_cloud_init() {
    content_of /var/lib/cloud/instances /var/lib/cloud/seed | overwrite_listed
    if command -v cloud-init >/dev/null; then
        local options=(--logs --seed)
        if cloud-init clean --help 2>/dev/null | grep -q -e --configs; then options+=(--configs all); fi
        cloud-init clean "${options[@]}"
    fi
    rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
}
prove_cloud_init() { content_of /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem /var/lib/cloud/seed; }
