# Who could log in to the machine, and must not be able to log in to those made from the image.

account_files() { existing /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid; }

# waagent has deleted the user that provisioning made, unless it could not: it ignores the failures of userdel. userdel
# leaves the user's own group where login.defs does not say USERGROUPS_ENAB yes.
act_build_user() {
    if getent passwd "$BUILD_USER" >/dev/null; then userdel --force --remove "$BUILD_USER"; fi
    if getent group "$BUILD_USER" >/dev/null; then groupdel "$BUILD_USER"; fi
    rm -rf -- "/home/$BUILD_USER"
    rm -f -- "/var/spool/cron/crontabs/$BUILD_USER" "/var/spool/cron/$BUILD_USER"
}
prove_build_user() {
    account_files | while IFS= read -r file; do
        # Its name, or its place in the list of a group's members.
        awk -F'[:,]' -v user="$BUILD_USER" -v file="$file" \
            '{ for (i = 1; i <= NF; i++) if ($i == user) { print file ": " $1; next } }' "$file"
    done
    existing "/home/$BUILD_USER" "/var/spool/cron/crontabs/$BUILD_USER" "/var/spool/cron/$BUILD_USER"
}

# cloud-init writes 90-cloud-init-users for the user of each new machine, and older agents a file called waagent.
sudoers_files() {
    local file
    existing /etc/sudoers /etc/sudoers.d/* | while IFS= read -r file; do
        if awk -v user="$BUILD_USER" '$1 == user { found = 1 } END { exit !found }' "$file"; then echo "$file"; fi
    done
}
act_sudoers() {
    local file kept
    rm -f /etc/sudoers.d/90-cloud-init-users /etc/sudoers.d/waagent
    sudoers_files | while IFS= read -r file; do
        kept=$(awk -v user="$BUILD_USER" '$1 != user' "$file")
        if [ -n "$kept" ]; then printf '%s\n' "$kept" >"$file"; else rm -f "$file"; fi
    done
}
prove_sudoers() {
    sudoers_files
    existing /etc/sudoers.d/90-cloud-init-users /etc/sudoers.d/waagent
}

act_passwd_backups() { rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-; }
prove_passwd_backups() { existing /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-; }

# Keys that let in, hosts that were visited, and private keys. A ssh_config that the recipe put there stays.
ssh_userdir_files() { in_homes '.ssh/authorized_keys*' '.ssh/known_hosts*' '.ssh/id_*' '.ssh/environment'; }
act_ssh_userdir() { ssh_userdir_files | delete_listed; }
prove_ssh_userdir() { ssh_userdir_files; }
