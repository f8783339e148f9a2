"""Our shapes beside those of others: the same shapes, the same data, the same findings.

Started by run.sh, which finds the engines. Compared are the files of tests/shacl/, the fixtures of
the shipped shapes, the shipped case as it is exported, and that export with statements lost or
changed at random (the same in every run). A finding is its focus node, path, value, component,
severity and shape. Blank nodes have no names to compare, so they are counted: as many findings
alike but for them have to be there.

Where an engine is known to differ, KNOWN says how and why; a difference that is not listed, or a
listed one that is no more, is an error.
"""

import argparse
import collections
import json
import logging
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, XSD

# Texts are compared as they are written, and ill-formed ones are what is tested.
rdflib.NORMALIZE_LITERALS = False
logging.disable()

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
SHIPPED = ONTOLOGY / "shapes.ttl"

Finding = collections.namedtuple("Finding", "focus path value component severity source")
Case = collections.namedtuple("Case", "name shapes data")
# An engine says otherwise: in which cases, about which components, and why that is so.
Known = collections.namedtuple("Known", "engine cases components why")

LINE_END = "in Python and Java `$` also matches before a line break at the end, in XPath it does not"
KNOWN = [
    Known("pySHACL", ("length",), ("MinLength",), "takes a blank node for a text of no characters"),
    # What is exchanged in an export depends on the cases, so that a fault may show there or not.
    Known(
        "pySHACL",
        ("less-than", "export-changed"),
        ("LessThanOrEquals",),
        "compares days with moments, which XPath does not",
    ),
    Known("pySHACL", ("paths",), ("NodeKind",), "follows the inverse of a sequence in the wrong order"),
    Known("pySHACL", ("pattern-line-end",), ("Pattern",), LINE_END),
    Known("pySHACL", ("range-dates",), ("MinInclusive",), "lets a number pass where a day is the limit"),
    Known(
        "pySHACL",
        ("range-dates",),
        ("MinExclusive",),
        "compares no moment without a zone with one that has it, even days apart",
    ),
    Known(
        "pySHACL",
        ("range-nan",),
        ("crash",),
        "crashes when it compares NaN, and so finds nothing",
    ),
    Known(
        "pySHACL",
        ("range-no-order", "export-changed"),
        ("MinInclusive", "MaxInclusive"),
        "lets what cannot be compared pass on one side",
    ),
    Known("crate", ("datatype",), ("Datatype",), "takes 30 February for a day"),
    Known("crate", ("length",), ("MaxLength",), "counts bytes, not characters"),
    Known("crate", ("less-than",), ("LessThan",), "lets an IRI pass, which has no order"),
    Known(
        "crate",
        ("range-numbers",),
        ("MinInclusive", "MaxInclusive"),
        "takes infinity for a text that has no order",
    ),
    Known(
        "crate",
        ("shape-span/fails", "export-changed"),
        ("crash",),
        "ends when a path leads on from a literal, and so finds nothing",
    ),
    Known("Jena", ("pattern-line-end",), ("Pattern",), LINE_END),
    Known("Jena", ("range-nan",), ("MinInclusive",), "takes NaN for the greatest number, as Java does"),
]

STEPS = (
    (SH.inversePath, "^{}"),
    (SH.zeroOrMorePath, "{}*"),
    (SH.oneOrMorePath, "{}+"),
    (SH.zeroOrOnePath, "{}?"),
)


def path(graph, node, nested=False):
    """A path as SPARQL writes it, with the brackets that ours has."""
    if node is None:
        return None
    if isinstance(node, URIRef):
        return f"<{node}>"
    for property, form in STEPS:
        inner = graph.value(node, property)
        if inner is not None:
            simple = isinstance(inner, URIRef) or not is_step(graph, inner)
            written = path(graph, inner, simple)
            return form.format(written if simple else f"({written})")
    mark, members = several(graph, node)
    joined = mark.join(path(graph, member, True) for member in members)
    return f"({joined})" if nested else joined


