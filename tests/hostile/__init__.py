"""Proofs that hostile input is refused, harms nobody and keeps nothing busy."""
