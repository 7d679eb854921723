import type { BinnedColumns } from "./bin-columns.ts";
import { findSplit, type NodeSums, type Split, type SplitLimits } from "./find-split.ts";
import { createHistogram, fillHistogram, type Histogram, subtractHistogram } from "./histogram.ts";

/** A tree over bins, not yet with values. Nodes stand in the order they were made; the root is the first. */
export interface GrownTree {
  nodeCount: number;
  /** -1 for a leaf. */
  readonly features: Int32Array;
  /** See {@link Split}. */
  readonly bins: Int32Array;
  readonly lefts: Int32Array;
  readonly rights: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly gains: Float64Array;
  /** The rows of a leaf are those of {@link TreeGrower.rows} from here … */
  readonly starts: Int32Array;
  /** … up to but not including this. */
  readonly ends: Int32Array;
}

interface OpenLeaf {
  readonly node: number;
  readonly sums: NodeSums;
  readonly histogram: Histogram;
  readonly split: Split;
}

interface Partition {
  /** Where the right side begins. */
  readonly middle: number;
  readonly leftSums: NodeSums;
  readonly rightSums: NodeSums;
}

/**
 * Grows trees leaf by leaf: the leaf whose split gains most is split next, until there are `maxLeaves`. All room is taken once and
 * used for every tree; {@link GrownTree} holds until the next one is grown. O(rows · features · depth / 2 + leaves · bins) a tree.
 *
 * Source: H. Shi, "Best-first decision tree learning", University of Waikato 2007; G. Ke et al., "LightGBM", NeurIPS 2017.
 */
export class TreeGrower {
  /** The rows to grow from: fill the first places, then grow. Afterwards they are sorted by leaf. */
  readonly rows: Int32Array;
  readonly #binned: BinnedColumns;
  readonly #limits: SplitLimits;
  readonly #maxLeaves: number;
  readonly #weights: Float64Array | undefined;
  readonly #moved: Int32Array;
  readonly #scratch: Float64Array;
  readonly #histograms: Histogram[] = [];
  readonly #tree: GrownTree;

