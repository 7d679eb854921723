import { isRedacted } from "./redaction-marker.ts";

// A variable, a template or a command that stands for the value; with a default behind a colon, the default would be the value.
const REFERENCE =
  /^(?:\$\{[^}:]*\}|\$\{\{[^}]*\}\}|\$[A-Za-z_]\w*|\$\([^)]*\)|%[A-Za-z_]\w*%|\{\{[^}]*\}\}|\{[A-Za-z_][\w.]*\}|#\{[^}]*\}|<%[^%]*%>|(?:process\.env|os\.environ|os\.getenv|import\.meta\.env|System\.getenv|ENV|secrets|vars?|var|local|data|module|config|self|this|vault|op|arn|ref\+\w+)(?:[.[:(]|:\/\/).*)$/s;
const PLACEHOLDER =
  /^(?:<[^<>]*>|\[[A-Za-z _-]*\]|(.)\1*|(?:your|example|sample|dummy|fake|placeholder|insert|replace|todo|redacted|removed|masked)[A-Za-z _-]*|change[ _-]?(?:me|it|this)[A-Za-z _-]*|none|null|nil|undefined|true|false|default|optional|required|disabled|enabled|bearer|basic|digest|oauth2?|string|number|boolean|bigint|symbol|function|object|buffer|secretstr|unknown|hidden|include|same-origin|x[x-]*|…)$/i;
// Names made of these words only. No word is made of others, so there is one way to read each text.
const NAME_OF_A_SECRET =
  /^(?:(?:new|old|current|confirm|repeat|access|refresh|api|auth|client|user|db|csrf|xsrf|id|x|public|private|account|secret|enter|reset|forgot|the|invalid|wrong|missing|name|value|field|input|password|passwort|passwd|passphrase|token|keys?|credentials?|header)[ _.:/-]?)+$/i;
const PROSE = /^[A-Za-z'’(][A-Za-z'’,.!?:;()/-]*(?: [A-Za-z'’,.!?:;()/-]+){2,}$/;
const VERSION = /^[\^~<>=v ]*\d+(?:\.\d+){1,3}(?: ?[<>=|^~-]{1,2} ?\d[\d.]*)?$/;

/**
 * Could this be the value of a password or key? Not: references to variables, well-known placeholders (`changeme`, `<your key>`,
 * `xxxx`), names of secrets (`"new-password"`), versions, sentences of three words
 * and more, what has been redacted.
 */
export function isSecretValue(value: string): boolean {
  const trimmed = value.trim();
  if (isRedacted(trimmed) || REFERENCE.test(trimmed) || PLACEHOLDER.test(trimmed)) return false;
  return !NAME_OF_A_SECRET.test(trimmed) && !VERSION.test(trimmed) && !PROSE.test(trimmed);
}
