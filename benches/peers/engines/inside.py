"""Engines that are libraries: a process of their own that loads and then answers while it is warm.

It is told what to do in lines of JSON (see worker.py), and ended where it takes too long or too
much; then the next question finds it loaded anew.
"""

import json
import os
import pickle
import select
import subprocess
import sys
import time
from pathlib import Path

from measure import Failed, Took, resident

WORKER = Path(__file__).with_name("worker.py")


class Inside:
    warm = True

    def __init__(self, name, library, limits, python=sys.executable):
        self.name, self.library, self.limits, self.python = name, library, limits, python
        self.dialect = "sql" if library == "duckdb" else "rq"
        self.process = None

    def load(self, data):
        self.source = str(data.tables if self.dialect == "sql" else data.graph)
        # Loading is given ten times as long: without it there is nothing to show at all.
        told = self.start(self.limits.seconds * 10)
        return {"took": Took([told["seconds"]], told["memory"]), "disk": 0}

    def start(self, limit):
        self.close()
        command = [self.python, "-B", str(WORKER), self.library]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        return self.tell({"do": "load", "source": self.source}, limit)

    def answer(self, query, scratch):
        file = scratch / "answer.pickle"
        self.ask({"do": "answer", "query": query.read_text(), "file": str(file)})
        with file.open("rb") as answer:
            return pickle.load(answer)

    def time(self, query, runs):
        told = self.ask({"do": "time", "query": query.read_text(), "runs": runs}, runs)
        return Took(told["seconds"], told["memory"])

    def ask(self, what, times=1):
        if self.process is None:
            self.start(self.limits.seconds * 10)
        return self.tell(what, self.limits.seconds * times)

    def tell(self, what, limit):
        try:
            self.process.stdin.write(json.dumps(what) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass
        until = time.monotonic() + limit
        while not select.select([self.process.stdout], [], [], 0.2)[0]:
            if time.monotonic() > until:
                self.close()
                raise self.limits.slow()
            if resident(self.process.pid) > self.limits.memory:
                self.close()
                raise self.limits.big()
        line = self.process.stdout.readline()
        if not line:
            errors = self.process.stderr.read()[-2000:]
            status = self.process.wait()
            self.process = None
            raise Failed("crash", errors or f"it ended with status {status}")
        told = json.loads(line)
        if "error" in told:
            if "Panic" in told["error"]:
                # What it left locked, stays locked.
                self.close()
            raise Failed("error", told["error"])
        return told

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in self.process.stdin, self.process.stdout, self.process.stderr:
                try:
                    pipe.close()
                except OSError:
                    pass
            self.process = None
