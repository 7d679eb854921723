import { randomBytes } from "node:crypto";

/** How long the random word in delimiters is, in characters. */
export const NONCE_LENGTH = 32;

/** A new random word for the delimiters of a run, of {@link NONCE_LENGTH} hexadecimal digits. */
export function createNonce(): string {
  return randomBytes(NONCE_LENGTH / 2).toString("hex");
}
