"""Standpoint beside the real oxigraph command: whole processes, the same data, the same answers.

Started by run.sh, which finds the three programs. Both commands are run in turn, A B A B …, so
that a machine that slows down slows both. Shown are medians: of the wall times, of the ratios
pair by pair, and the peak memory that the system reports of a process (never less than this
script's own, some 10 MB). Stores are on disk, the system's file cache is warm.

Answers are compared before anything is timed: rows as multisets, graphs as sets of triples.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

PREFIXES = """
PREFIX stp: <https://w3id.org/standpoint/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
# The least that a process can be asked: what is left is starting, opening and ending.
TRIVIAL = "SELECT (1 AS ?one) {}"
CASE = {
    "trivial query": TRIVIAL,
    "who opposes what": "SELECT ?who ?what { ?who stp:opposes ?what }",
    "every quote with its place": """SELECT ?p ?name ?value ?start ?end {
        ?p a stp:Position ; stp:actor/skos:prefLabel ?name ; stp:evidence/oa:hasSelector ?words .
        ?words oa:start ?start ; oa:end ?end .
        OPTIONAL { ?p stp:stanceValue ?value } }""",
}
GENERATED = {
    "trivial query": TRIVIAL,
    "point query": """SELECT ?issue ?stance ?words {
        ?p stp:actor <https://w3id.org/standpoint/id/actor/actor-99> ; stp:issue ?issue ;
           stp:stance ?stance ; stp:evidence/oa:hasSelector/oa:exact ?words }""",
    "aggregate query": """SELECT ?issue (COUNT(?p) AS ?count) (AVG(?value) AS ?mean) {
        ?p a stp:Position ; stp:issue ?issue ; stp:stanceValue ?value } GROUP BY ?issue""",
}
SHEETS = {"jsonl": "JSON Lines", "yaml": "YAML", "csv": "CSV"}


class Run:
    """What one run of a command took."""

    def __init__(self, command):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            fail(f"{' '.join(map(str, command))}\n{errors.decode(errors='replace')}")
        # Linux counts in kilobytes, macOS in bytes.
        self.memory = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


class Figures:
    """What several runs took: one command, or two in turn."""

    def __init__(self, runs, ours, theirs=None, before=lambda: None):
        self.ours, self.theirs = [], []
        # The first round finds the file cache cold and is not counted.
        for round in range(runs + 1):
            for command, kept in (ours, self.ours), (theirs, self.theirs):
                if command:
                    before()
                    run = Run(command)
                    if round > 0:
                        kept.append(run)

    @staticmethod
    def seconds(runs):
        return statistics.median(run.seconds for run in runs)

    @staticmethod
    def memory(runs):
        return statistics.median(run.memory for run in runs)

    def ratio(self):
        return statistics.median(a.seconds / b.seconds for a, b in zip(self.ours, self.theirs))


class Table:
    """Rows of a step, two times, their ratio and two sizes of memory, within 80 columns."""

    def __init__(self, markdown):
        self.markdown = markdown

    def head(self, title):
        if self.markdown:
            print(f"\n**{title}**\n\n| | standpoint | oxigraph | ratio | MB | MB |")
            print("|---|--:|--:|--:|--:|--:|")
        else:
            print(f"\n{title}")
            print(f"  {'':30}{'standpoint':>11}{'oxigraph':>11}{'ratio':>8}{'MB':>7}{'MB':>7}")

    def row(self, step, figures):
        ours, theirs = figures.ours, figures.theirs
        cells = [duration(figures.seconds(ours)), "", "", f"{figures.memory(ours):.0f}", ""]
        if theirs:
            cells[1] = duration(figures.seconds(theirs))
            cells[2] = f"{figures.ratio():.2f}"
            cells[4] = f"{figures.memory(theirs):.0f}"
        if self.markdown:
            print(f"| {step} | {' | '.join(cells)} |", flush=True)
        else:
            widths = (11, 11, 8, 7, 7)
            print(f"  {step:30}" + "".join(f"{c:>{w}}" for c, w in zip(cells, widths)), flush=True)

    def note(self, text):
        print(f"\n{text}" if self.markdown else f"  {text}")


