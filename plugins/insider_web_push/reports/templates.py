"""The report's templates, autoescaped: campaigns and reasons are called what people typed."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

_environment = Environment(
    autoescape=True,
    loader=PackageLoader(__package__ or "", ""),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def rendered(template: str, **values: object) -> str:
    """Fill in a template."""
    return _environment.get_template(template).render(**values)
