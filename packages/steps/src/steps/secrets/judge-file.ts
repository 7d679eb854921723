import type { Finding } from "@ai-workflow/engine";
import { readAllowedLines } from "./allowed-lines.ts";
import { countOf } from "../../text/count-of.ts";
import { findSecrets } from "./find-secrets.ts";

/** What is asked of a file. */
export interface SecretRules {
  /** Whether the repository allows the secret. */
  readonly isAllowed: (secret: string) => boolean;
  /** Findings of one file at most, beside one that counts the rest. */
  readonly maxPerFile: number;
}

/** Folders and files whose keys are mostly made for a test; whoever looks has to decide. */
const TEST =
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|__fixtures__|testdata|test-?data|test-?utils?|mocks?|__mocks__|e2e|testing|snapshots?|__snapshots__|cassettes)(?:\/|$)|^t\/|[._-](?:test|spec|fixtures?)\.\w+$|_test\.(?:go|py|rb)$|(?:^|\/)(?:test_[^/]*\.py|conftest\.py)$/i;

/** Secrets of one file, by their lines and never with their text. */
export async function judgeFile(
  file: string,
  text: string,
  { isAllowed, maxPerFile }: SecretRules,
): Promise<readonly Finding[]> {
  const isAllowedLine = readAllowedLines(text);
  const lineAt = countLines(text);
  /** Lines by the secret, which is no part of any finding. */
  const places = new Map<string, { readonly rule: string; readonly lines: number[] }>();
  for (const { rule, start, end } of await findSecrets(file, text)) {
    const line = lineAt(start);
    const secret = text.slice(start, end);
    if (isAllowedLine(line) || isAllowed(secret)) continue;
    const known = places.get(secret);
    if (known === undefined) places.set(secret, { rule, lines: [line] });
    else known.lines.push(line);
  }
  const isTest = TEST.test(file);
  const findings = [...places.values()].map(({ rule, lines: [line = 1, ...more] }): Finding => ({
    rule,
    severity: isTest ? "info" : "error",
    message: `${describe(rule)}${isTest ? ", in a test" : ""}${more.length > 0 ? `; also in line ${more.slice(0, 5).join(", ")}${more.length > 5 ? " and further ones" : ""}` : ""}`,
    file,
    line,
    suggestion: isTest
      ? "if it opens anything real, take it back where it was issued"
      : "take it back where it was issued, since git keeps what was committed, and read it from the environment; a comment `secretlint-disable-line` allows one that is none",
  }));
  if (findings.length <= maxPerFile) return findings;
  const rest = findings.length - maxPerFile;
  const severity = isTest ? "info" : "error";
  return [
    ...findings.slice(0, maxPerFile),
    { rule: "more-secrets", severity, message: `${countOf(rest, "more secret")} in this file`, file },
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  "private-key": "a private key",
  privatekey: "a private key",
  "aws-access-key": "an access key of AWS",
  aws: "a key of AWS",
  "url-password": "an address with a password",
  "database-connection-string": "the password of a database",
  "assigned-secret": "a value that looks like a secret, in a file for secrets",
  "vendor-token": "a token whose format names its vendor",
  gcp: "a key of a Google Cloud service account",
};

function describe(rule: string): string {
  return NAMES[rule] ?? `a secret (${rule})`;
}

/** Tells the line of a place in the text, counted from 1. */
function countLines(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
