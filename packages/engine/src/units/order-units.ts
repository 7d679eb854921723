/** An edge from one unit to another that it needs. */
export interface UnitEdge {
  /** Folder of the unit that is needed. */
  readonly directory: string;
  /** Needed only to develop or test the unit. */
  readonly isDev: boolean;
}

/** What an order of units is made of. */
export interface UnitOrder {
  /** By folder: the folders of the units that come directly before it. There is no circle among them. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Folders of units that need each other in a circle, where no order among them follows from the manifests. */
  readonly circles: readonly (readonly string[])[];
}

/**
 * Orders units after those they need. Manifests may need each other in a circle: there, what is needed only for development gives way
 * first, and then every edge within the circle. Pure.
 */
export function orderUnits(edges: ReadonlyMap<string, readonly UnitEdge[]>): UnitOrder {
  const whole = componentOf(edges, () => true);
  const isWithin = (from: string, to: string, component: ReadonlyMap<string, number>): boolean =>
    component.get(from) === component.get(to);
  const withoutDev = componentOf(edges, (from, { directory, isDev }) => !isDev || !isWithin(from, directory, whole));
  const before = new Map<string, readonly string[]>();
  for (const [from, list] of edges) {
    const kept = list.filter(({ directory, isDev }) => {
      if (!isWithin(from, directory, whole)) return true;
      return !isDev && !isWithin(from, directory, withoutDev);
    });
    before.set(from, [...new Set(kept.map(({ directory }) => directory))]);
  }
  const members = new Map<number, string[]>();
  for (const [directory, number] of withoutDev) members.set(number, [...(members.get(number) ?? []), directory]);
  return { before, circles: [...members.values()].filter((list) => list.length > 1).map((list) => list.sort()) };
}

/**
 * Numbers the strongly connected components of the units by the edges that count. Source: Tarjan, Depth-first search and linear graph
 * algorithms (1972), with a stack of its own so that long chains do not exhaust that of the machine.
 */
function componentOf(
  edges: ReadonlyMap<string, readonly UnitEdge[]>,
  counts: (from: string, edge: UnitEdge) => boolean,
): ReadonlyMap<string, number> {
  const component = new Map<string, number>();
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const path: string[] = [];
  const nextOf = (at: string): string[] =>
    (edges.get(at) ?? []).filter((edge) => edges.has(edge.directory) && counts(at, edge)).map((edge) => edge.directory);
  const lower = (at: string, value: number): void => {
    low.set(at, Math.min(low.get(at) ?? value, value));
  };
  for (const start of edges.keys()) {
    if (index.has(start)) continue;
    const open: { readonly at: string; readonly next: string[] }[] = [];
    const enter = (at: string): void => {
      index.set(at, index.size);
      lower(at, index.size - 1);
      path.push(at);
      open.push({ at, next: nextOf(at) });
    };
    enter(start);
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      const { at } = frame;
      const next = frame.next.pop();
      if (next !== undefined) {
        if (!index.has(next)) enter(next);
        else if (!component.has(next)) lower(at, index.get(next) ?? 0);
        continue;
      }
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) lower(parent.at, low.get(at) ?? 0);
      if (low.get(at) !== index.get(at)) continue;
      const number = component.size;
      for (let member = path.pop(); member !== undefined; member = path.pop()) {
        component.set(member, number);
        if (member === at) break;
      }
    }
  }
  return component;
}
