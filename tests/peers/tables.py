"""Our tables, read by frictionless, pandas, openpyxl, DuckDB and pyarrow, which have to find the numbers that a query
finds: on the shipped data, and on RDF that somebody else wrote, with names that are hard to write."""

import argparse
import csv
import glob
import io
import json
import os
import subprocess
import sys

import duckdb
import frictionless
import openpyxl
import pandas
import pyarrow.parquet

DATA = ["data/night-ferry", "data/witkoff-putin-2025"]
TABLES = ["positions", "actors", "issues", "articles", "evidence", "conditions", "attributions"]
SHEETS = TABLES[:5]
TRUTH = {
    "positions": "SELECT (COUNT(*) AS ?n) { ?x a stp:Position }",
    "actors": "SELECT (COUNT(*) AS ?n) { ?x a stp:Actor }",
    "issues": "SELECT (COUNT(*) AS ?n) { ?x a stp:Issue }",
    "articles": "SELECT (COUNT(*) AS ?n) { ?x a stp:Article }",
    "evidence": "SELECT (COUNT(*) AS ?n) { ?x a stp:Position ; stp:evidence ?y }",
    "conditions": "SELECT (COUNT(*) AS ?n) { ?x a stp:Position ; stp:condition ?y }",
    "attributions": "SELECT (COUNT(*) AS ?n) { ?x a stp:Position ; stp:attribution ?y }",
}
STANCES = """SELECT ?actor ?stance ?issue (COUNT(?position) AS ?n) { ?position a stp:Position ; stp:actor ?actor ;
  stp:stance ?stance ; stp:issue ?issue } GROUP BY ?actor ?stance ?issue"""
VALUES = """SELECT ?issue (COUNT(?value) AS ?n) (SUM(?value) AS ?sum) { ?position a stp:Position ; stp:issue ?issue ;
  stp:stanceValue ?value } GROUP BY ?issue"""
DAYS = """SELECT ?day (COUNT(?position) AS ?n) { ?position a stp:Position ; stp:statedUntil ?until
  BIND(SUBSTR(STR(?until), 1, 10) AS ?day) } GROUP BY ?day"""
QUOTES = """SELECT ?position ?quote { ?position a stp:Position ; stp:evidence/oa:hasSelector/oa:exact ?quote }"""

NAMES = ['=1+1', '+49 "quoted", with a comma', "line\nbreak", "tab\there", "חברי הכנסת", "المعارضة (2)", "-9 \N{CLAPPING HANDS SIGN}",
         "@twice", "@twice", " blank at its end "]


def foreign(names):
    """Turtle as others write it: blank nodes, another base, days with a time zone, a position without most of it."""
    lines = ["@prefix stp: <https://w3id.org/standpoint/ns#> .",
             "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
             "@prefix oa: <http://www.w3.org/ns/oa#> .",
             "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
             "@base <https://example.org/> .",
             '<mill> a stp:Issue ; skos:prefLabel "Die Mühle wird verkauft"@de .',
             "[] a stp:Position ; stp:actor <a0> ; stp:issue <mill> ; stp:stance stp:Opposes ; stp:stanceValue -1.0 ;",
             '  stp:evidence [ oa:hasSource <paper> ; oa:hasSelector [ oa:exact "no, \\"never\\"" ] ] .',
             "<bare> a stp:Position .",
             '<odd> a stp:Position ; stp:statedUntil "spring"^^xsd:date .']
    for number, name in enumerate(names):
        text = json.dumps(name, ensure_ascii=False)
        lines += [f"<a{number}> a stp:Actor ; skos:prefLabel {text} .",
                  f"<p{number}> a stp:Position ; stp:actor <a{number}> ; stp:issue <mill> ; stp:stance stp:Supports ;",
                  f'  stp:stanceValue 1.0 ; stp:statedUntil "20{number:02}-02-28+01:00"^^xsd:date .']
    return "\n".join(lines)


class Reader:
    def __init__(self, args):
        self.args = args
        self.faults = []
        self.checked = 0

    def run(self, data, *arguments, fails=False):
        command = [self.args.standpoint] + [part for path in data for part in ("--data", path)] + list(arguments)
        done = subprocess.run(command, capture_output=True)
        if (done.returncode != 0) != fails:
            sys.exit(f"{' '.join(command)}\n{done.stderr.decode()}")
        return done.stderr.decode() if fails else done.stdout

    def query(self, data, text):
        return list(csv.DictReader(io.StringIO(self.run(data, "query", text, "--format", "csv").decode())))

    def same(self, what, found, wanted):
        self.checked += 1
        if found != wanted:
            self.faults.append(f"{what}\n  found  {found}\n  wanted {wanted}")


