"""Runs whole processes and says what they took.

Measured processes are started by a small process of its own, for the system counts to a process
what the one that started it had in memory (Linux: `ru_maxrss` is inherited). That launcher is this
file as a program: a line of JSON in, a line of JSON out.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

# Runs that took longer than this in all, in seconds, are enough: their noise is small beside it.
LONG = 10.0


class Failed(Exception):
    """No figure: what is shown in its place. `reason` says more, where there is more."""

    def __init__(self, shown, reason=""):
        super().__init__(shown)
        self.shown, self.reason = shown, reason


class Took:
    """Several runs: seconds each, and the peak memory in MB."""

    def __init__(self, seconds, memory):
        self.seconds, self.memory = list(seconds), memory

    @property
    def median(self):
        return statistics.median(self.seconds)

    def plain(self):
        return {"seconds": self.seconds, "median": self.median, "memory_mb": self.memory}


class Limits:
    """What a measured process may take: seconds, and bytes of memory."""

    def __init__(self, seconds, memory):
        self.seconds, self.memory = seconds, memory

    def slow(self):
        return Failed(f"> {self.seconds:.0f} s")

    def big(self):
        return Failed(f"> {self.memory / 1e9:.0f} GB", "its memory grew beyond the limit (--max-memory)")


class Launcher:
    def __init__(self):
        command = [sys.executable, "-I", "-S", __file__]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, command, limits, output=None):
        """Runs a command once. Its answer goes to the file `output`, or nowhere."""
        asked = {"command": [str(part) for part in command], "output": str(output or os.devnull),
                 "seconds": limits.seconds, "memory": limits.memory}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if told["stopped"]:
            raise limits.slow() if told["stopped"] == "slow" else limits.big()
        if told["status"] != 0:
            raise Failed("error", f"{' '.join(asked['command'])}\n{told['errors']}")
        return Took([told["seconds"]], told["memory"])

    def runs(self, command, count, limits, before=lambda round: None):
        """`count` runs, or fewer if they take long; what `before` does is not counted."""
        return self.in_turn([command], count, limits, before)[0]

    def in_turn(self, commands, count, limits, before=lambda round: None):
        """A B A B …, so that a machine that slows down slows each. Commands may be functions of the
        round. A command that fails is not run again: its place holds the failure."""
        taken = [[] for _ in commands]
        failed = [None] * len(commands)
        for round in range(count):
            # All of them or none: what comes before undoes what each has done.
            if sum(took.seconds[0] for runs in taken for took in runs) > LONG * len(commands):
                break
            before(round)
            for at, command in enumerate(commands):
                if failed[at]:
                    continue
                try:
                    taken[at].append(self.run(command(round) if callable(command) else command, limits))
                except Failed as failure:
                    failed[at] = failure
        return [
            failed[at] or Took((t.seconds[0] for t in runs), statistics.median(t.memory for t in runs))
            for at, runs in enumerate(taken)
        ]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def resident(process):
    """Bytes of memory that a process has now; none where that cannot be told."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def highest(process="self"):
    """The most memory that a process had since `forget`, in MB."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1e3
    except OSError:
        pass
    return 0.0


def forget(process="self"):
    """Lets `highest` begin anew."""
    try:
        Path(f"/proc/{process}/clear_refs").write_text("5")
    except OSError:
        pass


def on_disk(folder):
    """Bytes of all files below a folder."""
    return sum(file.lstat().st_size for file in Path(folder).rglob("*") if file.is_file())


def watch(process, limits, ended):
    """Ends a process that takes too much, and says which: "slow", "big" or nothing."""
    until = time.monotonic() + limits.seconds
    while not ended.wait(0.2):
        why = "slow" if time.monotonic() > until else "big" if resident(process.pid) > limits.memory else None
        if why:
            process.kill()
            return why
    return None


def measured(asked):
    limits, stopped, ended = Limits(asked["seconds"], asked["memory"]), [], threading.Event()
    with open(asked["output"], "wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(asked["command"], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE)
        watcher = threading.Thread(target=lambda: stopped.append(watch(process, limits, ended)))
        watcher.start()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    # Linux counts in kilobytes, macOS in bytes.
    memory = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {"seconds": seconds, "memory": memory, "status": process.returncode, "stopped": stopped[0],
            "errors": errors.decode(errors="replace")[-2000:]}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(measured(json.loads(line))), flush=True)
