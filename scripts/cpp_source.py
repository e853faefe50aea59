"""Reads C++ just well enough for the house checks: text without comments and literals, includes, and functions with
their length, nesting and number of parameters. No preprocessor, no templates, no name lookup: a tokenizer and braces."""

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE_SUFFIXES = (".h", ".cpp")
CONTROL_WORDS = {"if", "for", "while", "do", "else", "try", "catch", "switch"}
TYPE_WORDS = {"class", "struct", "union", "enum"}


def source_files(root: Path, *folders: str) -> list[Path]:
    """All C++ files below `folders` of `root`, sorted."""
    return sorted(
        path for folder in folders for path in (root / folder).rglob("*") if path.suffix in SOURCE_SUFFIXES
    )


# --- text -------------------------------------------------------------------------------------------------------------

_LITERALS = re.compile(
    r"""
      (?P<raw>    (?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)" )
    | (?P<line>   //(?:\\\n|[^\n])* )
    | (?P<block>  /\*.*?\*/ )
    | (?P<string> "(?:\\.|[^"\\\n])*" )
    | (?P<number> \b[0-9](?:'?[0-9A-Za-z_.])* )
    | (?P<char>   '(?:\\.|[^'\\\n])+' )
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def strip_comments(text: str) -> str:
    """The same text, same line and column numbers, with blanks for comments."""

    def replace(match: re.Match) -> str:
        return _blank(match[0]) if match.lastgroup in ("line", "block") else match[0]

    return _LITERALS.sub(replace, text)


def strip_literals(text: str) -> str:
    """Like strip_comments(), and with blanks inside string and character literals (the quotes stay)."""

    def replace(match: re.Match) -> str:
        kind = "raw" if match["raw"] else match.lastgroup
        if kind == "number":
            return match[0]
        if kind in ("line", "block"):
            return _blank(match[0])
        return match[0][0].replace("u", " ") + _blank(match[0][1:-1]) + match[0][-1]

    return _LITERALS.sub(replace, text)


def strip_preprocessor(code: str) -> str:
    """Blanks for preprocessor lines, continuation lines included."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda match: _blank(match[0]), code, flags=re.MULTILINE)


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    system: bool    # <name>, not "name"


def includes(text: str) -> list[Include]:
    found = []
    for number, line in enumerate(strip_comments(text).split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', line)
        if match:
            found.append(Include(number, match[1] or match[2], match[1] is not None))
    return found


# --- functions --------------------------------------------------------------------------------------------------------

@dataclass
class Function:
    name: str
    line: int          # of the name
    lines: int         # from the name's line to the closing brace
    nesting: int       # deepest control block inside it
    parameters: int


@dataclass
class _Scope:
    kind: str          # outer, type, function, block, lambda, initializer
    head: list         # tokens of the statement being read in this scope
    function: Function | None
    depth: int         # control blocks open in the function
    parens: int = 0


_TOKEN = re.compile(r"[A-Za-z_~]\w*|[0-9](?:'?[\w.])*|::|->|<<=|<=>|==|!=|<=|>=|&&|\|\||\+=|-=|[^\s\w]")


def functions(text: str) -> list[Function]:
    """Every function that has a body, in the order of their ends. Lambdas belong to the function around them."""
    code = strip_preprocessor(strip_literals(text))
    line_starts = [0] + [match.end() for match in re.finditer("\n", code)]
    found: list[Function] = []
    stack = [_Scope("outer", [], None, 0)]
    line_index = 0
    for match in _TOKEN.finditer(code):
        while line_index + 1 < len(line_starts) and line_starts[line_index + 1] <= match.start():
            line_index += 1
        token, line = match[0], line_index + 1
        scope = stack[-1]
        if token == "{":
            stack.append(_open(scope, line))
        elif token == "}":
            if len(stack) > 1:
                _close(stack, line, found)
        elif token == ";" and scope.parens == 0:
            scope.head = []
        elif token == ":" and scope.parens == 0 and _is_label(scope):
            scope.head = []
        else:
            scope.parens += {"(": 1, ")": -1}.get(token, 0)
            scope.head.append((token, line))
    return found


def _is_label(scope: _Scope) -> bool:
    words = [token for token, _ in scope.head]
    if words[:1] in (["case"], ["default"]):
        return True
    return scope.kind == "type" and words in (["public"], ["private"], ["protected"])


def _open(scope: _Scope, line: int) -> _Scope:
    words = [token for token, _ in scope.head]
    kind = _kind_of_brace(scope, words)
    if kind == "function":
        position, parameters = _signature(words)
        name_line = scope.head[position][1]
        name = _name_before(words, position)
        if re.match(r"[A-Z][A-Z0-9_]{3,}$", name):      # TEST(Subject, Behaviour) and other macros
            name += " ".join(words[position:_paren_end(words, position)])
            parameters = 0
        function = Function(name, name_line, 0, 0, parameters)
        return _Scope("function", [], function, 0)
    inside = scope.function if kind not in ("outer", "type") else None
    depth = scope.depth + (1 if kind in ("block", "lambda") and scope.function else 0)
    if inside:
        inside.nesting = max(inside.nesting, depth)
    return _Scope(kind, [], inside, depth)


def _close(stack: list, line: int, found: list) -> None:
    closed = stack.pop()
    outer = stack[-1]
    if closed.kind == "function":
        closed.function.lines = line - closed.function.line + 1
        found.append(closed.function)
    if closed.kind in ("initializer", "lambda"):    # the statement goes on behind them
        outer.head.append(("}", line))
    elif closed.kind == "type":                     # struct {...} name;
        outer.head = [("}", line)]
    else:
        outer.head = []


def _kind_of_brace(scope: _Scope, words: list[str]) -> str:
    if scope.kind in ("function", "block", "lambda"):
        return _kind_inside_function(scope, words)
    if scope.kind == "initializer":
        return "lambda" if _ends_like_lambda(words) else "initializer"
    words = _without_template(words)
    if not words:
        return "block" if scope.function else "outer"
    if scope.parens > 0:
        return "lambda" if _ends_like_lambda(words) else "initializer"
    if "namespace" in words or "extern" in words and "(" not in words:
        return "outer"
    if _assigns(words):
        return "lambda" if _ends_like_lambda(words) else "initializer"
    position, _ = _signature(words)
    if position < 0:
        return "type" if TYPE_WORDS & set(words) else "initializer"
    if _in_member_initializers(words) and words[-1] not in (")", "}"):
        return "initializer"
    return "function"


def _kind_inside_function(scope: _Scope, words: list[str]) -> str:
    if not words:
        return "block"
    if scope.parens == 0:
        if words[0] in CONTROL_WORDS:
            return "block" if not _initializes_in_head(words) else "initializer"
        if words[0] in TYPE_WORDS and "=" not in words and "(" not in words:
            return "type"
    return "lambda" if _ends_like_lambda(words) else "initializer"


def _initializes_in_head(words: list[str]) -> bool:
    """`else return Foo{...}`, `if (x) y = f(1) {` and the like: the brace belongs to an expression behind the head."""
    while words and words[0] in CONTROL_WORDS:
        words = words[1:]
        if words[:1] == ["constexpr"]:
            words = words[1:]
        if words[:1] == ["("]:
            words = words[_paren_end(words, 0):]
    return bool([word for word in words if word not in ("[", "]", "likely", "unlikely")])


def _ends_like_lambda(words: list[str]) -> bool:
    """Whether `words` end in a lambda's head: `[...]`, `[...](...)`, either with `mutable`, `noexcept` or `-> Type`."""
    if _ends_like_plain_lambda(words):
        return True
    if "->" not in words:
        return False
    arrow = len(words) - 1 - words[::-1].index("->")
    return _ends_like_plain_lambda(words[:arrow])


def _ends_like_plain_lambda(words: list[str]) -> bool:
    end = len(words)
    while end > 0 and words[end - 1] in ("mutable", "noexcept", "constexpr"):
        end -= 1
    if end > 0 and words[end - 1] == ")":
        end = _matching_open(words, end - 1, "(", ")")
    if end > 0 and words[end - 1] == ">":               # [...]<class T>(...)
        end = _matching_open(words, end - 1, "<", ">")
    if end <= 0 or words[end - 1] != "]":
        return False
    start = _matching_open(words, end - 1, "[", "]")
    before = words[start - 1] if start > 0 else ""
    if before in (")", "]", "delete"):
        return False
    return not re.match(r"[A-Za-z_]\w*$", before) or before in ("return", "co_return", "co_yield", "co_await")


def _matching_open(words: list[str], close: int, opening: str, closing: str) -> int:
    depth = 0
    for index in range(close, -1, -1):
        depth += (words[index] == closing) - (words[index] == opening)
        if depth == 0:
            return index
    return -1


def _without_template(words: list[str]) -> list[str]:
    """Blanks (keeping positions) for leading `template <...>`, attributes and `requires`-free prefixes."""
    result = list(words)
    index = 0
    while index < len(result) and result[index] in ("template", "}", ""):
        if result[index] == "template" and result[index + 1:index + 2] == ["<"]:
            end = _angle_end(result, index + 1)
            for inner in range(index, end):
                result[inner] = ""
            index = end
        else:
            result[index] = ""
            index += 1
    return result if any(result) else []


def _angle_end(words: list[str], start: int) -> int:
    depth = 0
    for index in range(start, len(words)):
        depth += (words[index] == "<") - (words[index] == ">")
        if depth == 0:
            return index + 1
    return len(words)


def _assigns(words: list[str]) -> bool:
    """`x = {` at the top level of the statement, not `operator=(`."""
    depth = 0
    for index, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "=" and depth == 0 and (index == 0 or words[index - 1] != "operator"):
            return True
    return False


def _signature(words: list[str]) -> tuple[int, int]:
    """Position of the `(` of the parameter list and the number of parameters; (-1, 0) when there is none."""
    words = _without_template(words)
    index = 0
    while index < len(words):
        word = words[index]
        if word == "operator":
            index += 3 if words[index + 1:index + 3] in (["(", ")"], ["[", "]"]) else 1
            while index < len(words) and words[index] != "(":
                index += 1
            if index < len(words):
                return index, _count_parameters(words, index)
            return -1, 0
        if word == "<":
            index = _angle_end(words, index)
            continue
        if word in ("alignas", "decltype", "__attribute__", "requires") and words[index + 1:index + 2] == ["("]:
            index = _paren_end(words, index + 1)
            continue
        if word == "(" and index > 0 and re.match(r"[A-Za-z_~]\w*$|>$", words[index - 1]):
            return index, _count_parameters(words, index)
        index += 1
    return -1, 0


def _paren_end(words: list[str], start: int) -> int:
    depth = 0
    for index in range(start, len(words)):
        depth += (words[index] == "(") - (words[index] == ")")
        if depth == 0:
            return index + 1
    return len(words)


def _count_parameters(words: list[str], opening: int) -> int:
    inner = words[opening + 1:_paren_end(words, opening) - 1]
    if not inner or inner == ["void"]:
        return 0
    depth, commas = 0, 0
    for word in inner:
        depth += (word in ("(", "<", "[", "{")) - (word in (")", ">", "]", "}"))
        commas += word == "," and depth == 0
    return commas + 1


def _in_member_initializers(words: list[str]) -> bool:
    position, _ = _signature(words)
    return ":" in words[_paren_end(words, position):]


def _name_before(words: list[str], opening: int) -> str:
    start = opening - 1
    if "operator" in words[:opening]:
        start = words.index("operator")
    elif words[start] == ">":
        start = _matching_open(words, start, "<", ">") - 1
    while start >= 2 and words[start - 1] == "::":
        start -= 2
        if words[start] == ">":
            start = _matching_open(words, start, "<", ">") - 1
    return "".join(words[start:opening])
