"""The MkDocs door: the only part that knows MkDocs, as a plugin or behind a hook file."""

from process_manual.mkdocs_plugin.plugin import ProcessManualPlugin, as_hook

__all__ = ["ProcessManualPlugin", "as_hook"]
