import { discounted } from "./prices.js";

/** The sum of an order's lines, in cents. */
export function total(lines, share = 0) {
  return lines.reduce((sum, { cents, amount }) => sum + discounted(cents, share) * amount, 0);
}
