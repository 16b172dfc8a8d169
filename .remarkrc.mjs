// Checks the fields of a definition while one types, in Visual Studio Code with the extension
// unifiedjs.vscode-remark. Needs `npm ci --prefix .vscode` once; without it the editor only edits.
import {existsSync} from 'node:fs'

const packages = new URL('.vscode/node_modules/', import.meta.url)

async function plugins() {
  if (!existsSync(packages)) return []
  const [frontmatter, schema] = await Promise.all(
    ['remark-frontmatter/index.js', '@julian_cataldo/remark-lint-frontmatter-schema/dist/index.js']
      .map(path => import(new URL(path, packages)))
  )
  const schemas = {'./.vscode/schema/definition.json': ['processes/**/*.md']}
  return [frontmatter.default, [schema.default, {schemas}]]
}

export default {plugins: await plugins()}
