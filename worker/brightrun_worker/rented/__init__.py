"""A run on a rented machine: what the machine does besides training.

The contract with the engine is docs/decisions/0170-what-travels-with-a-run.md. Start with `attempt.py`, which tells the whole
story of one dispatch. Around it:

- `serverless.py`   the handler behind RunPod's queue
- `pod.py`          a pod: the process that watches over the time and ends the pod; `errand.py` is what it watches
- `order.py`        what the machine was told to do; `carry.py` what it may do; `mount.py`, `store.py`, `http.py` where it lies
- `owner.py`        one machine trains, however many were sent
- `restore.py`      what an earlier machine left; `keeper.py`, `lines.py`, `archive.py` what this one leaves
- `child.py`        the training process
- `weights.py`      base models, fetched once onto a volume
- `outward.py`      what leaves as text, with nothing secret in it

Nothing here imports torch: this side stays small while the child fills the machine.
"""
