"""Findings in the forms that people and machines read: one function a form, from report to text."""
