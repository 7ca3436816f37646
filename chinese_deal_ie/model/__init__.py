"""Clean text to scored mentions and scored links: windows, network, decoding, checkpoint, runtimes."""
