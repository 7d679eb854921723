import { findPrivateKeys } from "./find-private-keys.ts";
import { isSecretValue } from "./is-secret-value.ts";
import { lintSecrets } from "./lint-secrets.ts";
import type { SecretSpan } from "./redaction-marker.ts";
import { TOKEN_RULES, type TokenRule } from "./token-rules.ts";

const URL_PASSWORD = /:\/\/[^\s:/@"'`<>\\]{0,256}:([^\s@/"'`<>\\]{3,400})@/g;

function findByShape(text: string, rules: readonly TokenRule[]): SecretSpan[] {
  return rules.flatMap(({ name: rule, pattern, accept }) => {
    const withIndices = pattern.hasIndices ? pattern : new RegExp(pattern.source, `${pattern.flags}d`);
    return Array.from(text.matchAll(withIndices), ({ indices }) => {
      const [start, end] = indices?.[1] ?? indices?.[0] ?? [0, 0];
      return { start, end, rule };
    }).filter(({ start, end }) => end > start && (accept === undefined || accept(text.slice(start, end))));
  });
}

/**
 * Secrets that a format of their own gives away, whatever the name beside them: private keys, tokens of vendors, passwords in URLs, and
 * what the recommended rules of secretlint find. Spans may overlap where several rules know the same secret; the ones of `extraRules` come
 * before those of the built-in rules. The rules of secretlint are loaded by the first call.
 */
export async function findFormattedSecrets(
  text: string,
  extraRules: readonly TokenRule[] = [],
): Promise<readonly SecretSpan[]> {
  const passwords = findByShape(text, [{ name: "url-password", pattern: URL_PASSWORD, accept: isSecretValue }]);
  return [
    ...findPrivateKeys(text),
    ...findByShape(text, extraRules),
    ...findByShape(text, TOKEN_RULES),
    ...passwords,
    ...(await lintSecrets(text)),
  ];
}
