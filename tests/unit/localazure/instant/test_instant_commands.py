"""What runs in a model guest: real programs, and stand-ins that behave as the ones they stand for."""

import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.hypervisor.base import Machine
from tests.support.model_guest import USER, Lab, Shell, forwarded


@pytest.fixture
def made(lab: Lab) -> Machine:
    return lab.boot("web-1", guest_ports=(22, 80))


@pytest.fixture
def shell(lab: Lab, made: Machine) -> Iterator[Shell]:
    with lab.shell(made) as opened:
        yield opened


def test_output_errors_and_exit_codes_come_through(shell: Shell) -> None:
    result = shell.run("cat; echo told >&2; exit 7", given=b"given")
    assert (result.code, result.out, result.err) == (7, "given", "told\n")


def test_an_unknown_command_fails_as_bash_says(shell: Shell) -> None:
    result = shell.run("no-such-command")
    assert (result.code, "command not found" in result.err) == (127, True)


def test_a_megabyte_goes_in_and_comes_out(shell: Shell) -> None:
    data = os.urandom(500_000).hex().encode()
    assert shell.run("cat", given=data).out.encode() == data


def test_a_terminal_is_a_terminal(shell: Shell) -> None:
    channel = shell.terminal()
    channel.sendall(b"test -t 0 && tput cols; sudo -n id -un; exit 3\n")
    seen = channel.makefile("rb").read().decode()
    assert "132" in seen.split()
    assert "root" in seen.split()
    assert channel.recv_exit_status() == 3


def test_what_a_closed_channel_ran_is_ended(shell: Shell) -> None:
    channel = shell.start("sleep 300 & echo started; wait")
    assert channel.recv(100) == b"started\n"
    channel.close()
    deadline = time.monotonic() + 5
    while shell.run("pgrep -x sleep").code == 0:
        assert time.monotonic() < deadline


def test_a_daemon_outlives_the_command_that_started_it(shell: Shell) -> None:
    shell.out("setsid sleep 300 </dev/null >/dev/null 2>&1 & until pgrep -x sleep; do :; done")
    assert shell.run("pgrep -x sleep").code == 0


def test_the_user_may_not_what_root_may(shell: Shell) -> None:
    assert shell.run("cat /etc/shadow").code == 1
    assert shell.run("touch /etc/x").code == 1
    assert shell.out(f"sudo touch /etc/x && sudo chown {USER} /etc/x && stat -c %U /etc/x") == USER


def test_sudo_passes_streams_environment_and_exit_code(shell: Shell) -> None:
    result = shell.run("sudo -n A=b bash -c 'cat; echo $A $SUDO_USER; exit 9'", given=b"in ")
    assert (result.code, result.out) == (9, f"in b {USER}\n")


def test_sudo_asks_for_a_password_where_no_rule_spares_it(shell: Shell) -> None:
    result = shell.run("sudo rm /etc/sudoers.d/90-cloud-init-users; sudo -n true")
    assert (result.code, result.err) == (1, "sudo: a password is required\n")


def test_a_user_without_sudo_cannot_stop_services(shell: Shell) -> None:
    result = shell.run("systemctl stop ssh")
    assert result.code == 1
    assert "authentication required" in result.err


def test_an_installed_web_server_serves(shell: Shell, made: Machine) -> None:
    assert shell.run("dpkg-query -W nginx").code == 1
    shell.out("sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y nginx")
    shell.out("echo hello | sudo tee /var/www/html/index.html && sudo nginx -t")
    assert shell.out("dpkg-query -W -f '${Status}' nginx") == "install ok installed"
    assert shell.out("systemctl is-active nginx; systemctl is-enabled nginx") == "active\nenabled"
    address, port = forwarded(made, 80)
    deadline = time.monotonic() + 10
    while shell.run("curl -sf http://localhost/").out != "hello\n":
        assert time.monotonic() < deadline
    assert urllib.request.urlopen(f"http://{address}:{port}/").read() == b"hello\n"


def test_a_service_starts_again_with_the_machine_until_it_is_disabled(lab: Lab, made: Machine, shell: Shell) -> None:
    unit = r"[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n"
    shell.out(f"printf '{unit}' | sudo tee /etc/systemd/system/mine.service && sudo systemctl enable --now mine")
    lab.reboot_from_inside(made)
    with lab.shell(made) as again:
        assert again.out("systemctl is-active mine; pgrep -x sleep >/dev/null && echo runs") == "active\nruns"
        again.out("sudo systemctl disable --now mine")
        assert again.run("systemctl is-active mine").out == "inactive\n"
    lab.reboot_from_inside(made)
    with lab.shell(made) as again:
        assert again.run("systemctl is-active mine").code == 3


