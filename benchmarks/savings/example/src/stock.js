/** What is left in stock when `amount` of `article` was taken. */
export function take(stock, article, amount) {
  const left = (stock.get(article) ?? 0) - amount;
  if (left < 0) throw new RangeError(`Cannot take ${amount} of ${article}: ${-left} are missing`);
  return new Map(stock).set(article, left);
}
