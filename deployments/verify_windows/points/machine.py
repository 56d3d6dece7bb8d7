"""What a fresh machine of the marketplace is."""

from __future__ import annotations

from deployments.verify_windows.custom_data import TEXT
from deployments.verify_windows.point import Point
from deployments.verify_windows.rules import at_least, at_most, equals, includes, matches, nothing_but
from deployments.verify_windows.ways import (
    by_azure,
    by_the_products_questions,
    in_a_task,
    over_winrm,
    told_of_the_first_boot,
)

MACHINE = (
    Point(
        "first-boot",
        "from the request for the VM to a WinRM listener of its own it takes less than 40 minutes",
        "the deadlines of mintage's provision",
        told_of_the_first_boot,
        (at_most("seconds", 2400),),
    ),
    Point(
        "version",
        "Windows PowerShell 5.1, not PowerShell 7",
        "every .ps1 of Mintage; the language that the model evaluates",
        over_winrm,
        (matches("powershell", r"^5\.1\."), equals("edition", "Desktop"), equals("installation", "Server")),
        "version.ps1",
    ),
    Point(
        "image-state",
        "a machine that Azure has provisioned is complete",
        "preflight's image-state; verify's image-state; the model's boot",
        over_winrm,
        (equals("imageState", "IMAGE_STATE_COMPLETE"),),
        "identity.ps1",
    ),
    Point(
        "administrator",
        "Azure's administrator is an account of its own; the built-in one is there, disabled",
        "the model's OOBE; finish.ps1 takes either away, a renamed built-in account by renaming it back",
        over_winrm,
        (equals("builtinName", "Administrator"), equals("builtinEnabled", expected=False)),
        "identity.ps1",
    ),
    Point(
        "answer-files",
        r"C:\Windows\Panther\unattend.xml is left, its passwords blotted out by Setup",
        "preflight's and verify's unattend; the model's OOBE",
        over_winrm,
        (
            includes("files", r"C:\Windows\Panther\unattend.xml"),
            nothing_but("open"),
            equals("panther", expected=True),
        ),
        "answer_files.ps1",
    ),
    Point(
        "custom-data",
        r"custom data lies in C:\AzureData\CustomData.bin, as it was given",
        "the model's OOBE",
        over_winrm,
        (equals("text", TEXT), equals("path", r"C:\AzureData\CustomData.bin")),
        "custom_data.ps1",
    ),
    Point(
        "agent",
        "RdAgent and WindowsAzureGuestAgent run, and start by themselves",
        "preflight's agent; verify's agent; the model's services",
        over_winrm,
        (
            equals("RdAgent", "Running, Automatic"),
            equals("WindowsAzureGuestAgent", "Running, Automatic"),
        ),
        "agent.ps1",
    ),
    Point(
        "rearm-count",
        "Windows may be generalized at least once more, and at most 1001 times",
        "preflight's rearm-count; the model's licensing",
        over_winrm,
        (at_least("left", 1), at_most("left", 1001)),
        "rearm_count.ps1",
    ),
    Point(
        "sysprep-providers",
        "every DLL that SysPrepExternal names is there",
        "preflight's agent-providers; the model's Sysprep",
        in_a_task,
        (nothing_but("missing"),),
        "sysprep_providers.ps1",
    ),
    Point(
        "appx",
        "no AppX package is installed for a user and not provisioned, but those of the system and frameworks",
        "preflight's appx, which leaves those out; the model's Sysprep",
        over_winrm,
        (nothing_but("blocking"),),
        "appx.ps1",
    ),
    Point(
        "cdrom",
        "the service cdrom starts with the system",
        "preflight's cdrom; the model's services",
        over_winrm,
        (equals("start", 1),),
        "cdrom.ps1",
    ),
    Point(
        "pending-reboot",
        "a fresh machine wants no restart",
        "preflight's pending-reboot; Windows Update's rounds",
        over_winrm,
        (nothing_but("signs"),),
        "pending_reboot.ps1",
    ),
    Point(
        "bitlocker",
        "no volume is encrypted",
        "preflight's bitlocker; the model's volumes",
        over_winrm,
        (nothing_but("encrypted"),),
        "bitlocker.ps1",
    ),
    Point(
        "preconditions",
        "of Mintage's own questions before Sysprep, only those for files of Setup find something, and all are answered",
        "preflight; the recipe's generalize.fix",
        by_the_products_questions,
        (nothing_but("unmet", "panther", "unattend"),),
    ),
    Point(
        "run-command-identity",
        "Run Command runs scripts as SYSTEM, with an administrator's rights",
        "open_winrm.ps1 and finish.ps1; that Sysprep is never run this way",
        by_azure,
        (equals("sid", "S-1-5-18"), equals("administrator", expected=True)),
        "logon.ps1",
    ),
)
