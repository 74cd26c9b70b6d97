"""Where places are, and how far from the reader's home."""
