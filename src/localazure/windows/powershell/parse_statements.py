"""The statements with a keyword: conditions, loops, switch, try, jumps, functions and data."""

import re

from localazure.windows.powershell import syntax
from localazure.windows.powershell.parse_commands import CommandParser
from localazure.windows.powershell.parse_parameters import ParameterParser

_FUNCTION_NAME = re.compile(r"[^\s{}();,|&\"']+")


class StatementParser(ParameterParser, CommandParser):
    """Reads what follows a keyword, which is taken already; `_NAME_statement` reads the statement of that keyword."""

    def closed(self, closing: str, opened_at: int) -> bool:
        raise NotImplementedError

    def body(self, what: str) -> list[syntax.Node]:
        """Reads { statements }."""
        self.lines()
        if not self.take("{"):
            message = f"Missing statement block after {what}."
            self.fail(message, "MissingStatementBlock", self.at)
        return self.statements_until("}", self.at - 1)

    def _condition(self, keyword: str) -> syntax.Node:
        self.lines()
        if not self.take("("):
            message = f"Missing '(' after '{keyword}' in {keyword} statement."
            self.fail(message, "MissingOpenParenthesisInIfStatement", self.at)
        self.lines()
        if self.peek() == ")":
            message = f"Missing condition in {keyword} statement after '{keyword} ('."
            self.fail(message, "IfStatementMissingCondition", self.at)
        condition = self.statement()
        self._close_paren(keyword)
        return condition

    def _close_paren(self, keyword: str) -> None:
        self.lines()
        if not self.take(")"):
            message = f"Missing closing ')' after expression in '{keyword}' statement."
            self.fail(message, "MissingEndParenthesisAfterStatement", self.at)

    def _if_statement(self, start: int) -> syntax.Node:
        clauses = [(self._condition("if"), self.body("if ( condition )"))]
        otherwise = None
        while True:
            kept = self.at
            self.lines()
            if self.take_word("elseif"):
                clauses.append((self._condition("elseif"), self.body("elseif ( condition )")))
            elif self.take_word("else"):
                otherwise = self.body("else")
                break
            else:
                self.at = kept
                break
        return syntax.If(clauses, otherwise, start=start)

    def _while_statement(self, start: int) -> syntax.Node:
        return syntax.While(self._condition("while"), self.body("while ( condition )"), start=start)

    def _do_statement(self, start: int) -> syntax.Node:
        body = self.body("do")
        self.lines()
        at = self.at
        if not self.take_word("while", "until"):
            message = "Missing while or until keyword in do loop."
            self.fail(message, "MissingWhileOrUntilInDoWhile", self.at)
        keyword = self.text[at : self.at].lower()
        return syntax.While(self._condition(keyword), body, True, keyword == "until", start=start)

    def _foreach_statement(self, start: int) -> syntax.Node:
        self.lines()
        if not self.take("("):
            self.fail("Missing opening '(' after keyword 'foreach'.", "MissingOpenParenthesisAfterKeyword", self.at)
        self.lines()
        variable = self.variable()
        if variable is None:
            self.fail("Missing variable name after foreach.", "MissingVariableNameAfterForeach", self.at)
        self.lines()
        if not self.take_word("in"):
            self.fail("Missing 'in' after variable in foreach loop.", "MissingInInForeach", self.at)
        self.lines()
        collection = self.statement()
        self._close_paren("foreach")
        return syntax.Foreach(variable, collection, self.body("foreach"), start=start)

    def _for_statement(self, start: int) -> syntax.Node:
        self.lines()
        if not self.take("("):
            self.fail("Missing opening '(' after keyword 'for'.", "MissingOpenParenthesisAfterKeyword", self.at)
        parts: list[syntax.Node | None] = []
        for _ in range(3):
            self.lines()
            parts.append(None if self.peek() in {";", ")"} else self.statement())
            self.lines()
            self.take(";")
        self._close_paren("for")
        return syntax.For(parts[0], parts[1], parts[2], self.body("for"), start=start)

    def _switch_statement(self, start: int) -> syntax.Node:
        mode, case_sensitive, from_file = "exact", False, False
        self.lines()
        while self.peek() == "-":
            found = re.compile(r"-(\w+)\s*").match(self.text, self.at)
            option = found[1].lower() if found else ""
            self.at = found.end() if found else self.at + 1
            case_sensitive |= option == "casesensitive"
            from_file |= option == "file"
            mode = option if option in {"regex", "wildcard"} else mode
        subject = self.argument_list() if from_file else self._condition("switch")
        node = syntax.Switch(mode, case_sensitive, subject, [], None, from_file=from_file, start=start)
        self.lines()
        if not self.take("{"):
            self.fail("Missing '{' in switch statement.", "MissingCurlyBraceInSwitchStatement", self.at)
        self._switch_clauses(node)
        return node

    def _switch_clauses(self, node: syntax.Switch) -> None:
        opened = self.at - 1
        while True:
            self.separators()
            if self.closed("}", opened):
                return
            condition = self.argument_list()
            body = self.body("'switch' statement clause") if self._block_next() else self._missing_switch_block()
            if isinstance(condition, syntax.Constant) and condition.bare and str(condition.value).lower() == "default":
                node.default = body
            else:
                node.clauses.append((condition, body))

    def _block_next(self) -> bool:
        self.lines()
        return self.peek() == "{"

    def _missing_switch_block(self) -> list[syntax.Node]:
        self.fail("Missing statement block in switch statement clause.", "MissingSwitchStatementClause", self.at)

    def _try_statement(self, start: int) -> syntax.Node:
        node = syntax.Try(self.body("'try' statement"), [], None, start=start)
        after = self.at
        while True:
            self.lines()
            if self.take_word("catch"):
                node.catches.append(self._catch())
            elif self.take_word("finally"):
                node.last = self.body("'finally' keyword")
                return node
            else:
                break
            after = self.at
        self.at = after
        if not node.catches:
            message = "The Try statement is missing its Catch or Finally block."
            self.fail(message, "MissingCatchOrFinally", after - 1)
        return node

    def _catch(self) -> syntax.Catch:
        start = self.at
        types: list[str] = []
        self.lines()
        while self.peek() == "[":
            types.append(self.type_name())
            self.lines()
            if self.take(","):
                self.lines()
        return syntax.Catch(types, self.body("'catch' keyword"), start=start, end=self.at)

    def _trap_statement(self, start: int) -> syntax.Node:
        self.lines()
        name = self.type_name() if self.peek() == "[" else ""
        return syntax.Trap(name, self.body("'trap' statement"), start=start)

    def _flow(self, keyword: str, start: int) -> syntax.Node:
        self.blanks()
        value = None
        if self.at < self.size and self.peek() not in {"\n", "\r", ";", "}", ")"}:
            value = self.pipeline_or_assignment()
        return syntax.Flow(keyword, value, start=start)

    def _return_statement(self, start: int) -> syntax.Node:
        return self._flow("return", start)

    def _throw_statement(self, start: int) -> syntax.Node:
        return self._flow("throw", start)

    def _exit_statement(self, start: int) -> syntax.Node:
        return self._flow("exit", start)

    def _jump(self, keyword: str, start: int) -> syntax.Node:
        self.blanks()
        value = None
        if self.at < self.size and self.peek() not in {"\n", "\r", ";", "}", ")", "|"}:
            value = self.argument_list()
        return syntax.Flow(keyword, value, start=start)

    def _break_statement(self, start: int) -> syntax.Node:
        return self._jump("break", start)

    def _continue_statement(self, start: int) -> syntax.Node:
        return self._jump("continue", start)

    def _function_statement(self, start: int) -> syntax.Node:
        return self._function(start, is_filter=False)

    def _filter_statement(self, start: int) -> syntax.Node:
        return self._function(start, is_filter=True)

    def _function(self, start: int, *, is_filter: bool) -> syntax.Node:
        self.lines()
        found = _FUNCTION_NAME.match(self.text, self.at)
        if not found:
            self.fail("Missing name after function keyword.", "MissingNameAfterKeyword", self.at)
        self.at = found.end()
        self.lines()
        parameters = self.parenthesized_parameters() if self.peek() == "(" else []
        self.lines()
        if not self.take("{"):
            self.fail("Missing function body in function declaration.", "MissingFunctionBody", self.at)
        block = self.block_body(self.at - 1)
        block.parameters = block.parameters or parameters
        block.is_filter = is_filter
        return syntax.Function(found.group(), block, start=start, end=self.at)

    def _data_statement(self, start: int) -> syntax.Node:
        """Data [name] [-SupportedCommand names] { ... }: the model evaluates it like any other block."""
        self.lines()
        named = re.compile(r"([A-Za-z_]\w*)\s*").match(self.text, self.at)
        self.at = named.end() if named else self.at
        allowed = re.compile(r"-SupportedCommand\s+[\w, -]+", re.IGNORECASE).match(self.text, self.at)
        self.at = allowed.end() if allowed else self.at
        made = syntax.SubExpression(self.body("data"), start=start, end=self.at)
        if named is None:
            return made
        return syntax.Assignment(syntax.Variable(named[1], start=start, end=self.at), "=", _as_value(made), start=start)

    def _class_statement(self, start: int) -> syntax.Node:
        self.fail("This model of PowerShell has no classes.", "ClassesNotModelled", start, self.at)

    def _enum_statement(self, start: int) -> syntax.Node:
        self.fail("This model of PowerShell has no enum statement.", "EnumNotModelled", start, self.at)


def _as_value(node: syntax.Node) -> syntax.Pipeline:
    element = syntax.ExpressionElement(node, [], start=node.start, end=node.end)
    return syntax.Pipeline([element], start=node.start, end=node.end)
