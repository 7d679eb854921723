import { createHash } from "node:crypto";
import type { LockNode } from "./lock-graph.ts";

/** A package at a place of an installation tree. */
export interface LocatedPackage {
  readonly name: string;
  readonly version: string;
  readonly content: string;
  /** Places it resolves to. */
  readonly needs: readonly string[];
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/**
 * Strongly connected components in an order in which each comes after those it needs (Tarjan 1972, with a stack of its own instead of
 * recursion).
 */
function components(nodes: ReadonlyMap<string, LocatedPackage>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const start of nodes.keys()) {
    if (order.has(start)) continue;
    const calls: { readonly key: string; next: number }[] = [{ key: start, next: 0 }];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { key } = call;
      if (call.next === 0) {
        order.set(key, order.size);
        low.set(key, order.get(key) ?? 0);
        stack.push(key);
        onStack.add(key);
      }
      const need = nodes.get(key)?.needs[call.next];
      call.next += 1;
      if (need !== undefined) {
        if (!order.has(need)) calls.push({ key: need, next: 0 });
        else if (onStack.has(need)) low.set(key, Math.min(low.get(key) ?? 0, order.get(need) ?? 0));
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.key;
      if (caller !== undefined) low.set(caller, Math.min(low.get(caller) ?? 0, low.get(key) ?? 0));
      if (low.get(key) !== order.get(key)) continue;
      const component: string[] = [];
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack.delete(member);
        component.push(member);
        if (member === key) break;
      }
      found.push(component);
    }
  }
  return found;
}

/** A cycle larger than this is not refined; its packages then keep their places as part of their keys. */
const MAX_REFINED = 2000;

/** Keys of the members of one component, given those of all that it needs outside. */
function keysOfComponent(
  component: readonly string[],
  located: ReadonlyMap<string, LocatedPackage>,
  keys: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const inside = new Set(component);
  const isHuge = component.length > MAX_REFINED;
  let colours = new Map(
    component.map((place) => [place, digest(`${located.get(place)?.content ?? ""}\n${isHuge ? place : ""}`)]),
  );
  const repaint = (): Map<string, string> =>
    new Map(
      component.map((place) => {
        const needs = (located.get(place)?.needs ?? []).map(
          (need) => (inside.has(need) ? colours.get(need) : keys.get(need)) ?? `missing ${need}`,
        );
        return [place, digest([colours.get(place) ?? "", ...new Set(needs.sort())].join("\n"))];
      }),
    );
  // A colour contains the one before, so the partition only gets finer; when it does not, it is stable.
  for (let before = 0; ;) {
    colours = repaint();
    const count = new Set(colours.values()).size;
    if (count === before || component.length === 1 || isHuge) break;
    before = count;
  }
  if (component.length === 1) return colours;
  // A stable partition tells members apart, not components: what is anywhere in the cycle belongs to each of its members.
  const whole = digest([...colours.values()].sort().join("\n"));
  return new Map([...colours].map(([place, colour]) => [place, digest(`${colour}\n${whole}`)]));
}

/**
 * Gives packages that lie at places of an installation tree (`node_modules/a/node_modules/b`) keys that do not depend on the place: two
 * places share a key if they hold the same content and resolve to the same keys. A package that is only hoisted elsewhere therefore
 * stays the same. Inside a cycle keys are refined until they tell no more apart (Hopcroft's partition, done plainly).
 * @returns the key of each place, and the nodes by key.
 */
export function foldLocations(located: ReadonlyMap<string, LocatedPackage>): {
  readonly keys: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, LockNode>;
} {
  const keys = new Map<string, string>();
  for (const component of components(located)) {
    if (component.length === 1 && !located.has(component[0] ?? "")) continue;
    for (const [place, key] of keysOfComponent(component, located, keys)) keys.set(place, key);
  }
  const nodes = new Map<string, LockNode>();
  for (const [place, { name, version, content, needs }] of located) {
    const key = keys.get(place) ?? place;
    if (nodes.has(key)) continue;
    const resolved = new Set(needs.map((need) => keys.get(need) ?? need));
    nodes.set(key, { name, version, content, needs: [...resolved].sort() });
  }
  return { keys, nodes };
}
