/** Which part of the tests is to be run. */
export interface Shard {
  /** From 1 on. */
  readonly index: number;
  readonly count: number;
}

/** More machines than anybody has. */
const MAX_SHARDS = 1000;

/**
 * Reads `i/n`.
 *
 * @throws Error when it is no such text, or `i` is not from 1 to `n`
 */
export function parseShard(text: string): Shard {
  const [, first = "", second = ""] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const shard = { index: Number(first), count: Number(second) };
  if (first === "" || shard.count < 1 || shard.count > MAX_SHARDS || shard.index < 1 || shard.index > shard.count) {
    throw new Error(
      `the option \`shard\` must be \`i/n\` with i from 1 to n, such as 1/3, and n at most ${MAX_SHARDS}, got ${JSON.stringify(text)}`,
    );
  }
  return shard;
}

/** A test file and how long it is expected to take. */
export interface ShardItem {
  readonly file: string;
  /** In any unit that all share. */
  readonly cost: number;
}

/**
 * Divides files into shards of about the same cost: the longest first, each to the shard that has least (LPT, Graham 1969: at most 4/3 of
 * the best possible). Each file is in exactly one. Every machine that is given the same comes to the same, whatever the order of the files.
 */
export function planShards(items: readonly ShardItem[], count: number): readonly (readonly string[])[] {
  const shards = Array.from({ length: count }, (): { cost: number; readonly files: string[] } => ({
    cost: 0,
    files: [],
  }));
  const costOf = ({ cost }: ShardItem): number => (Number.isFinite(cost) && cost > 0 ? cost : 0);
  const ordered = items.toSorted((one, other) => costOf(other) - costOf(one) || (one.file < other.file ? -1 : 1));
  for (const item of ordered) {
    let least = shards[0];
    for (const shard of shards) {
      const isLess =
        least === undefined ||
        shard.cost < least.cost ||
        (shard.cost === least.cost && shard.files.length < least.files.length);
      if (isLess) least = shard;
    }
    least?.files.push(item.file);
    if (least !== undefined) least.cost += costOf(item);
  }
  return shards.map(({ files }) => files.toSorted());
}

/** Costs by durations that are known; a file of which none is, counts by its size, at the pace of the others. Pure. */
export function estimateCosts(
  files: readonly string[],
  {
    durationsMs,
    sizeOf,
  }: { readonly durationsMs: ReadonlyMap<string, number>; readonly sizeOf: (file: string) => number },
): readonly ShardItem[] {
  const known = files.filter((file) => durationsMs.has(file));
  const [ms, bytes] = [known, known].map((list, place) =>
    list.reduce((sum, file) => sum + (place === 0 ? (durationsMs.get(file) ?? 0) : sizeOf(file)), 0),
  );
  const pace = known.length === 0 || (bytes ?? 0) === 0 ? 1 : (ms ?? 0) / (bytes ?? 1);
  return files.map((file) => ({ file, cost: durationsMs.get(file) ?? sizeOf(file) * pace }));
}
