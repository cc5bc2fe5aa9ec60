"""From a file to batches: `shapes` reads, `turns` cleans, `render` makes token ids and labels, `split` holds out,
`batches` says which examples make up which step. `prepare` runs them in this order."""
