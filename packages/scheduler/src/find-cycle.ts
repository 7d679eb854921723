/** Edges the search for a shorter cycle may look at before it settles for the shortest found so far. */
const CYCLE_SEARCH_EDGES = 20_000_000;

/**
 * A cycle in a directed graph as the list of its nodes, beginning with the smallest; undefined when there is none.
 *
 * It is the shortest one, unless the cyclic part is so large that {@link CYCLE_SEARCH_EDGES} edges were looked at; then it is the shortest of
 * those seen. Nodes that cannot lie on a cycle are peeled off first (Kahn 1962), so that an acyclic graph costs linear time; the search is a
 * breadth-first search per remaining node that never goes deeper than the best cycle so far.
 *
 * @param successors For each node the nodes its edges lead to.
 */
export function findCycle(successors: readonly (readonly number[])[]): readonly number[] | undefined {
  const { alive, kill } = peel(successors);
  const first = alive.indexOf(1);
  if (first < 0) return undefined;
  let best = walk(first, successors, alive);
  const seenIn = new Int32Array(successors.length).fill(-1);
  const cameFrom = new Int32Array(successors.length);
  let budget = CYCLE_SEARCH_EDGES;

  for (let start = first; start < successors.length && best.length > 1 && budget > 0; start++) {
    if (alive[start] !== 1) continue;
    let frontier = [start];
    let found = -1;
    // A cycle through `start` found at depth d has d nodes; only one shorter than the best is of interest.
    for (let depth = 1; depth < best.length && frontier.length > 0 && found < 0; depth++) {
      const next: number[] = [];
      for (const node of frontier) {
        const edges = successors[node] ?? [];
        budget -= edges.length;
        for (const to of edges) {
          if (to === start) {
            found = node;
            break;
          }
          if (alive[to] !== 1 || seenIn[to] === start) continue;
          seenIn[to] = start;
          cameFrom[to] = node;
          next.push(to);
        }
        if (found >= 0 || budget <= 0) break;
      }
      frontier = next;
    }
    if (found >= 0) {
      const path = [found];
      while (path.at(-1) !== start) path.push(cameFrom[path.at(-1) as number] as number);
      best = path.reverse();
    }
    // Every cycle through it has been considered; without it others may be left without a cycle.
    kill(start);
  }
  return best;
}

interface Peeled {
  /** 1 for each node that is left. */
  readonly alive: Uint8Array;
  /** Removes a node, and then every node left without incoming or without outgoing edges. */
  readonly kill: (node: number) => void;
}

/** Removes nodes without incoming or without outgoing edges until none is left. */
function peel(successors: readonly (readonly number[])[]): Peeled {
  const size = successors.length;
  const alive = new Uint8Array(size).fill(1);
  const predecessors: number[][] = Array.from({ length: size }, () => []);
  const outgoing = new Int32Array(size);
  const incoming = new Int32Array(size);
  for (const [node, edges] of successors.entries()) {
    outgoing[node] = edges.length;
    for (const to of edges) {
      (predecessors[to] as number[]).push(node);
      incoming[to] = (incoming[to] as number) + 1;
    }
  }
  const kill = (root: number): void => {
    if (alive[root] !== 1) return;
    alive[root] = 0;
    const doomed = [root];
    const lose = (count: Int32Array, node: number): void => {
      count[node] = (count[node] as number) - 1;
      if (count[node] !== 0 || alive[node] !== 1) return;
      alive[node] = 0;
      doomed.push(node);
    };
    for (let node = doomed.pop(); node !== undefined; node = doomed.pop()) {
      for (const to of successors[node] as readonly number[]) lose(incoming, to);
      for (const from of predecessors[node] as number[]) lose(outgoing, from);
    }
  };
  for (let node = 0; node < size; node++) if (outgoing[node] === 0 || incoming[node] === 0) kill(node);
  return { alive, kill };
}

/** Some cycle: every living node has a living successor, so a walk comes back to a node it has visited. */
function walk(from: number, successors: readonly (readonly number[])[], alive: Uint8Array): readonly number[] {
  const at = new Map<number, number>();
  const path: number[] = [];
  let node = from;
  while (!at.has(node)) {
    at.set(node, path.length);
    path.push(node);
    node = (successors[node] as readonly number[]).find((to) => alive[to] === 1) as number;
  }
  const cycle = path.slice(at.get(node));
  const smallest = cycle.indexOf(cycle.reduce((a, b) => Math.min(a, b)));
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}
