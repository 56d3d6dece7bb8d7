"""The report says the same on three kinds of paper, and what guests said stays text on each."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mintage.artifacts import Check, Report, StepReport, StepState
from mintage.report import markdown, page, write_report
from mintage.report.timeline import Bar, timeline
from mintage.report.wording import duration
from tests.unit.report.sample_report import FAILED, PUBLISHED, STARTED, step

HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x"> | `*_[x](javascript:1)\n\n# heading'


class Elements(HTMLParser):
    """The elements of a page, its text, and whatever was opened and not closed."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_json_is_the_report_itself(tmp_path: Path) -> None:
    files = write_report(PUBLISHED, tmp_path / "new/reports")
    assert files.json == tmp_path / "new/reports/debian-12-web-7f3a9c.json"
    assert Report.model_validate_json(files.json.read_text()) == PUBLISHED


def test_writing_again_replaces_both_files_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_report(PUBLISHED, tmp_path)
    files = write_report(FAILED, tmp_path)
    assert Report.model_validate_json(files.json.read_text()) == FAILED
    assert files.html.read_text() == page(FAILED)
    assert sorted(tmp_path.iterdir()) == sorted(files)


@pytest.mark.parametrize("report", [PUBLISHED, FAILED], ids=["published", "failed"])
def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(report: Report) -> None:
    elements = Elements(page(report))
    assert elements.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(elements.found)
    assert [value for name, value in elements.attributes if name in {"href", "src"}] == [report.run_url]
    assert "@import" not in page(report)
    assert "url(" not in page(report)


@pytest.mark.parametrize("report", [PUBLISHED, FAILED], ids=["published", "failed"])
@pytest.mark.parametrize("write", [page, markdown])
def test_each_paper_says_all_that_is_known(report: Report, write: type[str]) -> None:
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), write(report))
    known = [report.version, report.image_version, report.source, report.recipe_sha256, report.build_id, report.run_url]
    known += [each.value for each in report.source_facts] + [*report.source_warnings]
    known += [report.machine, *(each.placement for each in report.passed_over)]
    known += [each.name for each in report.steps] + [each.resource_id for each in report.leftovers]
    known += [each.region for each in report.regions]
    known += [f"{each.name}" for each in report.packages.changed] if report.packages else []
    assert [fact for fact in known if fact and fact not in text] == []


def test_a_failed_check_comes_first_with_what_was_seen_and_what_to_do() -> None:
    for text in (Elements(page(FAILED)).text, markdown(FAILED)):
        checks = text[text.index("1 of 6 failed") :]
        assert checks.index("nginx answers with the page") < checks.index("machine-id differs")
        assert "Failed to connect to 127.0.0.1 port 80" in checks
        assert "Next: see that the service starts with the machine" in checks


def test_an_image_that_was_not_published_is_not_shown_as_if_it_were() -> None:
    for text in (Elements(page(FAILED)).text, markdown(FAILED)):
        assert "Not published: the build failed" in text
        assert "Image version, not published" in text
        assert "the version stays excluded from latest" in text


def test_every_form_is_named_with_its_place_and_checksum_and_one_alone_is_a_fact() -> None:
    for text in (Elements(page(PUBLISHED)).text, markdown(PUBLISHED)):
        assert "Delivered as" in text
        assert all(part in text for part in ("VHD", "/srv/images/debian-12-web-2026.307.0.vhd", f"sha256:{'5' * 64}"))
    for text in (Elements(page(FAILED)).text, markdown(FAILED)):
        assert "Made, not published" in text
    alone = PUBLISHED.model_copy(update={"forms": PUBLISHED.forms[:1]})
    assert "Delivered as" not in page(alone) + markdown(alone)


def test_what_a_guest_said_stays_text() -> None:
    report = PUBLISHED.model_copy(
        update={
            "checks": (Check(name=HOSTILE, passed=False, seen=HOSTILE, remedy=HOSTILE),),
            "error": HOSTILE,
            "steps": (StepReport(name=HOSTILE, state=StepState.PENDING),),
        }
    )
    elements = Elements(page(report))
    assert elements.open == []
    assert not {"script", "img"} & set(elements.found)
    assert elements.text.count("<script>alert(1)</script>") == 5
    said = markdown(report)
    assert "<script" not in said
    assert "<img" not in said
    assert not re.search(r"^# heading", said, re.MULTILINE)
    for row in [line for line in said.splitlines() if "alert(1)" in line and line.startswith("|")]:
        assert row.count(" | ") in {2, 3}, "a bar in the text is not a bar of the table"


def test_a_build_that_ended_at_once_still_has_a_report(tmp_path: Path) -> None:
    bare = Report(
        build_id="b", recipe="web", recipe_sha256="0" * 64, version=None, image_version=None, source=None,
        started=STARTED, seconds=0, outcome="cancelled", mintage_version="0.1.0",
    )  # fmt: skip
    assert Elements(write_report(bare, tmp_path).html.read_text()).open == []
    assert markdown(bare).startswith("# ⏹ web\n\n**Cancelled** after 0.0 s, begun 2026-03-07 10:02:31 UTC.\n")


def test_bars_stand_where_the_steps_were_in_time() -> None:
    report = PUBLISHED.model_copy(
        update={
            "seconds": 200.0,
            "steps": (
                step("first", 0, 50),
                step("second", 50, 100),
                StepReport(name="taken over", state=StepState.CACHED, started=STARTED - timedelta(hours=1), seconds=20),
                StepReport(name="never", state=StepState.PENDING),
            ),
        }
    )
    assert [bar for _, bar in timeline(report).rows] == [Bar(0, 25), Bar(25, 50), Bar(0, 10), None]
    assert [tick.text for tick in timeline(report).ticks] == [
        "0",
        "30 s",
        "1 min",
        "1 min 30 s",
        "2 min",
        "2 min 30 s",
        "3 min",
    ]


def test_a_step_that_outlasts_the_build_stays_on_the_page() -> None:
    report = PUBLISHED.model_copy(update={"seconds": 10.0, "steps": (step("long", 5, 35),)})
    assert timeline(report).rows[0][1] == Bar(12.5, 87.5)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (61.5, "1 min 02 s"),
        (3599.7, "1 h 00 min"),
        (7380, "2 h 03 min"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text
