/** Configurations of programs that make sites of documents. */
export const SITE_FILES: readonly string[] = [
  "**/mkdocs.{yml,yaml}",
  "**/docusaurus.config.{js,cjs,mjs,ts}",
  "**/.vitepress/config.{js,cjs,mjs,ts,mts}",
  "**/.vuepress/config.{js,cjs,mjs,ts,mts}",
  "**/_config.{yml,yaml}",
  "**/{book,zensical}.toml",
  "**/hugo.{toml,yml,yaml}",
  "**/config/_default/hugo.toml",
  "**/{astro,next,nuxt,eleventy}.config.{js,cjs,mjs,ts}",
  "**/gatsby-config.{js,ts}",
  "**/.eleventy.{js,cjs}",
  "**/antora.yml",
  "**/conf.py",
  "**/{SUMMARY,_sidebar,_index}.md",
  "**/{mint,docs}.json",
];
