"""Answers about a manual, computed and read-only: what is in force, who gives what to whom, …

A view is a function of a Manual (and perhaps one definition). Rules and pages ask the same views.
"""
