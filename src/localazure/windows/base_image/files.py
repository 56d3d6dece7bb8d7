"""The files and folders of a fresh image: small ones that say what they stand for."""

from __future__ import annotations

from localazure.windows.machine.files import FileSystem

_FOLDERS = r"""
Program Files\Common Files
Program Files\Windows Defender
Program Files\Windows Defender Advanced Threat Protection
Program Files (x86)\Common Files
ProgramData\Microsoft\Windows\Start Menu\Programs\Startup
Users\Default\AppData\Local\Temp
Users\Default\Desktop
Users\Public\Desktop
Users\Public\Documents
Windows\Logs\CBS
Windows\Panther
Windows\Prefetch
Windows\Setup\Scripts
Windows\Setup\State
Windows\SoftwareDistribution\Download
Windows\System32\config\systemprofile\AppData\Local\Temp
Windows\System32\Recovery
Windows\System32\Sysprep\ActionFiles
Windows\System32\Tasks
Windows\System32\winevt\Logs
Windows\SysWOW64
Windows\Temp
WindowsAzure\Config
WindowsAzure\Logs
WindowsAzure\Packages\GuestAgent
"""
_SYSTEM32_PROGRAMS = """
attrib bcdedit certutil chkdsk cleanmgr cmd conhost cscript csrss curl defrag diskpart dism driverquery expand fc find
findstr fsutil hostname icacls ipconfig lsass manage-bde mode more msiexec net net1 netsh netstat nslookup ping powercfg
query reg regedt32 regsvr32 robocopy route rundll32 sc schtasks services setx shutdown slui smss sort spoolsv sppsvc
svchost systeminfo takeown tar taskkill tasklist timeout tzutil UsoClient vssadmin vssvc w32tm wevtutil whoami wininit
winlogon winrs wscript wsmprovhost wuauclt wusa xcopy winrshost
"""
_LIBRARIES = """
AppxSysprep.dll BdeSysprep.dll DscCore.dll VMAgentDisabler.dll kernel32.dll ntdll.dll scecli.dll setupcl.exe slc.dll
spopk.dll sppnp.dll spwmp.dll wuaueng.dll
"""
_OTHERS = r"""
ProgramData\Microsoft\Windows Defender\Platform\model\MsMpEng.exe
Program Files\Windows Defender Advanced Threat Protection\MsSense.exe
Windows\explorer.exe
Windows\notepad.exe
Windows\regedit.exe
Windows\System32\Dism\DismProv.dll
Windows\System32\drivers\cdrom.sys
Windows\System32\drivers\disk.sys
Windows\System32\slmgr.vbs
Windows\System32\Sysprep\sysprep.exe
Windows\System32\wbem\WmiPrvSE.exe
Windows\System32\wbem\wmic.exe
Windows\System32\WindowsPowerShell\v1.0\powershell.exe
Windows\System32\winrm.cmd
Windows\System32\winrm.vbs
Windows\servicing\TrustedInstaller.exe
Windows\win.ini
WindowsAzure\Packages\WaAppAgent.exe
WindowsAzure\Packages\GuestAgent\WindowsAzureGuestAgent.exe
"""
_ACTION_FILES = ("Generalize", "Specialize", "Respecialize", "Cleanup")
HOSTS = (
    "# Copyright of the real file: Microsoft Corp. This one is localazure's model's.\r\n127.0.0.1       localhost\r\n"
)


def fill(files: FileSystem) -> None:
    for folder in _FOLDERS.strip().splitlines():
        files.make_folder(f"C:\\{folder}")
    for path in _placeholders():
        name = path.rpartition("\\")[2]
        files.make_folder(rf"C:\{path.rpartition(chr(92))[0]}")
        files.write_text(f"C:\\{path}", f"Stands for {name} in localazure's model of a Windows guest.\r\n")
    for name in _ACTION_FILES:
        text = f'<?xml version="1.0"?>\r\n<!-- The model does {name} by its own code. -->\r\n<sysprepInformation/>\r\n'
        files.write_text(rf"C:\Windows\System32\Sysprep\ActionFiles\{name}.xml", text)
    files.make_folder(r"C:\Windows\System32\drivers\etc")
    files.write_text(r"C:\Windows\System32\drivers\etc\hosts", HOSTS)
    for folder in ("ProgramData", r"Users\Default"):
        files.set_attributes(f"C:\\{folder}", hidden=True)


def _placeholders() -> list[str]:
    programs = [rf"Windows\System32\{name}.exe" for name in _SYSTEM32_PROGRAMS.split()]
    libraries = [rf"Windows\System32\{name}" for name in _LIBRARIES.split()]
    return [*programs, *libraries, *_OTHERS.strip().splitlines()]
