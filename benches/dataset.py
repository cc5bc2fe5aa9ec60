#!/usr/bin/env python3
"""A dataset of a gigabyte of JSON lines: how fast it is checked and counted, and in how much memory.

    cargo build --release
    python3 benches/dataset.py [--runs 3] [--megabytes 1000] [--binary target/release/brightrun] [--work DIR] [--reference ../shared]

The file is the reference folder's EQ-12 repeated (with its lines as they are); it is removed afterwards. `check` finds shape, roles, nulls and doubles
and counts words: that is the reading of issue 3. `datasets add` does the same with the statistics of a dataset, takes the digest and copies the file into an empty home, down to the disk; it takes 500 MiB at
most, so it gets the beginning. The floors are reading the file (cat), copying it (cp), and copying it down to the disk (dd). Prints medians, peak memory, and
targets with ok or MISSED. Exits 1 when one is missed.
"""
import argparse, os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time

options = argparse.ArgumentParser()
options.add_argument("--runs", type=int, default=3)
options.add_argument("--megabytes", type=int, default=1000)
options.add_argument("--binary", default="target/release/brightrun")
options.add_argument("--work", default=os.path.join(tempfile.gettempdir(), "brightrun-bench"))
options.add_argument("--reference", default=os.environ.get("BRIGHTRUN_REFERENCE", "../shared"))
given = options.parse_args()
work = pathlib.Path(given.work).resolve()
work.mkdir(parents=True, exist_ok=True)
binary = str(pathlib.Path(given.binary).resolve())
# Two cores, as issue 3 has them.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])

file, part, home = work / "gigabyte.jsonl", work / "part.jsonl", work / "dataset-home"
PART = 500_000_000
figures = {}


def run(name, size, *command):
    """Megabytes a second and peak memory in MiB."""
    pid, begin = os.fork(), time.monotonic()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execvpe(command[0], command, {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)})
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: not ready for training, because conversations repeat
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    figures.setdefault(name, []).append((size / 1e6 / (time.monotonic() - begin), usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime))


try:
    # The first line of the file is about the whole; the examples follow.
    head, *lines = (pathlib.Path(given.reference) / "data/training/EQ-12-conversations-demo.jsonl").read_bytes().splitlines(keepends=True)
    block = b"".join(lines)
    with open(file, "wb") as out:
        out.write(head)
        while out.tell() < given.megabytes * 1_000_000:
            out.write(block)
    size = file.stat().st_size
    # `datasets add` gets whole lines.
    with open(file, "rb") as whole, open(part, "wb") as out:
        for line in whole:
            if out.tell() + len(line) > PART:
                break
            out.write(line)
    least = part.stat().st_size
    for turn in range(given.runs + 1):  # the first round warms the cache and does not count
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        run("floor: cat", size, "cat", str(file))
        run("floor: cp", size, "cp", str(file), str(home / "copy"))
        (home / "copy").unlink()
        run("floor: dd, fsync", least, "dd", f"if={part}", f"of={home / 'copy'}", "bs=1M", "conv=fsync", "status=none")
        (home / "copy").unlink()
        run("check", size, binary, "check", str(file), "--json")
        run("datasets add", least, binary, "datasets", "add", str(part), "--name", "gigabyte", "--json")
        if turn == 0:
            figures.clear()
finally:
    file.unlink(missing_ok=True)
    part.unlink(missing_ok=True)
    shutil.rmtree(home, ignore_errors=True)

for name, found in figures.items():
    speed, memory, cpu = (statistics.median(column) for column in zip(*found))
    print(f"{name:16} {speed:8.0f} MB/s   {memory:6.0f} MiB at most   {cpu:5.1f} s of CPU")
median = lambda name, column: statistics.median(row[column] for row in figures[name])
targets = [("check: at least 400 MB/s on two cores", median("check", 0) >= 400)]
targets += [(f"{name}: bounded memory (100 MiB)", max(row[1] for row in figures[name]) <= 100) for name in ("check", "datasets add")]
for what, holds in targets:
    print(f"{'ok    ' if holds else 'MISSED'} {what}")
sys.exit(0 if all(holds for _, holds in targets) else 1)
