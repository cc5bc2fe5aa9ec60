#!/usr/bin/env python3
"""The monitor on a run of a million steps, and live, beside W&B's terminal viewer: the same machine, the same run, warm cache.

    cargo build --release
    python3 benches/monitor.py [--runs 5] [--size 200x60] [--binary target/release/brightrun] [--work DIR] [--wandb PYTHON] [--reference ../shared]

A million steps with three metrics are written twice: by wandb itself into a `.wandb` file (the reference folder's gen_wandb.py, minutes), and as the
run directory of our worker. PYTHON is an interpreter with wandb (pip install wandb), beside which lies the command `wandb`; without it only the run
directory is measured, and that is said. Live, steps are appended to a run directory 1 and 20 times a second, and wandb logs a run of its own; a time is
from the write (or wandb's own time stamp of the step) to the last byte of the frame that shows the step. Prints medians, and the targets of issue 3 with
ok or MISSED. Exits 1 when one is missed.
"""
import argparse, datetime, fcntl, json, math, os, pathlib, random, re, shutil, statistics, subprocess, sys, tempfile, time
import terminal
from terminal import Program

options = argparse.ArgumentParser()
options.add_argument("--runs", type=int, default=5)
options.add_argument("--size", default="200x60")
options.add_argument("--binary", default="target/release/brightrun")
options.add_argument("--work", default=os.path.join(tempfile.gettempdir(), "brightrun-bench"))
options.add_argument("--wandb", default=None)
options.add_argument("--reference", default=os.environ.get("BRIGHTRUN_REFERENCE", "../shared"))
options.add_argument("--live", type=int, default=40, help="seconds at each rate")
options.add_argument("--part", choices=["load", "six", "live", "leet", "peer-live"], action="append", help="only this; may be repeated")
given = options.parse_args()
terminal.size(given.size)
work = pathlib.Path(given.work).resolve()
work.mkdir(parents=True, exist_ok=True)
home = work / "home"
home.mkdir(exist_ok=True)
binary = str(pathlib.Path(given.binary).resolve())
STEPS = 1_000_000
figures = {}


def note(program, what, value):
    figures.setdefault((program, what), []).append(value)


def part(name):
    return not given.part or name in given.part


def values(step, steps, rnd):
    """As gen_wandb.py draws them, so that both files hold the same curves."""
    f = step / max(steps, 1)
    loss = 0.4 + 2.0 * math.exp(-6 * f) + rnd.gauss(0, 0.08)
    return {"loss": loss, "grad_norm": abs(rnd.gauss(1, 0.3)), "learning_rate": 2e-4 * 0.5 * (1 + math.cos(math.pi * f))}


def event(seq, at, kind, **rest):
    at = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z"
    return json.dumps({"seq": seq, "at": at, "attempt": 1, "kind": kind, **rest}, separators=(",", ":")) + "\n"


def directory(name, steps, more=()):
    """A finished run of our worker."""
    folder = work / name
    if not (folder / "manifest.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        rnd, begin = random.Random(7), 1_795_000_000.0
        with open(folder / "events.jsonl", "w") as out:
            out.write(event(1, begin, "stage", stage="training"))
            for step in range(steps):
                told = values(step, steps, rnd)
                told.update({extra: rnd.random() * 100 for extra in more})
                out.write(event(step + 2, begin + step / 20, "metrics", step=step, epoch=round(step / 4e5, 4), values=told))
            out.write(event(steps + 2, begin + steps / 20, "final", outcome="done", exit_code=0, step=steps))
        (folder / "spec.json").write_text("{}")
        (folder / "manifest.json").write_text("{}")
    return folder


def curve(lines):
    return sum("\u2801" <= letter <= "\u28ff" for line in lines for letter in line) > 20


def shows(text):
    return lambda lines: any(text in line for line in lines)


def watch(path):
    return Program([binary, "watch", str(path)], {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home)})


def p95(found):
    return sorted(found)[max(math.ceil(len(found) * 0.95) - 1, 0)]


def pressed(program, name, keys):
    """From the key to the last byte of its frame. A key that changes nothing sends nothing."""
    program.keys(keys)
    last = None
    while at := program.take(0.05):
        last = at
    if last:
        note(name, "a key, ms", (last - program.mark) * 1000)


def load(name, path):
    program = watch(path)
    note(name, "first curve, ms", program.until("curve", curve))
    note(name, "complete, ms", program.until("the last step", shows(f"at step {STEPS - 1:,}")))
    program.settle()
    note(name, "peak, MiB", program.peak())
    for keys in ["+", "+", "+", "\x1b[D", "\x1b[D", "\x1b[C", "-", "-", "-", "L", "L", "z", "z", "0"] * 3:
        pressed(program, name, keys)
    for keys in "eeee":
        program.keys(keys)
        program.take(1)
        note(name, "smoothing, key to the first frame, ms", (time.monotonic() - program.mark) * 1000)
        program.settle(0.3)
    program.end()


