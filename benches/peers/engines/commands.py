"""Engines that are commands: each query is a whole process, which opens its store from cold."""

import json
import shutil

from answers import rows
from measure import Failed, Took, on_disk


class Command:
    dialect, warm = "rq", False

    def __init__(self, program, launcher, limits, store):
        self.program, self.launcher, self.limits, self.store = program, launcher, limits, store

    def answer(self, query, scratch):
        file = scratch / "answer.json"
        self.launcher.run(self.asking(query, "json"), self.limits, file)
        with file.open() as answer:
            return rows(json.load(answer))

    def time(self, query, runs):
        took = self.launcher.runs(self.asking(query, "csv"), runs, self.limits)
        if isinstance(took, Failed):
            raise took
        return took

    def close(self):
        pass


class Standpoint(Command):
    name = "standpoint"

    def asking(self, query, form):
        return [self.program, "--store", self.store, "query", "--format", form, "--file", query]

    def loading(self, *paths):
        return [self.program, "--store", self.store, "load", *paths]

    def load(self, data):
        """The store is there: what loads are measured with leaves it (see whole.py)."""
        return {}


class Oxigraph(Command):
    name = "oxigraph"

    def asking(self, query, form):
        location = ["--location", self.store]
        return [self.program, "query", *location, "--results-format", form, "--query-file", query]

    def loading(self, *paths):
        return [self.program, "load", "--location", self.store, *(part for p in paths for part in ("--file", p))]

    def load(self, data):
        """Loads and optimises, if whole.py has not."""
        if self.store.exists():
            return {}
        shutil.rmtree(self.store, ignore_errors=True)
        took = self.launcher.run(self.loading(data.graph), self.limits)
        more = self.launcher.run([self.program, "optimize", "--location", self.store], self.limits)
        both = Took([took.median + more.median], max(took.memory, more.memory))
        return {"took": both, "disk": on_disk(self.store)}
