import { createRandom, normal } from "./histories.ts";

/** Ten uniform features, of which five matter, and an outcome with normal noise (J. H. Friedman, "MARS", Ann. Statist. 19, 1991). */
export function friedman1(
  rows: number,
  seed: number,
): { readonly columns: Float32Array[]; readonly outcomes: Float64Array } {
  const random = createRandom(seed);
  const columns = Array.from({ length: 10 }, () => Float32Array.from({ length: rows }, random));
  const outcomes = Float64Array.from({ length: rows }, (_, row) => {
    const x = (feature: number): number => columns.at(feature)!.at(row)!;
    return 10 * Math.sin(Math.PI * x(0) * x(1)) + 20 * (x(2) - 0.5) ** 2 + 10 * x(3) + 5 * x(4) + normal(random);
  });
  return { columns, outcomes };
}
