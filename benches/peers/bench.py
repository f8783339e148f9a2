"""Standpoint beside other engines: the same data, the same answers, one run.

Started by ../run.sh, which finds the programs. Ours and the oxigraph command are whole processes,
which open their store from cold; the others have loaded, and have answered the query once, when
their time is taken. Every answer is compared with ours before it is timed. Engines run one after
the other, each in a process that ends. README.md says more.
"""

import argparse
import importlib.util
import json
import os
import pickle
import platform
import subprocess
import sys
import time
from pathlib import Path

BEGUN = time.monotonic()
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests/peers")]
sys.dont_write_bytecode = True

from compare import difference
from data import Data, fresh, library, queries
from engines.commands import Oxigraph, Standpoint
from engines.inside import Inside
from engines.virtuoso import Virtuoso
from known import KNOWN
from measure import Failed, Launcher, Limits
from table import SHORT, Table
from targets import targets
from whole import Differences, Whole, good

# Name, the library, and whether it is one of the peers that has to be installed.
LIBRARIES = {"oxigraph in memory": "pyoxigraph", "sparq": "sparq", "maplib": "maplib", "duckdb": "duckdb"}
NAMES = ["oxigraph", "oxigraph in memory", "sparq", "maplib", "virtuoso", "duckdb"]


class Result:
    """What each engine took for one query: Took, Failed, or nothing where it cannot be asked."""

    def __init__(self, query):
        self.query, self.figures = query, {}

    def ratio(self, others=None):
        """Ours to the fastest of the others that answer the same."""
        times = [f.median for name, f in self.figures.items()
                 if name != "standpoint" and good(f) and (others is None or name in others)]
        ours = self.figures.get("standpoint")
        return ours.median / min(times) if times and good(ours) else None

    def plain(self):
        figures = {n: f.plain() if good(f) else f and {"failed": f.shown, "why": f.reason} for n, f in self.figures.items()}
        return {"query": self.query.name, "shape": self.query.shape, "ratio": self.ratio(), "figures": figures}


class Figures:
    """All that was measured on one number of positions."""

    def __init__(self, data, results):
        self.positions, self.triples = data.positions, data.triples
        self.results, self.whole, self.loads = results, [], {}


class Bench:
    def __init__(self, programs):
        self.programs = programs
        self.launcher = Launcher()
        self.limits = Limits(programs.limit, programs.max_memory * 1e9)
        # What prepares the data is no engine's time.
        self.patient = Limits(3600, programs.max_memory * 1e9)
        self.differences = Differences(KNOWN)
        self.table = Table(programs.markdown)
        self.whole = Whole(programs, self.launcher, self.limits, programs.runs, self.differences)

    def engines(self, data):
        """What starts each that is there: name and function."""
        p = self.programs
        yield "standpoint", lambda: Standpoint(p.standpoint, self.launcher, self.limits, data.store)
        if "oxigraph" in p.engines and p.oxigraph:
            yield "oxigraph", lambda: Oxigraph(p.oxigraph, self.launcher, self.limits, data.work / "oxigraph")
        for name, module in LIBRARIES.items():
            if name in p.engines and importlib.util.find_spec(module):
                yield name, lambda name=name, module=module: Inside(name, module, self.limits)
        if "virtuoso" in p.engines and p.virtuoso:
            yield "virtuoso", lambda: Virtuoso(p.virtuoso, p.isql, self.limits, fresh(data.work / "server"))

    def size(self, positions, case, every):
        work = self.programs.work / f"generated-{positions}"
        say(f"making {positions:,} positions")
        data = Data(self.programs, self.launcher, self.patient, positions, work)
        data.make()
        asked = [q for q in queries() + (self.questions if self.programs.library else []) if chosen(q, self.programs)]
        figures = Figures(data, [Result(query) for query in asked])
        title = f"{positions:,} positions, {data.triples:,} triples, {data.bytes / 1e6:,.0f} MB of N-Triples"
        say("loading")
        if self.programs.whole:
            figures.whole = self.whole.loads(data)
        if not data.store.exists():
            # The graph is the same, whatever it was loaded from; sheets are what everyone can load.
            data.ours("load", data.sheets)
        if "duckdb" in self.programs.engines:
            data.export_tables()
        answers = fresh(work / "answers")
        for name, start in self.engines(data):
            self.engine(name, start, data, figures, answers)
            # Hours go into this: what is there is kept, whatever becomes of the rest.
            self.write(case, [*every, figures])
        if self.programs.whole:
            say("whole processes")
            point = next(q for q in queries() if q.name == "point").texts["rq"]
            figures.whole += self.whole.rest(data, point)
        self.show(title, figures)
        if not self.programs.keep:
            fresh(work).rmdir()
        return figures

    def engine(self, name, start, data, figures, answers):
        say(f"asking {name}")
        engine = None
        try:
            engine = start()
            figures.loads[name] = engine.load(data)
            for result in figures.results:
                result.figures[name] = self.ask(engine, result.query, answers)
        except Failed as failure:
            complain(name, "load", failure)
            figures.loads[name] = failure
            for result in figures.results:
                result.figures.setdefault(name, failure if engine is None or engine.dialect in result.query.texts else None)
        finally:
            if engine:
                engine.close()

    def ask(self, engine, query, answers):
        if engine.dialect not in query.texts:
            return None
        text, kept = query.texts[engine.dialect], answers / f"{query.shape}-{query.name}"
        try:
            answer = engine.answer(text, answers)
            if kept.exists():
                with kept.open("rb") as ours:
                    lines = difference(pickle.load(ours), answer, engine.dialect == "sql")
                if not self.differences.note(engine.name, query.name, lines):
                    return Failed("wrong")
            else:
                with kept.open("wb") as file:
                    pickle.dump(answer, file)
            del answer
            return engine.time(text, self.programs.runs)
        except Failed as failure:
            complain(engine.name, query.name, failure)
            return failure

    def show(self, title, figures):
        if figures.whole:
            self.table.whole(f"{title}: whole processes", figures.whole)
        others = [name for name in NAMES if name in self.programs.engines]
        absent = [name for name in others if name not in figures.loads]
        mine = [r for r in figures.results if r.query.shape != "library"]
        rest = [r for r in figures.results if r.query.shape == "library"]
        for part, results in ("queries", mine), ("the library's questions", rest):
            if results:
                self.table.queries(f"{title}: {part}", results, [n for n in others if n not in absent])
        self.table.engines("Engines", figures.loads, figures.results)
        for name in absent:
            self.table.note(f"absent: {name}")

    def ends(self, case, every):
        if every:
            largest = max(every, key=lambda figures: figures.positions)
            self.table.head(f"Targets at {largest.positions:,} positions", ["figure", "target", ""], (40, 20, 13, 7))
            for what, figure, target, reached in targets(case, largest):
                self.table.row(what, [figure, target, "–" if reached is None else "yes" if reached else "no"])
        for engine, query, why in self.differences.excused:
            self.table.note(f"{engine} is known to differ in {query}: {why}")
        for engine, query, lines in self.differences.found:
            self.table.note(f"{engine} answers {query} otherwise:\n  " + "\n  ".join(lines))
        compared, different = self.differences.compared, len(self.differences.found + self.differences.excused)
        self.table.note(f"{compared} answers and graphs compared with ours, {different} of them different")
        return not self.differences.found

    def run(self):
        p = self.programs
        print(f"{version(p.standpoint)} on {platform.system()}, {os.cpu_count()} cores;")
        print(f"medians of {p.runs} runs, {3 * p.runs} where they are short, fewer beyond 10 s;")
        print("ours and oxi (the command, from disk): whole processes, cold; the others: warm, in a")
        print("process that has loaded; ratio = ours : fastest other that answers the same; MB = peak")
        if p.whole:
            say("the shipped case")
        case = self.whole.case(p.work / "case") if p.whole else []
        if case:
            self.table.whole("The shipped case", case)
        if p.library and p.positions:
            self.questions = library(p, self.launcher, self.patient, p.work / "library")
        every = []
        for positions in p.positions:
            every.append(self.size(positions, case, every))
            self.write(case, every)
        self.launcher.close()
        return self.ends(case, every)

    def write(self, case, every):
        plain = {"standpoint": version(self.programs.standpoint), "cores": os.cpu_count(), "runs": self.programs.runs,
                 "case": [step.plain() for step in case], "sizes": []}
        for figures in every:
            loads = {n: {"failed": l.shown, "why": l.reason} if isinstance(l, Failed) else
                     {**l, "took": l["took"].plain()} if "took" in l else l for n, l in figures.loads.items()}
            plain["sizes"].append({
                "positions": figures.positions, "triples": figures.triples, "loads": loads,
                "whole": [step.plain() for step in figures.whole], "queries": [r.plain() for r in figures.results],
            })
        (self.programs.work / "figures.json").write_text(json.dumps(plain, indent=1) + "\n")


