# What Ubuntu's installers and its own services leave.

# curtin and subiquity tell cloud-init to leave network and data source alone, and name this machine's.
installer_files() {
    existing /etc/cloud/ds-identify.cfg /etc/cloud/cloud.cfg.d/*curtin* /etc/cloud/cloud.cfg.d/*subiquity* \
        /etc/cloud/cloud.cfg.d/99-installer.cfg /etc/netplan/00-installer-config*.yaml
}
act_installer() { installer_files | delete_listed; }
prove_installer() { installer_files; }

# A subscription belongs to one machine.
act_ubuntu_pro() { rm -rf /var/lib/ubuntu-advantage/private; }
prove_ubuntu_pro() { content_of /var/lib/ubuntu-advantage/private; }

# Each machine is to ask for a seed of its own.
act_pollinate() { rm -f /var/cache/pollinate/seeded /var/cache/pollinate/log; }
prove_pollinate() { existing /var/cache/pollinate/seeded /var/cache/pollinate/log; }