  constructor(
    binned: BinnedColumns,
    options: SplitLimits & { readonly maxLeaves: number },
    weights: Float64Array | undefined,
  ) {
    const nodes = 2 * options.maxLeaves - 1;
    this.#binned = binned;
    this.#limits = options;
    this.#maxLeaves = options.maxLeaves;
    this.#weights = weights;
    this.rows = new Int32Array(binned.rowCount);
    this.#moved = new Int32Array(binned.rowCount);
    this.#scratch = new Float64Array(binned.rowCount * (weights === undefined ? 1 : 2));
    this.#tree = {
      nodeCount: 0,
      features: new Int32Array(nodes),
      bins: new Int32Array(nodes),
      lefts: new Int32Array(nodes),
      rights: new Int32Array(nodes),
      missingLeft: new Uint8Array(nodes),
      gains: new Float64Array(nodes),
      starts: new Int32Array(nodes),
      ends: new Int32Array(nodes),
    };
  }

  /** Grow from the first `count` of {@link rows}, looking at `features` only. */
  grow(count: number, gradients: Float64Array, features: Int32Array): GrownTree {
    const tree = this.#tree;
    tree.nodeCount = 0;
    this.#addNode(0, count);
    const sums = this.#sum(gradients, count);
    const open: OpenLeaf[] = [];
    let leaves = 1;
    if (this.#isLargeEnough(sums)) {
      const histogram = this.#takeHistogram();
      this.#fill(histogram, features, 0, count, gradients);
      this.#open(open, 0, sums, histogram, features);
    }
    while (open.length > 0 && leaves < this.#maxLeaves) {
      const leaf = takeBest(open);
      leaves += 1;
      this.#split(open, leaf, gradients, features, leaves < this.#maxLeaves);
    }
    for (const { histogram } of open) this.#histograms.push(histogram);
    return tree;
  }

  #split(
    open: OpenLeaf[],
    { node, histogram, split }: OpenLeaf,
    gradients: Float64Array,
    features: Int32Array,
    goesOn: boolean,
  ): void {
    const tree = this.#tree;
    const start = tree.starts[node]!;
    const end = tree.ends[node]!;
    const { middle, leftSums, rightSums } = this.#partition(start, end, split, gradients);
    const left = this.#addNode(start, middle);
    const right = this.#addNode(middle, end);
    tree.features[node] = split.feature;
    tree.bins[node] = split.bin;
    tree.missingLeft[node] = split.missingLeft ? 1 : 0;
    tree.gains[node] = split.gain;
    tree.lefts[node] = left;
    tree.rights[node] = right;
    // The last leaves need no histograms: nothing is split any more.
    if (!goesOn) return void this.#histograms.push(histogram);
    const leftLarge = this.#isLargeEnough(leftSums);
    const rightLarge = this.#isLargeEnough(rightSums);
    if (!leftLarge && !rightLarge) return void this.#histograms.push(histogram);
    const leftSmaller = leftSums.count <= rightSums.count;
    const smaller = this.#takeHistogram();
    if (leftSmaller) this.#fill(smaller, features, start, middle, gradients);
    else this.#fill(smaller, features, middle, end, gradients);
    subtractHistogram(histogram, smaller);
    if (leftLarge) this.#open(open, left, leftSums, leftSmaller ? smaller : histogram, features);
    else this.#histograms.push(leftSmaller ? smaller : histogram);
    if (rightLarge) this.#open(open, right, rightSums, leftSmaller ? histogram : smaller, features);
    else this.#histograms.push(leftSmaller ? histogram : smaller);
  }

  #open(open: OpenLeaf[], node: number, sums: NodeSums, histogram: Histogram, features: Int32Array): void {
    const split: Split = { feature: -1, bin: 0, missingLeft: false, gain: 0 };
    findSplit(histogram, this.#binned, features, sums, this.#limits, split);
    if (split.feature < 0) this.#histograms.push(histogram);
    else open.push({ node, sums, histogram, split });
  }

  #isLargeEnough(sums: NodeSums): boolean {
    return sums.count >= 2 * this.#limits.minRowsInLeaf && sums.weight > 0;
  }

  #takeHistogram(): Histogram {
    return this.#histograms.pop() ?? createHistogram(this.#binned.offsets.at(-1)!, this.#weights !== undefined);
  }

  #fill(histogram: Histogram, features: Int32Array, start: number, end: number, gradients: Float64Array): void {
    fillHistogram(histogram, this.#binned, features, this.rows, start, end, gradients, this.#weights, this.#scratch);
  }

  #sum(gradients: Float64Array, count: number): NodeSums {
    const { rows } = this;
    let gradient = 0;
    for (let index = 0; index < count; index += 1) gradient += gradients[rows[index]!]!;
    return { gradient, weight: this.#weights === undefined ? count : this.#sumWeights(this.#weights, 0, count), count };
  }

  #addNode(start: number, end: number): number {
    const tree = this.#tree;
    const node = tree.nodeCount;
    tree.nodeCount += 1;
    tree.features[node] = -1;
    tree.starts[node] = start;
    tree.ends[node] = end;
    return node;
  }

  /** Sorts the rows that go left to the front; both sides keep their order. Adds up both sides on the way. */
  #partition(start: number, end: number, split: Split, gradients: Float64Array): Partition {
    const { rows } = this;
    const moved = this.#moved;
    const weights = this.#weights;
    const bins = this.#binned.bins[split.feature]!;
    const missing = this.#binned.missingBins[split.feature]!;
    const last = split.bin < 0 ? missing - 1 : split.bin;
    // No bin has this number.
    const nothing = 256;
    const alsoLeft = split.missingLeft && missing >= 0 ? missing : nothing;
    let middle = start;
    let movedCount = 0;
    let leftGradient = 0;
    let rightGradient = 0;
    for (let index = start; index < end; index += 1) {
      const row = rows[index]!;
      const bin = bins[row]!;
      const gradient = gradients[row]!;
      // Either side is as likely as the other, so a branch would be guessed wrong half the time: 1 for left and 0 for right, by signs.
      const left = ((bin - last - 1) >>> 31) | (((bin ^ alsoLeft) - 1) >>> 31);
      rows[middle] = row;
      moved[movedCount] = row;
      middle += left;
      movedCount += 1 - left;
      leftGradient += left * gradient;
      rightGradient += (1 - left) * gradient;
    }
    rows.set(moved.subarray(0, movedCount), middle);
    const leftSums: NodeSums = { gradient: leftGradient, weight: middle - start, count: middle - start };
    const rightSums: NodeSums = { gradient: rightGradient, weight: movedCount, count: movedCount };
    if (weights !== undefined) {
      leftSums.weight = this.#sumWeights(weights, start, middle);
      rightSums.weight = this.#sumWeights(weights, middle, end);
    }
    return { middle, leftSums, rightSums };
  }

  #sumWeights(weights: Float64Array, start: number, end: number): number {
    let sum = 0;
    for (let index = start; index < end; index += 1) sum += weights[this.rows[index]!]!;
    return sum;
  }
}

function takeBest(open: OpenLeaf[]): OpenLeaf {
  let best = 0;
  for (let index = 1; index < open.length; index += 1) {
    if (open[index]!.split.gain > open[best]!.split.gain) best = index;
  }
  return open.splice(best, 1)[0]!;
}
