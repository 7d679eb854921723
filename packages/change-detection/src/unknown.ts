import type { ChangesUnknown, UnknownCode } from "./change.ts";

/** Makes the value for "it cannot be known". */
export function unknown(code: UnknownCode, message: string, remedy: string): ChangesUnknown {
  return { known: false, code, message, remedy };
}
