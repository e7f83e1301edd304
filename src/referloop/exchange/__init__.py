"""How we speak with the outside: one folder per channel, a pure codec and a transport each."""
