"""A process with one library in it: `worker.py LIBRARY`, then lines of JSON. See inside.py.

`time` takes a query's whole answer in the form that is quickest to have of the library: a table
in memory where it has one, else text.
"""

import collections
import datetime
import decimal
import json
import pickle
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[3] / "tests/peers")]
from answers import rows
from measure import LONG, forget, highest


class Sparq:
    def load(self, source):
        import sparq

        self.graph = sparq.Graph.load(source, "ntriples")

    def run(self, query):
        return self.graph.query_json(query)

    def rows(self, query):
        return rows(json.loads(self.run(query)))


class Maplib:
    def load(self, source):
        import maplib

        self.model = maplib.Model()
        self.model.read(source, format="ntriples", transient=True)
        # Built at the first question otherwise.
        self.model.create_index()

    def run(self, query):
        return self.model.query(query)

    def rows(self, query):
        return rows(json.loads(self.model.query(query, return_json=True)))


class OxigraphMemory:
    def load(self, source):
        import pyoxigraph

        self.form = pyoxigraph.QueryResultsFormat
        self.store = pyoxigraph.Store()
        self.store.bulk_load(path=source, format=pyoxigraph.RdfFormat.N_TRIPLES)

    def run(self, query):
        return self.store.query(query).serialize(format=self.form.CSV)

    def rows(self, query):
        return rows(json.loads(self.store.query(query).serialize(format=self.form.JSON)))


class DuckDB:
    """Tables, not triples: a file of CSV each, as our own tool exports them."""

    def load(self, source):
        import duckdb

        self.connection = duckdb.connect()
        for file in sorted(Path(source).glob("*.csv")):
            self.connection.execute(f"CREATE TABLE \"{file.stem}\" AS FROM read_csv('{file}', header = true, sample_size = -1)")

    def run(self, query):
        return self.connection.execute(query).to_arrow_table()

    def rows(self, query):
        """Values without types: compare.py knows what to make of them."""
        return collections.Counter(tuple(map(value, row)) for row in self.connection.execute(query).fetchall())


def value(cell):
    if cell is None:
        return None
    if isinstance(cell, (int, float, decimal.Decimal)):
        return f"number {decimal.Decimal(str(cell)).normalize():f}"
    return f'"{cell.isoformat() if isinstance(cell, datetime.date) else cell}"'


def timed(engine, query, runs):
    taken = []
    while len(taken) < runs and sum(taken) <= LONG:
        begun = time.perf_counter()
        kept = engine.run(query)
        taken.append(time.perf_counter() - begun)
        del kept
    return taken


def main():
    engine = {"sparq": Sparq, "maplib": Maplib, "pyoxigraph": OxigraphMemory, "duckdb": DuckDB}[sys.argv[1]]()
    for line in sys.stdin:
        asked, told = json.loads(line), {}
        forget()
        try:
            if asked["do"] == "load":
                begun = time.perf_counter()
                engine.load(asked["source"])
                told["seconds"] = time.perf_counter() - begun
            elif asked["do"] == "answer":
                with open(asked["file"], "wb") as file:
                    pickle.dump(engine.rows(asked["query"]), file)
            else:
                told["seconds"] = timed(engine, asked["query"], asked["runs"])
        # A panic of Rust is no Exception.
        except BaseException as error:
            told = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(json.dumps({**told, "memory": highest()}), flush=True)


if __name__ == "__main__":
    main()