def test_packages_are_upgraded_removed_and_unknown(shell: Shell) -> None:
    before = shell.out("dpkg-query -W -f '${Version}' openssl")
    shell.out("sudo apt-mark hold libssl3 && sudo apt-get upgrade -y")
    assert shell.out("dpkg-query -W -f '${Version}' openssl") != before
    assert shell.out("dpkg-query -W -f '${Version}' libssl3") == before
    shell.out("sudo apt-get install -y jq && sudo apt-get purge -y jq && dpkg --audit")
    assert shell.run("dpkg-query -W jq").code == 1
    unknown = shell.run("sudo apt-get install -y no-such-package")
    assert (unknown.code, unknown.err) == (100, "E: Unable to locate package no-such-package\n")


def test_waagent_deletes_the_user_and_leaves_the_machine_id(shell: Shell) -> None:
    identity = shell.out("cat /etc/machine-id")
    shell.out("sudo waagent -force -deprovision+user")
    assert shell.run(f"getent passwd {USER}").code == 2
    assert shell.out("cat /etc/hostname") == "localhost.localdomain"
    assert shell.out("cat /etc/machine-id") == identity
    assert shell.out("ls /etc/ssh/ssh_host_ed25519_key") == "/etc/ssh/ssh_host_ed25519_key"
    refused = shell.run("sudo true")
    assert (refused.code, refused.err) == (1, "sudo: you do not exist in the passwd database\n")


def test_waagent_without_its_record_skips_the_user_and_says_success(shell: Shell) -> None:
    result = shell.run("sudo rm /var/lib/waagent/ovf-env.xml && sudo waagent -force -deprovision+user")
    assert result.code == 0
    assert "Skip delete user" in result.out
    assert shell.run(f"getent passwd {USER}").code == 0


def test_waagent_deletes_host_keys_only_where_it_is_told_to(shell: Shell) -> None:
    shell.out("sudo sed -i s/RegenerateSshHostKeyPair=n/RegenerateSshHostKeyPair=y/ /etc/waagent.conf")
    shell.out("sudo waagent -force -deprovision")
    assert shell.run("ls /etc/ssh/ssh_host_*").code == 2


def test_waagent_asks_before_it_acts(shell: Shell) -> None:
    result = shell.run("sudo waagent -deprovision", given=b"n\n")
    assert (result.code, "proceed" in result.out) == (0, True)
    assert shell.out("cat /etc/hostname") == "web-1"


def test_what_the_guest_writes_to_its_console_is_in_the_serial_log(lab: Lab, made: Machine, shell: Shell) -> None:
    shell.out("echo generalized | sudo tee /dev/console")
    deadline = time.monotonic() + 5
    while b"generalized\r\n" not in lab.hypervisor.serial_log(made.vm_id):
        assert time.monotonic() < deadline


def test_root_of_the_guest_cannot_reach_the_host(shell: Shell, tmp_path: Path) -> None:
    secret = tmp_path / "host-secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    # None of these does harm where the sandbox fails.
    attempts = [
        f"cat {secret}",
        f"touch {tmp_path}/escaped",
        "test -w /proc/sys/kernel/core_pattern",
        "mount -t tmpfs none /mnt",
        "mount -o remount,rw,bind /usr/share",
        "mknod /tmp/null c 1 3",
        "nsenter -t 1 -m true",
        "unshare --mount true",
    ]
    for attempt in attempts:
        assert shell.run(f"sudo {attempt}").code != 0, attempt
    assert not (tmp_path / "escaped").exists()


def test_what_the_guest_writes_below_usr_is_the_guests_alone(shell: Shell) -> None:
    mark = f"model-guest-{os.getpid()}"
    shell.out(f"sudo touch /usr/bin/{mark} /usr/local/bin/{mark} /{mark} /proc/1/root/{mark}-2")
    for folder in ("/usr/bin", "/usr/local/bin", "/"):
        assert list(Path(folder).glob(f"{mark}*")) == []


def test_root_of_the_guest_is_not_root_of_the_host(shell: Shell) -> None:
    inside, outside, _ = shell.out("cat /proc/self/uid_map").splitlines()[0].split()
    assert inside == "0"
    assert outside != "0"


def test_the_guest_has_no_network_but_its_own(shell: Shell) -> None:
    assert shell.out("ls /proc/sys/net/ipv4/conf").split() == ["all", "default", "lo"]
