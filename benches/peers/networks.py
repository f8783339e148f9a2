"""Networks and aggregates beside scipy and DuckDB on exported Parquet, whole processes, in turn: `make bench`.

    python benches/peers/networks.py --standpoint PROGRAM --work FOLDER [--statements N …] [--runs N]

The data are made here, from a seed. The answers are compared before they are timed."""

import argparse
import csv
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

import numpy

PREFIXES = """@prefix stp: <https://w3id.org/standpoint/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <http://example.org/> .
"""
# What DuckDB and scipy do with the exported table: the statements once a document, then a product of sparse matrices.
CONGRUENCE = """
import sys, duckdb, numpy, scipy.sparse as sparse
rows = duckdb.sql(f"SELECT DISTINCT actor, issue_iri, stance_value, article_iri FROM read_parquet('{sys.argv[1]}') "
                  "WHERE status = 'in force' AND stance_value IS NOT NULL").fetchnumpy()
actors, actor = numpy.unique(numpy.asarray(rows["actor"]).astype(str), return_inverse=True)
issues, issue = numpy.unique(numpy.asarray(rows["issue_iri"]).astype(str), return_inverse=True)
value = numpy.asarray(rows["stance_value"]).astype(float)
values = numpy.unique(value)
of = {v: sparse.csr_matrix((numpy.ones((value == v).sum()), (actor[value == v], issue[value == v])),
                           shape=(len(actors), len(issues))) for v in values}
found = sum((1 - abs(one - other) / 2) * (of[one] @ of[other].T) for one in values for other in values).toarray()
numpy.fill_diagonal(found, 0.0)
print(",".join(["actor", *actors]))
for name, row in zip(actors, found):
    print(",".join([name, *(f"{cell:g}" for cell in row)]))
"""
BARS = """
import sys, duckdb
for row in duckdb.sql("SELECT issue, stance, count(*), count(DISTINCT actor_iri) FROM "
                      f"read_parquet('{sys.argv[1]}') WHERE status = 'in force' GROUP BY ALL ORDER BY ALL").fetchall():
    print(",".join(map(str, row)))
"""
MATRIX = """
import sys, duckdb
for row in duckdb.sql(f"SELECT actor, issue, avg(stance_value) FROM read_parquet('{sys.argv[1]}') "
                      "WHERE status = 'in force' GROUP BY ALL ORDER BY ALL").fetchall():
    print(",".join(map(str, row)))
"""


def made(number, path):
    """Turtle of so many positions: 150 actors, 60 issues, 20 positions a document, two stances in three on one side."""
    chance = random.Random(number)
    with open(path, "w", encoding="utf-8") as out:
        out.write(PREFIXES)
        for at in range(150):
            out.write(f'<a{at}> a stp:Actor ; skos:prefLabel "Actor {at:03}" .\n')
        for at in range(60):
            out.write(f'<i{at}> a stp:Issue ; skos:prefLabel "Issue {at:02}" .\n')
        for at in range(number):
            actor, issue = int(150 * chance.random() ** 2), int(60 * chance.random() ** 2)
            side = (actor + issue) % 2 if chance.random() < 0.8 else chance.randrange(2)
            stance, value = [("Supports", "1.0"), ("Opposes", "-1.0")][side]
            day = f"20{10 + chance.randrange(10)}-{1 + chance.randrange(12):02}-{1 + chance.randrange(28):02}"
            out.write(f"<p{at}> a stp:Position ; stp:actor <a{actor}> ; stp:issue <i{issue}> ; stp:stance stp:{stance} ; "
                      f'stp:stanceValue {value} ; stp:status stp:InForce ; stp:statedUntil "{day}"^^xsd:date ; '
                      f"prov:wasDerivedFrom <d{at // 20}> .\n")


def timed(command, runs):
    """Median of whole processes in seconds, and what the last one printed."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True)
        times.append(time.perf_counter() - start)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stderr.decode()}")
    return statistics.median(times), done.stdout.decode()


def numbers(text):
    rows = list(csv.reader(io.StringIO(text)))
    return [row[0] for row in rows[1:]], numpy.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--standpoint", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--statements", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    print(f"{'statements':>10}  {'what':32}  {'standpoint':>10}  {'peer':>8}  peer")
    for number in args.statements:
        folder = os.path.join(args.work, f"networks-{number}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        data, store, table = (os.path.join(folder, name) for name in ["data.ttl", "store", "positions.parquet"])
        made(number, data)
        run = lambda *arguments: [args.standpoint, "--store", store, *arguments]
        for command in [run("load", "--allow-violations", data), run("summary"), run("export", "--format", "parquet", "-o", table)]:
            timed(command, 1)
        peer = lambda program: [sys.executable, "-c", program, table]
        network, bars, means = (run("network", "--duplicates", "document", "--format", "csv"),
                                run("barplot", "--format", "csv"), run("matrix", "--format", "csv"))
        names, ours = numbers(timed(network, 1)[1])
        other, theirs = numbers(timed(peer(CONGRUENCE), 1)[1])
        if names != other or not numpy.allclose(ours, theirs, rtol=1e-5):
            sys.exit(f"{number}: the congruence is another than that of scipy")
        counts = sorted((row["issue"], row["stance"], int(row["positions"]))
                        for row in csv.DictReader(io.StringIO(timed(bars, 1)[1])))
        wanted = sorted((row[0], row[1], int(row[2])) for row in csv.reader(io.StringIO(timed(peer(BARS), 1)[1])))
        if counts != wanted:
            sys.exit(f"{number}: the bars are others than those of DuckDB")
        for what, own, program, who in [
                ("congruence, once a document", network, CONGRUENCE, "DuckDB and scipy"),
                ("bars", bars, BARS, "DuckDB"), ("matrix of means", means, MATRIX, "DuckDB")]:
            mine, theirs = timed(own, args.runs)[0], timed(peer(program), args.runs)[0]
            print(f"{number:>10,}  {what:32}  {mine:>9.3f}s  {theirs:>7.3f}s  {who}", flush=True)


main()
