#!/usr/bin/env python3
"""Aggregation beside its peers: the same corpus, the same machine, the same run, warm cache.

    cargo build --release
    python3 benches/aggregate.py [--sizes 80,1000,10000] [--runs 5] [--reference ../shared] [--work DIR] [--binary target/release/brightrun]

Peers (from the reference folder): plain Rust with serde_json::Value in memory, Node one conversation at a time, and the copy floor on
two threads, which moves the same bytes without looking at them. Prints seconds (median), ratios and peak memory. Exits 1 when a target is missed.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

options = argparse.ArgumentParser()
options.add_argument("--sizes", default="80,1000,10000")
options.add_argument("--runs", type=int, default=5)
options.add_argument("--reference", default=os.environ.get("BRIGHTRUN_REFERENCE", "../shared"))
options.add_argument("--work", default=os.path.join(tempfile.gettempdir(), "brightrun-bench"))
options.add_argument("--binary", default="target/release/brightrun")
given = options.parse_args()

reference = pathlib.Path(given.reference).resolve()
work = pathlib.Path(given.work)
work.mkdir(parents=True, exist_ok=True)
peers = work / "peers"
if not peers.exists():
    shutil.copytree(reference / "bench/aggregate", peers)
    subprocess.run(["chmod", "-R", "u+w", str(peers)], check=True)
subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", str(peers / "Cargo.toml"), "--target-dir", str(work / "target")], check=True)
binaries = work / "target/release"
home = work / "home"
home.mkdir(exist_ok=True)


def corpus(count):
    folder = work / f"corpus-{count}"
    if not folder.exists():
        subprocess.run([sys.executable, str(reference / "bench/aggregate/make_corpus.py"), str(count), str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder


def once(command):
    """Seconds and peak memory (MiB) of one run."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "HOME": str(home)})
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} failed: {error.decode()[-400:]}")
    return took, usage.ru_maxrss / 1024


def programs(folder, out):
    yield "brightrun", [given.binary, "aggregate", str(folder), "--name", "bench", "-o", out], 1
    yield "copy floor, 2 threads", [str(binaries / "copy_floor"), str(folder), out, "2"], 1
    yield "Rust serde_json::Value", [str(binaries / "agg_value"), str(folder), out], 1
    yield "Node, chunked", ["node", str(reference / "bench/aggregate/agg.mjs"), str(folder), out, "chunk"], 2


missed = []
for count in (int(size) for size in given.sizes.split(",")):
    folder = corpus(count)
    size = sum(entry.stat().st_size for entry in os.scandir(folder))
    runs = given.runs if count <= 10000 else 1
    figures = {}
    for turn in range(runs + 1):  # the first round warms the cache and does not count
        for name, command, every in programs(folder, str(work / "out")):
            if count > 10000 and name not in ("brightrun", "copy floor, 2 threads"):
                continue
            if turn and turn % every:
                continue
            shutil.rmtree(work / "out", ignore_errors=True)
            figure = once(command)
            if turn or runs == 1:
                figures.setdefault(name, []).append(figure)
    shutil.rmtree(work / "out", ignore_errors=True)
    median = {name: statistics.median(f[0] for f in all_) for name, all_ in figures.items()}
    ours = median["brightrun"]
    print(f"\n{count} files, {size / 1e6:.1f} MB in")
    for name, all_ in figures.items():
        print(f"  {name:24} {median[name]:8.3f} s   {size / 1e6 / median[name]:7.0f} MB/s   peak {max(f[1] for f in all_):7.1f} MiB   {median[name] / ours:6.2f} x our time")
    peak = max(f[1] for f in figures["brightrun"])
    for what, holds in (
        ("at least 4x the plain Rust baseline", median.get("Rust serde_json::Value", 1e9) / ours >= 4),
        ("at least 10x Node", median.get("Node, chunked", 1e9) / ours >= 10),
        ("at most 3x the copy floor", ours / median["copy floor, 2 threads"] <= 3),
        ("peak memory under 64 MiB", peak < 64),
    ):
        print(f"  {'ok    ' if holds else 'MISSED'} {what}")
        if not holds:
            missed.append(f"{count}: {what}")
sys.exit(1 if missed else 0)
