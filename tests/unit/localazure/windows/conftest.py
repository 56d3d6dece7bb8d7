"""A machine of the Windows model that came up, for the tests that run scripts on it."""

from tests.support.script_guest import guest, installed

__all__ = ["guest", "installed"]
