/** A price in cents after a discount, rounded in favour of the customer. */
export function discounted(cents, share) {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`Cannot discount: ${share} is no share`);
  return Math.floor(cents * (1 - share));
}
