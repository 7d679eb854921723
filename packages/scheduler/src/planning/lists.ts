/** Lists of numbers for each task, one behind the other: those of task `i` are `items[starts[i]]` up to, but without, `items[starts[i + 1]]`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** The lists in typed arrays. */
export function flatten(lists: readonly (readonly number[])[]): Lists {
  const starts = new Int32Array(lists.length + 1);
  let total = 0;
  for (const [i, list] of lists.entries()) {
    total += list.length;
    starts[i + 1] = total;
  }
  const items = new Int32Array(total);
  for (const [i, list] of lists.entries()) items.set(list, starts[i]);
  return { starts, items };
}
