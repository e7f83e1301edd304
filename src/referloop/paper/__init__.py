"""Documents as people handle them: pages to look at, letters and packets to send, made in a child process."""
