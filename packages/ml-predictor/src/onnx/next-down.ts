const bits = new Int32Array(1);
const floats = new Float32Array(bits.buffer);

/**
 * The greatest float32 below `value`, a float32 other than minus infinity and NaN. So `x < value` and `x <= nextDown(value)` say the
 * same of every float32 `x`. The bits of an IEEE 754 number, taken as an integer, order numbers of one sign.
 */
export function nextDown(value: number): number {
  if (value === 0) return -(2 ** -149);
  floats[0] = value;
  bits[0]! += value > 0 ? -1 : 1;
  return floats[0];
}
