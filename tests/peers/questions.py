"""The questions beside other engines: the same query, the same data, the same rows.

Started by run.sh, which finds the engines. Each golden answer is one comparison: its case is
exported as Turtle, its question is asked there with its parameters, and the rows are compared as
multisets, numbers by what they are worth, blank nodes as one. A parameter is bound as the program
does it, by a VALUES at the beginning of the WHERE clause; the rest of the file is as it is shipped.

Where an engine is known to differ, KNOWN says how and why; a difference that is not listed, or a
listed one that is no more, is an error. Virtuoso weighs its plans by the clock, so that one query
has other plans from one start of the server to the next, and some of them are wrong. So an answer of
it counts if one of STARTS gives it, and a listed difference that does not show is only reported.
"""

import argparse
import collections
import json
import os
import shlex
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from answers import Crash, bound, rows, run
from virtuoso import DIFFERS, UNASKED, Virtuoso

ROOT = Path(__file__).resolve().parents[2]
Ask = collections.namedtuple("Ask", "name case question options")
# An engine answers otherwise: which questions, and why that is so.
Known = collections.namedtuple("Known", "engine questions why")
STARTS = 4
KNOWN = [Known("Virtuoso", questions, why) for questions, why in DIFFERS.items()]


def asks():
    """The golden answers whose case is there."""
    absent = set()
    for file in sorted((ROOT / "tests/golden").glob("*/*.csv")):
        case = file.parent.name
        if not all((ROOT / "data" / folder).is_dir() for folder in case.split("+")):
            if case not in absent:
                print(f"peers: the answers of {case} are left out, for the case is not here", file=sys.stderr)
            absent.add(case)
            continue
        comments = [line for line in file.read_text().splitlines() if line.startswith("# ask:")]
        options = [word for line in comments for word in shlex.split(line.removeprefix("# ask:"))]
        yield Ask(f"{case}/{file.stem}", case, file.stem.split("--")[0], options)


def exported(case, programs):
    """The case as a graph of Turtle."""
    file = programs.work / f"{case}.ttl"
    sheets = [sheet for folder in case.split("+") for sheet in sorted((ROOT / "data" / folder).glob("*.ttl"))]
    run([programs.standpoint, *(part for sheet in sheets for part in ("--data", sheet)), "export", "-o", file])
    return file


def ours(ask, graph, programs):
    """Our answer from the export, and the query with its parameters in it."""
    receipt = programs.work / f"{ask.name.replace('/', '--')}.json"
    command = [programs.standpoint, "--data", graph, "ask", ask.question, *ask.options]
    answer = json.loads(run([*command, "--format", "w3c-json", "--receipt", receipt]))
    text = (ROOT / "queries" / f"{ask.question}.rq").read_text()
    given = [p for p in json.loads(receipt.read_text())["parameters"] if p["term"]]
    query = receipt.with_suffix(".rq")
    query.write_text(bound(text, given, ask.question))
    return rows(answer), query


class Oxigraph:
    """The command of the engine that ours is built on, from its own store on disk."""

    def __init__(self, command, work):
        self.command, self.work, self.stores = command, work / "oxigraph", {}
        self.work.mkdir()

    def load(self, case, graph):
        self.stores[case] = self.work / case
        run([self.command, "load", "--location", self.stores[case], "--file", graph])

    def answer(self, case, query):
        command = [self.command, "query", "--location", self.stores[case], "--query-file", query]
        return json.loads(run([*command, "--results-format", "json"]))

    def close(self):
        pass


