# In front of what a script of Mintage asks of a machine through Azure's agent.
set -eu
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# To cloud-init a disk in another machine is a new instance: it may make new host keys, and only then they are told.
if command -v cloud-init >/dev/null; then timeout 300 cloud-init status --wait >/dev/null 2>&1 || true; fi
