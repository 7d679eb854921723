/** Version of the JSON that commands print; it grows when something in it is taken away or comes to mean something else. */
const JSON_VERSION = 1;

/** What can be printed as JSON: a document with a version of its own stands below a key, for there is one `version` a line. */
export interface PrintedJson {
  readonly version?: undefined;
  readonly [key: string]: unknown;
}

/** What JSON allows as it stands and a terminal or a CI runner obeys: C1 control characters, marks that turn text, what begins `##[command]`. */
const OBEYED = /[\u007F-\u009F\u2028-\u202E\u2066-\u2069]|#(?=#[a-z]*\[)/gi;

/** What a command prints with `--json`: one line that begins with its version, in which what would be obeyed on the way is written as an escape. */
export function renderJson(value: PrintedJson): string {
  const line = JSON.stringify({ version: JSON_VERSION, ...value });
  return `${line.replaceAll(OBEYED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
