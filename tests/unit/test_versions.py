"""The next version follows from those there are, as numbers and not as text."""

from __future__ import annotations

from datetime import date

import pytest

from mintage.errors import RecipeError
from mintage.recipe import CalendarVersion, ExplicitVersion, SemanticVersion, Version
from mintage.versions import next_version

TODAY = date(2026, 3, 7)
SEMANTIC = {part: SemanticVersion(scheme="semantic", bump=part) for part in ("major", "minor", "patch")}


@pytest.mark.parametrize(
    ("scheme", "existing", "expected"),
    [
        (CalendarVersion(), [], "2026.307.0"),
        (CalendarVersion(), ["2026.307.0"], "2026.307.1"),
        (CalendarVersion(), ["2026.307.9", "2026.307.10"], "2026.307.11"),
        (CalendarVersion(), ["2026.307.4", "2026.307.1"], "2026.307.5"),
        (CalendarVersion(), ["2026.306.7", "2025.307.7", "9999.1231.7"], "2026.307.0"),
        (CalendarVersion(), ["not-a-version", "2026.307.x", "٢٠٢٦.307.0"], "2026.307.0"),
        (SEMANTIC["patch"], [], "1.0.0"),
        (SEMANTIC["major"], [], "1.0.0"),
        (SEMANTIC["patch"], ["1.9.0", "1.10.3"], "1.10.4"),
        (SEMANTIC["minor"], ["1.9.0", "1.10.3"], "1.11.0"),
        (SEMANTIC["major"], ["9.0.0", "10.2.3"], "11.0.0"),
        (ExplicitVersion(scheme="explicit", version="3.2.1"), ["3.2.0", "4.0.0"], "3.2.1"),
    ],
)
def test_the_next_version(scheme: Version, existing: list[str], expected: str) -> None:
    assert next_version(scheme, existing, TODAY) == expected
    assert next_version(scheme, iter(existing), TODAY) == expected, "asked again"


def test_the_last_day_of_the_year_has_no_leading_zero_either() -> None:
    assert next_version(CalendarVersion(), [], date(2026, 12, 31)) == "2026.1231.0"


def test_a_taken_version_is_refused() -> None:
    with pytest.raises(RecipeError) as refused:
        next_version(ExplicitVersion(scheme="explicit", version="1.2.3"), ["1.2.3", "1.12.0"], TODAY)
    assert str(refused.value) == (
        "The version is taken: publish.version.version: 1.2.3\n"
        "Seen: the definition has it already; its highest is 1.12.0\n"
        "Next: give a version that does not exist yet, or use the calendar or semantic scheme"
    )


def test_past_the_largest_number_is_refused() -> None:
    with pytest.raises(RecipeError) as refused:
        next_version(SEMANTIC["patch"], ["1.0.2147483647"], TODAY)
    assert str(refused.value) == (
        "No version number is left: publish.version\n"
        "Seen: 1.0.2147483648 would come next; Azure's largest part is 2147483647\n"
        "Next: use another bump or a new image definition"
    )