def counted(frame, columns):
    """Rows in groups, as numbers."""
    return {tuple(key) if isinstance(key, tuple) else (key,): int(n)
            for key, n in frame.dropna(subset=columns).groupby(columns).size().items()}


def hold(reader, name, data, frames, what):
    """Tables as pandas has them against what the query says."""
    for table, frame in frames.items():
        wanted = int(reader.query(data, TRUTH[table])[0]["n"])
        reader.same(f"{name}, {what}: rows of {table}", len(frame), wanted)
    positions = frames["positions"]
    if positions.empty:
        return
    wanted = {(row["actor"], row["stance"], row["issue"]): int(row["n"]) for row in reader.query(data, STANCES)}
    blank = {key: n for key, n in wanted.items() if not any(part.startswith("_:") for part in key)}
    reader.same(f"{name}, {what}: who takes which stance", counted(positions, ["actor_iri", "stance_iri", "issue_iri"]), blank)
    wanted = {row["issue"]: (int(row["n"]), float(row["sum"])) for row in reader.query(data, VALUES)}
    valued = positions.dropna(subset=["stance_value"]).groupby("issue_iri")["stance_value"]
    found = {issue: (int(group.count()), float(group.sum())) for issue, group in valued}
    reader.same(f"{name}, {what}: values of stances", found, wanted)
    days = pandas.to_datetime(positions["stated_until"]).dropna().dt.strftime("%Y-%m-%d").value_counts()
    wanted = {row["day"]: int(row["n"]) for row in reader.query(data, DAYS) if row["day"] != "spring"}
    reader.same(f"{name}, {what}: days", {day: int(n) for day, n in days.items()}, wanted)
    wanted = sorted(row["quote"] for row in reader.query(data, QUOTES))
    found = sorted(frames["evidence"]["quote"].dropna())
    if what != "TSV":
        reader.same(f"{name}, {what}: quotes", found, wanted)


def separated(reader, name, data, kind):
    folder = os.path.join(reader.args.work, f"{name}-{kind}", "")
    reader.run(data, "export", "--format", kind, "-o", folder)
    report = frictionless.Package(os.path.join(folder, "datapackage.json")).validate()
    reader.same(f"{name}, {kind}: frictionless", report.flatten(["type", "message"]), [])
    read = lambda table: pandas.read_csv(f"{folder}{table}.{kind}", sep="\t" if kind == "tsv" else ",",
                                         keep_default_na=False, na_values=[""], quoting=3 if kind == "tsv" else 0)
    hold(reader, name, data, {table: read(table) for table in TABLES}, kind.upper())
    single = reader.run(data, "export", "--format", kind)
    reader.same(f"{name}, {kind}: one file is the table of positions", single, open(f"{folder}positions.{kind}", "rb").read())


def marked(reader, name, data):
    folder = os.path.join(reader.args.work, f"{name}-excel", "")
    reader.run(data, "export", "--format", "csv", "--bom", "--excel", "-o", folder)
    report = frictionless.Package(os.path.join(folder, "datapackage.json")).validate()
    reader.same(f"{name}: frictionless with a mark", report.flatten(["type", "message"]), [])
    actors = pandas.read_csv(f"{folder}actors.csv", encoding="utf-8-sig")["actor"]
    reader.same(f"{name}: formulas", [text for text in actors if text[0] in "=+-@\t"], [])


def workbook(reader, name, data):
    path = os.path.join(reader.args.work, f"{name}.xlsx")
    reader.run(data, "export", "-o", path)
    book = openpyxl.load_workbook(path)
    reader.same(f"{name}: sheets", book.sheetnames, SHEETS)
    for sheet in book:
        reader.same(f"{name}: header of {sheet.title} stays", sheet.freeze_panes, "A2")
        reader.same(f"{name}: {sheet.title} filters", bool(sheet.auto_filter.ref), sheet.max_row > 1)
        formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        reader.same(f"{name}: formulas of {sheet.title}", formulas, [])
    frames = pandas.read_excel(path, sheet_name=None, keep_default_na=False, na_values=[""])
    hold(reader, name, data, frames, "workbook")