def six():
    """Six charts of a hundred thousand steps: CPU of a key with its frame, which is more than the frame alone."""
    program = watch(directory("six", 100_000, ("tokens_per_second", "gpu_utilization", "gpu_memory_gb")))
    program.until("the last step", shows("at step 99,999"))
    program.settle(1)
    keys = ["+", "+", "+", "\x1b[D", "\x1b[D", "\x1b[C", "-", "-", "-", "L", "L", "0"] * 8
    before = program.threads()[0]
    for key in keys:
        pressed(program, "six charts", key)
    note("six charts", "CPU of a key and its frame, ms", (program.threads()[0] - before) / len(keys))
    program.end()


STEP = re.compile(r"at step ([\d,]+)")


def live(rate, seconds):
    """A run directory that grows: steps that a writer of this script's own appends at this rate."""
    name = f"live, {rate} a second"
    folder = work / "live"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "spec.json").write_text("{}")
    lock = open(folder / "worker.lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    out = open(folder / "events.jsonl", "w", buffering=1)
    rnd, seq = random.Random(7), 1
    out.write(event(seq, time.time(), "stage", stage="training"))
    for step in range(300):
        seq += 1
        out.write(event(seq, time.time() - (300 - step) / rate, "metrics", step=step, epoch=0.1, values=values(step, 1000, rnd)))
    program = watch(folder)
    program.until("the run", shows("at step 299"))
    program.settle(1)
    # Threads that have nothing to do end after ten seconds.
    program.idle(12)
    before = program.threads()
    note(name, "idle bytes in 10 s", program.idle(10)[1])
    after = program.threads()
    note(name, "idle CPU, %", (after[0] - before[0]) / 10 / 10)
    note(name, "idle wake-ups in 10 s", after[1] - before[1])
    before, sent, begin = program.threads()[0], program.bytes, time.monotonic()
    step, seen, written, end = 300, 299, {}, begin + seconds
    due = begin
    while time.monotonic() < end or seen < step - 1 and time.monotonic() < end + 5:
        if time.monotonic() >= due and time.monotonic() < end:
            seq += 1
            out.write(event(seq, time.time(), "metrics", step=step, epoch=0.1, values=values(step, 1000, rnd)))
            written[step] = time.monotonic()
            step, due = step + 1, due + 1 / rate
        at = program.take(max(min(due - time.monotonic(), 0.05), 0))
        if at:
            shown = [int(found.replace(",", "")) for line in program.screen.lines() for found in STEP.findall(line)]
            for new in range(seen + 1, max(shown, default=seen) + 1):
                note(name, "write to screen, ms", (at - written[new]) * 1000)
            seen = max(seen, *shown) if shown else seen
    took = time.monotonic() - begin
    if seen < step - 1:
        raise SystemExit(f"step {step - 1} never came; {seen} is shown")
    note(name, "CPU, %", (program.threads()[0] - before) / took / 10)
    note(name, "bytes per step", (program.bytes - sent) / (step - 300))
    program.end()


def leet(path):
    return Program([str(pathlib.Path(given.wandb).parent / "wandb"), "leet", "run", str(path)], {"HOME": str(home), "WANDB_SILENT": "true"})


LEET = re.compile(r"_step\s+(\d+)")
STAMP = re.compile(r"_timestamp\s+([\d.e+]+)")


def peer(path):
    program = leet(path)
    note("leet, .wandb", "first curve, ms", program.until("curve", curve, 60))
    last = lambda lines: any((found := LEET.search(line)) and int(found[1]) >= STEPS - 1 for line in lines)
    note("leet, .wandb", "complete, ms", program.until("the last step", last, 400))
    program.settle()
    note("leet, .wandb", "peak, MiB", program.peak())
    program.end()


def peer_live(rate, seconds):
    """Both viewers on the same run that wandb writes."""
    folder = work / f"wandb-live-{rate}"
    shutil.rmtree(folder, ignore_errors=True)
    generator = str(pathlib.Path(given.reference) / "bench/gen_wandb.py")
    writer = subprocess.Popen([given.wandb, generator, str(rate * (seconds + 30)), str(folder), "live", str(1 / rate)], stdout=subprocess.DEVNULL)
    while not (files := list(folder.glob("wandb/offline-run-*/*.wandb"))) or files[0].stat().st_size < 100:
        time.sleep(0.2)
    ours, theirs = watch(files[0]), leet(files[0])
    time.sleep(5)
    begin, before = time.monotonic(), {id(p): (p.threads()[0], p.bytes) for p in (ours, theirs)}
    stamps, shown, last = {}, [], {}
    while time.monotonic() < begin + seconds:
        for program in (ours, theirs):
            if not program.take(0.02):
                continue
            now, text = time.time(), "\n".join(program.screen.lines())
            if program is ours:
                step = max((int(found.replace(",", "")) for found in STEP.findall(text)), default=None)
            else:
                step, stamp = LEET.search(text), STAMP.search(text)
                step = int(step[1]) if step else None
                if step is not None and stamp:
                    stamps[step] = float(stamp[1])
            if step is not None and last.get(id(program)) != step:
                last[id(program)] = step
                shown.append((program, step, now))
    for program, name in ((ours, f"live .wandb, {rate} a second"), (theirs, f"leet, live .wandb, {rate} a second")):
        cpu, sent = before[id(program)]
        note(name, "CPU, %", (program.threads()[0] - cpu) / (time.monotonic() - begin) / 10)
        note(name, "bytes per step", (program.bytes - sent) / rate / seconds)
    ours.end(), theirs.end()
    writer.terminate(), writer.wait()
    # The time of a step that leet did not show lies on the line through those that it did.
    slope, cut = statistics.linear_regression(list(stamps), list(stamps.values()))
    for program, step, now in shown:
        name = f"live .wandb, {rate} a second" if program is ours else f"leet, live .wandb, {rate} a second"
        note(name, "logged to screen, ms", (now - (slope * step + cut)) * 1000)


recorded = None
if given.wandb:
    found = list((work / "wandb1m").glob("wandb/offline-run-*/*.wandb"))
    if not found:
        subprocess.run([given.wandb, str(pathlib.Path(given.reference) / "bench/gen_wandb.py"), str(STEPS), str(work / "wandb1m"), "million"], check=True)
        found = list((work / "wandb1m").glob("wandb/offline-run-*/*.wandb"))
    recorded = found[0]
if part("load"):
    million = directory("million", STEPS)
    for turn in range(given.runs + 1):  # the first round warms the cache and does not count
        load("run directory", million)
        if recorded:
            load(".wandb", recorded)
        if turn == 0:
            figures.clear()
if part("six"):
    six()
if part("live"):
    live(1, given.live)
    live(20, given.live)
if recorded and part("leet"):
    peer(recorded)
if recorded and part("peer-live"):
    peer_live(1, given.live)
    peer_live(20, given.live)

summary = {key: (statistics.median(found), p95(found), max(found)) for key, found in figures.items()}
for (program, what), (median, high, worst) in summary.items():
    print(f"{program:32} {what:40} {median:10.1f}   p95 {high:10.1f}   worst {worst:10.1f}   of {len(figures[program, what])}")
if not recorded:
    print("wandb is not here (--wandb PYTHON): not compared")

targets = []


def target(words, program, what, holds, of=0):
    if (program, what) in summary:
        targets.append((words, holds(summary[program, what][of])))


for name in ("run directory", ".wandb"):
    target(f"{name}: complete within 1.5 s", name, "complete, ms", lambda ms: ms <= 1500)
    target(f"{name}: first curve within 150 ms", name, "first curve, ms", lambda ms: ms <= 150)
    target(f"{name}: a key within 16 ms p95", name, "a key, ms", lambda ms: ms <= 16, 1)
    if ("leet, .wandb", "peak, MiB") in summary:
        theirs = summary["leet, .wandb", "peak, MiB"][0]
        target(f"{name}: a quarter of leet's memory", name, "peak, MiB", lambda mib: mib <= theirs / 4)
target("six charts: a key within 16 ms p95", "six charts", "a key, ms", lambda ms: ms <= 16, 1)
target("six charts: a frame within 4 ms", "six charts", "CPU of a key and its frame, ms", lambda ms: ms <= 4)
for rate in (1, 20):
    name = f"live, {rate} a second"
    target(f"{name}: on the screen within 0.3 s p95", name, "write to screen, ms", lambda ms: ms <= 300, 1)
    target(f"{name}: at most 1 kB per step", name, "bytes per step", lambda sent: sent <= 1000)
    target(f"{name}: idle, no byte", name, "idle bytes in 10 s", lambda sent: sent == 0)
    target(f"{name}: idle, no wake-up of ours", name, "idle wake-ups in 10 s", lambda woken: woken <= 5)
target("live, 1 a second: at most 2 % CPU", "live, 1 a second", "CPU, %", lambda cpu: cpu <= 2)
for words, holds in targets:
    print(f"{'ok    ' if holds else 'MISSED'} {words}")
sys.exit(0 if all(holds for _, holds in targets) else 1)
