"""A way into a Windows guest over WinRM: scripts, elevated runs, files and trees."""

from mintage.remote.winrm.credential import Auth, Credential
from mintage.remote.winrm.remote import WinrmRemote, connect

__all__ = ["Auth", "Credential", "WinrmRemote", "connect"]
