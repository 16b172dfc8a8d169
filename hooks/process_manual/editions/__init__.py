"""Editions: snapshots of the whole manual that never change, each bound to the one before.

The lowest layer: it knows files, hashes and signatures, and neither YAML, the model nor MkDocs.
"""
