"""The model: definitions, registers, standards, house policy, and the manual they make up."""
