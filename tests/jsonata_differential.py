"""Compares gait's JSONata with the reference implementation on random expressions.

    jsonata_differential.py [--count 20000] [--seed 1] [--keep]

GAIT is the program (build/release/gait); the reference is the npm package `jsonata`, run by node. Exit status 77 where
node or npm are absent: CTest then shows the test as skipped. Errors are compared by their codes, numbers as doubles,
members of objects in any order. Not compared: expressions that take the reference long, and those that break it with an
error of JavaScript's own.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
GAIT = os.environ.get("GAIT", str(SOURCE / "build/release/gait"))
PACKAGE = "jsonata@2.2.2"

DOCUMENTS = [
    {"a": 1, "b": "two", "c": [1, 2, 3], "d": {"a": "x", "b": [4, 5], "c": {"a": -0.5, "d": None}}, "e": True, "f": [], "g": {}, "h": None},
    {"a": [{"b": 1, "c": "p", "d": [{"a": 1, "e": "k"}, {"a": 2, "e": "l"}]}, {"b": 2, "c": "q", "d": {"a": 3, "e": "k"}},
           {"b": 1, "c": "r", "d": []}, {"c": "p"}], "b": {"a": {"b": {"a": 7}}}, "c": ["z", "x", "y", "x"], "e": [True, False], "f": 3.75},
    [{"a": 1, "b": [{"c": "m", "d": 2}, {"c": "n", "d": 1}]}, {"a": "1", "b": {"c": "o"}}, [1, [2, 3]], None, "a"],
    {"a": [[1, 2], [3, [4, 5]], []], "b": "Gr\u00fc\u00dfe, W\u00f6rld \U0001f600 a1b22", "c": {"a b": 1, "$x": 2, "": 3}, "d": "2018-03-27T10:02:30.123Z",
     "e": 1522144950123, "f": [5, 3, 10, 1, 3], "g": ["b", "a", "C", "\u00e4"]},
    42,
    "text",
    [],
]
BINDINGS = {"v": [3, 1, 2], "w": {"a": {"b": "bound"}}, "one": 1}

FIELDS = ["a", "b", "c", "d", "e", "f", "g", "h"]
VARIABLES = ["$", "$$", "$v", "$w", "$one", "$x", "$y", "$i", "$k"]
NUMBERS = ["0", "1", "2", "3", "-1", "10", "0.5", "2.5", "1.5e3", "1e-7", "1e21", "255", "1999", "-3.75", "0.1", "9007199254740993", "1e308", "4", "7"]
TEXTS = ['""', '"a"', '"b"', '"x"', '"two"', "'a b'", '"a,b,c"', '"1"', '"-1.5"', '"0x1F"', '"true"', '"Hello World"', '"\u00e4\u00f6"', '"\U0001f600x"',
         '"  trim\\n me "', '"aXbXc"', '"a1b22c333"', '"%20%C3%A4"', '"YWJj"', '"\\u0041"', '"$1"', '"2018-03-27"', '"."', '"null"', '"[1]"']
REGEXES = ["/a/", "/[a-z]/i", "/(a)(b)?/", "/\\d+/", "/([a-z])(\\d+)/", "/^a/m", "/X/", "/x*y/", "/[^a-c]+/", "/(?:o|l)+/", "/\\s/", "/\\w+\\b/", "/(?=b)b/",
           "/[\\w-]/", "/./", "/(\\w)\\1/", "/a|b|/", "/o\\/?/", "/\\u00e4/", "/[[]/", "/(?<n>l)/", "/^$/", "/a{1,2}/", "/a*?b/", "/\\x41/"]
NUMBER_PICTURES = ["0", "#,##0.00", "0.0%", "#0.###", "00.00e0", "#", "#,##0;(#)", "0\u2030", "x#y", "1", "0.0.0", "#0#", "$#,##0", "0,0", "#.#", "00e00", ".00", ";", "0;1;2",
                   "###0,000", "0%%", ",0"]
INTEGER_PICTURES = ["1", "01", "#,##0", "w", "W", "Ww", "i", "I", "a", "A", "1;o", "w;o", "001", "#", "0", "Ww;o", "x", "\u0661", "#,###,#0", "w;c"]
DATE_PICTURES = ["[Y]-[M]-[D]", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01]", "[MNn] [D1o], [Y]", "[FNn,3-3] [h]:[m01] [P]", "[W]/[X]", "[d]", "[Yw]", "[MI]", "[Z]",
                 "[z]", "[X0001]-W[W01]-[F1]", "[Y,2]", "[Q]", "[", "[[x]]", "[YN]", "[D1o] of [MN]", "[H]", "[E]", "[C]", "[Y9,999,*]", "[Z0000]", "[Y]-[d001]"]
TIMES = ['"2018-03-27T10:02:30.123Z"', '"2018-03-27"', '"2018"', '"March 3rd, 2018"', '"27-3"', '"x"', '"2018-03-27T10:02:30+02:00"', '"2018-086"', '"MMXVIII"', '"10"', '"2018-W13-2"']
ZONES = ['"+0000"', '"-0500"', '"+0530"', '"Z"', '"0100"', '"+1"']

# What the arguments of a function are like. s n b a o f x: any expression of that type; r: a regular expression;
# lower case and another letter: something special below; ?: and what follows may be missing.
FUNCTIONS = {
    "sum": "a", "count": "a", "max": "a", "min": "a", "average": "a", "string": "x?b", "substring": "sn?n", "substringBefore": "ss",
    "substringAfter": "ss", "lowercase": "s", "uppercase": "s", "length": "s", "trim": "s", "pad": "sn?s", "match": "sr?n", "contains": "sR",
    "replace": "sRP?n", "split": "sR?n", "join": "A?s", "formatNumber": "nN?O", "formatBase": "n?n", "formatInteger": "nI", "parseInteger": "sI",
    "number": "x", "floor": "n", "ceil": "n", "round": "n?n", "abs": "n", "sqrt": "n", "power": "nn", "boolean": "x", "not": "x", "map": "aF",
    "zip": "aa?a", "filter": "aF", "single": "a?F", "reduce": "aG?x", "sift": "o?F", "keys": "x", "lookup": "os", "append": "xx", "exists": "x",
    "spread": "x", "merge": "a", "reverse": "a", "each": "oF", "error": "?s", "assert": "b?s", "type": "x", "sort": "a?C", "distinct": "x",
    "base64encode": "s", "base64decode": "s", "encodeUrlComponent": "s", "encodeUrl": "s", "decodeUrlComponent": "s", "decodeUrl": "s",
    "toMillis": "T?D", "fromMillis": "e?D?Z", "clone": "o", "eval": "E?x",
}
SIGNATURES = ["<n:n>", "<s-:s>", "<a<n>:n>", "<nn?:n>", "<x+:x>", "<(ns)b?:s>", "<o-s:x>", "<f:x>", "<a:a>", "<j-:x>", "<l:x>", "<nn:n>", "<(sf)n>", "<a<s>s?:s>"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one_of(self, choices):
        return self.random.choice(choices)

    def chance(self, p):
        return self.random.random() < p

    def expression(self, depth):
        if depth <= 0:
            return self.leaf()
        kinds = ((self.path, 30), (self.call, 26), (self.arithmetic, 6), (self.comparison, 7), (self.logic, 3), (self.condition, 3), (self.default, 4),
                 (self.block, 5), (self.array, 7), (self.object, 5), (self.concatenation, 4), (self.lambda_call, 4), (self.chain, 5), (self.transform, 4),
                 (self.partial, 3), (self.negation, 1), (self.regex_call, 1), (self.leaf, 5), (self.function, 1))
        return self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0](depth - 1)

    def leaf(self, _=0):
        r = self.random.random()
        if r < 0.35:
            return self.one_of(FIELDS)
        if r < 0.55:
            return self.one_of(VARIABLES)
        if r < 0.72:
            return self.one_of(NUMBERS)
        if r < 0.9:
            return self.one_of(TEXTS)
        return self.one_of(["true", "false", "null", "[]", "{}", "*", "**", "%", "nothing", "`a b`", "``", "and", "in", "$sum", "()"])

    def step(self, depth):
        r = self.random.random()
        if r < 0.62:
            return self.one_of(FIELDS)
        if r < 0.68:
            return "*"
        if r < 0.72:
            return "**"
        if r < 0.78:
            return self.one_of(["%", "%.%", "%.a", "%.%.b"])
        if r < 0.83:
            return "(" + self.expression(depth - 1) + ")"
        if r < 0.87:
            return self.array(depth - 1)
        if r < 0.91:
            return self.object(depth - 1)
        if r < 0.96:
            return self.call(depth - 1)
        return self.one_of(["$", "$$", '"a"', "`a b`", "$v", "$w", "$x"])

    def decorated(self, step, depth):
        while self.chance(0.28):
            r = self.random.random()
            if r < 0.3:
                step += "[" + self.one_of(["0", "1", "-1", "2", "[0..1]", "[0,-1]", "0.9", "-2"]) + "]"
            elif r < 0.55:
                step += "[" + self.expression(depth - 1) + "]"
            elif r < 0.7:
                step += "[]"
            elif r < 0.78:
                step += "#$" + self.one_of(["i", "k"])
            elif r < 0.85:
                step += "@$" + self.one_of(["x", "y"])
            elif r < 0.95:
                step += "^(" + ",".join(self.one_of(["", "<", ">"]) + self.expression(self.random.randint(0, depth)) for _ in range(self.random.randint(1, 2))) + ")"
            else:
                step += self.object(depth - 1)
        return step

    def path(self, depth):
        first = self.one_of(VARIABLES) if self.chance(0.3) else self.step(depth)
        steps = [self.decorated(first, depth)] + [self.decorated(self.step(depth), depth) for _ in range(self.random.choices([0, 1, 2, 3], [3, 5, 4, 2])[0])]
        path = ".".join(steps)
        return path + (self.object(depth - 1) if self.chance(0.08) else "")

    def operand(self, depth):
        text = self.expression(depth)
        return "(" + text + ")" if self.chance(0.6) else text

    def arithmetic(self, depth):
        left, right = ((self.operand(depth) if self.chance(0.4) else self.typed("n", depth)) for _ in range(2))
        return "%s %s %s" % (left, self.one_of("+-*/%"), right)

    def comparison(self, depth):
        kind = self.one_of("nsxx")
        return "%s %s %s" % (self.typed(kind, depth), self.one_of(["=", "!=", "<", "<=", ">", ">=", "in"]), self.typed(kind, depth))

    def logic(self, depth):
        return "%s %s %s" % (self.operand(depth), self.one_of(["and", "or"]), self.operand(depth))

    def condition(self, depth):
        return "%s ? %s" % (self.operand(depth), self.expression(depth)) + (" : " + self.expression(depth) if self.chance(0.8) else "")

    def default(self, depth):
        return "%s %s %s" % (self.operand(depth), self.one_of(["?:", "??"]), self.operand(depth))

    def block(self, depth):
        parts = ["$%s := %s" % (self.one_of("xyv"), self.expression(depth)) for _ in range(self.random.randint(0, 2))]
        return "(" + "; ".join(parts + [self.expression(depth)]) + self.one_of(["", "", ";"]) + ")"

    def array(self, depth):
        if self.chance(0.25):
            return "[%s..%s]" % ((self.one_of(["0", "1", "-2", "3", "a", "$one"]), self.one_of(["0", "3", "5", "b", "$count($)"])) if self.chance(0.85)
                                 else (self.expression(depth), self.one_of(["3", "5"])))
        return "[" + ", ".join(self.expression(depth) for _ in range(self.random.randint(0, 3))) + "]"

    def object(self, depth):
        def key():
            return self.one_of(TEXTS[1:6]) if self.chance(0.6) else self.one_of(["c", "e", "$string(b)", "$type($)", "$string($)"]) if self.chance(0.7) else self.expression(depth)
        return "{" + ", ".join("%s: %s" % (key(), self.expression(depth)) for _ in range(self.random.randint(0, 2))) + "}"

    def concatenation(self, depth):
        return "%s & %s" % (self.operand(depth), self.operand(depth))

    def negation(self, depth):
        return "-" + self.operand(depth)

    def parameters(self, low=0, high=3):
        return ["$x", "$y", "$k"][:self.random.randint(low, high)]

    def function(self, depth, low=0, high=3, body=None):
        head = "%s(%s)%s" % (self.one_of(["function", "\u03bb"]), ", ".join(self.parameters(low, high)), self.one_of(SIGNATURES) if self.chance(0.12) else "")
        return head + "{" + (body or self.expression(depth)) + "}"

    def lambda_call(self, depth):
        arguments = ", ".join(self.expression(depth) for _ in range(self.random.randint(0, 3)))
        if self.chance(0.3):
            return "($x := %s; $x(%s))" % (self.function(depth), arguments)
        if self.chance(0.2):
            return "($f := function($n){ $n <= 0 ? %s : $f($n - 1) }; $f(%d))" % (self.expression(depth), self.random.randint(0, 20))
        return "%s(%s)" % (self.function(depth), arguments)

    def callee(self, depth):
        r = self.random.random()
        if r < 0.5:
            return "$" + self.one_of(list(FUNCTIONS))
        if r < 0.7:
            return self.function(depth, 1)
        if r < 0.8:
            return self.one_of(REGEXES)
        if r < 0.9:
            return self.partial(depth)
        return self.call(depth)

    def chain(self, depth):
        return self.operand(depth) + "".join(" ~> " + (self.callee(depth) if self.chance(0.7) else self.transform(depth)) for _ in range(self.random.randint(1, 2)))

    def transform(self, depth):
        text = "|%s|%s" % (self.path(depth), self.object(depth) if self.chance(0.8) else self.expression(depth))
        text += (", " + self.one_of(['"a"', '["a", "b"]', "c", '"d"'])) if self.chance(0.3) else ""
        return (self.one_of(["$ ~> ", "$$ ~> ", "a ~> "]) if self.chance(0.8) else "") + text + "|"

    def partial(self, depth):
        name = self.one_of(list(FUNCTIONS))
        arguments = ["?" if self.chance(0.5) else self.typed(c, depth) for c in FUNCTIONS[name].replace("?", "")]
        if "?" not in arguments:
            arguments[self.random.randrange(len(arguments))] = "?"
        made = "$%s(%s)" % (name, ", ".join(arguments))
        return made + "(" + self.expression(depth) + ")" if self.chance(0.6) else made

    def regex_call(self, depth):
        return "%s(%s)" % (self.one_of(REGEXES), self.typed("s", depth))

    def call(self, depth):
        name = self.one_of(list(FUNCTIONS))
        shape = FUNCTIONS[name]
        arguments = []
        for place, c in enumerate(shape):
            if c == "?":
                if self.chance(0.4):
                    break
                continue
            arguments.append(self.typed(c, depth) if self.chance(0.88) else self.expression(depth))
        if self.chance(0.05) and arguments:
            arguments.pop()
        if self.chance(0.03):
            arguments.append(self.expression(depth))
        return "$%s(%s)" % (name, ", ".join(arguments))

    def quoted(self, choices):
        return json.dumps(self.one_of(choices), ensure_ascii=False)

    def typed(self, c, depth):
        if c in "xnsabo" and self.chance(0.12):
            return self.expression(depth)
        if c == "n":
            return self.one_of(NUMBERS) if self.chance(0.6) else self.one_of(["a", "b", "f", "$one", "$count($)", "$i", "c[0]", "$sum(c)", "f[0]"])
        if c == "s":
            return self.one_of(TEXTS) if self.chance(0.7) else self.one_of(["b", "c", "d.a", "$string(a)", "$", "$type($)", "c[0]"])
        if c == "b":
            return self.one_of(["true", "false", "e", "$exists(a)", "a = 1"])
        if c == "a":
            return self.one_of(["[1, 2, 3]", "c", "f", "a", "$v", "[]", '["b", "a"]', "d", "[3, 1, 2]", "a.b", "$", "[1..4]", "a.d", "1", "[[1, 2], [3]]", "nothing", "[1, '1', true]",
                                "g", "[{'a': 1}, {'b': 2, 'a': 3}]"])
        if c == "o":
            return self.one_of(["$", "d", "{'a': 1, 'b': 'x'}", "b", "c", "{}", "$w", "a[0]", "a", "[{'a': 1}, {'b': 2}]", "nothing"])
        if c == "A":
            return self.one_of(["c", "g", '["a", "b"]', '"x"', "[]", "a.c", "$keys($)", "[1]", "nothing"])
        if c == "r":
            return self.one_of(REGEXES) if self.chance(0.9) else self.expression(depth)
        if c == "R":
            return self.one_of(REGEXES) if self.chance(0.5) else self.one_of(TEXTS)
        if c == "P":
            return self.one_of(['"-"', '"$1"', '"$0$$"', '"[$2]"', '"$12"', '""', "$uppercase", "function($m){ $m.match & $m.start }", "function($m){ $join($m.groups) }", '"$"', "1"])
        if c == "F":
            return self.function(depth, 1) if self.chance(0.7) else "$" + self.one_of(list(FUNCTIONS))
        if c == "G":
            return self.function(depth, 2, 3, self.one_of(["$x + $y", "$x & $y", "$append($x, $y)", None])) if self.chance(0.8) else "$" + self.one_of(["append", "power", "sum", "join", "zip"])
        if c == "C":
            return "function($x, $y){ %s }" % self.one_of(["$x > $y", "$x < $y", "$x.a > $y.a", "$string($x) > $string($y)", "false", "true", self.expression(depth)])
        if c == "N":
            return self.quoted(NUMBER_PICTURES)
        if c == "O":
            return self.one_of(["{}", '{"decimal-separator": ",", "grouping-separator": "."}', '{"zero-digit": "\u0660"}', '{"minus-sign": "~"}', '{"percent": "pc"}', '{"digit": "x"}', "a"])
        if c == "I":
            return self.quoted(INTEGER_PICTURES)
        if c == "D":
            return self.quoted(DATE_PICTURES)
        if c == "Z":
            return self.one_of(ZONES)
        if c == "T":
            return self.one_of(TIMES) if self.chance(0.8) else self.one_of(["d", "b"])
        if c == "e":
            return self.one_of(["1522144950123", "0", "-1", "e", "1e15", "1.5", "-62135596800000", "951782400000", "1e17"])
        if c == "E":
            return json.dumps(self.expression(min(depth, 1)), ensure_ascii=False)
        return self.expression(depth)

    def document(self, depth):
        r = self.random.random()
        if depth <= 0 or r < 0.25:
            return self.one_of([0, 1, 2, 3, -1.5, "a", "b", "two", "", True, False, None, 10, "x y"])
        if r < 0.55:
            return [self.document(depth - 1) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        return {self.one_of(FIELDS[:6]): self.document(depth - 1) for _ in range(self.random.choice([0, 1, 2, 3, 4]))}

    def request(self, number):
        text = self.expression(self.random.choice([1, 2, 2, 3, 3]))
        if self.chance(0.02):  # not quite an expression
            at = self.random.randrange(len(text) + 1)
            text = text[:at] + self.one_of(["", "(", "]", "}", "|", "~>", "?", ";", "'", ":=", "..", "!", "\\", "/*", ","]) + text[at + self.random.randint(0, 1):]
        return {"id": number, "expr": text, "input": self.document(4) if self.chance(0.5) else self.one_of(DOCUMENTS), "bindings": BINDINGS}


def code(answer):
    return answer.get("error", {}).get("code")


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def close(ours, theirs, tolerance):
    """Are the answers the same but for a little of their numbers, also of those in texts?"""
    texts = [json.dumps(answer.get("result"), sort_keys=True) for answer in (ours, theirs)]
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in texts]
    near = len(numbers[0]) == len(numbers[1]) and all(math.isclose(a, b, rel_tol=tolerance) for a, b in zip(*numbers))
    return near and NUMBER.sub("0", texts[0]) == NUMBER.sub("0", texts[1])


PARTIAL = re.compile(r"[(,]\s*\?\s*[,)]")  # a place left open: $f(1, ?)

# The differences that stay, and why. Those of this table come from a part of JavaScript that the reference stands on:
# such a difference is one only if the reference says what gait says once jsonata_reference.mjs has mended that part.
MENDINGS = {
    "hole": "the reference puts undefined into a sequence when a predicate holds for nothing at all; gait leaves nothing out of nothing",
    "grown": "the reference puts undefined into the document's empty array when {...} stands behind it; gait leaves the document as it is",
    "partial": "the reference calls a partially applied built-in function with whatever it gets; gait holds it to its signature",
    "partial given": "the same, of one that gets what is undefined",
    "copied condition": "the condition of ?: is a copy by JSON in the reference, which has lost regular expressions and signatures",
    "changed input": "a transform whose pattern leaves its copy ($$, a variable) changes the input itself in the reference; gait changes nothing",
    "concurrent": "the reference evaluates the items of [...] and {...} concurrently, so of several errors another may come first",
    "matcher": "a regular expression called with what is no string finds nothing; in the reference it reads JavaScript's text of it",
    "source": "a function in place of a string's replacement is refused; the reference writes JavaScript's source of its own",
    "group null": "a group that took no part is null for $match, undefined in the reference",
    "group empty": "a group that took no part is empty where a function is called with the match, undefined in the reference",
    "surrogate": "the reference sees half a character beyond U+FFFF",
    "integer": "the digits of $parseInteger are those of its picture, and not JavaScript's 0x1F; an empty time zone is none, and not NaN",
    "first century": "JavaScript's dates take the years 0 to 99 for 1900 to 1999",
    "date range": "a time beyond JavaScript's dates, or of a time zone that is no number, is refused, and no text of NaN",
}

# Those of this one are told by the expression and its two answers.
EXCEPTIONS = [
    ("partial defaults", "the reference cannot read the parameters of a function that has a default in JavaScript",
     lambda text, ours, theirs: code(theirs) == "S0208" and PARTIAL.search(text)),
    ("members of functions", "$spread of a function is the function; in the reference, JavaScript's members of it",
     lambda text, ours, theirs: "$spread" in text and '"implementation"' in json.dumps(theirs)),
    ("update by a function", "a transform's update must be an object; the reference takes a function for one",
     lambda text, ours, theirs: code(ours) == "T2011" and ours["error"]["message"].endswith(' ""')),
    ("partial regex", "a regular expression is not applied partially; the reference makes a function of it",
     lambda text, ours, theirs: code(ours) == "T1008" and re.search(r"/[im]*\([^)]*\?", text)),
    ("no replacement", "$replace without a replacement is refused; the reference writes JavaScript's undefined",
     lambda text, ours, theirs: code(ours) == "D3012" and "undefined" in str(theirs.get("result"))),
    ("false match", "a matcher that gives false gives no match; the reference goes on with it until something else breaks",
     lambda text, ours, theirs: code(ours) == "T1010" and code(theirs) == "D3012"),
    ("component", "a date picture's component that there is not is refused; with a modifier, the reference writes JavaScript's undefined",
     lambda text, ours, theirs: code(ours) == "D3132" and "undefined" in str(theirs.get("result"))),
    ("clock", "what a picture does not have of a time comes from the clock",
     lambda text, ours, theirs: "$toMillis" in text and close(ours, theirs, 1e-6)),
    ("power", "V8's Math.pow differs in the last digit from the C library's",
     lambda text, ours, theirs: "$power" in text and close(ours, theirs, 1e-14)),
]


def canonical(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return ("number", float(value))
    if isinstance(value, list):
        return [canonical(v) for v in value]
    return {k: canonical(v) for k, v in value.items()}


def outcome(answer):
    """What of an answer is compared."""
    if "error" in answer:
        return ("error", answer["error"]["code"])
    if "result" in answer:
        return ("result", canonical(answer["result"]))
    return ("undefined",) if "undefined" in answer else ("none",)


def answers(command, requests):
    """The answers of a program, by id. One that does not end, or dies, is started anew behind the line it stopped at."""
    found = {}
    while requests:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
            lines.write("".join(json.dumps(r) + "\n" for r in requests))
            lines.seek(0)
            program = subprocess.Popen(command, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", errors="replace")
            try:
                out, _ = program.communicate(timeout=60 + 0.05 * len(requests))
            except subprocess.TimeoutExpired:
                program.kill()
                out, _ = program.communicate()
        whole = [line for line in out.split("\n") if line.endswith("}")]
        for line in whole:
            answer = json.loads(line, parse_constant=lambda _: None)
            found[answer["id"]] = answer
        if len(whole) < len(requests):
            stopped = requests[len(whole)]
            found[stopped["id"]] = {"stopped": True}
        requests = requests[len(whole) + 1:]
    return found


def named(differing, reference):
    """The differences, each with the name of the exception that it is, or None."""
    names = [next((name for name, _, holds in EXCEPTIONS if "stopped" not in mine and holds(request["expr"], mine, other)), None)
             for request, mine, other in differing]
    for name, mended in [*((name, [name]) for name in MENDINGS), ("several", [n for n in MENDINGS if n != "group null"])]:
        asked = [{**request, "id": place, "mended": mended} for place, (request, _, _) in enumerate(differing) if not names[place]]
        for place, answer in answers(reference, asked).items():
            # Mended, it may break: at what gait refuses, or at functions that a partially applied one hands on.
            breaks = "crashed" in answer and (name == "partial" or name in ("matcher", "concurrent") and "error" in differing[place][1])
            if "stopped" not in differing[place][1] and (breaks or outcome(answer) == outcome(differing[place][1])):
                names[place] = name
    return [(*difference, name) for difference, name in zip(differing, names)]


def kind(ours, theirs):
    """Differences alike: of one class, one is shown."""
    def word(a):
        return a["error"]["code"] if "error" in a else type(a["result"]).__name__ if "result" in a else "undefined" if "undefined" in a else next(iter(a))
    return word(ours), word(theirs)


def installed():
    folder = SOURCE / "build/npm"
    if not (folder / "node_modules/jsonata").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", PACKAGE], capture_output=True, text=True)
        if done.returncode != 0:
            print("SKIPPED: npm cannot install %s: %s" % (PACKAGE, done.stderr.strip()[-300:]))
            sys.exit(77)
    return folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=int, default=1, help="how many differences of a class to show")
    options = parser.parse_args()
    if not shutil.which("node") or not shutil.which("npm"):
        print("SKIPPED: node and npm are needed")
        return 77
    reference = ["node", str(SOURCE / "tests/jsonata_reference.mjs"), str(installed())]
    generator = Generator(options.seed)
    compared = different = 0
    excepted = collections.Counter()
    classes = collections.defaultdict(list)
    left_out = collections.Counter()
    for begin in range(0, options.count, 2000):
        requests = [generator.request(n) for n in range(begin, min(begin + 2000, options.count))]
        theirs = answers(reference, requests)
        ours = answers([GAIT, "eval", "jsonata", "--batch"], requests)
        differing = []
        for request in requests:
            mine, other = ours[request["id"]], theirs[request["id"]]
            if "crashed" in other or "timeout" in other or "stopped" in other:
                left_out["reference crashed" if "crashed" in other else "reference took long"] += 1
                continue
            compared += 1
            if "stopped" not in mine and outcome(mine) == outcome(other):
                continue
            differing.append((request, mine, other))
        for request, mine, other, name in named(differing, reference):
            if name:
                excepted[name] += 1
            else:
                different += 1
                classes[kind(mine, other)].append((request, mine, other))
    for (mine, other), found in sorted(classes.items(), key=lambda c: -len(c[1])):
        print("%d of class gait %s, reference %s" % (len(found), mine, other))
        for request, ours, theirs in sorted(found, key=lambda f: len(f[0]["expr"]))[:options.keep]:
            print("  %s\n    input     %s\n    gait      %s\n    reference %s" % (
                request["expr"], json.dumps(request["input"], ensure_ascii=False)[:120], json.dumps(ours, ensure_ascii=False)[:300],
                json.dumps(theirs, ensure_ascii=False)[:300]))
    for name, reason in [*MENDINGS.items(), ("several", "more than one of these"), *((name, reason) for name, reason, _ in EXCEPTIONS)]:
        if excepted[name]:
            print("excepted: %d %s (%s)" % (excepted[name], name, reason))
    for name, count in left_out.items():
        print("not compared: %d (%s)" % (count, name))
    print("%d compared, %d differ" % (compared, different))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
