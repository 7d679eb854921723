/** A number with its noun: `1 file`, `2 files`. Pure. */
export function countOf(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