class Pair:
    """One graph in a store of each program, and the commands to ask them."""

    def __init__(self, programs, work):
        self.work = work
        self.standpoint = [programs.standpoint, "--store", work / "ours"]
        self.oxigraph = programs.oxigraph
        self.location = ["--location", work / "theirs"]
        self.graph = work / "graph.nt"

    def load_ours(self, paths):
        return [*self.standpoint, "load", *paths]

    def load_theirs(self):
        return [self.oxigraph, "load", *self.location, "--file", self.graph]

    def clear(self):
        for store in "ours", "theirs":
            shutil.rmtree(self.work / store, ignore_errors=True)

    def fill(self, paths):
        """Loads the sheets here, and what they say there. How many triples that is."""
        self.clear()
        Run(self.load_ours(paths))
        Run([*self.standpoint, "export", "--output", self.graph])
        Run(self.load_theirs())
        with open(self.graph, "rb") as lines:
            return sum(1 for _ in lines)

    def queries(self, query):
        query = PREFIXES + query
        ours = [*self.standpoint, "query", "--format", "tsv", query]
        theirs = [self.oxigraph, "query", *self.location, "--results-format", "tsv", "--query", query]
        answers = [sorted(output(command).splitlines()) for command in (ours, theirs)]
        if answers[0] != answers[1]:
            fail(f"different answers, {len(answers[0])} and {len(answers[1])} lines:\n{query}")
        if len(answers[0]) < 2:
            fail(f"no answer at all:\n{query}")
        return ours, theirs

    def check(self):
        """Nothing comes near it on the other side: all rules and shapes, every finding written."""
        return [*self.standpoint, "check", "--fail-on", "never", "--format", "json"]

    def exports(self):
        """The commands that write Turtle; their files hold the same triples."""
        ours, theirs = self.work / "ours.ttl", self.work / "theirs.ttl"
        commands = (
            [*self.standpoint, "export", "--output", ours],
            [self.oxigraph, "dump", *self.location, "--graph", "default", "--file", theirs],
        )
        sums = []
        for command, file in zip(commands, (ours, theirs)):
            Run(command)
            lines = file.with_suffix(".nt")
            Run([self.oxigraph, "convert", "--from-file", file, "--to-file", lines])
            sums.append(self.triples(lines))
        if sums[0] != sums[1]:
            fail("the Turtle that the two wrote is not the same graph")
        return commands

    @staticmethod
    def triples(file):
        """What tells the set of a file's lines from any other; `sort` keeps this process small."""
        command = f"sort -u '{file}' | cksum"
        return subprocess.check_output(["sh", "-c", command], env={**os.environ, "LC_ALL": "C"})


def case(programs, table):
    pair = Pair(programs, fresh(programs.work / "case"))
    triples = pair.fill([programs.case])
    table.head(f"The shipped case, {triples:,} triples")
    for step, query in CASE.items():
        table.row(step, Figures(3 * programs.runs, *pair.queries(query)))
    table.row("Turtle export", Figures(3 * programs.runs, *pair.exports()))
    table.row("check by all rules", Figures(3 * programs.runs, pair.check()))


def generated(programs, table, positions):
    work = fresh(programs.work / f"generated-{positions}")
    folders = {}
    for sheet in SHEETS:
        folders[sheet] = work / sheet
        Run([programs.generate, str(positions), folders[sheet], "1", sheet])
    pair = Pair(programs, work)
    graphs = []
    for folder in folders.values():
        triples = pair.fill([folder])
        graphs.append(pair.triples(pair.graph))
    if len(set(graphs)) > 1:
        fail("the same positions give different graphs in different sheet formats")
    table.head(f"{positions:,} generated positions, {triples:,} triples")
    for step, query in GENERATED.items():
        table.row(step, Figures(programs.runs, *pair.queries(query)))
    table.row("Turtle export", Figures(programs.runs, *pair.exports()))
    table.row("check by all rules", Figures(programs.runs, pair.check()))
    loads = pair.load_ours([pair.graph]), pair.load_theirs()
    table.row("load N-Triples", Figures(programs.runs, *loads, before=pair.clear))
    if pair.triples(reexported(pair)) != graphs[0]:
        fail("loading what was exported gives another graph")
    rates = []
    for sheet, name in SHEETS.items():
        figures = Figures(programs.runs, pair.load_ours([folders[sheet]]), before=pair.clear)
        table.row(f"encode and load {name}", figures)
        rates.append(f"{name} {positions / figures.seconds(figures.ours):,.0f}")
    table.note(f"positions encoded and loaded a second: {', '.join(rates)}")


def reexported(pair):
    pair.clear()
    Run(pair.load_ours([pair.graph]))
    file = pair.work / "again.nt"
    Run([*pair.standpoint, "export", "--output", file])
    return file


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def output(command):
    return subprocess.check_output(command, stderr=subprocess.PIPE)


def duration(seconds):
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds:.2f} s"


def fail(message):
    sys.exit(f"bench: {message}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for program in "standpoint", "generate", "oxigraph":
        parser.add_argument(f"--{program}", type=Path, required=True, help="the program")
    parser.add_argument("--work", type=Path, required=True, help="folder for files in between")
    parser.add_argument("--case", type=Path, default="data", help="the sheets of the shipped case")
    parser.add_argument("--positions", type=int, nargs="*", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each; thrice that for the case")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    programs = parser.parse_args()
    versions = [
        output([program, "--version"]).decode().strip() for program in (programs.standpoint, programs.oxigraph)
    ]
    print(f"{versions[0]} and {versions[1]} on {platform.system()}, {os.cpu_count()} cores;")
    print(f"medians of {programs.runs} runs in turn, {3 * programs.runs} where they are short;")
    print("ratio = standpoint : oxigraph; MB = peak memory of the one and the other")
    table = Table(programs.markdown)
    case(programs, table)
    for positions in programs.positions:
        generated(programs, table, positions)


if __name__ == "__main__":
    main()
