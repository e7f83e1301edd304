"""How values are put into words and pictures: pure, and the same for every page."""
