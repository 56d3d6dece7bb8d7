"""``localazure faults``: add, list, remove and clear the faults of a running server."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import httpx
import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from localazure.faults.client import FaultClient, FaultRefused
from localazure.faults.control import explain
from localazure.faults.fault import Fault, Patterns
from localazure.faults.kinds.every import ANY_FAULT, KINDS
from localazure.faults.ledger import StandingFault
from localazure.settings import ServerSettings

faults = typer.Typer(no_args_is_help=True, help="Make the cloud misbehave: add, list, remove and clear faults.")
add = typer.Typer(no_args_is_help=True, help="Add a fault to the running server, and print its number.")
faults.add_typer(add, name="add")
State = Annotated[Path | None, typer.Option(help="The server's folder. (default: ~/.local/state/localazure)")]


@faults.command("list")
def list_faults(state: State = None) -> None:
    """The faults that stand: their numbers, how often they matched and struck, and what they are."""
    with _client(state) as client:
        for fault in client.listed():
            typer.echo(_line(fault))


@faults.command()
def remove(number: int, state: State = None) -> None:
    """Remove one fault; what it holds up goes on."""
    with _client(state) as client:
        client.remove(number)


@faults.command()
def clear(state: State = None) -> None:
    """Remove all faults and recordings."""
    with _client(state) as client:
        client.clear()


@faults.command()
def calls(number: int, state: State = None) -> None:
    """The calls that a fault of kind record wrote down: place, answer, operation, resource, and what struck them."""
    with _client(state) as client:
        for call in client.calls(number):
            struck = f"  struck by {', '.join(map(str, call.faults))}" if call.faults else ""
            typer.echo(f"{call.number:5} {call.status or 'none':>4} {call.operation}  {call.resource}{struck}")


@faults.command()
def operations(state: State = None) -> None:
    """What a fault's --operation can match."""
    with _client(state) as client:
        for name in client.operations():
            typer.echo(name)


def _line(standing: StandingFault) -> str:
    given = standing.fault.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})
    described = "  ".join(f"{name}={_shown(value)}" for name, value in given.items())
    return (
        f"{standing.id:4} {standing.fault.kind:18} {standing.matched:5} matched {standing.struck:5} struck  {described}"
    )


def _shown(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _add_command(kind: str, model: type[Fault]) -> None:
    """A command with an option for each of the kind's fields, so that there is one description of each fault."""

    def command(state: Path | None = None, **given: Any) -> None:
        description = {name: value for name, value in given.items() if value not in (None, [], ())}
        with _client(state) as client:
            typer.echo(client.add(ANY_FAULT.validate_python({"kind": kind} | description)).id)

    fields = {name: field for name, field in model.model_fields.items() if name != "kind"}
    parameters = [_option(name, field) for name, field in fields.items()]
    parameters.append(inspect.Parameter("state", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=State))
    _declare(command, parameters)
    add.command(kind, help=model.__doc__)(command)


def _declare(command: Callable[..., None], parameters: list[inspect.Parameter]) -> None:
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}


def _option(name: str, field: FieldInfo) -> inspect.Parameter:
    default = "" if field.is_required() or field.default in {None, (), ""} else f" (default: {_words(field.default)})"
    option = typer.Option(help=f"{field.description}{default}", show_default=False)
    kind = _bare(field.annotation)
    if not field.is_required():
        kind = kind | None
    required = inspect.Parameter.empty if field.is_required() else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=required, annotation=Annotated[kind, option])


def _bare(annotation: Any) -> Any:
    """What typer takes for a field's type: one without None, and lists for patterns."""
    if annotation == Patterns:
        return list[str]
    if get_origin(annotation) is tuple:
        return list[get_args(annotation)[0]]  # type: ignore[misc]
    if type(None) in get_args(annotation):
        return Union[*(each for each in get_args(annotation) if each is not type(None))]
    return annotation


def _words(default: Any) -> str:
    return " or ".join(str(each) for each in default) if isinstance(default, tuple) else str(default)


@contextmanager
def _client(state: Path | None) -> Iterator[FaultClient]:
    folder = state or ServerSettings().state
    try:
        with FaultClient(folder) as client:
            yield client
    except (FileNotFoundError, httpx.TransportError):
        _fail(f"no server runs on {folder}. Start one: localazure serve --state {folder}")
    except ValidationError as error:
        _fail(explain(error))
    except FaultRefused as error:
        _fail(str(error))


def _fail(message: str) -> None:
    typer.echo(f"localazure: {message}", err=True)
    raise typer.Exit(1)


for _kind, _model in KINDS.items():
    _add_command(_kind, _model)
