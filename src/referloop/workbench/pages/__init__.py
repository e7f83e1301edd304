"""One module a screen: a request in, what it shows out."""
