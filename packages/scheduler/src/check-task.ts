import type { Task } from "./task.ts";

/**
 * Refuses a task whose fields are not what they must be. `action` begins the message: "Cannot {action}: …".
 *
 * @throws {TypeError} when a field has the wrong type.
 * @throws {RangeError} when a number is out of range.
 */
export function checkTask(task: Task, action: string): void {
  if (typeof task !== "object" || task === null) {
    throw new TypeError(`Cannot ${action}: a task must be an object, got ${show(task)}`);
  }
  if (typeof task.id !== "string" || task.id === "") {
    throw new TypeError(`Cannot ${action}: \`id\` must be a string that is not empty, got ${show(task.id)}`);
  }
  const of = ` of task "${task.id}"`;
  if (task.needs !== undefined && !Array.isArray(task.needs)) {
    throw new TypeError(`Cannot ${action}: \`needs\`${of} must be an array of ids, got ${show(task.needs)}`);
  }
  if (task.needsMust !== undefined && task.needsMust !== "succeed" && task.needsMust !== "end") {
    throw new TypeError(`Cannot ${action}: \`needsMust\`${of} must be "succeed" or "end", got ${show(task.needsMust)}`);
  }
  if (task.durationMs !== undefined) checkAmount(task.durationMs, `\`durationMs\`${of}`, action);
  if (task.priority !== undefined) checkFinite(task.priority, `\`priority\`${of}`, action);
  if (task.group !== undefined && (typeof task.group !== "string" || task.group === "")) {
    throw new TypeError(`Cannot ${action}: \`group\`${of} must be a string that is not empty, got ${show(task.group)}`);
  }
  if (task.demand !== undefined) {
    if (typeof task.demand !== "object" || task.demand === null) {
      throw new TypeError(`Cannot ${action}: \`demand\`${of} must be an object, got ${show(task.demand)}`);
    }
    for (const [resource, amount] of Object.entries(task.demand)) {
      checkAmount(amount, `\`demand.${resource}\`${of}`, action);
    }
  }
}

function checkFinite(value: unknown, what: string, action: string): void {
  if (typeof value !== "number") throw new TypeError(`Cannot ${action}: ${what} must be a number, got ${show(value)}`);
  if (!Number.isFinite(value)) throw new RangeError(`Cannot ${action}: ${what} must be finite, got ${value}`);
}

function checkAmount(value: unknown, what: string, action: string): void {
  checkFinite(value, what, action);
  if ((value as number) < 0) {
    throw new RangeError(`Cannot ${action}: ${what} must not be negative, got ${String(value)}`);
  }
}

/** A value as it is shown in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}
