# Tells the host key of the machine.
echo "mintage-host-key $(cat /etc/ssh/ssh_host_ed25519_key.pub)"
