"""A run on a rented machine: what the machine does besides training.

The contract with the engine is docs/decisions/0170-what-travels-with-a-run.md. Start with `attempt.py`, which tells
the whole story of one dispatch. Around it:

- `serverless.py`   the handler behind RunPod's queue
- `pod.py`          a pod: watches over the time and ends the pod; `errand.py` is what it watches
- `dispatch.py`     an order of either kind, carried out for one of the two
- `order.py`        what the machine was told to do; `carry.py` what it may do
- `store.py`, `http.py`, `mount.py`   where a run is watched from
- `owner.py`        one machine trains, however many were sent
- `restore.py`      what an earlier machine left; `keeper.py`, `lines.py`, `archive.py` what this one leaves
- `progress.py`, `home.py`, `threads.py`   small helpers
- `child.py`        the training process
- `weights.py`      base models, fetched once onto a volume
- `outward.py`      what leaves as text, with nothing secret in it

Nothing here imports torch: this side stays small while the child fills the machine.
"""
