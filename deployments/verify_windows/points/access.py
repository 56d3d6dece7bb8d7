"""The ways in, and what each of them is allowed."""

from __future__ import annotations

from deployments.verify_windows.point import Point
from deployments.verify_windows.rules import at_least, at_most, equals, includes, matches
from deployments.verify_windows.ways import (
    as_an_encoded_command,
    by_a_certificate,
    by_a_restart,
    from_outside,
    in_a_system_task,
    in_a_task,
    over_winrm,
    what_azure_brings_back,
)

_DENIED = "0x80070005"

ACCESS = (
    Point(
        "run-command-limit",
        "Run Command brings back the last 4,096 bytes of the output",
        "azure.run_command; how much of Sysprep's logs is asked for that way",
        what_azure_brings_back,
        (at_most("bytes", 4096), at_least("bytes", 3500), matches("last", "^line 0200 ")),
        "many_lines.ps1",
    ),
    Point(
        "certificate",
        "a client that trusts the VM's certificate alone accepts it for the VM's IP address",
        "open_winrm.ps1's New-SelfSignedCertificate -TextExtension; mintage.remote.winrm",
        from_outside,
        (equals("verified", expected=True),),
    ),
    Point(
        "winrm-limits",
        "envelopes of 500 KB, timeouts of 60 s, 2 h for an idle shell, 25 processes and 1,024 MB in each of 30",
        "the size of uploaded blocks; the model's WinRM",
        over_winrm,
        (
            equals("MaxEnvelopeSizekb", 500),
            equals("MaxTimeoutms", 60000),
            equals("IdleTimeout", 7200000),
            equals("MaxProcessesPerShell", 25),
            equals("MaxShellsPerUser", 30),
            equals("MaxMemoryPerShellMB", 1024),
            equals("MaxConcurrentOperationsPerUser", 1500),
        ),
        "wsman_limits.ps1",
    ),
    Point(
        "winrm-authentication",
        "Kerberos and Negotiate are on; Basic, certificates, CredSSP and unencrypted messages are off",
        "open_winrm.ps1; the model's WinRM",
        over_winrm,
        (
            equals("Basic", "false"),
            equals("Kerberos", "true"),
            equals("Negotiate", "true"),
            equals("Certificate", "false"),
            equals("CredSSP", "false"),
            equals("CbtHardeningLevel", "Relaxed"),
            equals("AllowUnencrypted", "false"),
            includes("listeners", "HTTP", "HTTPS"),
        ),
        "wsman_auth.ps1",
    ),
    Point(
        "certificate-login",
        "a client certificate that signed itself logs in once it is trusted and mapped to the administrator",
        "map_certificate.ps1; mintage.client_certificate; the model's mappings, and when it asks for a certificate",
        by_a_certificate,
        (equals("loggedIn", expected=True), matches("user", r"\\mintage$")),
    ),
    Point(
        "winrm-logon",
        "a logon over WinRM is a network logon with an administrator's rights",
        "LocalAccountTokenFilterPolicy in open_winrm.ps1; the model's tokens",
        over_winrm,
        (includes("logons", "network"), equals("administrator", expected=True)),
        "logon.ps1",
    ),
    Point(
        "task-logon",
        "a scheduled task with a stored password is a batch logon with an administrator's rights",
        "elevated scripts; Sysprep's task; the model's tasks",
        in_a_task,
        (includes("logons", "batch"), equals("administrator", expected=True)),
        "logon.ps1",
    ),
    Point(
        "update-over-winrm",
        f"a network logon may search for updates; downloading and installing are refused with {_DENIED}",
        "that windows_update runs in a scheduled task; the model's update session",
        over_winrm,
        (equals("search", "allowed"), equals("download", _DENIED), equals("install", _DENIED)),
        "windows_update.ps1",
    ),
    Point(
        "update-as-system",
        "a scheduled task as SYSTEM may search, download and install",
        "the step windows_update",
        in_a_system_task,
        (equals("search", "allowed"), equals("download", "allowed"), equals("install", "allowed")),
        "windows_update.ps1",
    ),
    Point(
        "uncaught-error",
        "an error nobody catches ends powershell.exe -EncodedCommand with 1, and is CLIXML on standard error",
        "mintage.remote.winrm.clixml; the exit codes of scripts; the model's powershell.exe",
        as_an_encoded_command,
        (
            equals("exitCode", 1),
            equals("output", "before the error"),
            matches("errors", r"^#< CLIXML"),
            matches("errors", r'<S S="Error">[^<]*thrown on purpose'),
        ),
        "uncaught_error.ps1",
        alone=True,
    ),
    Point(
        "not-ascii",
        "in a shell of code page 65001 output is UTF-8, without a byte order mark",
        "how mintage.remote.winrm reads output; the model's streams",
        as_an_encoded_command,
        (matches("outputHex", "^c3bce282ac(0d0a)?$"),),
        "not_ascii.ps1",
        alone=True,
    ),
    Point(
        "boot-time",
        "LastBootUpTime does not move while the machine runs",
        "boot ids: how a restart is noticed",
        over_winrm,
        (equals("different", 1),),
        "boot_time.ps1",
    ),
    Point(
        "restart",
        "a restart takes less than 20 minutes; a shell of before is then answered with fault 2150858843",
        "how a lost shell is told from a dead server; the model's WinRM",
        by_a_restart,
        (equals("fault", 2150858843), at_most("seconds", 1200)),
        "restart.ps1",
        alone=True,
    ),
)
