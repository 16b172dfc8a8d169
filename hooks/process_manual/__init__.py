"""Process Manual: process definitions as Markdown, checked and published as a searchable manual."""

__version__ = "0.1.0"
