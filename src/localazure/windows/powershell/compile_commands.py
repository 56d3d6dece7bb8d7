"""Commands, their arguments and pipelines compiled to closures."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import redirections, syntax, values
from localazure.windows.powershell.binding import Argument, WrittenParameter
from localazure.windows.powershell.code import Expression, Runner, position_of
from localazure.windows.powershell.compile_expressions import ExpressionCompiler
from localazure.windows.powershell.conversions import to_array
from localazure.windows.powershell.errors import Position
from localazure.windows.powershell.running import enumerate_value
from localazure.windows.powershell.streams import PipelineState
from localazure.windows.powershell.text import to_text

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Stage = Callable[["Frame", Iterable[Any] | None], Iterator[Any]]
ArgumentMaker = Callable[["Frame"], list[Argument]]


class CommandCompiler(ExpressionCompiler):
    """Compiles pipelines."""

    def pipeline(self, node: syntax.Pipeline) -> Runner:
        stages = [self._stage(element) for element in node.elements]
        first, rest = stages[0], stages[1:]
        if not rest and isinstance(node.elements[0], syntax.ExpressionElement):
            return lambda frame: first(frame, None)

        def run(frame: "Frame") -> Iterator[Any]:
            within = frame.derive(pipeline=PipelineState())
            flow = first(within, None)
            for stage in rest:
                flow = stage(within, flow)
            yield from flow
            frame.engine.last_ok = not within.pipeline.failed

        return run

    def _stage(self, node: syntax.Node) -> Stage:
        if isinstance(node, syntax.ExpressionElement):
            value = self.expression(node.expression)
            return self._redirected(node.redirections, lambda frame, _input: enumerate_value(value(frame)))
        if isinstance(node, syntax.Command):
            return self._redirected(node.redirections, self._command_stage(node))
        raise TypeError(type(node))

    def _redirected(self, nodes: list[syntax.Redirection], stage: Stage) -> Stage:
        if not nodes:
            return stage
        made = [(node, None if node.target is None else self.expression(node.target)) for node in nodes]

        def run(frame: "Frame", given: Iterable[Any] | None) -> Iterator[Any]:
            targets = [(node, None if target is None else target(frame)) for node, target in made]
            return redirections.run(frame, targets, lambda inner: stage(inner, given))

        return run

    def _command_stage(self, node: syntax.Command) -> Stage:
        name, arguments = self._name(node), self._arguments(node.elements)
        source, invocation = self.source, node.invocation

        def run(frame: "Frame", given: Iterable[Any] | None) -> Iterator[Any]:
            placed = frame.derive(position=None)
            bound = [one for make in arguments for one in make(frame)]
            placed.position = position_of(source, node)
            placed.name_position = position_of(source, node.name)
            return frame.engine.run_command(placed, name(frame), bound, given, invocation)

        def lazily(frame: "Frame", given: Iterable[Any] | None) -> Iterator[Any]:
            yield from run(frame, given)

        return lazily

    def _name(self, node: syntax.Command) -> Expression:
        return self.expression(node.name)

    def _arguments(self, nodes: list[syntax.Node]) -> list[ArgumentMaker]:
        return [self._argument_maker(node) for node in nodes]

    def _argument_maker(self, node: syntax.Node) -> ArgumentMaker:
        if isinstance(node, syntax.NamedArgument):
            return self._named(node)
        if isinstance(node, syntax.Splat):
            return self._splat(node)
        if isinstance(node, syntax.Verbatim):
            text = node.text
            return lambda _frame: [Argument(text, text="--%")]
        value = self.expression(node)
        text = node.text if isinstance(node, syntax.Constant) and not isinstance(node.value, str) else ""
        place = self._place(node)
        return lambda frame: [Argument(value(frame), text=text, place=place)]

    def _place(self, node: syntax.Node) -> Callable[[], Position]:
        return lambda: position_of(self.source, node)

    def _named(self, node: syntax.NamedArgument) -> ArgumentMaker:
        name, text, place = node.name, node.text, self._place(node)
        if node.value is None:
            return lambda _frame: [Argument(None, name, text=text, place=place)]
        value = self.expression(node.value)
        return lambda frame: [Argument(value(frame), name, True, text + ":", place)]

    def _splat(self, node: syntax.Splat) -> ArgumentMaker:
        read = self.expression(syntax.Variable(node.name))

        def make(frame: "Frame") -> list[Argument]:
            value = read(frame)
            if isinstance(value, values.Table | values.CaselessDict):
                return [Argument(item, to_text(key), True, f"-{to_text(key)}:") for key, item in value.items()]
            return [_given_on(item) for item in to_array(value)]

        return make


def _given_on(item: Any) -> Argument:
    if isinstance(item, WrittenParameter):
        return Argument(None, item.strip("-:"), text=item)
    return Argument(item)
