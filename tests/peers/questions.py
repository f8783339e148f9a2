"""The questions beside other engines: the same query, the same data, the same rows.

Started by run.sh, which finds the engines. Each golden answer is one comparison: its case is
exported as Turtle, its question is asked there with its parameters, and the rows are compared as
multisets, numbers by what they are worth, blank nodes as one. A parameter is bound as the program
does it, by a VALUES at the beginning of the WHERE clause; the rest of the file is as it is shipped.

Where an engine is known to differ, KNOWN says how and why; a difference that is not listed, or a
listed one that is no more, is an error.
"""

import argparse
import collections
import configparser
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, InvalidOperation
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {XSD + name for name in "integer int long short decimal double float nonNegativeInteger".split()}

Ask = collections.namedtuple("Ask", "name case question options")
# An engine answers otherwise: which questions, and why that is so.
Known = collections.namedtuple("Known", "engine questions why")
STUCK = "looks for a plan until it is stopped, so it is not asked"
KNOWN = [
    Known("Virtuoso", ("agreeing-actors", "common-ground", "who-bridges-camps"), STUCK),
    Known("Virtuoso", ("anonymous-sources-only",), "under HAVING, what IRI() makes of an aggregate is a string"),
    Known("Virtuoso", ("coded-twice",), "an OPTIONAL after a sub-query takes its filter's unbound side only"),
    Known("Virtuoso", ("differing-reports",), "a variable of one branch of a UNION is bound in another"),
    Known("Virtuoso", ("who-falls-silent",), "its compiler fails, or COALESCE of an unbound comparison is not true"),
]
# Asked, they would keep the engine from answering anything else.
UNASKED = {("Virtuoso", name) for name in ("agreeing-actors", "common-ground", "who-bridges-camps")}


class Crash(Exception):
    """An engine ended without an answer."""


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise Crash(f"{' '.join(map(str, command))}\n{done.stderr.strip()}")
    return done.stdout


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
    answer = json.loads(run([*command, "--format", "json", "--receipt", receipt]))
    text = (ROOT / "queries" / f"{ask.question}.rq").read_text()
    given = [p for p in json.loads(receipt.read_text())["parameters"] if p["term"]]
    names, terms = (" ".join(part) for part in zip(*((f"?{p['name']}", p["term"]) for p in given))) if given else ("", "")
    # One VALUES for all: of two, Virtuoso looks for a plan without end.
    values = f"\n  VALUES ({names}) {{ ({terms}) }}" if given else ""
    # The outermost WHERE is the only one that begins its line.
    bound, count = re.subn(r"^WHERE \{$", lambda where: where[0] + values, text, flags=re.MULTILINE)
    if count != 1:
        raise SystemExit(f"peers: queries/{ask.question}.rq has no WHERE {{ at the beginning of a line, or several")
    query = receipt.with_suffix(".rq")
    query.write_text(bound)
    return rows(answer), query


def rows(answer):
    columns = answer["head"]["vars"]
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


class Virtuoso:
    """A server of our own on two free ports, a graph a case, asked over HTTP."""

    def __init__(self, server, client, work):
        self.client, self.folder = client, work / "virtuoso"
        self.folder.mkdir()
        self.sql, self.http = free_ports(2)
        settings = configparser.ConfigParser()
        settings.optionxform = str
        settings["Database"] = {"DatabaseFile": "v.db", "ErrorLogFile": "v.log", "LockFile": "v.lck",
                                "TransactionFile": "v.trx", "xa_persistent_file": "v.pxa"}
        settings["TempDatabase"] = {"DatabaseFile": "t.db", "TransactionFile": "t.trx"}
        settings["Parameters"] = {"ServerPort": f"127.0.0.1:{self.sql}", "DirsAllowed": work.resolve(),
                                  "NumberOfBuffers": "20000", "ServerThreads": "30",
                                  # It would weigh plans for minutes.
                                  "MaxOptimizeLayouts": "200", "StopCompilerWhenXOverRunTime": "1"}
        settings["HTTPServer"] = {"ServerPort": f"127.0.0.1:{self.http}", "ServerThreads": "20"}
        settings["SPARQL"] = {"ResultSetMaxRows": "100000"}
        with (self.folder / "v.ini").open("w") as file:
            settings.write(file)
        command = [server, "+configfile", "v.ini", "+foreground"]
        with (self.folder / "out").open("w") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while True:
            try:
                self.tell("SELECT 1;")
                return
            except Crash as crash:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.close()
                    raise Crash(f"Virtuoso does not start: {crash}") from None
                time.sleep(0.5)

    def tell(self, statement):
        # A private server that ends with us: the password is the one that it begins with.
        return run([self.client, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement}"])

    def load(self, case, graph):
        told = self.tell(f"DB.DBA.TTLP_MT(file_to_string_output('{graph.resolve()}'), '', 'urn:case:{case}');")
        if "Error" in told:
            raise Crash(told)

    def answer(self, case, query):
        asked = {"default-graph-uri": f"urn:case:{case}", "query": query.read_text()}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}/sparql",
            urllib.parse.urlencode(asked).encode(),
            {"Accept": "application/sparql-results+json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise Crash(error.read().decode(errors="replace").strip()) from None
        except (urllib.error.URLError, TimeoutError) as error:
            raise Crash(str(error)) from None

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


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
            Crash("not asked") if (name, pair[0].question) in UNASKED else tried(engine, *pair)
        )
        theirs = list(pool.map(asked, zip(every, mine)))
    finally:
        engine.close()
    equal = excused = total = 0
    for ask, (answer, _), other in zip(every, mine, theirs):
        total += 0 if isinstance(other, Crash) else sum(other.values())
        entry = next((k for k in KNOWN if k.engine == name and ask.question in k.questions), None)
        if other == answer:
            equal += 1
        elif entry:
            excused += 1
            used.add((entry, ask.question))
        else:
            wrong.append((name, ask.name, answer, other))
    seconds = time.monotonic() - begun
    print(f"{name:12}{len(every):>8}{total:>8}{equal:>8}{excused:>18}{seconds:>10.0f}", flush=True)


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
    if wrong or stale:
        sys.exit("peers: not the same answers")


if __name__ == "__main__":
    main()