def chosen(query, programs):
    return not programs.only or query.name in programs.only


def complain(engine, query, failure):
    if failure.reason:
        say(f"{engine}, {query}: {failure.shown}: " + " ".join(failure.reason.split())[:400])


def say(text):
    print(f"bench: {time.monotonic() - BEGUN:5.0f} s  {text}", file=sys.stderr, flush=True)


def version(program):
    return subprocess.check_output([program, "--version"], text=True).strip()


def memory():
    """Four fifths of what the machine has, in GB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.8 / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--standpoint", type=Path, required=True, help="the program; as all that are paths, run.sh finds it")
    parser.add_argument("--generate", type=Path, required=True, help="the example that makes positions")
    parser.add_argument("--oxigraph", default="", help="the command; none leaves it out")
    parser.add_argument("--virtuoso", default="", help="the server; none leaves it out")
    parser.add_argument("--isql", default="isql-vt", help="the client of that server")
    parser.add_argument("--work", type=Path, required=True, help="folder for files in between, and for figures.json")
    parser.add_argument("--case", type=Path, default="data", help="the sheets of the shipped case")
    parser.add_argument("--positions", type=int, nargs="*", default=[250_000, 1_000_000], metavar="N")
    parser.add_argument("--engines", nargs="*", default=NAMES, choices=NAMES, help="the others; all")
    parser.add_argument("--only", nargs="*", metavar="QUERY", help="of the queries and questions only these")
    parser.add_argument("--library", action=argparse.BooleanOptionalAction, default=True, help="ask the library's questions")
    parser.add_argument("--whole", action=argparse.BooleanOptionalAction, default=True, help="measure load, export and the like")
    parser.add_argument("--sheets", nargs="*", default=["jsonl"], choices=["jsonl", "yaml", "csv"], help="sheets to load")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each; thrice that where they are short")
    parser.add_argument("--limit", type=float, default=120, metavar="SECONDS", help="for a query; ten times that for a load")
    parser.add_argument("--max-memory", type=float, default=memory(), metavar="GB", help="of one process")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument("--keep", action="store_true", help="leave data and stores for a look")
    programs = parser.parse_args()
    programs.work = programs.work.resolve()
    if "oxigraph" not in programs.engines:
        programs.oxigraph = ""
    programs.work.mkdir(parents=True, exist_ok=True)
    try:
        if not Bench(programs).run():
            sys.exit("bench: answers differ")
    except Failed as failure:
        sys.exit(f"bench: {failure.shown}: {failure.reason}")


if __name__ == "__main__":
    main()
