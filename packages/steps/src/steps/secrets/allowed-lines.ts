/** Comments that allow what one line holds: of secretlint, of gitleaks, of detect-secrets. */
const THIS_LINE = /secretlint-disable-line|gitleaks:allow|pragma: ?(?:allowlist|whitelist) secret/i;
const NEXT_LINE = /secretlint-disable-next-line|pragma: ?(?:allowlist|whitelist) nextline secret/i;
const FROM_HERE = /secretlint-disable(?!-)/i;
const UP_TO_HERE = /secretlint-enable/i;

/** Tells by a line, counted from 1, whether a comment in the text allows secrets in it. */
export function readAllowedLines(text: string): (line: number) => boolean {
  if (!/secretlint-|gitleaks:allow|pragma: ?/i.test(text)) return () => false;
  const allowed = new Set<number>();
  let isOff = false;
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    if (FROM_HERE.test(content)) isOff = true;
    if (UP_TO_HERE.test(content)) isOff = false;
    if (isOff || THIS_LINE.test(content)) allowed.add(line);
    if (NEXT_LINE.test(content)) allowed.add(line + 1);
  }
  return (line) => allowed.has(line);
}
