import type { ChangesUnknown, UnknownCode } from "./change.ts";

/** Makes the value for "it cannot be known". */
export function unknown(code: UnknownCode, message: string, remedy: string): ChangesUnknown {
  return { known: false, code, message, remedy };
}

/** Quotes text for a POSIX shell where it needs it, so that a remedy can be pasted. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
