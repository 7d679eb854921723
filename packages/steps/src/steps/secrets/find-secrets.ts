import { findAssignedSecrets, findFormattedSecrets, type SecretSpan } from "@ai-workflow/ai-client/secrets";
import { isCredentialFile } from "./is-credential-file.ts";
import { isKeyMaterial } from "./is-key-material.ts";
import { isExamplePassword, isPlaceholder } from "./is-placeholder.ts";

/** A secret and where it begins. */
export interface FoundSecret {
  readonly rule: string;
  /** From where to where it stands in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/**
 * Rules that keep a secret from leaving the machine, where one too many does no harm, and that are too eager for a complaint: names beside
 * values, tokens that say nothing of their worth, keys of test accounts.
 */
const TOO_EAGER: ReadonlySet<string> = new Set(["jwt", "authorization", "url-token", "signed-url", "basicauth"]);
const TEST_KEY = /^[rs]k_test_/;
/** `user` and `host` around a password of an address. */
const BEFORE_PASSWORD = /:\/\/([^\s:/@]{0,256}):$/;
const AFTER_PASSWORD = /^@([^\s/'"`]{0,256})/;
/** Tokens that browsers are given on purpose: https://firebase.google.com/docs/projects/api-keys. */
const PUBLIC_TOKEN = /^AIza/;

/** Secrets in the text of a file that are hardly anything else. */
export async function findSecrets(file: string, text: string): Promise<readonly FoundSecret[]> {
  const formatted = (await findFormattedSecrets(text)).filter((span) => isReal(text, span));
  const assigned = isCredentialFile(file)
    ? findAssignedSecrets(text, "config").filter((span) => isRandom(text, span))
    : [];
  return withoutOverlaps([...formatted, ...assigned]);
}

function isReal(text: string, { rule, start, end }: SecretSpan): boolean {
  if (TOO_EAGER.has(rule)) return false;
  const secret = text.slice(start, end);
  if (rule.includes("private")) return isKeyMaterial(secret);
  const user = BEFORE_PASSWORD.exec(text.slice(Math.max(0, start - 300), start))?.[1];
  if (user !== undefined) {
    return !isExamplePassword(user, secret, AFTER_PASSWORD.exec(text.slice(end, end + 300))?.[1] ?? "");
  }
  if (rule === "url-password" || rule === "database-connection-string") return false;
  if (/example/i.test(text.slice(end, end + 12)) || TEST_KEY.test(secret) || PUBLIC_TOKEN.test(secret)) return false;
  return !isPlaceholder(secret) && /\d/.test(secret);
}

/** Values of files that are there to hold secrets: only those that no person thought up. */
function isRandom(text: string, { start, end }: SecretSpan): boolean {
  const secret = text.slice(start, end);
  return /^[A-Za-z0-9+/=_.~-]{20,}$/.test(secret) && /\d\D*\d\D*\d/.test(secret) && !isPlaceholder(secret);
}

/** Of several rules that know the same secret the first speaks, which is the most special one. */
function withoutOverlaps(spans: readonly SecretSpan[]): readonly FoundSecret[] {
  const kept: SecretSpan[] = [];
  for (const span of spans) {
    if (kept.every(({ start, end }) => span.end <= start || span.start >= end)) kept.push(span);
  }
  return kept.toSorted((one, other) => one.start - other.start);
}