class Jena:
    """ARQ, one process a query."""

    def __init__(self, classpath):
        self.graphs = {}
        self.command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        self.command += ["-cp", classpath, "arq.arq"]

    def load(self, case, graph):
        self.graphs[case] = graph

    def answer(self, case, query):
        command = [*self.command, "--data", self.graphs[case], "--query", query, "--results", "JSON"]
        return json.loads(run(command))

    def close(self):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--standpoint", type=Path, required=True, help="the program")
    parser.add_argument("--oxigraph", default="", help="the command; none leaves it out")
    parser.add_argument("--jena", default="", help="the class path of Jena; none leaves it out")
    parser.add_argument("--virtuoso", default="", help="the server; none leaves it out")
    parser.add_argument("--isql", default="isql-vt", help="the client of that server")
    parser.add_argument("--work", type=Path, required=True, help="folder for files in between")
    programs = parser.parse_args()
    shutil.rmtree(programs.work, ignore_errors=True)
    programs.work.mkdir(parents=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        every = list(asks())
        begun = time.monotonic()
        graphs = {case: exported(case, programs) for case in sorted({ask.case for ask in every})}
        mine = list(pool.map(lambda ask: ours(ask, graphs[ask.case], programs), every))
        print(f"\n{'engine':12}{'answers':>8}{'rows':>8}{'equal':>8}{'known to differ':>18}{'seconds':>10}")
        total = sum(sum(answer.values()) for answer, _ in mine)
        print(f"{'standpoint':12}{len(every):>8}{total:>8}{'':>26}{time.monotonic() - begun:>10.0f}", flush=True)
        starts = {
            "oxigraph": programs.oxigraph and (lambda: Oxigraph(programs.oxigraph, programs.work)),
            "Jena": programs.jena and (lambda: Jena(programs.jena)),
            "Virtuoso": programs.virtuoso and (lambda: Virtuoso(programs.virtuoso, programs.isql, programs.work)),
        }
        wrong, used = [], set()
        for name, start in starts.items():
            if start:
                compare(name, start(), every, graphs, mine, pool, wrong, used)
            else:
                print(f"{name:12}{'left out':>8}", flush=True)
    asked = {ask.question for ask in every}
    finish([name for name, start in starts.items() if start], asked, wrong, used)


def compare(name, engine, every, graphs, mine, pool, wrong, used):
    begun = time.monotonic()
    try:
        for case, graph in graphs.items():
            engine.load(case, graph)
        asked = lambda pair: (
            Crash("not asked") if name == "Virtuoso" and pair[0].question in UNASKED else tried(engine, *pair)
        )
        pairs = list(zip(every, mine))
        theirs = list(pool.map(asked, pairs))
        for _ in range(1, STARTS if name == "Virtuoso" else 1):
            again = [n for n, ((ask, (answer, _)), other) in enumerate(zip(pairs, theirs))
                     if other != answer and not known(name, ask)]
            if not again:
                break
            engine.renew(graphs)
            for n in again:
                theirs[n] = tried(engine, *pairs[n])
    finally:
        engine.close()
    equal = excused = total = 0
    for ask, (answer, _), other in zip(every, mine, theirs):
        total += 0 if isinstance(other, Crash) else sum(other.values())
        entry = known(name, ask)
        if other == answer:
            equal += 1
        elif entry:
            excused += 1
            used.add((entry, ask.question))
        else:
            wrong.append((name, ask.name, answer, other))
    seconds = time.monotonic() - begun
    print(f"{name:12}{len(every):>8}{total:>8}{equal:>8}{excused:>18}{seconds:>10.0f}", flush=True)


def known(engine, ask):
    return next((k for k in KNOWN if k.engine == engine and ask.question in k.questions), None)


def tried(engine, ask, mine):
    try:
        return rows(engine.answer(ask.case, mine[1]))
    except Crash as crash:
        return crash


def finish(engines, asked, wrong, used):
    for entry in KNOWN:
        if any(entry is known for known, _ in used):
            print(f"\n{entry.engine}, {', '.join(entry.questions)}: {entry.why}")
    for engine, name, answer, other in wrong:
        if isinstance(other, Crash):
            print(f"\n{engine} has no answer to {name}:\n  " + "\n  ".join(str(other).splitlines()[:6]))
            continue
        print(f"\n{engine} answers {name} otherwise:")
        for where, more in ("only ours", answer - other), ("only theirs", other - answer):
            for row, count in list(more.items())[:4]:
                print(f"  {where}: {count} × {' | '.join(str(part) for part in row)}")
    stale = [
        (entry, question)
        for entry in KNOWN
        if entry.engine in engines
        for question in entry.questions
        if question in asked and (entry, question) not in used
    ]
    for entry, question in stale:
        print(f"\n{entry.engine} no longer differs in {question}: take it out of KNOWN")
    if wrong or any(entry.engine != "Virtuoso" for entry, _ in stale):
        sys.exit("peers: not the same answers")


if __name__ == "__main__":
    main()
