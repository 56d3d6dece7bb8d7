# Prints what there is to know about a machine that was just made from an image, as one JSON object of texts.
# Given, in front of this: json.sh, BUILD_USER and BUILD_KEY, the public host key of the build VM without its type.
export LC_ALL=C
separator='{'
fact() {
    printf '%s"%s": %s\n' "$separator" "$1" "$(json_string "$2")"
    separator=,
}
homes() { awk -F: '$6 ~ "^/." { print $6 }' /etc/passwd | sort -u; }
booted=$(awk '$1 == "btime" { print $2 }' /proc/stat)

# Where the build's user is still named: as an account, as a group's member, as an owner of subordinate ids.
accounts() {
    local file
    for file in /etc/{passwd,shadow,group,gshadow,subuid,subgid}{,-}; do
        [ ! -e "$file" ] || awk -F'[:,]' -v user="$BUILD_USER" -v file="$file" \
            '{ for (i = 1; i <= NF; i++) if ($i == user) { print file ": " $1; next } }' "$file"
    done
    find "/home/$BUILD_USER" /var/mail/"$BUILD_USER" -maxdepth 0
}
sudoers() { awk -v user="$BUILD_USER" '$1 == user { print FILENAME ": " $0 }' /etc/sudoers /etc/sudoers.d/*; }
authorized_keys() {
    homes | while IFS= read -r home; do grep -rsHE '(^|[ ,])(ssh|ecdsa|sk)-' "$home"/.ssh/authorized_keys*; done
}
histories() {
    homes | while IFS= read -r home; do
        find "$home" -maxdepth 1 -type f \( -name '.*_history' -o -name .history -o -name .viminfo -o -name .lesshst \) \
            -size +0 -printf '%p: %s bytes\n'
    done
}
# Of before this boot. Two seconds for file systems that count whole ones.
before_boot() { find "$@" -xdev ! -newermt "@$((booted - 2))"; }
# Hosts that were visited, and private keys. Keys that let in are asked for apart.
ssh_files() {
    homes | while IFS= read -r home; do
        before_boot "$home/.ssh" -type f \( -name 'known_hosts*' -o -name 'id_*' -o -name environment \)
    done
}
sssd_cache() { before_boot /var/lib/sss/db /var/lib/sss/mc -type f; }
old_logs() { before_boot /var/log -type f -size +0; }
# What ties a machine to a subscription, or counts it as one. A machine that registers at its boot may have its own.
registrations() {
    before_boot /etc/pki/consumer /etc/pki/entitlement /etc/insights-client/machine-id /etc/SUSEConnect \
        /etc/sysconfig/rhn/systemid /var/lib/ubuntu-advantage/private /var/lib/yum/uuid \
        /var/lib/zypp/AnonymousUniqueId -type f
    before_boot /etc/zypp/credentials.d -type f | xargs -r -d '\n' grep -ls '^username *= *SCC_'
}
# Rules that lead to /dev/null keep others from being made; cloud-init writes profiles for this machine's own cards.
network_names() {
    find /etc/udev/rules.d \( -name '7[05]-persistent-net*' -o -name '85-persistent-net*' \) ! -lname /dev/null
    before_boot /etc/sysconfig/network /etc/sysconfig/network-scripts /etc/NetworkManager/system-connections -type f |
        xargs -r -d '\n' grep -lsE '^(HWADDR|LLADDR|mac-address)='
}
old_tmp_files() { before_boot /tmp /var/tmp -mindepth 1 ! -path '*/systemd-private-*'; }
other_journals() {
    find /var/log/journal -mindepth 1 -maxdepth 1 ! -name "$(cat /etc/machine-id)" ! -name "$(cat /etc/machine-id).*"
}
backup_files() { before_boot /etc /root -type f \( -name '*~' -o -name '*.bak' -o -name '.*.sw[op]' \); }
mail() { before_boot /var/mail/ /var/spool/mail/ -type f -size +0; }
# Jobs for once, and the crontab of a user there is no more. Other crontabs may be the recipe's.
cron_spool() {
    before_boot /var/spool/cron/atjobs /var/spool/cron/atspool /var/spool/at -type f ! -name .SEQ
    find /var/spool/cron/{,crontabs/}"$BUILD_USER" -maxdepth 0
}
leases() { before_boot /var/lib/dhcp /var/lib/dhclient /var/lib/dhcpcd /var/lib/NetworkManager -type f -name '*lease*'; }
package_cache() {
    before_boot /var/cache/{apt,dnf,libdnf5,yum,tdnf,zypp,PackageKit} /var/lib/apt/lists -type f ! -name lock
}
# Logins and boots of before this boot. A minute, since clocks are set while a machine boots.
past_logins() {
    last --fullnames --file /var/log/wtmp --until "$(date --date "@$((booted - 60))" +%Y%m%d%H%M%S)" |
        grep -v -e '^$' -e '^wtmp begins'
}
build_key_copies() {
    grep -rlsF -- "$BUILD_KEY" /etc /root /home /var/lib/cloud /var/lib/waagent /var/log /var/mail
}
# By Azure's agent alone, where there is no cloud-init; it leaves this mark.
provisioned_by() {
    if command -v cloud-init >/dev/null; then echo cloud-init; elif [ -e /var/lib/waagent/provisioned ]; then echo waagent; fi
}
agent() {
    local path
    path=$(command -v waagent || find /usr/sbin/waagent /usr/bin/waagent /usr/share/oem/bin/waagent -maxdepth 0 | head -n 1)
    [ -n "$path" ] || return
    systemctl is-active walinuxagent.service waagent.service | grep -x -m 1 active || echo "installed as $path, not active"
}

{
    fact machine_id "$(cat /etc/machine-id)"
    fact host_keys "$(cat /etc/ssh/ssh_host_*_key.pub)"
    fact host_name "$(cat /proc/sys/kernel/hostname)"
    fact architecture "$(uname -m)"
    fact command_line "$(cat /proc/cmdline)"
    fact swaps "$(awk 'NR > 1 { print $1 " (" $2 ")" }' /proc/swaps)"
    fact cloud_init "$(cat /run/cloud-init/result.json)"
    fact cloud_instances "$(ls /var/lib/cloud/instances)"
    fact provisioned_by "$(provisioned_by)"
    fact accounts "$(accounts)"
    fact sudoers "$(sudoers)"
    fact authorized_keys "$(authorized_keys)"
    fact ssh_files "$(ssh_files)"
    fact sssd_cache "$(sssd_cache)"
    fact histories "$(histories)"
    fact old_logs "$(old_logs)"
    fact other_journals "$(other_journals)"
    fact old_tmp_files "$(old_tmp_files)"
    fact crash_data "$(find /var/crash /var/lib/systemd/coredump -mindepth 1)"
    fact network_names "$(network_names)"
    fact registrations "$(registrations)"
    fact backup_files "$(backup_files)"
    fact mail "$(mail)"
    fact cron_spool "$(cron_spool)"
    fact leases "$(leases)"
    fact package_cache "$(package_cache)"
    fact past_logins "$(past_logins)"
    fact build_key_copies "$(build_key_copies)"
    fact agent "$(agent)"
} 2>/dev/null
echo '}'
