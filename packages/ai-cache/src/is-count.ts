/** Whether `value` is a whole number of at least 0 that a JSON number holds exactly: a count, a size, a time. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
