"""The pieces by themselves: cuts, archives, slots, orders, and what is hidden."""

import hashlib
import io
import json
import random
import shutil
import tarfile

import pytest

from brightrun_worker.rented import archive, lines, order, outward, restore
from brightrun_worker.rented.archive import Archive, Damaged
from brightrun_worker.rented.keeper import Keeper
from brightrun_worker.rented.store import Signed, Volume
from brightrun_worker.rundir import RunDir


@pytest.mark.parametrize("seed", range(20))
def test_parts_are_the_file_wherever_the_machine_changes(tmp_path, seed):
    chance, file, held = random.Random(seed), tmp_path / "events.jsonl", {}
    parts, full = lines.Parts(file, 200), 200
    written = b""
    for _ in range(60):
        line = b"x" * chance.choice([5, 30, 90, 199, 200, 201, 450]) + b"\n"
        torn = chance.randrange(len(line)) if chance.random() < 0.3 else len(line)
        for piece in (line[:torn], line[torn:]):
            with open(file, "ab") as out:
                out.write(piece)
            if chance.random() < 0.5:
                parts.push(held.__setitem__)
        written += line
        if chance.random() < 0.15:  # another machine, which has what the store has
            written = b"".join(held[name] for name in sorted(held))
            file.write_bytes(written)
            parts = lines.Parts(file, full)
            parts.begin()
            assert parts.push(held.__setitem__) == 0, "what is there is not put again"
    parts.push(held.__setitem__)
    assert parts.push(held.__setitem__) == 0
    assert b"".join(held[name] for name in sorted(held)) == written
    whole = [held[lines.name(number)] for number in range(len(held))]
    assert all(part.endswith(b"\n") for part in whole)
    assert all(len(part) <= full or part.count(b"\n") == 1 for part in whole), "full at the border, but for a longer line"


def test_a_put_that_fails_is_made_up_for(tmp_path):
    file, held = tmp_path / "events.jsonl", {}
    file.write_bytes(b"0123456789\n" * 50)
    parts, left = lines.Parts(file, 100), [2]

    def put(name, content):
        left[0] -= 1
        if left[0] == 0:
            raise ConnectionError
        held[name] = content

    with pytest.raises(ConnectionError):
        parts.push(put)
    parts.push(put)
    assert b"".join(held[name] for name in sorted(held)) == file.read_bytes()


def test_an_archive_is_a_tar_in_any_parts(tmp_path):
    for name, size in (("a.bin", 0), ("b.bin", 511), ("c.bin", 512), ("d.bin", 70_001)):
        (tmp_path / name).write_bytes(random.Random(size).randbytes(size))
    (tmp_path / ("long" * 40)).write_bytes(b"a name longer than a header holds")
    members = [(f"checkpoint-3/{path.name}", path) for path in sorted(tmp_path.iterdir())]
    contents = {name: path.read_bytes() for name, path in members}
    with Archive(members) as tar:
        shutil.rmtree(tmp_path)  # as a newer checkpoint does
        whole = b"".join(tar.blocks())
        assert len(whole) == tar.size and hashlib.sha256(whole).hexdigest() == tar.sha256()
        for size in (1000, 512, 4096, 10**9):
            assert b"".join(b"".join(tar.blocks(*part)) for part in tar.parts(size)) == whole
    with tarfile.open(fileobj=io.BytesIO(whole)) as read:
        assert {member.name: read.extractfile(member).read() for member in read} == contents


@pytest.mark.parametrize("name, kind", [
    ("../outside", tarfile.REGTYPE), ("/etc/passwd", tarfile.REGTYPE), ("checkpoint-1/../../x", tarfile.REGTYPE),
    ("checkpoint-1/link", tarfile.SYMTYPE), ("checkpoint-1/..", tarfile.REGTYPE), ("other", tarfile.REGTYPE),
])
def test_an_archive_cannot_write_elsewhere(tmp_path, name, kind):
    place = tmp_path / "evil.tar"
    with tarfile.open(place, "w") as tar:
        about = tarfile.TarInfo(name)
        about.type, about.linkname = kind, "/etc/passwd"
        tar.addfile(about)
    with pytest.raises(Damaged):
        archive.unpack(place, tmp_path / "into", restore._ALLOWED)
    assert not list(tmp_path.glob("into/**/*")) and not (tmp_path / "outside").exists()


def checkpoint(place, step):
    folder = place.checkpoint(step)
    folder.mkdir(parents=True)
    (folder / "optimizer.pt").write_bytes(bytes([step]) * 5000)
    (folder / "files.json").write_text("[]")


def machine(store, tmp_path, name, trusted=True):
    place = RunDir(tmp_path / name)
    place.checkpoints.mkdir(parents=True)
    names = [f"{slot}/{n:05}" for slot in ("checkpoint-a", "checkpoint-b", "result") for n in range(20)]
    names += ["checkpoint.json", "manifest.json", "result.json", "events/00000.jsonl"]
    signed = Signed(*({name: store.signed(method, f"r/{name}") for name in names} for method in ("GET", "PUT")))
    return Keeper(signed, place, place.path / "worker.log", 1500, lambda: trusted), place, signed


