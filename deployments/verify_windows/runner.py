"""Points asked one after the other, and what each came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from deployments.verify_windows.point import Point, PointResult
from deployments.verify_windows.rules import Seen
from deployments.verify_windows.sealing import boot_image, seal
from deployments.verify_windows.site import Site
from mintage.errors import MintageError

Told = Callable[[PointResult], None]


def ask(site: Site, points: Sequence[Point], told: Told) -> tuple[PointResult, ...]:
    """Each point's result; one that could not be asked differs, and its error is what was seen."""
    results: list[PointResult] = []
    for point in points:
        results.append(_asked(site, point))
        told(results[-1])
    return tuple(results)


def ask_sealed(site: Site, points: Sequence[Point], told: Told) -> tuple[PointResult, ...]:
    return _behind(seal, site, points, told)


def ask_of_image(site: Site, points: Sequence[Point], told: Told) -> tuple[PointResult, ...]:
    return _behind(boot_image, site, points, told)


def _behind(begin: Callable[[Site], None], site: Site, points: Sequence[Point], told: Told) -> tuple[PointResult, ...]:
    """As ``ask``, when something must be done first; if that fails, so does every point."""
    began = time.monotonic()
    try:
        begin(site)
    except MintageError as error:
        seconds = time.monotonic() - began
        results = tuple(_result(point, _failure(error), seconds) for point in points)
        for result in results:
            told(result)
        return results
    return ask(site, points, told)


def _asked(site: Site, point: Point) -> PointResult:
    began = time.monotonic()
    try:
        seen = point.ask(site, point.text)
    except MintageError as error:
        seen = _failure(error)
    return _result(point, seen, time.monotonic() - began)


def _result(point: Point, seen: Seen, seconds: float) -> PointResult:
    differences = (f"it could not be asked: {seen['error']}",) if "error" in seen else point.differences(seen)
    return PointResult(
        point=point.name,
        assumed=point.judged,
        seen=dict(seen),
        as_assumed=not differences,
        differences=differences,
        seconds=round(seconds, 1),
    )


def _failure(error: MintageError) -> Seen:
    return {"error": str(error)}
