import type { rules as recommendedRules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretSpan } from "./redaction-marker.ts";

const RULE_PREFIX = /^.*secretlint-rule-/;
// Comments in a file must not switch the rules off: they are written by those whose secrets are looked for.
const COMMENT_FILTER = "@secretlint/secretlint-rule-filter-comments";
const CREDENTIALS_OF_URL = /^[^:\s]{1,40}:\/\/[^\s:/@]{0,256}:([^\s@/]{1,400})@/;

type Rule = (typeof recommendedRules)[number];
type Context = Parameters<Rule["create"]>[0];
type Source = Parameters<NonNullable<ReturnType<Rule["create"]>["file"]>>[0];

/**
 * What the recommended rules of secretlint find. They are loaded by the first call.
 *
 * The rules are driven here rather than by `lintSource` of `@secretlint/core` 11, which leaves about a hundred performance marks behind per
 * call and compares each with all earlier ones (800 calls: 7 seconds), and whose ranges are off by one after a byte order mark.
 */
export async function lintSecrets(text: string): Promise<SecretSpan[]> {
  const { rules } = await import("@secretlint/secretlint-rule-preset-recommend");
  // Without an extension: rules for some file types would read the file, or report all of it.
  const source = { content: text, hasBOM: false, filePath: undefined, physicalFilePath: undefined, ext: "" };
  const spans: SecretSpan[] = [];
  for (const rule of rules) {
    if (rule.meta.id === COMMENT_FILTER) continue;
    const name = rule.meta.id
      .replace(RULE_PREFIX, "")
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, "-");
    const translate = (messageId: string, data?: unknown): unknown => ({ message: messageId, messageId, data });
    const context = {
      sharedOptions: {},
      createTranslator: () => translate,
      ignore: () => undefined,
      report: ({ message, range }: Parameters<Context["report"]>[0]) => {
        const [start, end] = locate(text, range, message.data);
        spans.push({ start, end, rule: name.slice(0, 40) });
      },
    } as unknown as Context;
    await rule.create(context, {}).file?.(source as Source);
  }
  return spans;
}

/**
 * Where the secret of a message stands. Some rules report a range that starts with the name of the secret and is as long as its value;
 * then the value is looked for from there. Of a URL only the password counts: the rest is what a reader needs.
 */
function locate(text: string, range: readonly number[], data: unknown): readonly [number, number] {
  const [start = 0, end = text.length] = range;
  const found = text.slice(start, end);
  const password = CREDENTIALS_OF_URL.exec(found)?.[1];
  if (password !== undefined) {
    const from = start + found.indexOf(`:${password}@`) + 1;
    return [from, from + password.length];
  }
  for (const value of Object.values(Object(data) as Readonly<Record<string, unknown>>)) {
    if (typeof value !== "string" || value.length < end - start || value === found) continue;
    const at = text.indexOf(value, start);
    if (at !== -1 && at <= end) return [at, at + value.length];
  }
  return [start, end];
}
