"""Numbers as .NET format strings write them, in en-US."""

import re
from decimal import ROUND_HALF_UP, Decimal

from localazure.windows.powershell.dotnet.building import bad_format
from localazure.windows.powershell.text import to_text

_STANDARD = re.compile(r"([A-Za-z])(\d{0,2})")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)")


def _exact(value: object) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _fixed(value: Decimal, digits: int, *, grouped: bool) -> str:
    text = format(_rounded(value, digits), ",f" if grouped else "f")
    return text.lstrip("-") if not text.strip("-0.,") else text


def _hexadecimal(value: Decimal, letter: str, digits: int) -> str:
    number = int(value)
    if number != value:
        raise bad_format("Format specifier was invalid.")
    if number < 0:
        number += 1 << (32 if number >= -(2**31) else 64)
    return format(number, "x" if letter == "x" else "X").zfill(digits)


def _exponent(value: Decimal, letter: str, digits: int) -> str:
    mantissa, _, power = format(value, f".{digits}e").partition("e")
    return f"{mantissa}{letter}{power[0]}{int(power[1:]):03}"


def _currency(value: Decimal, digits: int) -> str:
    text = "$" + _fixed(abs(value), digits, grouped=True)
    return f"({text})" if value < 0 else text


def format_number(value: object, form: str) -> str:
    """A number by a standard format (N2, X8, D3, P0, ...) or a custom one (0.00, #,##0).

    Raises:
        PsError: FormatException.
    """
    found = _STANDARD.fullmatch(form)
    if not found:
        return _custom(_exact(value), form) if form else to_text(value)
    number, letter, asked = _exact(value), found[1], found[2]
    digits = int(asked) if asked else 2
    match letter.upper():
        case "N" | "F":
            return _fixed(number, digits, grouped=letter in "Nn")
        case "D":
            if number != int(number) or isinstance(value, float):
                raise bad_format("Format specifier was invalid.")
            return ("-" if number < 0 else "") + str(abs(int(number))).zfill(int(asked or 0))
        case "X":
            return _hexadecimal(number, letter, int(asked or 0))
        case _:
            return _rarer(value, number, letter, asked)


def _rarer(value: object, number: Decimal, letter: str, asked: str) -> str:
    match letter.upper():
        case "P":
            return _fixed(number * 100, int(asked or 2), grouped=True) + " %"
        case "C":
            return _currency(number, int(asked or 2))
        case "E":
            return _exponent(number, letter, int(asked or 6))
        case "R":
            return to_text(value)
        case "G":
            # Like E, but the exponent has two digits at least, as Python's floats write it.
            return to_text(value) if asked in {"", "0"} else format(float(number), f".{asked}g").upper()
        case _:
            raise bad_format("Format specifier was invalid.")


def _section(number: Decimal, form: str) -> tuple[Decimal, str]:
    """The part of a;b;c that is for this number; in the second one the sign is the format's own business."""
    parts = form.split(";")
    if number < 0 and len(parts) > 1 and parts[1]:
        return -number, parts[1]
    if number == 0 and len(parts) > 2:
        return number, parts[2]
    return number, parts[0]


def _custom(number: Decimal, form: str) -> str:
    number, form = _section(number, form)
    literals: list[str] = []

    def keep(found: "re.Match[str]") -> str:
        literals.append(next(part for part in found.groups() if part is not None))
        return chr(0xE000 + len(literals) - 1)

    form = _QUOTED.sub(keep, form)
    number *= 100 ** form.count("%")
    digits = re.search(r"[0#][0#,.]*", form)
    if digits:
        written = _custom_digits(number, digits.group())
        form = form[: digits.start()] + written + form[digits.end() :]
        form = f"-{form}" if number < 0 and written.strip("0.,") else form
    return "".join(
        literals[ord(char) - 0xE000] if 0xE000 <= ord(char) < 0xE000 + len(literals) else char for char in form
    )


def _custom_digits(number: Decimal, mask: str) -> str:
    whole_mask, _, fraction_mask = mask.partition(".")
    fraction_mask = fraction_mask.replace(",", "").replace(".", "")
    thousands = len(whole_mask) - len(whole_mask.rstrip(","))
    rounded = abs(_rounded(number / 1000**thousands, len(fraction_mask)))
    whole, _, fraction = format(rounded, "f").partition(".")
    whole_mask = whole_mask.rstrip(",")
    places = whole_mask.replace(",", "")
    least = len(places) - places.find("0") if "0" in places else 0
    whole = whole.lstrip("0").zfill(least) if least else whole.lstrip("0")
    if "," in whole_mask and whole:
        head = len(whole) % 3
        groups = [whole[:head]] if head else []
        whole = ",".join(groups + [whole[at : at + 3] for at in range(head, len(whole), 3)])
    needed = fraction_mask.rfind("0") + 1
    fraction = fraction[:needed] + fraction[needed:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
