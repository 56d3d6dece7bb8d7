"""What a model guest does when it starts, and what of it outlives a boot or a server."""

import base64
import subprocess
import sys
from pathlib import Path

import asyncssh
import paramiko
import psutil
import pytest

from localazure.hypervisor.base import HypervisorError, Machine, PowerState
from localazure.hypervisor.instant import InstantHypervisor
from tests.support.model_guest import USER, Lab, boot_id, forwarded, machine, profile

ROOT = Path(__file__).parents[4]
GENERALIZE = (
    "sudo cloud-init clean --logs && sudo truncate -s 0 /etc/machine-id && sudo waagent -force -deprovision+user"
)


def cloud_config(private: str, public: str) -> str:
    lines = ["#cloud-config", "ssh_keys:", "  ed25519_private: |", *(f"    {line}" for line in private.splitlines())]
    return base64.b64encode("\n".join([*lines, f"  ed25519_public: {public}", ""]).encode()).decode()


def host_keys(log: bytes) -> list[str]:
    text = log.decode().replace("\r\n", "\n")
    return text.split("-----BEGIN SSH HOST KEY KEYS-----\n")[-1].split("-----END")[0].splitlines()


def test_a_generalized_disk_becomes_the_machine_its_profile_describes(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        assert shell.out("hostname") == "web-1"
        assert shell.out("id -un; id -u; id -nG").split()[:2] == [USER, "1000"]
        assert shell.out("sudo -n id -u") == "0"
        assert len(shell.out("cat /etc/machine-id")) == 32
        assert shell.out("cloud-init status") == "status: done"
        assert "DataSourceAzure" in shell.out("cloud-init status --long")
        assert USER in shell.out("sudo cat /var/lib/waagent/ovf-env.xml")
    status = lab.hypervisor.status(made.vm_id)
    assert status.provisioned
    assert status.agent is not None
    assert status.agent.status == "Ready"


def test_the_guest_says_that_it_is_a_model(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        assert "model" in shell.out("cat /etc/issue")
    assert b"model of a Linux guest" in lab.hypervisor.serial_log(made.vm_id)


def test_the_serial_log_tells_the_host_key_that_ssh_then_shows(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        assert shell.host_key in "".join(host_keys(lab.hypervisor.serial_log(made.vm_id)))


def test_a_host_key_given_in_custom_data_is_the_one_ssh_shows(lab: Lab) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    public = key.export_public_key().decode().strip()
    made = lab.boot("web-1", custom_data=cloud_config(key.export_private_key().decode(), public))
    with lab.shell(made) as shell:
        assert shell.host_key == public.split()[1]
        assert shell.out("ls /etc/ssh/ssh_host_*_key") == "/etc/ssh/ssh_host_ed25519_key"


def test_what_the_model_does_not_do_about_custom_data_is_said(lab: Lab) -> None:
    made = lab.boot("web-1", custom_data=base64.b64encode(b"#cloud-config\nruncmd: [touch /x]\n").decode())
    lab.wait_for_provisioning(made)
    assert b"does nothing about 'runcmd'" in lab.hypervisor.serial_log(made.vm_id)


def test_a_reboot_changes_the_boot_id_and_keeps_the_disk(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        shell.out("echo kept | sudo tee /etc/kept; echo lost > /dev/shm/lost")
        identity = shell.out("cat /etc/machine-id")
    lab.reboot_from_inside(made)
    with lab.shell(made) as shell:
        assert shell.out("cat /etc/kept") == "kept"
        assert shell.out("cat /etc/machine-id") == identity
        assert shell.run("cat /dev/shm/lost").code == 1


def test_power_off_from_inside_stops_the_machine_and_its_ports(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        shell.run("sudo systemctl poweroff")
    lab.wait_for_power(made, PowerState.STOPPED)
    assert lab.hypervisor.status(made.vm_id).crash is None
    with pytest.raises(ConnectionRefusedError), lab.shell(made):
        pass


def test_a_stopped_machine_starts_again_as_itself(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        first = boot_id(shell), shell.out("cat /etc/machine-id"), shell.host_key
    lab.hypervisor.stop(made.vm_id, graceful=True)
    lab.hypervisor.start(made)
    with lab.shell(made) as shell:
        assert boot_id(shell) != first[0]
        assert (shell.out("cat /etc/machine-id"), shell.host_key) == first[1:]


def test_two_machines_from_one_generalized_layer_differ(lab: Lab) -> None:
    source = lab.boot("source")
    with lab.shell(source) as shell:
        shell.out(GENERALIZE)
    lab.hypervisor.stop(source.vm_id, graceful=True)
    lab.hypervisor.freeze_disk("source-disk", "image")
    made = [lab.boot(name, layer="image") for name in ("one", "two")]
    seen = set()
    for each in made:
        with lab.shell(each) as shell:
            seen |= {shell.out("cat /etc/machine-id"), shell.out("hostname"), shell.host_key}
    assert len(seen) == 6


def test_a_machine_id_left_in_the_image_is_the_same_on_every_machine(lab: Lab) -> None:
    source = lab.boot("source")
    with lab.shell(source) as shell:
        left = shell.out("cat /etc/machine-id")
        shell.out("sudo waagent -force -deprovision+user")
    lab.hypervisor.freeze_disk("source-disk", "image")
    with lab.shell(lab.boot("one", layer="image")) as shell:
        assert shell.out("cat /etc/machine-id") == left


def test_host_keys_left_in_an_image_that_keeps_them_are_the_same_on_every_machine(lab: Lab) -> None:
    source = lab.boot("source")
    with lab.shell(source) as shell:
        left = shell.host_key
        shell.out("echo 'ssh_deletekeys: false' | sudo tee /etc/cloud/cloud.cfg.d/99-keep.cfg")
        shell.out(GENERALIZE)
    lab.hypervisor.freeze_disk("source-disk", "image")
    with lab.shell(lab.boot("one", layer="image")) as shell:
        assert shell.host_key == left


def test_a_specialized_machine_keeps_its_identity_and_its_user(lab: Lab) -> None:
    source = lab.boot("source")
    with lab.shell(source) as shell:
        identity = shell.out("cat /etc/machine-id"), shell.out("hostname"), shell.host_key
    lab.hypervisor.freeze_disk("source-disk", "snapshot")
    with lab.shell(lab.boot("copy", layer="snapshot", specialized=True)) as shell:
        assert (shell.out("cat /etc/machine-id"), shell.out("hostname"), shell.host_key) == identity


def test_without_host_keys_no_sshd_runs_and_the_serial_log_says_why(lab: Lab) -> None:
    source = lab.boot("source")
    with lab.shell(source) as shell:
        shell.out("sudo rm /etc/ssh/ssh_host_*")
    lab.hypervisor.freeze_disk("source-disk", "snapshot")
    made = lab.boot("copy", layer="snapshot", specialized=True)
    with pytest.raises((paramiko.SSHException, OSError, EOFError)), lab.shell(made):
        pass
    assert b"no hostkeys available" in lab.hypervisor.serial_log(made.vm_id)


def test_what_ran_when_its_server_was_killed_has_lost_its_power_and_boots_again(lab: Lab) -> None:
    lab.hypervisor.close()
    # A server of its own, that boots a machine, names its process ids, and waits to be killed.
    program = "import sys; from tests.support.model_guest import serve_until_killed as s; s(sys.argv[1], sys.argv[2])"
    command = [sys.executable, "-c", program, str(lab.state), "web-1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        made = Machine.model_validate_json(server.stdout.readline())
        with lab.shell(made) as shell:
            before = boot_id(shell), shell.host_key
        guests = psutil.Process(server.pid).children(recursive=True)
        server.kill()
    assert guests
    assert psutil.wait_procs(guests, timeout=5)[1] == []
    lab.hypervisor = InstantHypervisor(lab.state / "instant")
    log = lab.hypervisor.serial_log(made.vm_id)
    assert lab.hypervisor.status(made.vm_id).power == PowerState.RUNNING
    lab.hypervisor.start(made)
    with lab.shell(made) as shell:
        assert shell.host_key == before[1]
        assert boot_id(shell) != before[0]
        assert shell.out("cat /run/cloud-init/result.json")
    assert lab.hypervisor.serial_log(made.vm_id).startswith(log)


def test_starting_a_running_machine_changes_nothing(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        before = boot_id(shell)
        lab.hypervisor.start(made)
        assert boot_id(shell) == before


def test_a_port_in_use_is_named_with_what_to_do(lab: Lab) -> None:
    first = lab.boot("first")
    lab.hypervisor.create_disk("second-disk", layer="debian", size_bytes=None)
    second = machine("second", "second-disk", profile("second")).model_copy(update={"forwards": first.forwards})
    address, port = forwarded(first)
    with pytest.raises(HypervisorError, match=rf"Port {port} of {address}.*taken.*ss -ltnp"):
        lab.hypervisor.start(second)


def test_a_windows_machine_is_refused(lab: Lab) -> None:
    made = machine("win", "disk", None)
    windows = made.model_copy(update={"identity": made.identity.model_copy(update={"os_type": "Windows"})})
    with pytest.raises(HypervisorError, match="no model of a Windows guest"):
        lab.hypervisor.start(windows)


def test_ports_change_while_the_machine_runs(lab: Lab) -> None:
    made = lab.boot("web-1")
    lab.hypervisor.set_forwards(made.vm_id, ())
    with pytest.raises(ConnectionRefusedError), lab.shell(made):
        pass
    lab.hypervisor.set_forwards(made.vm_id, made.forwards)
    with lab.shell(made) as shell:
        assert shell.out("hostname") == "web-1"


def test_a_guest_that_ends_by_itself_is_a_crash_with_its_reason(lab: Lab) -> None:
    made = lab.boot("web-1")
    with lab.shell(made) as shell:
        shell.run("sudo kill -9 $(pgrep -f 'python3.*run init')")
    lab.wait_for_power(made, PowerState.STOPPED)
    assert "ended by itself" in (lab.hypervisor.status(made.vm_id).crash or "")


def test_what_is_not_there_is_no_error_to_delete_and_one_to_ask(lab: Lab) -> None:
    lab.hypervisor.delete_disk("none")
    lab.hypervisor.delete_layer("none")
    lab.hypervisor.stop("none", graceful=True)
    lab.hypervisor.delete("none")
    with pytest.raises(HypervisorError, match="no machine none"):
        lab.hypervisor.status("none")
    with pytest.raises(HypervisorError, match="no layer none"):
        lab.hypervisor.layer_size("none")
