"""A corpus and a config to a checkpoint. Needs the extra ``train``; inference never imports this room."""