def several(graph, node):
    """The parts of a sequence or of an alternative; Jena nests what was written as one list."""
    alternatives = graph.value(node, SH.alternativePath)
    mark, head = ("/", node) if alternatives is None else ("|", alternatives)
    members = []
    for member in Collection(graph, head):
        is_same = isinstance(member, BNode) and not is_step(graph, member) and several(graph, member)[0] == mark
        members += several(graph, member)[1] if is_same else [member]
    return mark, members


def is_step(graph, node):
    return any(graph.value(node, property) is not None for property, _ in STEPS)


INTEGERS = {
    XSD[name]
    for name in "byte short int long unsignedByte unsignedShort unsignedInt unsignedLong"
    " nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger integer".split()
}


def term(node):
    """A term in one form for all: our index keeps a number's value, not its spelling."""
    if node is None:
        return None
    if isinstance(node, BNode):
        return "_:"
    if not isinstance(node, Literal):
        return str(node)
    text, datatype = str(node), node.datatype
    try:
        if datatype in INTEGERS:
            text, datatype = str(int(text)), XSD.integer
        elif datatype == XSD.decimal:
            text = format(Decimal(text).normalize(), "f")
        elif datatype in (XSD.double, XSD.float):
            text = str(float(text))
    except ArithmeticError:
        pass
    except ValueError:
        pass
    language = node.language.lower() if node.language else None
    return f'"{text}"@{language}' if language else f'"{text}"^^{datatype or XSD.string}'


def findings(report):
    """Those of a validation report in RDF."""
    found = collections.Counter()
    for result in report.objects(None, SH.result):
        value = lambda property: report.value(result, property)
        found[
            Finding(
                term(value(SH.focusNode)),
                path(report, value(SH.resultPath)),
                term(value(SH.value)),
                str(value(SH.sourceConstraintComponent)),
                str(value(SH.resultSeverity)),
                term(value(SH.sourceShape)),
            )
        ] += 1
    return found


def in_lines(text):
    """Those of our own example, a JSON object each."""
    found = collections.Counter()
    read = lambda written: written and term(rdflib.util.from_n3(written))
    for line in text.splitlines():
        of = json.loads(line)
        found[
            Finding(
                read(of["focus"]),
                of["path"],
                read(of["value"]),
                of["component"],
                of["severity"],
                read(of["source"]),
            )
        ] += 1
    return found


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Crash(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


class Crash(Exception):
    """An engine ended without a report."""


def tried(engine, case):
    """What an engine finds; or that it finds nothing, not even that all is well."""
    try:
        return engine(case)
    except Crash as crash:
        last = str(crash).strip().splitlines()[-1:]
        return collections.Counter({Finding(*last, None, None, "crash", None, None): 1})


def pyshacl(case):
    # In a process of its own, so that several run at once.
    code = (
        "import sys, logging, pyshacl, rdflib; rdflib.NORMALIZE_LITERALS = False; logging.disable();"
        "shapes, data = sys.argv[1:];"
        "read = lambda file: rdflib.Graph().parse(file);"
        "_, report, _ = pyshacl.validate(read(data), shacl_graph=read(shapes), inference='none');"
        "print(report.serialize(format='nt'))"
    )
    report = run([sys.executable, "-W", "ignore", "-c", code, case.shapes, case.data])
    return findings(Graph().parse(data=report, format="nt"))


def jena(classpath, case):
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classpath, "shacl.shacl"]
    report = run([*command, "validate", "--shapes", case.shapes, "--data", case.data])
    return findings(Graph().parse(data=report, format="turtle"))


def cases(programs):
    for file in sorted((ROOT / "tests/shacl").glob("*.ttl")):
        yield Case(f"{file.stem}", file, file)
    background = "".join((ONTOLOGY / name).read_text() for name in ("stances.ttl", "values.ttl"))
    for file in sorted((ROOT / "tests/rules").glob("shape-*/*.ttl")):
        data = programs.work / f"{file.parent.name}-{file.stem}.ttl"
        # Turtle may declare its prefixes anew.
        data.write_text(f"{file.read_text()}\n{background}")
        yield Case(f"{file.parent.name}/{file.stem}", SHIPPED, data)
    export = programs.work / "export.nt"
    files = sorted((ROOT / "data").glob("*/*.ttl"))
    run([programs.standpoint, *(part for file in files for part in ("--data", file)), "export", "-o", export])
    yield Case("export", SHIPPED, export)
    lines = sorted(export.read_text().splitlines())
    for name, change in ("lost", lose), ("changed", swap), ("doubled", double):
        data = programs.work / f"export-{name}.nt"
        data.write_text("\n".join(change(lines, random.Random(name))) + "\n")
        yield Case(f"export-{name}", SHIPPED, data)


