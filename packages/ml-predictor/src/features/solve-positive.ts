/**
 * The solution of `matrix · x = right` for a symmetric positive definite matrix, or `undefined` where rounding has left it without one.
 * `matrix` is row by row and is overwritten, as is `right`. O(n³).
 *
 * Source: A.-L. Cholesky's method, as in G. H. Golub, C. F. Van Loan, "Matrix Computations", section 4.2.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const size = right.length;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column]!;
      for (let k = 0; k < column; k += 1) sum -= matrix[row * size + k]! * matrix[column * size + k]!;
      if (row !== column) matrix[row * size + column] = sum / matrix[column * size + column]!;
      else if (sum > 0) matrix[row * size + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  for (let row = 0; row < size; row += 1) {
    let sum = right[row]!;
    for (let k = 0; k < row; k += 1) sum -= matrix[row * size + k]! * right[k]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = right[row]!;
    for (let k = row + 1; k < size; k += 1) sum -= matrix[k * size + row]! * right[k]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  return right;
}
