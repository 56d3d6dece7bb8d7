# Makes the build's user on a machine that has users of its own, and a host key if there is none. May run twice.
# Given, in front of this: BUILD_USER and BUILD_KEY, its public key.

# Without a password, but not locked, which sshd may take for a reason to refuse the key.
id "$BUILD_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --password '*' "$BUILD_USER"
home=$(getent passwd "$BUILD_USER" | cut -d: -f6)
group=$(id -gn "$BUILD_USER")
install -d -m 0700 -o "$BUILD_USER" -g "$group" "$home/.ssh"
printf '%s\n' "$BUILD_KEY" >"$home/.ssh/authorized_keys"
chown "$BUILD_USER:$group" "$home/.ssh/authorized_keys"
chmod 0600 "$home/.ssh/authorized_keys"
if command -v restorecon >/dev/null; then restorecon -R "$home/.ssh" || true; fi

umask 077
printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$BUILD_USER" >"/etc/sudoers.d/$BUILD_USER"
chmod 0440 "/etc/sudoers.d/$BUILD_USER"

if [ ! -e /etc/ssh/ssh_host_ed25519_key.pub ]; then
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    systemctl restart ssh.service 2>/dev/null || systemctl restart sshd.service
fi
