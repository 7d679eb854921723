/** Version of the JSON that commands print; it grows when something in it is taken away or comes to mean something else. */
const JSON_VERSION = 1;

/** What a command prints with `--json`: one line that begins with its version. */
export function renderJson(value: object): string {
  return `${JSON.stringify({ jsonVersion: JSON_VERSION, ...value })}\n`;
}
