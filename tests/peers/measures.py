"""Our measures beside those of leidenalg, krippendorff, scipy, networkx and DuckDB: on graphs and ratings by chance, on
the shipped data, and on the reference data where it is at hand."""

import argparse
import collections
import csv
import io
import itertools
import json
import os
import random
import shutil
import subprocess
import sys

import duckdb
import igraph
import krippendorff
import leidenalg
import networkx
import numpy
import scipy.cluster.hierarchy as hierarchy
import scipy.sparse as sparse
from scipy.spatial.distance import squareform

SHIPPED = ["data/night-ferry", "data/witkoff-putin-2025"]
LINKAGES = ["single", "complete", "average", "ward"]
SCALES = ["nominal", "ordinal", "interval"]
PEOPLE = ["NK", "NPR", "AM", "KN", "SH", "NR", "JE", "WA"]


class Reader:
    def __init__(self, args):
        self.args = args
        self.faults = []
        self.checked = 0
        self.chance = random.Random(20250411)

    def run(self, store, *arguments):
        command = [self.args.standpoint, *store, *arguments]
        done = subprocess.run(command, capture_output=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stderr.decode()}")
        return done.stdout.decode()

    def measure(self, questions):
        """The answers of the library, one a question."""
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run([self.args.measures], input=lines.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def holds(self, what, truth, why=""):
        self.checked += 1
        if not truth:
            self.faults.append(f"{what}\n  {why}")

    def near(self, what, found, wanted, within=1e-9):
        found, wanted = numpy.asarray(found, float), numpy.asarray(wanted, float)
        same = found.shape == wanted.shape and numpy.allclose(found, wanted, rtol=within, atol=within, equal_nan=True)
        self.holds(what, same, f"found  {found}\n  wanted {wanted}")


def groups(parts):
    """A partition, whatever the numbers of its parts."""
    members = collections.defaultdict(set)
    for node, part in enumerate(parts):
        members[part].add(node)
    return {frozenset(nodes) for nodes in members.values()}


def question_of(graph):
    ties = [[one, other, data.get("weight", 1.0)] for one, other, data in graph.edges(data=True)]
    return {"nodes": graph.number_of_nodes(), "ties": ties, "seed": 1, "resolution": 1.0}


def graphs(chance):
    """Graphs whose communities are clear, and others."""
    for size, number in [(5, 4), (8, 3), (12, 6)]:
        ring = networkx.convert_node_labels_to_integers(networkx.ring_of_cliques(number, size))
        yield f"ring of {number} cliques of {size}", ring, True
    for seed in range(6):
        blocks = networkx.planted_partition_graph(4, 15, 0.7, 0.03, seed=seed)
        yield f"planted partition {seed}", networkx.Graph(blocks.edges), True
    yield "Zachary's karate club", networkx.Graph(networkx.karate_club_graph().edges), False
    yield "Les Misérables", networkx.convert_node_labels_to_integers(networkx.les_miserables_graph()), False
    for seed in range(6):
        graph = networkx.gnm_random_graph(40, 120, seed=seed)
        for one, other in graph.edges:
            graph[one][other]["weight"] = chance.choice([0.5, 1.0, 1.5, 3.0])
        yield f"chance {seed}", graph, False


def leiden(reader):
    """Quality not below, and the same partition where it is clear."""
    all_graphs = list(graphs(reader.chance))
    answers = reader.measure([question_of(graph) for _, graph, _ in all_graphs])
    for (name, graph, is_clear), answer in zip(all_graphs, answers):
        weights = [data.get("weight", 1.0) for *_, data in graph.edges(data=True)]
        theirs = igraph.Graph(n=graph.number_of_nodes(), edges=list(graph.edges))
        found = leidenalg.find_partition(theirs, leidenalg.ModularityVertexPartition, weights=weights, seed=1,
                                         n_iterations=-1)
        ours = theirs.modularity(answer["communities"], weights=weights)
        adjacency = networkx.to_numpy_array(graph, nodelist=range(len(graph)))
        numpy.fill_diagonal(adjacency, 0.0)
        reader.near(f"{name}: eigenvalues", answer["spectrum"], shares(adjacency))
        reader.near(f"{name}: our modularity is igraph's of our communities", answer["modularity"], ours)
        # Of hard cases each finds the better one now and then: half a per cent is between two seeds.
        slack = 1e-12 if is_clear else 0.005 * found.modularity
        reader.holds(f"{name}: quality", ours >= found.modularity - slack, f"{ours} is below {found.modularity}")
        if is_clear:
            reader.holds(f"{name}: communities", groups(answer["communities"]) == groups(found.membership))


def shares(adjacency):
    """Eigenvalues of the Laplacian as shares of their sum, descending; zeros without ties."""
    positive = numpy.maximum(adjacency, 0.0)
    values = numpy.linalg.eigvalsh(numpy.diag(positive.sum(axis=1)) - positive)[::-1]
    return values / values.sum() if positive.any() else numpy.zeros(len(values))


def backbones(reader, store):
    """Which issues are redundant, by networks of single issues, numpy's eigenvalues, and every set of them."""
    filters = ["--since", "2025-06"]
    listed = lambda *more: json.loads(reader.run(store, *more, *filters, "--format", "json"))
    steps = listed("backbone")
    whole = listed("network", "--duplicates", "document")
    nodes = [node["iri"] for node in whole["nodes"]]
    of_issue = {}
    for issue in [step["issue_iri"] for step in steps]:
        adjacency = numpy.zeros((len(nodes), len(nodes)))
        done = subprocess.run([reader.args.standpoint, *store, "network", "--duplicates", "document", "--issue", issue,
                               *filters, "--format", "json"], capture_output=True)
        # An issue on which one speaks alone has no network.
        for tie in json.loads(done.stdout)["ties"] if done.returncode == 0 else []:
            one, other = nodes.index(tie["source_iri"]), nodes.index(tie["target_iri"])
            adjacency[one, other] = adjacency[other, one] = tie["weight"]
        of_issue[issue] = adjacency
    full = shares(sum(of_issue.values()))
    loss = lambda some: numpy.linalg.norm(
        full - shares(sum((of_issue[issue] for issue in some), numpy.zeros_like(full[:, None] * full))))
    left = sorted(of_issue, key=lambda issue: next(step["issue"] for step in steps if step["issue_iri"] == issue))
    for at, step in enumerate(steps):
        losses = {issue: loss([other for other in left if other != issue]) for issue in left}
        reader.near(f"step {at + 1}: loss", step["backbone_loss"], min(losses.values()), within=5.1e-5)
        reader.near(f"step {at + 1}: loss of what is taken out", losses[step["issue_iri"]], min(losses.values()))
        left.remove(step["issue_iri"])
        out = [issue for issue in of_issue if issue not in left]
        reader.near(f"step {at + 1}: loss of the redundant", step["redundant_loss"], loss(out), within=5.1e-5)
    for size in [1, 2, 3]:
        for method in ["exact", "annealing"]:
            found = listed("backbone", "--method", method, "--size", str(size), "--iterations", "2000")
            chosen = [row["issue_iri"] for row in found if row["set"] == "backbone"]
            least = min(loss(some) for some in itertools.combinations(of_issue, size))
            reader.near(f"{method} backbone of {size}", loss(chosen), least)


def clusters(reader):
    """Four linkages, the same heights."""
    questions = []
    for size in [2, 3, 10, 40, 120]:
        for _ in range(4):
            points = numpy.array([[reader.chance.random() for _ in range(3)] for _ in range(size)])
            rows = numpy.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
            questions.append({"distances": rows.tolist()})
    for question, answer in zip(questions, reader.measure(questions)):
        condensed = squareform(numpy.array(question["distances"]), checks=False)
        for how in LINKAGES:
            wanted = numpy.sort(hierarchy.linkage(condensed, how)[:, 2])
            reader.near(f"{how} linkage of {len(question['distances'])} points", answer[how], wanted)


def alphas(reader):
    """Krippendorff's alpha on three scales."""
    questions, tables = [], []
    for coders, units, values, missing in [(2, 10, 2, 0.0), (3, 30, 5, 0.2), (5, 60, 4, 0.5), (8, 400, 7, 0.6)]:
        for _ in range(4):
            table = [[None] * units for _ in range(coders)]
            for unit in range(units):
                truth = reader.chance.randrange(values)
                for coder in range(coders):
                    if reader.chance.random() >= missing:
                        table[coder][unit] = truth if reader.chance.random() < 0.7 else reader.chance.randrange(values)
            tables.append(table)
            rows = [[row[unit] for row in table if row[unit] is not None] for unit in range(units)]
            questions.append({"ratings": rows})
    for table, answer in zip(tables, reader.measure(questions)):
        data = [[numpy.nan if value is None else value for value in row] for row in table]
        for scale in SCALES:
            reader.near(f"{scale} alpha of {len(table)} coders and {len(table[0])} units", answer[scale],
                        krippendorff.alpha(reliability_data=data, level_of_measurement=scale))


def stress_of(places, ideal):
    """The sum over all pairs of (distance - ideal)² ÷ ideal²; least over all scales of the drawing."""
    nodes = list(places)
    pairs = [(one, other) for at, one in enumerate(nodes) for other in nodes[at + 1:]]
    wanted = numpy.array([ideal[one][other] for one, other in pairs])
    found = numpy.array([numpy.hypot(*(numpy.array(places[one]) - places[other])) for one, other in pairs])
    scale = (found / wanted).sum() / ((found / wanted) ** 2).sum()
    return (((scale * found - wanted) / wanted) ** 2).sum()


def layouts(reader):
    """Our stress is not higher than that of networkx' layouts."""
    drawn = [("Les Misérables", networkx.convert_node_labels_to_integers(networkx.les_miserables_graph())),
             ("karate club", networkx.Graph(networkx.karate_club_graph().edges)),
             ("grid", networkx.convert_node_labels_to_integers(networkx.grid_2d_graph(6, 5))),
             ("tree", networkx.balanced_tree(2, 4)), ("ring", networkx.cycle_graph(20))]
    for seed in range(4):
        graph = networkx.gnm_random_graph(30, 70, seed=seed)
        drawn.append((f"chance {seed}", networkx.convert_node_labels_to_integers(
            graph.subgraph(max(networkx.connected_components(graph), key=len)))))
    for (name, graph), answer in zip(drawn, reader.measure([question_of(graph) for _, graph in drawn])):
        for *_, data in graph.edges(data=True):
            data["length"] = 1.0 / data.get("weight", 1.0)
        ideal = dict(networkx.all_pairs_dijkstra_path_length(graph, weight="length"))
        ours = stress_of(dict(enumerate(answer["places"])), ideal)
        reader.holds(f"{name}: our stress is what we say", ours <= answer["stress"] + 1e-9,
                     f"{ours} beside {answer['stress']}")
        for what, places in [
                ("kamada_kawai_layout", networkx.kamada_kawai_layout(graph, dist=ideal)),
                ("spring_layout", networkx.spring_layout(graph, seed=1, iterations=200))]:
            theirs = stress_of(places, ideal)
            # Both stop near a minimum, and not always at the same one.
            reader.holds(f"{name}: stress beside {what}", ours <= theirs * 1.03, f"{ours} is above {theirs}")


def matrix(text):
    """Names of rows and columns, and numbers."""
    rows = list(csv.reader(io.StringIO(text)))
    return [row[0] for row in rows[1:]], rows[0][1:], numpy.array([[float(cell) for cell in row[1:]] for row in rows[1:]])


def positions(reader, name, store):
    """The exported table of positions, in DuckDB."""
    path = os.path.join(reader.args.work, f"{name}.parquet")
    reader.run(store, "export", "--format", "parquet", "-o", path)
    table = duckdb.connect()
    table.execute(f"CREATE TABLE positions AS SELECT * FROM read_parquet('{path}')")
    return table


# One row a statement: the value where there is one, each once a document where that is asked.
STATEMENTS = """SELECT {distinct} actor_iri AS actor, issue_iri AS issue, stance_value AS value {document}
  FROM positions WHERE status = 'in force' AND stance_value IS NOT NULL"""


def projections(reader, name, store):
    """Congruence and conflict by a product of sparse matrices over the exported table."""
    table = positions(reader, name, store)
    labels = dict(table.execute("SELECT DISTINCT actor_iri, actor FROM positions").fetchall())
    for duplicates in ["include", "document"]:
        once = duplicates == "document"
        rows = table.execute(STATEMENTS.format(distinct="DISTINCT" if once else "",
                                               document=", article_iri AS document" if once else "")).fetchall()
        # Whoever has only stances without a value is a node without ties.
        speak = {row[0] for row in table.execute("SELECT actor_iri FROM positions WHERE status = 'in force'").fetchall()}
        actors = sorted(speak, key=lambda iri: (labels[iri], iri))
        issues, values = sorted({row[1] for row in rows}), sorted({row[2] for row in rows})
        place = {actor: at for at, actor in enumerate(actors)}
        of_value = {}
        for value in values:
            some = [row for row in rows if row[2] == value]
            of_value[value] = sparse.csr_matrix(
                (numpy.ones(len(some)), ([place[row[0]] for row in some], [issues.index(row[1]) for row in some])),
                shape=(len(actors), len(issues)))
        congruence, conflict = numpy.zeros((2, len(actors), len(actors)))
        for one in values:
            for other in values:
                met = (of_value[one] @ of_value[other].T).toarray()
                likeness = 1 - abs(float(one) - float(other)) / 2
                congruence += likeness * met
                conflict += (1 - likeness) * met
        for tie, wanted in [("congruence", congruence), ("conflict", conflict), ("subtract", congruence - conflict)]:
            numpy.fill_diagonal(wanted, 0.0)
            text = reader.run(store, "network", "--tie", tie, "--duplicates", duplicates, "--format", "csv")
            names, _, found = matrix(text)
            reader.holds(f"{name}: nodes of {tie}", len(names) == len(actors))
            reader.near(f"{name}: {tie}, {duplicates}", found, wanted)
            if tie == "congruence":
                listed = json.loads(reader.run(store, "network", "--duplicates", duplicates, "--format", "node-link"))
                graph = networkx.node_link_graph(listed)
                reader.near(f"{name}: sum of the ties that networkx reads, {duplicates}",
                            sum(float(data["weight"]) for *_, data in graph.edges(data=True)), found.sum() / 2)
        # Two modes: networkx' own weighted projection counts what both speak on.
        both = networkx.Graph()
        both.add_nodes_from(actors)
        both.add_edges_from((actor, issue) for actor, issue, *_ in rows)
        projected = networkx.bipartite.weighted_projected_graph(both, actors)
        met = matrix(reader.run(store, "network", "--duplicates", duplicates, "--format", "csv"))[2]
        conflicts = matrix(reader.run(store, "network", "--tie", "conflict", "--duplicates", duplicates, "--format", "csv"))[2]
        reader.near(f"{name}: who meets whom, by networkx' projection", (met + conflicts > 0).astype(float),
                    networkx.to_numpy_array(projected, nodelist=actors, weight=None))


def aggregates(reader, name, store):
    """Matrix, bars and affiliations, by SQL over the exported Parquet."""
    table = positions(reader, name, store)
    wanted = {(row[0], row[1], row[2]): (row[3], row[4]) for row in table.execute(
        """SELECT issue_iri, actor_kind, stance, count(*), count(DISTINCT actor_iri) FROM
           (SELECT p.*, coalesce(k.kind, '') AS actor_kind FROM positions p LEFT JOIN kinds k USING (actor_iri))
           WHERE status = 'in force' GROUP BY ALL""").fetchall()} if has_kinds(reader, table, store) else None
    rows = json.loads(reader.run(store, "barplot", "--format", "json"))
    if wanted is not None:
        found = {(row["issue_iri"], row["actor_kind"] or "", row["stance"]): (row["positions"], row["actors"]) for row in rows}
        reader.holds(f"{name}: barplot", found == wanted, f"{set(found.items()) ^ set(wanted.items())}")
    wanted = {(row[0], row[1]): row[2] for row in table.execute(
        """SELECT actor_iri, issue_iri, sum(stance_value) FROM positions
           WHERE status = 'in force' AND stance_value IS NOT NULL GROUP BY ALL""").fetchall()}
    listed = json.loads(reader.run(store, "affiliation", "--format", "json"))
    found = {(tie["source_iri"], tie["target_iri"]): tie["weight"] for tie in listed["ties"]}
    reader.holds(f"{name}: who is affiliated to what", found.keys() == wanted.keys())
    for key in found.keys() & wanted.keys():
        reader.near(f"{name}: affiliation of {key}", found[key], float(wanted[key]))
    labels = table.execute(
        """SELECT actor, issue, avg(stance_value) FROM positions
           WHERE status = 'in force' AND stance_value IS NOT NULL GROUP BY ALL""").fetchall()
    rows = list(csv.reader(io.StringIO(reader.run(store, "matrix", "--format", "csv"))))
    cells = {(row[0], issue): cell for row in rows[1:] for issue, cell in zip(rows[0][1:], row[1:])}
    for actor, issue, mean in labels:
        # Two digits are printed.
        if (actor, issue) in cells:
            reader.near(f"{name}: mean of {actor} on {issue}", float(cells[actor, issue]), float(mean), within=0.0051)


def has_kinds(reader, table, store):
    """Kinds of actors, as the exported table of actors has them."""
    path = os.path.join(reader.args.work, "tables", "")
    reader.run(store, "export", "--format", "csv", "-o", path)
    table.execute(f"CREATE OR REPLACE TABLE actors AS SELECT * FROM read_csv('{path}actors.csv', all_varchar = true)")
    columns = {row[0] for row in table.execute("DESCRIBE actors").fetchall()}
    if "kind" not in columns or "actor_iri" not in columns:
        return False
    table.execute("CREATE OR REPLACE TABLE kinds AS SELECT actor_iri, kind FROM actors")
    return True


def coders(reader, folder):
    """The alphas of a table that eight people coded, through `import csv` and `reliability`."""
    file = os.path.join(folder, "issuepositions_nl", "coded_units_gpt.csv")
    with open(file, encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    value = {"L": 1.0, "N": 0.0, "R": -1.0}
    # Part of the name of the issue, and what the reference data say.
    topics = {"Immigration": ("immigration", 0.71123), "Agriculture": ("farming", 0.646731)}
    rated = lambda topic: [[value.get(row[person].strip(), numpy.nan) for row in rows if topic in (None, row["topic"])]
                           for person in PEOPLE]
    reader.near("alpha of all units", krippendorff.alpha(reliability_data=rated(None), level_of_measurement="nominal"),
                0.715072, within=5e-5)
    # Two topics: the whole table takes a minute to import without optimisation, and a test of ours has it.
    some = os.path.join(reader.args.work, "coded_units.csv")
    with open(some, "w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows(row for row in rows if row["topic"] in topics)
    store = ["--store", os.path.join(reader.args.work, "issuepositions")]
    shutil.rmtree(store[1], ignore_errors=True)
    reader.run(store, "import", "csv", some, "--map", "maps/issuepositions_nl.yaml")
    for scale in SCALES:
        listed = json.loads(reader.run(store, "reliability", "--by", "issue", "--not-coder", "GPT", "--samples", "0",
                                       "--scale", scale, "--format", "json"))
        for topic, (word, known) in topics.items():
            wanted = krippendorff.alpha(reliability_data=rated(topic), level_of_measurement=scale)
            if scale == "nominal":
                reader.near(f"alpha of {topic}, as the reference data have it", wanted, known, within=5e-5)
            found = [row["alpha"] for row in listed if word in row["issue"]]
            reader.near(f"{scale} alpha of {topic}", found, [wanted], within=5.1e-5)


def claims(reader, folder):
    """Networks and sums of DebateNet."""
    file = os.path.join(folder, "debatenet", "debatenet_mig15_lrec2020.csv")
    store = ["--store", os.path.join(reader.args.work, "debatenet")]
    shutil.rmtree(store[1], ignore_errors=True)
    reader.run(store, "import", "csv", file, "--map", "maps/debatenet_mig15.yaml")
    projections(reader, "DebateNet", store)
    aggregates(reader, "DebateNet", store)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--standpoint", required=True)
    parser.add_argument("--measures", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    reader = Reader(args)
    leiden(reader)
    clusters(reader)
    alphas(reader)
    layouts(reader)
    shipped = [part for path in SHIPPED for part in ("--data", path)]
    projections(reader, "shipped", shipped)
    aggregates(reader, "shipped", shipped)
    backbones(reader, ["--data", "data/night-ferry"])
    if os.path.isdir(args.reference):
        coders(reader, args.reference)
        claims(reader, args.reference)
    else:
        print(f"measures: no reference data in {args.reference}, so coders and DebateNet are left out", file=sys.stderr)
    for fault in reader.faults:
        print(fault, file=sys.stderr)
    print(f"measures: {reader.checked} comparisons, {len(reader.faults)} differ", file=sys.stderr)
    sys.exit(bool(reader.faults))


main()
