const MARKDOWN = /\.(?:md|markdown|mdown|mkd)$/i;

/** Folders of others' texts and of samples, which are as they are on purpose. */
const NOT_OURS =
  /(?:^|\/)(?:node_modules|bower_components|vendors?|third[-_]party|\.git|(?:__)?fixtures?(?:__)?|testdata|test-data|__snapshots__|__mocks__|snapshots)\//i;

/** Whether a path is a document in Markdown that the repository's authors write for readers. Pure. */
export function isDocument(file: string): boolean {
  return MARKDOWN.test(file) && !NOT_OURS.test(file);
}
