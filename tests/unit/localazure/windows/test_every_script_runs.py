"""Every .ps1 of the product and of the deployments runs on the model of Windows, and gives what it is read for."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import ssl
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from deployments.verify_windows.scripts import bare, text_of
from localazure.windows.guest.shell_host import MachineAccounts
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.certificate_mappings import CertificateMappings
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.wsman import WsMan
from mintage.client_certificate import sealed_for, upn
from mintage.credentials import BuildKeys
from mintage.powershell import WRITE_OUT, parse_answer, script
from mintage.remote.winrm.launcher import call, line, script_text
from mintage.verify.windows_facts import WindowsFacts
from tests.support.powershell_grammar import complaints
from tests.support.script_guest import RUNS, ScriptGuest, runs, scripts
from tests.support.windows_machine import ADMINISTRATOR, PASSWORD

SYSTEM = "powershell/system.ps1"
VERIFY = "deployments/verify_windows/scripts"
REMOTE = "src/mintage/remote/winrm/scripts"
GENERALIZE = "src/mintage/generalize/windows"
OWN = GENERALIZE.removeprefix("src/mintage/")
RECIPE = "deployments/recipes/windows-server-2022"
MARKS = "azure/access/marks.ps1"
TOKEN_POLICY = (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System", "LocalAccountTokenFilterPolicy")
OPEN_WINRM = script(WRITE_OUT, MARKS, "azure/access/open_winrm.ps1", Address="203.0.113.7", Authentication="ntlm")


def test_every_script_is_run_by_a_test() -> None:
    assert sorted(scripts()) == sorted(RUNS), "a script that no test here runs, or a test of a script that is gone"


@pytest.mark.parametrize("path", scripts())
def test_every_script_is_powershell(path: str) -> None:
    assert complaints(scripts()[path]) == []


# What Mintage sends over WinRM.


@runs(f"{REMOTE}/bootstrap.ps1", f"{REMOTE}/run.ps1")
def test_a_script_comes_by_standard_input_with_its_environment(guest: ScriptGuest) -> None:
    ran = guest.run('"$env:GREETING from $env:USERNAME"; exit 7', environment={"GREETING": "gr\u00fc\u00df dich"})
    assert (ran.output, ran.code) == (f"gr\u00fc\u00df dich from {ADMINISTRATOR}\n", 7)


@runs(f"{REMOTE}/input.ps1", f"{REMOTE}/boot_time.ps1")
def test_the_boot_has_a_name(guest: ScriptGuest) -> None:
    first, second = (guest.talk("boot_time.ps1", {}).answer()["boot"] for _ in range(2))
    assert first == second
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", first)


@runs(f"{REMOTE}/upload.ps1")
def test_a_file_is_taken_in_blocks(guest: ScriptGuest) -> None:
    content = bytes(range(256)) * 40
    wanted = hashlib.sha256(content).hexdigest().upper()
    given: dict[str, object] = {
        "path": r"C:\new\file.bin",
        "folder": r"C:\new",
        "drive": "C:",
        "part": r"C:\new\file.part",
    }
    given |= {"sha256": wanted, "space": len(content)}
    blocks = b"0\r\n" + b"".join(base64.b64encode(content[at : at + 4096]) + b"\r\n" for at in range(0, 10240, 4096))
    assert guest.talk("upload.ps1", given, blocks, b".\r\n").answers() == [
        {"length": 0, "sha256": ""},
        {"sha256": wanted},
    ]
    assert guest.machine.files.read_bytes(r"C:\new\file.bin") == content


@runs(f"{REMOTE}/download.ps1")
def test_a_file_is_handed_over_from_an_offset(guest: ScriptGuest) -> None:
    guest.machine.files.write_bytes(r"C:\file.bin", b"0123456789")
    block, end = guest.talk("download.ps1", {"path": r"C:\file.bin", "offset": 4}).answers()
    assert base64.b64decode(block["output"]) == b"456789"
    assert end == {"size": 10, "sha256": hashlib.sha256(b"0123456789").hexdigest().upper()}
    assert guest.talk("download.ps1", {"path": r"C:\none", "offset": 0}).answer() == {
        "refused": "there is no such file"
    }


@runs(f"{REMOTE}/make_folder.ps1", f"{REMOTE}/expand.ps1")
def test_a_tree_arrives_as_an_archive(guest: ScriptGuest) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/er/file.txt", "hello")
    guest.machine.files.write_bytes(r"C:\tree.zip", packed.getvalue())
    assert guest.talk("make_folder.ps1", {"folder": r"C:\a\b"}).answer() == {"made": True}
    given = {"archive": r"C:\tree.zip", "folder": r"C:\a\b"}
    assert guest.talk("expand.ps1", given).answer() == {"expanded": True}
    assert guest.machine.files.read_text(r"C:\a\b\deep\er\file.txt") == "hello"
    assert not guest.machine.files.exists(r"C:\tree.zip")


@runs(f"{REMOTE}/pack.ps1", f"{REMOTE}/remove.ps1")
def test_a_folder_is_packed_with_what_is_hidden_in_it(guest: ScriptGuest) -> None:
    make = r"New-Item C:\tree\deep -ItemType Directory | Out-Null; Set-Content C:\tree\deep\f.txt x"
    assert guest.prints(make + r"; (Get-Item C:\tree\deep).Attributes = 'Directory, Hidden'") == []
    given = {"folder": r"C:\tree", "name": "mintage-1.zip"}
    first, packed = (guest.talk("pack.ps1", given).answer()["archive"] for _ in range(2))
    assert first == packed
    with zipfile.ZipFile(io.BytesIO(guest.machine.files.read_bytes(packed))) as content:
        assert content.namelist() == ["deep/f.txt"]
    assert guest.talk("remove.ps1", {"path": packed}).answer() == {"removed": True}
    assert not guest.machine.files.exists(packed)


@runs(*(f"{REMOTE}/task_{name}.ps1" for name in ("start", "worker", "follow", "remove")))
def test_a_script_runs_in_a_scheduled_task(guest: ScriptGuest) -> None:
    task = {"name": "mintage-1", "system": False, "password": PASSWORD, "seconds": 60}
    worker, own = (
        line(script_text("task_worker.ps1", "run.ps1")),
        call('"$env:WORD as $env:USERNAME"; exit 5', {"WORD": "hi"}),
    )
    assert guest.talk("task_start.ps1", task, worker, own).answer()["found"] is False
    *output, end = guest.talk("task_follow.ps1", {"name": "mintage-1", "offset": 0}).answers()
    said = b"".join(base64.b64decode(each["output"]) for each in output)
    assert (said, end) == (f"hi as {ADMINISTRATOR}\r\n".encode(), {"exitCode": 5})
    assert guest.talk("task_start.ps1", task, worker, own).answer()["found"] is True
    assert guest.talk("task_remove.ps1", {"name": "mintage-1"}).answer() == {"removed": True}


# Before, during and after Sysprep.


@runs("src/mintage/powershell/write_out.ps1")
def test_write_out(guest: ScriptGuest) -> None:
    assert guest.prints(script(WRITE_OUT) + "Write-ToDisk; 'written'") == ["written"]


@runs("src/mintage/azure/access/open_winrm.ps1", "src/mintage/azure/access/marks.ps1")
def test_winrm_is_opened_once(guest: ScriptGuest) -> None:
    first, second = (guest.as_system(OPEN_WINRM).answer() for _ in range(2))
    assert first == second
    assert (first["computerName"], first["port"]) == ("WIN-1", 5986)
    shown = x509.load_der_x509_certificate(base64.b64decode(first["certificate"]))
    assert shown.not_valid_before_utc < datetime.now(UTC) - timedelta(hours=23), "clocks differ"
    (listener,) = [each for each in WsMan(guest.machine.registry).listeners() if each.transport == "HTTPS"]
    assert listener.thumbprint == first["thumbprint"] == guest.machine.certificates.all()[0].thumbprint
    # Also for one that loses its power right after.
    after = WsMan(Machine(guest.machine.disk).registry)
    assert listener in after.listeners()


@runs("src/mintage/azure/access/map_certificate.ps1")
def test_a_certificate_is_mapped_to_the_administrator_once(guest: ScriptGuest) -> None:
    der = map_certificate(guest)
    assert map_certificate(guest) == der
    (mapping,) = CertificateMappings(guest.machine.registry).all()
    assert (mapping.user, mapping.subject, mapping.uri) == (ADMINISTRATOR, f"{ADMINISTRATOR}@localhost", "*")
    assert MachineAccounts(guest.machine).for_certificate(der) == ADMINISTRATOR
    assert WsMan(guest.machine.registry).get(r"Service\Auth\Certificate") is True


def map_certificate(guest: ScriptGuest) -> bytes:
    """Let the administrator in by a certificate, whose DER is returned."""
    listener = base64.b64decode(guest.as_system(OPEN_WINRM).answer()["certificate"])
    made = BuildKeys(b"m" * 32, "b1").client_certificate(ADMINISTRATOR, datetime(2026, 11, 1, tzinfo=UTC))
    der = ssl.PEM_cert_to_DER_cert(made.certificate)
    sealed = sealed_for(ssl.DER_cert_to_PEM_cert(listener), PASSWORD)
    given = {"User": ADMINISTRATOR, "Subject": upn(ADMINISTRATOR), "Certificate": base64.b64encode(der).decode()}
    text = script(WRITE_OUT, MARKS, "azure/access/map_certificate.ps1", **given, Password=sealed)
    assert guest.as_system(text).answer()["issuer"]
    return der


@runs("src/mintage/powershell/system.ps1", f"{GENERALIZE}/preflight.ps1", f"{GENERALIZE}/fix.ps1")
def test_preflight_finds_what_fix_puts_right(guest: ScriptGuest) -> None:
    guest.machine.registry.set(r"HKLM\SYSTEM\CurrentControlSet\Services\cdrom", "Start", 4)
    asked = script(SYSTEM, f"{OWN}/preflight.ps1")
    before = guest.run(asked).answer()["seen"]
    wrong = {name for name, seen in before.items() if seen}
    assert wrong == {"cdrom", "unattend", "panther"}
    done = guest.run(script(SYSTEM, f"{OWN}/fix.ps1", Fix=[*sorted(wrong), "update-service"])).answer()["done"]
    assert len(done) == 4
    assert not any(guest.run(asked).answer()["seen"].values())


@runs(f"{GENERALIZE}/remove_appx.ps1")
def test_what_stops_sysprep_is_removed(guest: ScriptGuest) -> None:
    package = AppxPackage(name="Contoso.App", version="1.0.0.0", publisher_id="abc")
    guest.machine.appx.install(package, guest.administrator().sid)
    text = script(SYSTEM, f"{OWN}/remove_appx.ps1", Packages=[package.full_name])
    assert guest.run(text).answer() == {"removed": [package.full_name]}
    assert guest.machine.appx.not_provisioned() == []


@runs(f"{GENERALIZE}/decrypt.ps1")
def test_volumes_are_decrypted(guest: ScriptGuest) -> None:
    guest.run("Install-WindowsFeature BitLocker | Out-Null")
    guest.machine.volumes.encrypt("C")
    text = script(SYSTEM, f"{OWN}/decrypt.ps1")
    left = [guest.run(text).answer()["left"] for _ in range(2)]
    assert left[-1] == ""


@runs(f"{GENERALIZE}/start.ps1", f"{GENERALIZE}/status.ps1", f"{GENERALIZE}/logs.ps1", f"{VERIFY}/sysprep_logs.ps1")
def test_sysprep_is_started_watched_and_read(guest: ScriptGuest) -> None:
    start = script(SYSTEM, f"{OWN}/start.ps1", TaskName="Mintage Sysprep", Limit=5)
    told = guest.run(start, environment={"MINTAGE_PASSWORD": PASSWORD}).answer()
    assert told == {"found": "started", "imageState": "IMAGE_STATE_COMPLETE"}
    status = script(SYSTEM, f"{OWN}/status.ps1", TaskName="Mintage Sysprep")
    seen: dict[str, Any] = {}
    while not seen.get("ended"):
        seen = guest.run(status).answer()
    assert (seen["imageState"], seen["result"]) == ("IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE", 0)
    assert "SYSPRP" in seen["lastLine"]
    logs = guest.run(script(SYSTEM, f"{OWN}/logs.ps1", Lines=3, Characters=1000)).answer()
    assert (logs["errors"], len(logs["actions"].splitlines())) == ("", 3)
    assert guest.run(start).answer()["found"] == "generalized"
    summary = guest.run(text_of("sysprep_logs.ps1")).answer()
    assert (summary["succeeded"], summary["errors"]) == (True, 0)


@runs(f"{GENERALIZE}/finish.ps1")
def test_nothing_of_the_build_is_left(guest: ScriptGuest) -> None:
    map_certificate(guest)
    guest.program(r"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /mode:vm /quiet /quit")
    text = script(SYSTEM, f"{OWN}/finish.ps1", User=ADMINISTRATOR, KeepLogs=False)
    left = guest.as_system(text).answer()["left"]
    assert {name: seen for name, seen in left.items() if seen} == {}
    assert guest.machine.users.find(ADMINISTRATOR) is None
    wsman = WsMan(guest.machine.registry)
    assert [each for each in wsman.listeners() if each.transport == "HTTPS"] == []
    assert CertificateMappings(guest.machine.registry).all() == []
    assert wsman.get(r"Service\Auth\Certificate") is False
    assert guest.machine.registry.number(*TOKEN_POLICY) == 0
    assert [store for store in ("My", "Root", "TrustedPeople") if guest.machine.certificates.all(store)] == []


def test_what_cannot_be_taken_back_keeps_nothing_else_and_is_told_with_the_reason(guest: ScriptGuest) -> None:
    guest.as_system(OPEN_WINRM).answer()
    WsMan(guest.machine.registry).set(r"Service\Auth\Basic", True)
    forbidden = "function Remove-NetFirewallRule { throw 'the firewall is under a policy' }\n"
    forbidden += "function Set-Item { throw 'so is WinRM' }\n"
    assert guest.machine.registry.number(*TOKEN_POLICY) == 1
    text = forbidden + script(SYSTEM, f"{OWN}/finish.ps1", User=ADMINISTRATOR, KeepLogs=False)
    left = guest.as_system(text).answer()["left"]
    why = "the firewall is under a policy; so is WinRM"
    assert left["remote-access"] == f"mintage-winrm-https, basic login ({why})"
    assert guest.machine.certificates.all() == []
    assert guest.machine.registry.number(*TOKEN_POLICY) == 0


def test_a_setting_that_was_not_taken_back_keeps_its_mark_and_is_told(guest: ScriptGuest) -> None:
    guest.as_system(OPEN_WINRM).answer()
    text = script(SYSTEM, f"{OWN}/finish.ps1", User=ADMINISTRATOR, KeepLogs=False)
    policy = "if ($Name -eq 'LocalAccountTokenFilterPolicy') { return }"
    idle = f"function Remove-ItemProperty {{ param($Path, $Name) {policy} }}\n"
    left = guest.as_system(idle + text).answer()["left"]
    kept = "TokenPolicySet, HKLM:\\SOFTWARE\\Mintage"
    assert left["remote-access"] == f"{kept} (TokenPolicySet was not taken back)"
    assert guest.as_system(text).answer()["left"]["remote-access"] == ""


@runs(f"{GENERALIZE}/turn_off.ps1")
def test_the_machine_turns_itself_off(guest: ScriptGuest) -> None:
    assert guest.as_system(script(f"{OWN}/turn_off.ps1", Seconds=30)).answer() == {"code": 0}
    pending = guest.machine.power.pending
    assert pending is not None
    assert (pending.kind, pending.delay) == ("shutdown", 30)


# What a build asks in between.


@runs("src/mintage/powershell/idle.ps1")
def test_windows_services_itself_or_not(guest: ScriptGuest) -> None:
    assert guest.run(script(SYSTEM, "powershell/idle.ps1")).answer() == {"busy": False}


@runs("src/mintage/powershell/inventory.ps1")
def test_what_is_installed_is_told(guest: ScriptGuest) -> None:
    told = guest.run(script(SYSTEM, "powershell/inventory.ps1")).answer()
    assert "Windows Server 2022" in told["system"]
    assert {"name": "feature PowerShell", "version": "installed"} in told["packages"]


@runs("src/mintage/powershell/update.ps1")
def test_updates_are_installed(guest: ScriptGuest) -> None:
    text = script(SYSTEM, "powershell/update.ps1", Categories=[], Include=[], Exclude=[])
    told = guest.as_system(text).answer()
    assert told["found"] == len(told["installed"]) > 0
    assert told["failed"] == []


@runs("src/mintage/verify/facts.ps1")
def test_the_facts_of_a_machine_fit_what_reads_them(guest: ScriptGuest) -> None:
    text = script(SYSTEM, "verify/facts.ps1", BuildUser=ADMINISTRATOR, Own=["none"])
    facts = WindowsFacts.model_validate(parse_answer(guest.run(text).output, where="facts"))
    assert (facts.computer_name, facts.accounts) == ("WIN-1", (ADMINISTRATOR,))
    assert facts.access == ()
    map_certificate(guest)
    facts = WindowsFacts.model_validate(parse_answer(guest.run(text).output, where="facts"))
    # The listener's certificate, the client's in two stores, the listener, the mapping.
    assert [each.partition(" ")[0] for each in facts.access] == [*["certificate"] * 3, "listener", "mapping"]
    assert facts.services == {"RdAgent": "Running", "WindowsAzureGuestAgent": "Running"}


@runs(f"{RECIPE}/set-title.ps1", f"{RECIPE}/test-page.ps1")
def test_the_recipes_page_gets_its_title(guest: ScriptGuest) -> None:
    for folder in (r"C:\inetpub\wwwroot", r"C:\ProgramData\Golden"):
        guest.machine.files.make_folder(folder)
    guest.machine.files.write_text(r"C:\inetpub\wwwroot\index.html", "<h1>@SITE_TITLE@</h1>")
    guest.machine.files.write_text(r"C:\ProgramData\Golden\notice.txt", "notice")
    set_title, test_page = (scripts()[f"{RECIPE}/{name}.ps1"] for name in ("set-title", "test-page"))
    assert guest.run(test_page).code == 1
    title = {"SITE_TITLE": "A golden image"}
    assert guest.run(set_title, environment=title).output == "The page's title is A golden image\n"
    assert guest.run(set_title, environment=title).output == "The page has its title already.\n"
    assert (guest.run(test_page).code, guest.run(test_page).errors) == (0, "")


# What a real Windows is asked by make verify-windows-on-azure.

QUESTIONS: dict[str, dict[str, object]] = {
    "agent.ps1": {"RdAgent": "Running, Automatic", "WindowsAzureGuestAgent": "Running, Automatic"},
    "answer_files.ps1": {"open": [], "panther": True},
    "appx.ps1": {"blocking": []},
    "bitlocker.ps1": {"encrypted": []},
    "cdrom.ps1": {"start": 1},
    "custom_data.ps1": {"text": ""},
    "identity.ps1": {"computerName": "WIN-1", "imageState": "IMAGE_STATE_COMPLETE", "builtinEnabled": False},
    "leftovers.ps1": {"accounts": [], "tasks": [], "certificates": []},
    "logon.ps1": {"user": rf"WIN-1\{ADMINISTRATOR}", "administrator": True, "logons": ["network"]},
    "pending_reboot.ps1": {"signs": []},
    "rearm_count.ps1": {"left": 1001},
    "sysprep_providers.ps1": {"missing": []},
    "version.ps1": {"edition": "Desktop", "build": "20348"},
    "windows_update.ps1": {"search": "allowed", "download": "0x80070005", "install": "0x80070005"},
    "wsman_auth.ps1": {"Basic": "false", "Negotiate": "true", "AllowUnencrypted": "false"},
    "wsman_limits.ps1": {"MaxEnvelopeSizekb": 500, "MaxTimeoutms": 60000, "MaxShellsPerUser": 30},
}


@runs(*(f"{VERIFY}/{name}" for name in QUESTIONS))
def test_the_questions_to_a_real_windows_are_answered(guest: ScriptGuest) -> None:
    told = {name: guest.run(text_of(name)).answer() for name in QUESTIONS}
    assert {name: {key: told[name][key] for key in wanted} for name, wanted in QUESTIONS.items()} == QUESTIONS


@runs(f"{VERIFY}/boot_time.ps1")
def test_the_time_of_boot_does_not_move(guest: ScriptGuest) -> None:
    assert guest.run(text_of("boot_time.ps1")).answer()["different"] == 1


@runs(f"{VERIFY}/many_lines.ps1")
def test_many_lines_come_whole(guest: ScriptGuest) -> None:
    lines = guest.run(bare("many_lines.ps1")).output.splitlines()
    assert (len(lines), {len(each) for each in lines}, lines[-1][:9]) == (200, {39}, "line 0200")


@runs(f"{VERIFY}/not_ascii.ps1", f"{VERIFY}/uncaught_error.ps1")
def test_encoded_commands_write_as_windows_writes(guest: ScriptGuest) -> None:
    assert guest.alone(bare("not_ascii.ps1")).output == "\u00fc\u20ac\n"
    ran = guest.alone(bare("uncaught_error.ps1"))
    assert (ran.output, ran.code) == ("before the error\n", 1)
    assert ran.errors.startswith("#< CLIXML\n<Objs ")
    assert '<S S="Error">thrown on purpose_x000D__x000A_</S>' in ran.errors


@runs(f"{VERIFY}/restart.ps1")
def test_a_restart_is_asked_for(guest: ScriptGuest) -> None:
    assert guest.run(text_of("restart.ps1")).code == 0
    assert guest.machine.power.pending is not None
    assert guest.machine.power.pending.kind == "restart"
