"""Virtuoso: a server of its own, warm, asked over HTTP on this machine."""

import json
import os
import time

import virtuoso
from answers import Crash, rows
from measure import LONG, Failed, Took, forget, highest, on_disk

CASE = "bench"
# Triples in a file of the bulk loader, which reads several at once.
PART = 500_000


class Virtuoso:
    name, dialect, warm = "virtuoso", "rq", True

    def __init__(self, server, client, limits, work):
        self.client, self.limits, self.work = client, limits, work
        # Its own advice: 85 buffers of 8 kB for each MB of memory, two thirds of them to be dirty.
        buffers = int(limits.memory / 2 / 1e6 * 85)
        more = {
            "Parameters": {"NumberOfBuffers": str(buffers), "MaxDirtyBuffers": str(buffers * 2 // 3),
                           "ThreadsPerQuery": str(os.cpu_count())},
            "SPARQL": {"ResultSetMaxRows": "1000000000"},
            # Else it refuses what it expects to take long.
            "HTTPServer": {"HTTPThreadSize": "280000"},
        }
        try:
            self.server = virtuoso.Virtuoso(server, client, work, more)
        except Crash as crash:
            raise Failed("error", str(crash)) from None

    def load(self, data):
        parts = self.work / "parts"
        parts.mkdir()
        split(data.graph, parts)
        process = self.server.process.pid
        forget(process)
        begun = time.perf_counter()
        try:
            self.server.tell(f"ld_dir('{parts.resolve()}', '*.nt', 'urn:case:{CASE}');")
            loaders = [self.server.begin("rdf_loader_run();") for _ in range(os.cpu_count())]
            for loader in loaders:
                loader.wait()
            self.server.tell("checkpoint;")
            seconds = time.perf_counter() - begun
            wrong = self.server.tell("SELECT ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;")
        except Crash as crash:
            raise Failed("error", str(crash)) from None
        if "0 Rows." not in wrong:
            raise Failed("error", wrong)
        for part in parts.iterdir():
            part.unlink()
        return {"took": Took([seconds], highest(process)), "disk": on_disk(self.server.folder)}

    def ask(self, query, accept):
        begun = time.perf_counter()
        try:
            answer = self.server.ask(CASE, query.read_text(), accept, self.limits.seconds)
        except Crash as crash:
            if "timed out" in str(crash):
                # It would go on with it beside what is asked next.
                self.server.close()
                try:
                    self.server.start()
                except Crash as gone:
                    raise Failed("crash", str(gone)) from None
                raise self.limits.slow() from None
            raise Failed("error", str(crash)) from None
        return answer, time.perf_counter() - begun

    def answer(self, query, scratch):
        if query.stem in virtuoso.UNASKED:
            raise Failed("not asked", virtuoso.STUCK)
        return rows(json.loads(self.ask(query, virtuoso.JSON)[0]))

    def time(self, query, runs):
        process, taken = self.server.process.pid, []
        forget(process)
        while len(taken) < runs and sum(taken) <= LONG:
            taken.append(self.ask(query, "text/csv")[1])
        return Took(taken, highest(process))

    def close(self):
        self.server.close()


def split(graph, folder):
    with open(graph, "rb") as lines:
        part = None
        for at, line in enumerate(lines):
            if at % PART == 0:
                if part:
                    part.close()
                part = open(folder / f"{at // PART:05}.nt", "wb")
            part.write(line)
        if part:
            part.close()
