import * as fc from "fast-check";
import { expect, test } from "vitest";
import { solvePositive } from "./solve-positive.ts";

test("solvePositive() solves a small system", () => {
  const solved = solvePositive(Float64Array.from([4, 2, 2, 3]), Float64Array.from([10, 8]));
  expect([...(solved ?? [])].map((value) => value.toFixed(12))).toEqual(["1.750000000000", "1.500000000000"]);
});

test("solvePositive() gives nothing where the matrix is not positive definite", () => {
  expect(solvePositive(Float64Array.from([1, 2, 2, 1]), Float64Array.from([1, 1]))).toBeUndefined();
  expect(solvePositive(Float64Array.from([Number.NaN]), Float64Array.from([1]))).toBeUndefined();
});

test("property: the solution gives the right side back", () => {
  const size = 4;
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(number, { minLength: size * size, maxLength: size * size }),
      fc.array(number, { minLength: size, maxLength: size }),
      (root, right) => {
        const matrix = Float64Array.from({ length: size * size }, (_, place) => {
          const row = Math.floor(place / size);
          const column = place % size;
          let sum = row === column ? 1 : 0;
          for (let k = 0; k < size; k += 1) sum += (root[row * size + k] ?? 0) * (root[column * size + k] ?? 0);
          return sum;
        });
        const solved = solvePositive(matrix.slice(), Float64Array.from(right));
        for (let row = 0; row < size; row += 1) {
          let sum = 0;
          for (let k = 0; k < size; k += 1) sum += (matrix[row * size + k] ?? 0) * (solved?.[k] ?? Number.NaN);
          expect(sum).toBeCloseTo(right[row] ?? 0, 8);
        }
      },
    ),
  );
});
