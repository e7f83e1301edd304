"""The web workbench: page in, page out; its pages are handed what they need and never reach for storage."""
