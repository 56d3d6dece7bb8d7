# What Red Hat Enterprise Linux and its kin need beside RPM.

# Kickstart files hold the passwords of the installation.
installer_files() { existing /root/anaconda-ks.cfg /root/original-ks.cfg /root/initial-setup-ks.cfg /var/log/anaconda; }
act_installer() { installer_files | delete_listed; }
prove_installer() { installer_files; }

# Swap on the temporary disk belongs to each machine; where that disk is not mounted, the file is on the image's.
resource_swap() { existing /mnt/resource/swapfile /mnt/swapfile; }
act_resource_swap() {
    resource_swap | while IFS= read -r file; do
        swapoff "$file" 2>/dev/null || true
        rm -f -- "$file"
    done
}
prove_resource_swap() { resource_swap; }

# A virtual function of accelerated networking is a second face of a card that is configured already: NetworkManager is
# to leave it alone (Microsoft Learn, "Prepare a Red Hat-based virtual machine for Azure"). azure-vm-utils brings a rule
# of its own.
vf_rule=/etc/udev/rules.d/68-azure-sriov-nm-unmanaged.rules
leaves_vf_alone() { grep -rqsE '^[^#]*NM_UNMANAGED' "$vf_rule" /usr/lib/udev/rules.d/10-azure-unmanaged-sriov.rules; }
act_managed_vf() {
    if leaves_vf_alone; then return; fi
    mkdir -p /etc/udev/rules.d
    echo 'SUBSYSTEM=="net", DRIVERS=="hv_pci", ACTION=="add", ENV{NM_UNMANAGED}="1"' >"$vf_rule"
}
prove_managed_vf() { leaves_vf_alone || echo "$vf_rule is absent"; }
