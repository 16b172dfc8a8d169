"""What mkdocs.yml lists under ``hooks:``; hands every event on to the package beside it."""

from process_manual.mkdocs_plugin import as_hook

_plugin = as_hook()

on_startup = _plugin.on_startup
on_config = _plugin.on_config
on_pre_build = _plugin.on_pre_build
on_files = _plugin.on_files
on_page_markdown = _plugin.on_page_markdown
on_page_content = _plugin.on_page_content
on_post_page = _plugin.on_post_page
on_post_template = _plugin.on_post_template
on_env = _plugin.on_env
on_post_build = _plugin.on_post_build
