# Oracle's registration, and its names for network cards.

# The Unbreakable Linux Network knows a machine by these.
subscription_files() { existing /etc/sysconfig/rhn/systemid /etc/sysconfig/rhn/up2date-uuid; }
act_subscription() { subscription_files | delete_listed; }
prove_subscription() { subscription_files; }

# Masked, and not only absent: the one in /usr/lib would write rules for the cards of each machine.
generator=/etc/udev/rules.d/75-persistent-net-generator.rules
act_persistent_net() {
    mkdir -p /etc/udev/rules.d
    ln -sf /dev/null "$generator"
}
prove_persistent_net() { [ "$(readlink "$generator")" = /dev/null ] || echo "$generator does not lead to /dev/null"; }
