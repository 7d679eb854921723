const BYTES_PER_TOKEN = 3.5;

/** About how many tokens `text` takes: a token per 3.5 bytes, which is on the safe side for English and code. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, "utf8") / BYTES_PER_TOKEN);
}
