"""System.Net.IPAddress."""

import ipaddress

from localazure.windows.powershell.dotnet.building import Members, argument_null, bad_format, declare
from localazure.windows.powershell.dotnet.scalars import try_parse
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import EnumValue, Long, PsObject

_NAME = "System.Net.IPAddress"
_FAMILY = "System.Net.Sockets.AddressFamily"


def _parse(text: object) -> PsObject:
    if text is None:
        raise argument_null("ipString")
    try:
        address = ipaddress.ip_address(to_text(text))
    except ValueError:
        raise bad_format("An invalid IP address was specified.") from None
    is_4 = address.version == 4
    properties: dict[str, object] = {
        "Address": Long(int.from_bytes(address.packed, "little")) if is_4 else None,
        "AddressFamily": EnumValue(_FAMILY, "InterNetwork", 2) if is_4 else EnumValue(_FAMILY, "InterNetworkV6", 23),
        "IPAddressToString": str(address),
    }
    methods = {"GetAddressBytes": lambda: bytearray(address.packed)}
    return PsObject.typed(_NAME, properties, methods, text=str(address))


IP_ADDRESS = declare(
    _NAME,
    Members(
        static={"Parse": _parse, "TryParse": try_parse(_parse)},
        static_get={"Loopback": lambda: _parse("127.0.0.1"), "Any": lambda: _parse("0.0.0.0")},  # noqa: S104 - a name
    ),
    aliases=("ipaddress",),
)
ADDRESS_FAMILY = enumeration(_FAMILY, {"InterNetwork": 2, "InterNetworkV6": 23})
