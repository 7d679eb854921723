import { randomUUID } from "node:crypto";

/**
 * An id for content that cannot be read. It equals no other id, so that nothing unknown is ever taken for unchanged.
 *
 * @param nextId - gives a text that it has never given before. Default: a random UUID
 */
export function unreadableId(nextId: () => string = randomUUID): string {
  return `unreadable:${nextId()}`;
}
