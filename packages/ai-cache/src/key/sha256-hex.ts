import { hash } from "node:crypto";

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** SHA-256 of bytes or of the UTF-8 form of a text, as 64 lower-case hexadecimal digits. */
export function sha256Hex(content: Uint8Array | string): string {
  return hash("sha256", content);
}

/** Whether `value` is what {@link sha256Hex} gives. */
export function isSha256Hex(value: unknown): value is string {
  return typeof value === "string" && SHA256_HEX.test(value);
}
