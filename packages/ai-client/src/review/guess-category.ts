const TESTS = /(?:^|\/)(?:tests?|__tests__|specs?)\/|[._-](?:test|spec)\.[^/]+$|(?:^|\/)test_[^/]+$/i;
const DOCS = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
const CONFIG = /(?:^|\/)\.[^/]+$|\.(?:jsonc?|json5|ya?ml|toml|ini|cfg|conf|xml|properties|lock|csv|tsv)$/i;
const ASSETS = /\.(?:svg|png|jpe?g|gif|webp|ico|woff2?|ttf|otf|pdf)$/i;

/** The category of a file by its path alone: `tests`, `docs`, `config`, `assets`, or else `code`. */
export function guessCategory(path: string): string {
  if (TESTS.test(path)) return "tests";
  if (DOCS.test(path)) return "docs";
  if (CONFIG.test(path)) return "config";
  return ASSETS.test(path) ? "assets" : "code";
}
