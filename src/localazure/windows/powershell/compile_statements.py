"""Statements and blocks compiled to closures."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import syntax, values
from localazure.windows.powershell.code import Code, Effect, Expression, Runner, Step, Steps, Trap
from localazure.windows.powershell.compile_commands import CommandCompiler
from localazure.windows.powershell.compile_expressions import only_expression
from localazure.windows.powershell.compile_switch import compile_switch
from localazure.windows.powershell.conversions import is_true, to_number
from localazure.windows.powershell.flow import BreakLoop, ContinueLoop, ExitFlow, ReturnFlow
from localazure.windows.powershell.formals import of_block
from localazure.windows.powershell.loops import run_for, run_foreach, run_while
from localazure.windows.powershell.operators import BINARY
from localazure.windows.powershell.running import enumerate_value, run_steps, run_try
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.throwing import thrown

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame


class Compiler(CommandCompiler):
    """Compiles one source."""

    def run_steps(self, frame: "Frame", steps: Steps) -> Iterator[Any]:
        return run_steps(frame, steps)

    def block(self, node: syntax.Block) -> values.ScriptBlock:
        """A block as a value that can be run."""
        parameters = node.parameters
        formals = of_block(parameters, self._constant_value, positional=self._positional(node))
        defaults = [
            (one.name, formal.type_name, None if one.default is None else self.expression(one.default))
            for one, formal in zip(parameters, formals, strict=True)
        ]
        last, process = node.last, node.process
        if node.is_filter and process is None:
            process, last = last, None
        binding = any(one.name.lower() == "cmdletbinding" for one in node.attributes)
        advanced = binding or any(item.name.lower() == "parameter" for one in parameters for item in one.attributes)
        parts = [None if part is None else self.steps(part) for part in (node.begin, process, last)]
        named = next((one.named for one in node.attributes if one.name.lower() == "cmdletbinding"), {})
        default_set = named.get("defaultparametersetname")
        code = Code(self.source, formals, defaults, parts[0], parts[1], parts[2], advanced)
        code.default_set = "" if default_set is None else to_text(self._constant_value(default_set))
        text = self.source.text[node.start : node.end]
        return values.ScriptBlock(text, code, self.source.file)

    def _positional(self, node: syntax.Block) -> bool:
        for one in node.attributes:
            given = one.named.get("positionalbinding")
            if isinstance(given, syntax.Variable) and given.name.lower() == "false":
                return False
        return True

    def _constant_value(self, node: syntax.Node) -> Any:
        """An attribute's argument, which is a constant."""
        if isinstance(node, syntax.Constant):
            return node.value
        if isinstance(node, syntax.Variable):
            return {"true": True, "false": False}.get(node.name.lower())
        if isinstance(node, syntax.BlockExpression):
            return self.block(node.block)
        if isinstance(node, syntax.Unary) and isinstance(node.operand, syntax.Constant):
            return -to_number(node.operand.value)
        if isinstance(node, syntax.Member):
            return _maximum(node)
        return None

    def steps(self, nodes: list[syntax.Node]) -> Steps:
        traps = [Trap(node.type_name, self.steps(node.body)) for node in nodes if isinstance(node, syntax.Trap)]
        functions = [node for node in nodes if not isinstance(node, syntax.Trap)]
        return Steps([self.step(node) for node in functions], traps)

    def step(self, node: syntax.Node) -> Step:
        name = f"_{type(node).__name__.lower()}_step"
        made: Step = getattr(self, name)(node)
        return made

    def value(self, node: syntax.Node) -> Expression:
        only = only_expression([node])
        if only is not None:
            return self.expression(only)
        if isinstance(node, syntax.Assignment):
            return self._assignment(node)
        step = self.step(node)

        def run(frame: "Frame") -> Any:
            if step.effect is not None:
                step.effect(frame)
                return None
            found = list(step.run(frame)) if step.run is not None else []
            return found if len(found) > 1 else (found[0] if found else None)

        return run

    def _runs(self, node: syntax.Node, run: Runner) -> Step:
        return Step(node, self.source, run=run, succeeds=only_expression([node]) is not None)

    def _does(self, node: syntax.Node, effect: Effect) -> Step:
        value = node.value if isinstance(node, syntax.Assignment) else node
        return Step(node, self.source, effect=effect, succeeds=only_expression([value]) is not None)

    def _pipeline_step(self, node: syntax.Pipeline) -> Step:
        only = only_expression([node])
        if only is None:
            return self._runs(node, self.pipeline(node))
        run = self.expression(only)
        if isinstance(only, syntax.Increment):
            return self._does(node, lambda frame: _ignore(run(frame)))
        if isinstance(only, syntax.Cast) and only.type_name.lower() == "void":
            return self._does(node, lambda frame: _ignore(run(frame)))
        silent = isinstance(only, syntax.MethodCall)

        def write(frame: "Frame") -> Iterator[Any]:
            value = run(frame)
            if value is None and silent:
                return
            yield from enumerate_value(value)

        return self._runs(node, write)

    def _subexpression_step(self, node: syntax.SubExpression) -> Step:
        steps = self.steps(node.body)
        return self._runs(node, lambda frame: run_steps(frame, steps))

    def _assignment_step(self, node: syntax.Assignment) -> Step:
        run = self._assignment(node)
        return self._does(node, lambda frame: _ignore(run(frame)))

    def _assignment(self, node: syntax.Assignment) -> Expression:
        value, write = self.value(node.value), self.assigner(node.target)
        if node.operator == "=":

            def assign(frame: "Frame") -> Any:
                new = value(frame)
                write(frame, new)
                return new

            return self.placed(node, assign)
        read = self.expression(node.target)
        operator = BINARY[node.operator[0]]

        def update(frame: "Frame") -> Any:
            new = operator(frame, read(frame), value(frame))
            write(frame, new)
            return new

        return self.placed(node, update)

    def _if_step(self, node: syntax.If) -> Step:
        clauses = [(self.value(condition), self.steps(body)) for condition, body in node.clauses]
        otherwise = None if node.otherwise is None else self.steps(node.otherwise)

        def run(frame: "Frame") -> Iterator[Any]:
            for condition, body in clauses:
                if is_true(condition(frame)):
                    yield from run_steps(frame, body)
                    return
            if otherwise is not None:
                yield from run_steps(frame, otherwise)

        return self._runs(node, run)

    def _while_step(self, node: syntax.While) -> Step:
        condition, body = self.value(node.condition), self.steps(node.body)
        label, until, first = node.label.lower(), node.until, node.body_first

        def goes_on(frame: "Frame") -> bool:
            return is_true(condition(frame)) != until

        return self._runs(node, lambda frame: run_while(frame, goes_on, body, label, body_first=first))

    def _for_step(self, node: syntax.For) -> Step:
        parts = [None if part is None else self.value(part) for part in (node.first, node.condition, node.step)]
        body, label = self.steps(node.body), node.label.lower()
        return self._runs(node, lambda frame: run_for(frame, parts, body, label))

    def _foreach_step(self, node: syntax.Foreach) -> Step:
        collection, body = self.value(node.collection), self.steps(node.body)
        write, label = self.assigner(node.variable), node.label.lower()
        return self._runs(node, lambda frame: run_foreach(frame, write, collection, body, label))

    def _switch_step(self, node: syntax.Switch) -> Step:
        return self._runs(node, compile_switch(self, node))

    def _try_step(self, node: syntax.Try) -> Step:
        body = self.steps(node.body)
        catches = [(one.types, self.steps(one.body)) for one in node.catches]
        last = None if node.last is None else self.steps(node.last)
        return self._runs(node, lambda frame: run_try(frame, body, catches, last))

    def _function_step(self, node: syntax.Function) -> Step:
        block = self.block(node.block)
        prefix, colon, rest = node.name.partition(":")
        scope, name = (prefix, rest) if colon and rest else ("local", node.name)

        def define(frame: "Frame") -> None:
            frame.scope.named(scope).functions[name.lower()] = (name, block)

        return self._does(node, define)

    def _flow_step(self, node: syntax.Flow) -> Step:
        if node.keyword in {"break", "continue"}:
            return self._jump(node)
        value = None if node.value is None else self.value(node.value)
        if node.keyword == "throw":
            return self._throw(node, value)
        if node.keyword == "exit":
            return self._exit(node, value)
        runner = None if node.value is None else self.step(node.value)

        def leave(frame: "Frame") -> Iterator[Any]:
            if runner is not None and runner.run is not None:
                yield from runner.run(frame)
            elif runner is not None and runner.effect is not None:
                runner.effect(frame)
            raise ReturnFlow

        return self._runs(node, leave)

    def _throw(self, node: syntax.Flow, value: Expression | None) -> Step:
        def throw(frame: "Frame") -> None:
            raise thrown(frame, None if value is None else value(frame), given=value is not None)

        return self._does(node, throw)

    def _exit(self, node: syntax.Flow, value: Expression | None) -> Step:
        def leave(frame: "Frame") -> None:
            code = None if value is None else value(frame)
            raise ExitFlow(_exit_code(code) if value is not None else 0)

        return self._does(node, leave)

    def _jump(self, node: syntax.Flow) -> Step:
        label: Callable[[Frame], Any] | None = None if node.value is None else self.expression(node.value)
        kind = BreakLoop if node.keyword == "break" else ContinueLoop

        def jump(frame: "Frame") -> None:
            raise kind("" if label is None else to_text(label(frame)).lower())

        return self._does(node, jump)


def _ignore(_value: object) -> None:
    return None


def _exit_code(value: object) -> int:
    try:
        return round(to_number(value))
    except values.PsError:
        return 0


def _maximum(node: syntax.Member) -> Any:
    """[int]::MaxValue and the like in a ValidateRange."""
    name = node.name.value if isinstance(node.name, syntax.Constant) else ""
    wide = isinstance(node.target, syntax.TypeName) and node.target.name.lower() in {"long", "int64"}
    top = 2**63 - 1 if wide else 2**31 - 1
    return {"maxvalue": top, "minvalue": -top - 1}.get(str(name).lower())
