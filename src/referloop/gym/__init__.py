"""The simulated town: invented patients and offices whose systems speak the real protocols."""
