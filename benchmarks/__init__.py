"""Speed, always beside the raw limit of the same database, measured in the same run."""
