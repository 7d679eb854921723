/** Gives `value`, or fails the test where there is none. */
export function defined<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("There is no value");
  return value;
}
