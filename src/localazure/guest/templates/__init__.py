"""The XML documents that a guest reads: one Jinja template each, with every value escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def render(name: str, **values: object) -> str:
    """The document ``name``.xml. Raises :class:`jinja2.TemplateNotFound`."""
    return _environment.get_template(f"{name}.xml").render(**values)
