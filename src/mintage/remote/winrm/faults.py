"""pywinrm's errors, and what lies below them, as Mintage's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

import requests
from spnego.exceptions import SpnegoError
from winrm.exceptions import (
    AuthenticationError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from mintage.errors import CertificateRefused, ConnectionFailed, LoginRefused, MintageError, SettingsError

SHELL_GONE = 2150858843
"""ERROR_WSMAN_INVALID_SELECTORS: there is no such shell, as after a restart of the guest or of its service."""
TOO_MANY = 2150859174
"""ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER: the user's limit of operations is reached."""
ACCESS_DENIED = 5
_UNVERIFIED = "CERTIFICATE_VERIFY_FAILED"
"""OpenSSL's name for it; a connection that breaks while keys are exchanged is an SSLError, too."""
_SHOWN = 300


class ShellLost(ConnectionFailed):
    """The service answers, and no longer knows the shell."""


class ServiceFault(ConnectionFailed):
    """The service answered with a fault that is not told apart otherwise."""


@contextmanager
def told_apart(where: str) -> Iterator[None]:
    """Raise what happens inside as ConnectionFailed, or as what is more exact. WinRMOperationTimeoutError passes."""
    try:
        yield
    except WSManFaultError as error:
        raise _fault(error, where) from error
    except (AuthenticationError, SpnegoError, PermissionError) as error:
        raise _refused(where, str(error)) from error
    except requests.exceptions.SSLError as error:
        raise _tls(where, error) from error
    except requests.exceptions.Timeout as error:
        raise _broken("The guest has gone silent", where, error) from error
    except requests.RequestException as error:
        raise _broken("The connection to the guest broke", where, error) from error
    except (WinRMTransportError, ParseError, StopIteration, KeyError) as error:
        raise _something_else(where, error) from error
    except WinRMError as error:
        raise SettingsError("WinRM cannot be spoken as it is set up here", where=where, seen=str(error)) from error


def not_taken(where: str, error: WinRMOperationTimeoutError) -> ConnectionFailed:
    return _broken("The guest did not take a request in time", where, error)


def _fault(error: WSManFaultError, where: str) -> MintageError:
    code, seen = error.wsman_fault_code, f"fault {error.wsman_fault_code}: {error.reason.strip()[:_SHOWN]}"
    if code == SHELL_GONE:
        what = "The guest no longer knows the shell that commands run in"
        return ShellLost(what, where=where, seen=seen, remedy="It, or its service, was restarted. Run the step again.")
    if code == TOO_MANY:
        what, remedy = "The guest takes no more commands from this user", "Wait for other sessions of the user to end."
        return ConnectionFailed(what, where=where, seen=seen, remedy=remedy)
    if code == ACCESS_DENIED:
        return _refused(where, seen)
    return ServiceFault("WinRM in the guest answered with a fault", where=where, seen=seen, remedy="Run it again.")


def _refused(where: str, seen: str) -> LoginRefused:
    return LoginRefused(
        "The guest refuses the login",
        where=where,
        seen=seen[:_SHOWN],
        remedy="Was the VM made with this user and password, and does it allow this way to log in? "
        "A generalized guest has no such user any more.",
    )


def _tls(where: str, error: Exception) -> MintageError:
    if _UNVERIFIED not in str(error):
        return _broken("The connection to the guest broke", where, error)
    return CertificateRefused(
        "The certificate of the VM is not valid for this connection",
        where=where,
        seen=str(error)[:_SHOWN],
        remedy="It must name the address that is connected to, and be valid now.",
    )


def _broken(what: str, where: str, error: Exception) -> ConnectionFailed:
    seen = f"{type(error).__name__}: {error}"[:_SHOWN]
    return ConnectionFailed(what, where=where, seen=seen, remedy="The guest may be restarting: run the step again.")


def _something_else(where: str, error: Exception) -> ConnectionFailed:
    seen = error.message if isinstance(error, WinRMTransportError) else f"{type(error).__name__}: {error}"
    what = "Something else than WinRM answers at the port, or WinRM is not ready"
    return ConnectionFailed(what, where=where, seen=seen[:_SHOWN], remedy="Look at what listens there.")
