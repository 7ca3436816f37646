"""From mentions and links to entities, deals and normalised values."""
