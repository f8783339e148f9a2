"""The data that all engines are given, and the questions asked of it."""

import json
import os
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

from answers import bound

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# Who and what is asked about: with Zipf's law, the most frequent of all.
PARAMETERS = {
    "actor": "actor:actor-0", "one": "actor:actor-0", "other": "actor:actor-1", "camp": "actor:actor-2",
    "issue": "issue:issue-1",
}

# `texts` has the query's file by dialect, rq and perhaps sql.
Query = namedtuple("Query", "name title shape texts")


class Data:
    """Generated positions as sheets, as the graph that we make of them, and as tables."""

    def __init__(self, programs, launcher, limits, positions, work):
        self.positions, self.work = positions, work
        self.programs, self.launcher, self.limits = programs, launcher, limits
        self.sheets, self.graph, self.tables = work / "jsonl", work / "graph.nt", work / "tables"
        self.store = work / "standpoint"

    def run(self, *command, output=None):
        return self.launcher.run(command, self.limits, output)

    def ours(self, *words, output=None, store=None):
        return self.run(self.programs.standpoint, "--store", store or self.store, *words, output=output)

    def make(self):
        """Sheets and graph; the store that made it of them is gone again."""
        fresh(self.work)
        self.generate(self.positions, self.sheets, "jsonl")
        self.ours("load", self.sheets)
        self.ours("export", "--format", "ntriples", "--no-verify", "--output", self.graph)
        shutil.rmtree(self.store)
        with open(self.graph, "rb") as lines:
            self.triples = sum(1 for _ in lines)
        self.bytes = self.graph.stat().st_size

    def generate(self, positions, folder, form):
        self.run(self.programs.generate, positions, folder, 1, form)
        return folder

    def export_tables(self):
        """What DuckDB reads: the answers of tables/*.rq, as CSV."""
        self.tables.mkdir(exist_ok=True)
        for query in sorted((HERE / "tables").glob("*.rq")):
            file = self.tables / f"{query.stem}.csv"
            self.ours("query", "--max-memory", "16G", "--format", "csv", "--file", query, output=file)

    def small(self, round):
        """A sheet of an article that nobody has seen yet, with ten positions."""
        folder = fresh(self.work / "small" / str(round))
        article = f"small-{round}"
        lines = [
            {"record": "sheet", "document": f"small/{round}"},
            {"record": "article", "id": article, "title": f"Small {round}", "publisher": "Outlet 1",
             "published": "2025-02-03", "language": "en", "length": 6000},
        ]
        for at in range(10):
            lines.append({
                "article": article, "actor": f"Actor {at}", "stance": "supports",
                "issue": f"Issue {3 * at % 9 + 1} comes true", "mode": "demand", "explicitness": "explicit",
                "certainty": "certain", "quote": {"exact": "river council ferry", "start": 100 * at},
            })
        (folder / "small.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return folder


def queries():
    """Those of queries/: the first line of each says its shape and what it asks."""
    found = []
    for file in sorted((HERE / "queries").glob("*.rq")):
        shape, title = file.read_text().splitlines()[0].removeprefix("# ").split(": ", 1)
        texts = {"rq": file}
        if file.with_suffix(".sql").exists():
            texts["sql"] = file.with_suffix(".sql")
        found.append(Query(file.stem[3:], title, shape, texts))
    return found


def library(programs, launcher, limits, work):
    """The questions that come with the program, with parameters as it binds them.

    A receipt has them; it is made of a small case, where the question takes no time."""
    fresh(work)
    data = Data(programs, launcher, limits, 1000, work / "data")
    fresh(data.work)
    data.ours("load", data.generate(1000, data.sheets, "jsonl"))
    found = []
    for file in sorted((ROOT / "queries").glob("*.rq")):
        text, receipt = file.read_text(), work / f"{file.stem}.json"
        options = [
            part
            for name, value in PARAMETERS.items()
            if f"#+   {name}: {{" in text and "optional" not in text.split(f"#+   {name}: {{")[1].split("\n")[0]
            for part in (f"--{name}", value)
        ]
        data.ours("ask", file.stem, *options, "--format", "json", "--receipt", receipt)
        given = [p for p in json.loads(receipt.read_text())["parameters"] if p["term"]]
        query = work / file.name
        query.write_text(bound(text, given, file.stem))
        found.append(Query(file.stem, file.stem, "library", {"rq": query}))
    return found


def sorted_sum(file):
    """What tells the set of a file's lines from any other; `sort` keeps this process small."""
    return subprocess.check_output(["sh", "-c", 'sort -u "$1" | cksum', "sh", str(file)], env={**os.environ, "LC_ALL": "C"})


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
