"""Proofs that hostile text runs nothing, in a real browser; not yet part of the suite.

Run them with ``.venv/bin/python -m pytest tests/hostile/proof_browser.py`` (and ``proof_input``,
``proof_defences``).
"""
