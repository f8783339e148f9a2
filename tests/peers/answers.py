"""What answers of different engines are compared as: rows as multisets of terms in one form."""

import collections
import re
import subprocess
from decimal import Decimal, InvalidOperation

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {XSD + name for name in "integer int long short decimal double float nonNegativeInteger unsignedInt".split()}


class Crash(Exception):
    """An engine ended without an answer."""


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise Crash(f"{' '.join(map(str, command))}\n{done.stderr.strip()}")
    return done.stdout


def rows(answer):
    """The rows of an answer in SPARQL's JSON, each by the order of the columns' names."""
    if "boolean" in answer:
        return collections.Counter([(f'"{str(answer["boolean"]).lower()}"^^boolean',)])
    columns = sorted(answer["head"]["vars"])
    return collections.Counter(
        tuple(term(binding.get(column)) for column in columns) for binding in answer["results"]["bindings"]
    )


def term(node):
    """A term in one form for all."""
    if node is None:
        return None
    if node["type"] == "bnode":
        return "_:"
    if node["type"] == "uri":
        return f"<{node['value']}>"
    text, datatype = node["value"], node.get("datatype", XSD + "string")
    try:
        if datatype in NUMBERS:
            return f"number {Decimal(text).normalize():f}"
    except InvalidOperation:
        pass
    if datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(text, text)
    language = node.get("xml:lang")
    return f'"{text}"@{language.lower()}' if language else f'"{text}"^^{datatype.removeprefix(XSD)}'


def bound(text, given, name):
    """A question's text with its parameters in it, as the program binds them: by a VALUES at the
    beginning of the WHERE clause."""
    names, terms = (" ".join(part) for part in zip(*((f"?{p['name']}", p["term"]) for p in given))) if given else ("", "")
    # One VALUES for all: of two, Virtuoso looks for a plan without end.
    values = f"\n  VALUES ({names}) {{ ({terms}) }}" if given else ""
    # The outermost WHERE is the only one that begins its line.
    text, count = re.subn(r"^WHERE \{$", lambda where: where[0] + values, text, flags=re.MULTILINE)
    if count != 1:
        raise SystemExit(f"peers: queries/{name}.rq has no WHERE {{ at the beginning of a line, or several")
    return text
