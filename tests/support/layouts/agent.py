"""Azure's agent, as far as deprovisioning goes (WALinuxAgent 2.15 pa/deprovision)."""

from __future__ import annotations

WAAGENT = """#!/bin/bash
[ "$*" = "-force -deprovision+user" ] || { echo "unexpected: $*"; exit 2; }
user=$(sed -n 's:.*<[a-z0-9:]*UserName>\\([^<]*\\)<.*:\\1:p' /var/lib/waagent/ovf-env.xml 2>/dev/null)
grep -qi '^Provisioning.RegenerateSshHostKeyPair=y' /etc/waagent.conf && rm -f /etc/ssh/ssh_host_*key*
rm -rf /var/lib/waagent/* /var/lib/dhcp/* /root/.bash_history /var/log/waagent.log
echo localhost.localdomain >/etc/hostname
[ -z "$WAAGENT_BREAKS" ] || exit 1
if [ -n "$user" ]; then userdel -f -r "$user"; else echo "WARNING! Skip delete user."; fi
exit 0
"""
