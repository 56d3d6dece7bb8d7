#!/bin/sh
# Run by mmdebstrap when all packages are in place; $1 is the root of the image being made.
# ROOT_UUID and ESP_UUID name the file systems that disk.py makes.
set -eu
root=$1

chroot "$root" update-initramfs -u

# The boot loader's configuration. update-grub needs the real disk to write it, and does so at the first kernel upgrade.
kernel=$(cd "$root/boot" && ls vmlinuz-* | sort -V | tail -n 1)
initrd="initrd.img-${kernel#vmlinuz-}"
. "$root/etc/default/grub.d/10-azure.cfg"
mkdir -p "$root/boot/grub/i386-pc" "$root/boot/efi"
cat > "$root/boot/grub/grub.cfg" <<CFG
search --no-floppy --fs-uuid --set=root $ROOT_UUID
set timeout=0
menuentry 'Debian GNU/Linux' {
    linux /boot/$kernel root=UUID=$ROOT_UUID ro $GRUB_CMDLINE_LINUX
    initrd /boot/$initrd
}
CFG

# BIOS: a core image that finds the root file system by itself; disk.py writes it into its partition.
cp "$root"/usr/lib/grub/i386-pc/*.mod "$root"/usr/lib/grub/i386-pc/*.lst "$root/boot/grub/i386-pc/"
printf 'search.fs_uuid %s root\nset prefix=($root)/boot/grub\n' "$ROOT_UUID" > "$root/boot/grub/early.cfg"
chroot "$root" grub-mkimage -O i386-pc -o /boot/grub/i386-pc/core.img -p /boot/grub -c /boot/grub/early.cfg \
    biosdisk part_gpt ext2 search_fs_uuid normal configfile linux serial
cp "$root/usr/lib/grub/i386-pc/boot.img" "$root/boot/grub/i386-pc/boot.img"
rm "$root/boot/grub/early.cfg"

cat > "$root/etc/fstab" <<FSTAB
UUID=$ROOT_UUID / ext4 rw,discard,errors=remount-ro 0 1
UUID=$ESP_UUID /boot/efi vfat umask=0077,nofail 0 0
FSTAB

# Every machine made from the image gets its own identity.
: > "$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"
echo localhost > "$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' > "$root/etc/hosts"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

# waagent leaves provisioning to cloud-init, and keeps no swap on the operating system's disk. It reports Ready only
# when it has seen a host key of this type, and "auto" would be RSA, which this image does not make.
sed -i -e 's/^Provisioning.Agent=.*/Provisioning.Agent=cloud-init/' \
    -e 's/^Provisioning.SshHostKeyPairType=.*/Provisioning.SshHostKeyPairType=ed25519/' \
    -e 's/^ResourceDisk.Format=.*/ResourceDisk.Format=n/' "$root/etc/waagent.conf"

echo 'en_US.UTF-8 UTF-8' > "$root/etc/locale.gen"
chroot "$root" locale-gen > /dev/null
echo 'LANG=C.UTF-8' > "$root/etc/default/locale"

# Timers that wake up in the first minutes of a short-lived machine, and hold apt's lock while they run.
chroot "$root" systemctl -q disable apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer dpkg-db-backup.timer
chroot "$root" systemctl -q enable systemd-networkd.service systemd-resolved.service

# The mirror and the settings of the machine that made the image are not the image's.
rm -f "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/0000* "$root"/etc/apt/apt.conf.d/99mmdebstrap
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/log/*.log "$root"/var/log/apt