def test_checkpoints_change_slots_and_a_torn_one_leaves_the_one_before(store, tmp_path):
    keeper, place, _ = machine(store, tmp_path, "first")
    (place.path / "base_model.json").write_text('{"revision": "abc"}')
    for step in (1, 2, 3):
        checkpoint(place, step)
        keeper._push_checkpoint()
        shutil.rmtree(place.checkpoint(step))
    about = store.json("r", "checkpoint.json")
    assert [(of["slot"], of["step"]) for of in (about, about["before"])] == [("a", 3), ("b", 2)]

    def restored(name):
        _, place, signed = machine(store, tmp_path, name)
        found = restore.checkpoint(signed, place)
        return found and found["step"], place

    step, place = restored("second")
    assert step == 3 and (place.checkpoint(3) / "optimizer.pt").read_bytes() == b"\3" * 5000
    assert json.loads((place.path / "base_model.json").read_text()) == {"revision": "abc"}, "its commit too"
    assert not list(place.path.glob(".tmp*"))

    store.held["r/checkpoint-a/00001"] = b"torn" * 375
    step, place = restored("third")
    assert step == 2 and (place.checkpoint(2) / "optimizer.pt").read_bytes() == b"\2" * 5000
    assert place.checkpoint_steps() == [2]
    del store.held["r/checkpoint-b/00000"]
    assert restored("fourth")[0] is None
    store.held["r/checkpoint.json"] = b"[1"
    assert restored("fifth")[0] is None


def test_a_machine_that_came_back_goes_on_into_the_other_slot(store, tmp_path):
    keeper, place, _ = machine(store, tmp_path, "first")
    checkpoint(place, 1)
    keeper._push_checkpoint()
    keeper, place, signed = machine(store, tmp_path, "second")
    keeper.begin(restore.checkpoint(signed, place))
    keeper._push_checkpoint()  # nothing new: nothing is put
    assert len(store.puts("r", "checkpoint.json")) == 1
    checkpoint(place, 2)
    keeper._push_checkpoint()
    assert [store.json("r", "checkpoint.json")[name] for name in ("slot", "step")] == ["b", 2]


def test_the_curve_up_to_a_checkpoint_is_there_before_it(store, tmp_path):
    """Whoever goes on from a checkpoint makes the steps before it no more."""
    keeper, place, _ = machine(store, tmp_path, "first")
    place.events.write_text('{"seq": 1}\n{"seq": 2}\n')
    checkpoint(place, 1)
    keeper._push_checkpoint()
    assert store.held["r/events/00000.jsonl"] == place.events.read_bytes()
    assert store.held["r/checkpoint.json"]


def test_what_does_not_fit_is_a_full_disk(store, tmp_path):
    keeper, place, _ = machine(store, tmp_path, "first")
    checkpoint(place, 1)
    (place.checkpoint(1) / "optimizer.pt").write_bytes(bytes(100_000))
    with pytest.raises(Exception, match="no address for checkpoint-a/00020") as error:
        keeper._push_checkpoint()
    assert error.value.name == "disk_full" and "network volume" in error.value.fix


GOOD = {"brightrun": 1, "run": "a-run", "carry": "https://x/y?sig=1", "sha256": "0" * 64}


@pytest.mark.parametrize("change", [
    {"brightrun": 2}, {"run": "../x"}, {"run": 7}, {"sha256": "abc"}, {"carry": "file:///etc/passwd"}, {"carry": None},
    {"folder": "runs/x"}, {"carry": None, "folder": "/etc"}, {"carry": None, "folder": "a/../../b"}, {"seconds": -1},
    {"seconds": "9"}, {"cache": {"model": "no-owner"}}, {"cache": {"model": "a/../b"}}, {"cache": "x"},
])
def test_orders_that_are_refused(change):
    with pytest.raises(order.BadOrder) as error:
        order.read(GOOD | change)
    assert "sig=1" not in str(error.value)


def test_orders():
    assert order.read(GOOD).run == "a-run"
    assert order.read(GOOD | {"carry": None, "folder": "brightrun/runs/x", "seconds": 60}).seconds == 60
    assert order.read({"brightrun": 1, "cache": {"model": "Qwen/Qwen3-0.6B"}}).model == "Qwen/Qwen3-0.6B"


def test_what_is_hidden(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-very-secret")
    monkeypatch.setenv("A_TOKEN", "false")
    text = 'sk-very-secret at "https://store/x/y.json?X-Amz-Signature=abc&Z=1", which is false; and why? no reason'
    assert outward.hide(text) == '*** at "https://store/x/y.json?***", which is false; and why? no reason'
    monkeypatch.setenv("RUNPOD_ENDPOINT_ID", "ep")
    monkeypatch.setenv("HF_TOKEN", "hf_for-the-child")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/d")
    kept = outward.for_training(MORE="1")
    assert kept["HF_TOKEN"] == "hf_for-the-child" and kept["MORE"] == "1" and "PATH" in kept
    assert not {"SOME_API_KEY", "RUNPOD_ENDPOINT_ID", "DATABASE_URL"} & set(kept)


def test_a_volume_is_read_by_plain_names(tmp_path):
    store = Volume(tmp_path)
    assert store.read("wish.json") is None and not store.save("x", tmp_path / "y")
    store.put_bytes("owner.json", b"{}")
    assert store.read("owner.json") == b"{}" and [path.name for path in tmp_path.iterdir()] == ["owner.json"]
