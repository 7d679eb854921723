/** `1.5 MB`, of 2^20 bytes each. */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
