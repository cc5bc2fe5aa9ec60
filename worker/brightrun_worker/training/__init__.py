"""Training: `loop` goes through the steps, `step` is one of them, `checkpoint` keeps the state, the rest helps."""
