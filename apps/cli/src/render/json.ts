/** Version of the JSON that commands print; it grows when something in it is taken away or comes to mean something else. */
const JSON_VERSION = 1;

/** What can be printed as JSON: a document with a version of its own stands below a key, for there is one `version` a line. */
export interface PrintedJson {
  readonly version?: undefined;
  readonly [key: string]: unknown;
}

/**
 * What a command prints with `--json`: one line that begins with its version. A text in it that CI would obey wherever it stands in a line
 * (`##[error]`) is written with an escape.
 */
export function renderJson(value: PrintedJson): string {
  const line = JSON.stringify({ version: JSON_VERSION, ...value }).replaceAll(/#(?=#[a-z]*\[)/gi, String.raw`\u0023`);
  return `${line}\n`;
}