def lose(lines, chance):
    return [line for line in lines if chance.random() > 0.03]


def swap(lines, chance):
    """Objects of some statements exchanged."""
    chosen = [at for at in range(len(lines)) if chance.random() < 0.03]
    parts = [line.split(" ", 2) for line in lines]
    objects = [parts[at][2] for at in chosen]
    chance.shuffle(objects)
    for at, object in zip(chosen, objects):
        parts[at][2] = object
    return [" ".join(part) for part in parts]


def double(lines, chance):
    """Some statements said of a second subject too."""
    subjects = sorted({line.split(" ", 1)[0] for line in lines})
    more = [f"{chance.choice(subjects)} {line.split(' ', 1)[1]}" for line in lines if chance.random() < 0.03]
    return lines + more


def known(engine, case, finding):
    for entry in KNOWN:
        if (
            entry.engine == engine
            and case in entry.cases
            and finding.component.removeprefix(str(SH)).removesuffix("ConstraintComponent") in entry.components
        ):
            return entry
    return None


def fail(message):
    sys.exit(f"peers: {message}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--standpoint", type=Path, required=True, help="the program")
    parser.add_argument("--ours", type=Path, required=True, help="the example `shacl`")
    parser.add_argument("--jena", default="", help="the class path of Jena; none leaves it out")
    parser.add_argument("--crate", default="", help="the program around the crate; none leaves it out")
    parser.add_argument("--work", type=Path, required=True, help="folder for files in between")
    programs = parser.parse_args()
    programs.work.mkdir(parents=True, exist_ok=True)

    engines = {"pySHACL": pyshacl}
    if programs.jena:
        engines["Jena"] = lambda case: jena(programs.jena, case)
    if programs.crate:
        engines["crate"] = lambda case: in_lines(run([programs.crate, case.shapes, case.data]))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        every = list(cases(programs))
        ours = list(pool.map(lambda case: in_lines(run([programs.ours, case.shapes, case.data])), every))
        print(f"\n{'engine':10}{'cases':>8}{'findings':>10}{'equal':>8}{'known to differ':>18}")
        print(f"{'standpoint':10}{len(every):>8}{sum(map(count, ours)):>10}")
        wrong, used = [], set()
        for name, engine in engines.items():
            total = equal = excused = 0
            for case, mine, theirs in zip(every, ours, pool.map(tried, [engine] * len(every), every)):
                total += count(theirs)
                differences = [(f, "only ours") for f in mine - theirs]
                differences += [(f, "only theirs") for f in theirs - mine]
                # Who ends early misses everything, for one reason.
                differences = [d for d in differences if d[0].component == "crash"] or differences
                entries = [known(name, case.name, finding) for finding, _ in differences]
                used.update(entry for entry in entries if entry)
                if not differences:
                    equal += 1
                elif all(entries):
                    excused += 1
                else:
                    new = [d for d, entry in zip(differences, entries) if not entry]
                    wrong.append((name, case.name, new))
            print(f"{name:10}{len(every):>8}{total:>10}{equal:>8}{excused:>18}", flush=True)

    for entry in used:
        print(f"\n{entry.engine}, {', '.join(entry.cases)}: {entry.why}")
    for engine, case, differences in wrong:
        print(f"\n{engine} differs in {case}, in {len(differences)} findings:")
        for finding, where in differences[:8]:
            print(f"  {where}: {' | '.join(str(part) for part in finding)}")
    stale = [entry for entry in KNOWN if entry.engine in engines and entry not in used]
    for entry in stale:
        print(f"\n{entry.engine} differs no more in {', '.join(entry.cases)}: take the entry out of KNOWN")
    if wrong or stale:
        fail("not the same findings")


def count(counter):
    return sum(counter.values())


if __name__ == "__main__":
    main()
