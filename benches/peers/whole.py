"""Whole processes beside the oxigraph command, in turn: load, export, start, a small article, check."""

import shutil
import sys

from data import Data, fresh, sorted_sum
from measure import Failed, on_disk

PREFIXES = """
PREFIX stp: <https://w3id.org/standpoint/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
CASE = {
    # The least that a process can be asked: what is left is starting, opening and ending.
    "trivial query": "SELECT (1 AS ?one) {}",
    "point query": "SELECT ?who ?what { ?who stp:opposes ?what }",
    "every quote with its place": """SELECT ?p ?name ?value ?start ?end {
        ?p a stp:Position ; stp:actor/skos:prefLabel ?name ; stp:evidence/oa:hasSelector ?words .
        ?words oa:start ?start ; oa:end ?end .
        OPTIONAL { ?p stp:stanceValue ?value } }""",
}


class Step:
    """What was measured of both; the other may be none."""

    def __init__(self, name, ours, theirs=None, **more):
        self.name, self.ours, self.theirs, self.more = name, ours, theirs, more

    def ratio(self):
        if good(self.ours) and good(self.theirs):
            return self.ours.median / self.theirs.median
        return None

    def plain(self):
        sides = {"ours": self.ours, "oxigraph": self.theirs}
        return {"step": self.name, "ratio": self.ratio(), **self.more} | {
            name: took.plain() if good(took) else getattr(took, "shown", None) for name, took in sides.items()
        }


def good(took):
    return took is not None and not isinstance(took, Failed)


class Whole:
    def __init__(self, programs, launcher, limits, runs, differences):
        self.programs, self.launcher, self.limits, self.runs = programs, launcher, limits, runs
        self.differences = differences

    def pair(self, name, ours, theirs=None, runs=None, before=lambda round: None, **more):
        commands = [ours] + ([theirs] if theirs and self.programs.oxigraph else [])
        taken = self.launcher.in_turn(commands, runs or self.runs, self.limits, before)
        for took in taken:
            if isinstance(took, Failed):
                print(f"bench: {name}: {took.shown} {took.reason}", file=sys.stderr, flush=True)
        return Step(name, *taken, **more)

    def case(self, work):
        """The shipped case: what it takes to start."""
        fresh(work)
        data = Data(self.programs, self.launcher, self.limits, 0, work)
        ours, theirs = self.engines(data)
        data.ours("load", self.programs.case)
        data.ours("export", "--format", "ntriples", "--output", data.graph)
        if theirs:
            data.run(*theirs.loading(data.graph))
        steps = []
        for name, text in CASE.items():
            query = work / f"{name.replace(' ', '-')}.rq"
            query.write_text(PREFIXES + text)
            self.same(f"shipped case, {name}", ours, theirs, query, work)
            steps.append(self.query(name, ours, theirs, query, 3 * self.runs))
        steps += self.exports(data, ours, theirs, 3 * self.runs)
        steps.append(self.pair("check by all rules", self.check(data), runs=3 * self.runs))
        return steps

    def same(self, name, ours, theirs, query, work):
        from compare import difference

        if theirs:
            self.differences.note("oxigraph", name, difference(ours.answer(query, work), theirs.answer(query, work)))

    def query(self, name, ours, theirs, query, runs=None):
        return self.pair(name, ours.asking(query, "csv"), theirs and theirs.asking(query, "csv"), runs)

    def engines(self, data):
        from engines.commands import Oxigraph, Standpoint

        ours = Standpoint(self.programs.standpoint, self.launcher, self.limits, data.store)
        if not self.programs.oxigraph:
            return ours, None
        return ours, Oxigraph(self.programs.oxigraph, self.launcher, self.limits, data.work / "oxigraph")

    def loads(self, data):
        """Leaves both stores with the same graph."""
        ours, theirs = self.engines(data)

        def clear(round):
            for folder in data.store, data.work / "oxigraph":
                shutil.rmtree(folder, ignore_errors=True)

        # A load takes long enough to be measured in fewer runs, and has a longer limit.
        self.limits.seconds *= 10
        runs = min(self.runs, 3)
        steps = []
        for form in self.programs.sheets:
            folder = data.sheets if form == "jsonl" else data.generate(data.positions, data.work / form, form)
            steps.append(self.pair(f"load sheets, {form}", ours.loading(folder), None, runs, clear))
            if good(steps[-1].ours):
                # Each format says the same.
                again = data.work / "again.nt"
                data.ours("export", "--format", "ntriples", "--no-verify", "--output", again)
                self.differences.graph(f"sheets in {form}", again, data.graph)
        load = self.pair("load N-Triples", ours.loading(data.graph), theirs and theirs.loading(data.graph), runs, clear)
        for took, folder in (load.ours, data.store), (load.theirs, data.work / "oxigraph"):
            if not good(took):
                shutil.rmtree(folder, ignore_errors=True)
        load.more |= {
            "disk": on_disk(data.store), "index": on_disk(data.store / "index"),
            "disk_oxigraph": on_disk(theirs.store) if theirs else 0,
        }
        steps.append(load)
        if theirs and good(load.theirs):
            optimize = [self.programs.oxigraph, "optimize", "--location", theirs.store]
            took = self.launcher.run(optimize, self.limits)
            steps.append(Step("oxigraph optimize", None, took, disk_oxigraph=on_disk(theirs.store)))
        self.limits.seconds /= 10
        return steps

    def exports(self, data, ours, theirs, runs=None):
        """Also whether both wrote the same graph, and whether ours can be read by the other."""
        files = {name: data.work / f"export-{name}" for name in ("ours.nt", "theirs.nt", "ours.ttl", "theirs.ttl")}

        def dump(file):
            return theirs and [self.programs.oxigraph, "dump", "--location", theirs.store, "--graph", "default",
                               "--file", files[file]]

        def export(file, *more):
            return [self.programs.standpoint, "--store", data.store, "export", *more, "--output", files[file]]

        steps = [
            self.pair("export N-Triples", export("ours.nt", "--no-verify"), dump("theirs.nt"), runs),
            self.pair("export N-Triples, re-read", export("ours.nt"), dump("theirs.nt"), runs),
            self.pair("export Turtle", export("ours.ttl", "--no-verify"), dump("theirs.ttl"), runs),
            self.pair("export Turtle, re-read", export("ours.ttl"), dump("theirs.ttl"), runs),
        ]
        if theirs and all(good(step.ours) and good(step.theirs) for step in steps):
            again = data.work / "again.nt"
            self.differences.graph("export N-Triples", files["ours.nt"], files["theirs.nt"])
            data.run(self.programs.oxigraph, "convert", "--from-file", files["ours.ttl"], "--to-file", again)
            self.differences.graph("export Turtle", again, files["theirs.nt"])
            again.unlink()
        for file in files.values():
            file.unlink(missing_ok=True)
        return steps

    def check(self, data):
        """Nothing comes near it on the other side: all rules and shapes, every finding written."""
        return [self.programs.standpoint, "--store", data.store, "check", "--fail-on", "never", "--format", "json"]

    def rest(self, data, point):
        """Last, for the stores are other ones after it."""
        ours, theirs = self.engines(data)
        steps = [self.query("point query", ours, theirs, point, 3 * self.runs)]
        steps += self.exports(data, ours, theirs, min(self.runs, 3))
        steps.append(self.pair("check by all rules", self.check(data), runs=min(self.runs, 3)))
        folders = [data.small(round) for round in range(self.runs)]
        graphs = []
        for round, folder in enumerate(folders):
            graphs.append(folder / "small.nt")
            aside = data.work / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            registry = data.generate(1000, data.work / "thousand", "jsonl") / "registry.jsonl"
            data.ours("load", registry, folder, store=aside)
            data.ours("export", "--article", f"small-{round}", "--format", "ntriples", "--output", graphs[-1], store=aside)
        small = lambda round: ours.loading(folders[round])
        other = theirs and (lambda round: theirs.loading(graphs[round]))
        steps.append(self.pair("one small article", small, other))
        return steps


class Differences:
    """What did not agree, and why that may be; one that is not excused makes the run fail."""

    def __init__(self, known):
        self.known, self.found, self.excused = known, [], []
        self.compared = 0

    def note(self, engine, query, lines):
        """Whether it is the same, or else known to differ."""
        self.compared += 1
        if lines is None:
            return True
        why = self.known.get((engine, query))
        (self.excused if why else self.found).append((engine, query, why or lines))
        return False

    def graph(self, name, one, other):
        self.compared += 1
        if sorted_sum(one) != sorted_sum(other):
            self.found.append(("standpoint", name, ["another graph"]))