def parquet(reader, name, data):
    folder = os.path.join(reader.args.work, f"{name}-parquet", "")
    reader.run(data, "export", "--format", "parquet", "-o", folder)
    hold(reader, name, data, {table: pandas.read_parquet(f"{folder}{table}.parquet") for table in TABLES}, "Parquet")
    for table in TABLES:
        file = pyarrow.parquet.ParquetFile(f"{folder}{table}.parquet")
        columns = [file.schema.column(i) for i in range(len(file.schema))]
        nested = [column.path for column in columns if column.max_repetition_level or "." in column.path]
        reader.same(f"{name}: {table} is flat", nested, [])
        reader.same(f"{name}: who wrote {table}", file.metadata.created_by, "standpoint")
        found = duckdb.sql(f"SELECT COUNT(*) FROM '{folder}{table}.parquet'").fetchall()[0][0]
        reader.same(f"{name}: DuckDB counts {table}", found, file.metadata.num_rows)
    types = dict(duckdb.sql(f"DESCRIBE SELECT stated_from, stance_value, actor FROM '{folder}positions.parquet'")
                 .df()[["column_name", "column_type"]].values)
    reader.same(f"{name}: types", types, {"stated_from": "DATE", "stance_value": "DOUBLE", "actor": "VARCHAR"})
    parts = os.path.join(reader.args.work, f"{name}-months", "")
    reader.run(data, "export", "--format", "parquet", "--partition", "month", "-o", parts)
    if glob.glob(f"{parts}positions/*/*.parquet"):
        pattern = f"read_parquet('{parts}positions/*/*.parquet', hive_partitioning = true)"
        found = duckdb.sql(f"""SELECT COUNT(*), COUNT(*) FILTER (month IS DISTINCT FROM
            strftime(coalesce(stated_from, stated_until), '%Y-%m')) FROM {pattern}""").fetchall()[0]
        reader.same(f"{name}: months", found, (len(pandas.read_parquet(f"{folder}positions.parquet")), 0))
    again = os.path.join(reader.args.work, f"{name}-again.parquet")
    reader.run(data, "export", "-o", again)
    reader.same(f"{name}: the same bytes", open(again, "rb").read(), open(f"{folder}positions.parquet", "rb").read())


def narrowed(reader, name, data, *filters):
    """A filter narrows tables as it narrows RDF."""
    path = os.path.join(reader.args.work, f"{name}-part.nt")
    reader.run(data, "export", "-o", path, *filters)
    for kind in ["csv", "parquet"]:
        folder = os.path.join(reader.args.work, f"{name}-part-{kind}", "")
        reader.run(data, "export", "--format", kind, "-o", folder, *filters)
        read = pandas.read_csv if kind == "csv" else pandas.read_parquet
        for table in TABLES:
            wanted = int(reader.query([path], TRUTH[table])[0]["n"])
            reader.same(f"{name}, {filters}: {kind} of {table}", len(read(f"{folder}{table}.{kind}")), wanted)


def main():
    parser = argparse.ArgumentParser()
    for name in ["standpoint", "work"]:
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    reader = Reader(args)
    hostile = os.path.join(args.work, "foreign.ttl")
    with open(hostile, "w", encoding="utf-8") as file:
        file.write(foreign(NAMES))
    nothing = os.path.join(args.work, "nothing.ttl")
    with open(nothing, "w", encoding="utf-8") as file:
        file.write('<urn:a> <http://xmlns.com/foaf/0.1/name> "Nobody" .')
    cases = [(os.path.basename(path), [path]) for path in DATA] + [("foreign", [hostile]), ("nothing", [nothing])]
    for name, data in cases:
        for kind in ["csv", "tsv"]:
            separated(reader, name, data, kind)
        marked(reader, name, data)
        workbook(reader, name, data)
        parquet(reader, name, data)
    narrowed(reader, "night-ferry", DATA[:1], "--actor", "County Ferries", "--since", "2025-05")
    cut = os.path.join(args.work, "cut.csv")
    reader.run(DATA[:1], "export", "-o", cut, "--quotes-max", "3")
    longest = max(len(quote.split()) for cell in pandas.read_csv(cut)["quote"].dropna() for quote in cell.split(" | "))
    reader.same("quotes of three words and an ellipsis", longest, 4)
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    print(f"tables: {reader.checked} comparisons, {len(reader.faults)} differ", file=sys.stderr)
    sys.exit(bool(reader.faults))


main()
