"""From a commit to a bundle, and again: an edition is made of what is committed, nothing else.

MkDocs and git run as programs of their own, in a clean clone, with an environment that tells them
nothing of the machine.
"""
