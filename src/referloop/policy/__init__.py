"""What must happen, by when, on whose authority: pure, and data rather than code."""
