import { type Limits, tolerance } from "./limits.ts";
import type { Ranking } from "./ranking.ts";
import type { Task } from "./task.ts";
import { TaskHeap } from "./executing/task-heap.ts";
import { WaitingLot } from "./waiting-lot.ts";
import type { Wait, WaitLog } from "./waits.ts";

/**
 * How often a task may be turned away or overtaken before everything it demands is reserved for it. Until then smaller tasks that fit may go
 * first, which keeps the machine busy; after it nobody gets in its way, which makes starvation impossible.
 */
export const RESERVE_AFTER = 16;

/**
 * So many tasks that did not exist when a task became ready may start before the one that has waited longest; then everything it demands is reserved
 * for it, whatever its rank. Without it an endless stream of added tasks that rank higher would starve it.
 */
export const RESERVE_AFTER_ADDED = 64;

interface Resource {
  readonly name: string;
  readonly capacity: number;
  readonly slackAmount: number;
  readonly lot: WaitingLot;
  used: number;
  holders: number;
}

interface Group {
  readonly name: string;
  readonly queue: TaskHeap;
  /** The task that runs, or -1. */
  holder: number;
}

interface Demand {
  readonly resource: Resource;
  readonly amount: number;
}

const NOWHERE = 0;
const READY = 1;
const AT_RESOURCE = 2;
const AT_GROUP = 3;
const RESERVED = 4;
const RUNNING = 5;

const SLOT: Pick<Wait, "cause" | "on"> = { cause: "slot", on: "slot" };

const NO_DEMAND: readonly Demand[] = [];

/**
 * Decides who may start: tasks that are ready come in, tasks that fit come out, in rank order, and no limit is ever broken. It knows neither
 * needs nor time, so that planning and executing share it: a plan is what would happen if the durations were true.
 *
 * A task that does not fit waits at the one thing that turned it away, and is looked at again only when enough of that is free. Enqueueing,
 * starting and releasing take O(r log n) for r limited resources; nothing scans what waits.
 */
export class Admission {
  readonly #limits: Limits;
  readonly #ranking: Ranking;
  readonly #waits: WaitLog | undefined;
  readonly #resources = new Map<string, Resource>();
  readonly #lots: Resource[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #ready: TaskHeap;
  readonly #freeSlots = new TaskHeap((a, b) => a - b);
  readonly #demands: (readonly Demand[])[] = [];
  readonly #groupOf: (Group | undefined)[] = [];
  readonly #place: number[] = [];
  readonly #resourceAt: (Resource | undefined)[] = [];
  readonly #passedOver: number[] = [];
  readonly #slot: number[] = [];
  /** Tasks that were known when a task that waits became ready, -1 for the others. */
  readonly #knownBefore: number[] = [];
  /** What became ready, in that order. What is in front of `#oldestAt`, and what no longer waits, has left. */
  readonly #byReadiness: number[] = [];
  #oldestAt = 0;
  /** Later tasks that started before the one that has waited longest. */
  #startedBeforeOldest = 0;
  #isWatching = false;
  #slotCount = 0;
  #running = 0;
  #reserved = -1;

  constructor(limits: Limits, ranking: Ranking, waits?: WaitLog) {
    this.#limits = limits;
    this.#ranking = ranking;
    this.#waits = waits;
    this.#ready = new TaskHeap(ranking.compare);
    for (const [name, capacity] of limits.capacity) {
      if (capacity === Infinity) continue;
      const lot = new WaitingLot(ranking.compare);
      const resource: Resource = { name, capacity, slackAmount: tolerance(capacity), lot, used: 0, holders: 0 };
      this.#resources.set(name, resource);
      this.#lots.push(resource);
    }
  }

  get running(): number {
    return this.#running;
  }

  /** Makes the next task known; tasks are numbered in the order in which they are registered. */
  register(task: Task): void {
    this.#waits?.register();
    this.#demands.push(this.#readDemand(task.demand));
    this.#groupOf.push(this.#readGroup(task));
    this.#place.push(NOWHERE);
    this.#resourceAt.push(undefined);
    this.#passedOver.push(0);
    this.#slot.push(-1);
    if (this.#isWatching) this.#knownBefore.push(-1);
  }

  /** From now on tasks are added while others wait: see {@link RESERVE_AFTER_ADDED}. To be called before the first of them is registered. */
  watchStarvation(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    for (let task = 0; task < this.#place.length; task++) {
      const place = this.#place[task];
      const isWaiting = place !== NOWHERE && place !== RUNNING;
      this.#knownBefore.push(isWaiting ? this.#place.length : -1);
      if (isWaiting) this.#byReadiness.push(task);
    }
  }

  /** The task may start as far as its needs are concerned. */
  enqueue(task: number, nowMs: number): void {
    if (this.#demands[task] !== NO_DEMAND) this.#capDemand(task);
    if (this.#isWatching && this.#knownBefore[task] === -1) {
      this.#knownBefore[task] = this.#place.length;
      this.#byReadiness.push(task);
    }
    this.#place[task] = READY;
    this.#ready.push(task);
    this.#waits?.open(task, "slot", "slot", nowMs);
  }

  /**
   * A task demands something else from now on. What a running one takes changes at once, even beyond a capacity: others then wait until there is
   * room again. One that does not run takes at most the capacity when it starts.
   */
  setDemand(task: number, demand: Task["demand"], nowMs: number): void {
    const place = this.#place[task];
    const isWaiting = place !== NOWHERE && place !== RUNNING;
    const knownBefore = this.#knownBefore[task];
    if (isWaiting) this.withdraw(task, nowMs);
    else if (place === RUNNING) this.#giveBack(task);
    this.#demands[task] = this.#readDemand(demand);
    // All there is keeps others out as well as any amount beyond it, and giving back a very large one would round away what others hold.
    this.#capDemand(task);
    if (isWaiting) {
      if (knownBefore !== undefined) this.#knownBefore[task] = knownBefore;
      this.enqueue(task, nowMs);
    } else if (place === RUNNING) this.#take(task);
  }

  /**
   * Takes out everybody who waits, before the order changes, but for the one for whom all it demands is reserved. How often each was turned away or
   * overtaken is not forgotten.
   */
  takeAll(): readonly number[] {
    const waiting: number[] = [];
    for (let task = 0; task < this.#place.length; task++) {
      const place = this.#place[task] as number;
      if (place === NOWHERE || place === RUNNING || place === RESERVED) continue;
      if (place === AT_RESOURCE) this.#resourceAt[task]?.lot.delete(task);
      this.#place[task] = NOWHERE;
      waiting.push(task);
    }
    this.#ready.clear();
    for (const group of this.#groups.values()) group.queue.clear();
    return waiting;
  }

  /** A task that waits shall not start at all. */
  withdraw(task: number, nowMs: number): void {
    const place = this.#place[task];
    this.#place[task] = NOWHERE;
    if (this.#isWatching) this.#knownBefore[task] = -1;
    const group = this.#groupOf[task];
    if (place === AT_RESOURCE) this.#resourceAt[task]?.lot.delete(task);
    else if (place === RESERVED) this.#reserved = -1;
    // It may have been the one its group had sent forward, or have kept the group reserved.
    if (group !== undefined && place !== AT_GROUP) this.#callNext(group, nowMs);
  }

  /** The next task to start, which then counts as running; -1 when none can. Call it until it says so. */
  next(nowMs: number): number {
    while (this.#running < this.#limits.maxParallel) {
      if (this.#reserved >= 0 && this.#blocker(this.#reserved) === undefined) return this.#start(this.#reserved, nowMs);
      const task = this.#firstCandidate();
      if (task < 0) return -1;
      const blocker = this.#blocker(task);
      if (blocker === undefined) return this.#start(task, nowMs);
      this.#park(task, blocker, nowMs);
    }
    return -1;
  }

  /** What would keep a task from starting now that is not among those that wait; undefined if it would fit. */
  obstacleOf(task: number): Pick<Wait, "cause" | "on"> | undefined {
    if (this.#running >= this.#limits.maxParallel) return SLOT;
    const blocker = this.#blocker(task);
    if (blocker === undefined) return undefined;
    return { cause: "lot" in blocker ? "resource" : "group", on: blocker.name };
  }

  /** A running task has finished; what it held is free again. */
  release(task: number, nowMs: number): void {
    this.#running -= 1;
    this.#place[task] = NOWHERE;
    this.#freeSlots.push(this.#slot[task] as number);
    this.#giveBack(task);
    const group = this.#groupOf[task];
    if (group !== undefined) {
      group.holder = -1;
      this.#callNext(group, nowMs);
    }
  }

  /** The parallel place of a running task, counted from 0: the lowest that was free. */
  slotOf(task: number): number {
    return this.#slot[task] as number;
  }

  #take(task: number): void {
    for (const { resource, amount } of this.#demands[task] as readonly Demand[]) {
      resource.used += amount;
      resource.holders += 1;
    }
  }

  #giveBack(task: number): void {
    for (const { resource, amount } of this.#demands[task] as readonly Demand[]) {
      resource.holders -= 1;
      // Starting again from zero keeps rounding errors from adding up.
      resource.used = resource.holders === 0 ? 0 : resource.used - amount;
    }
  }

  /** What it demanded while it ran may be more than there is; the next attempt must not wait for that in vain. */
  #capDemand(task: number): void {
    const demands = this.#demands[task] as readonly Demand[];
    if (demands.every(({ resource, amount }) => amount <= resource.capacity)) return;
    this.#demands[task] = demands.map(({ resource, amount }) => ({
      resource,
      amount: Math.min(amount, resource.capacity),
    }));
  }

  #readDemand(demand: Task["demand"]): readonly Demand[] {
    if (demand === undefined || this.#resources.size === 0) return NO_DEMAND;
    const demands: Demand[] = [];
    for (const [name, amount] of Object.entries(demand)) {
      const resource = this.#resources.get(name);
      if (resource !== undefined && amount > 0) demands.push({ resource, amount });
    }
    return demands;
  }

  #readGroup(task: Task): Group | undefined {
    if (task.group === undefined) return undefined;
    let group = this.#groups.get(task.group);
    if (group === undefined) {
      group = { name: task.group, queue: new TaskHeap(this.#ranking.compare), holder: -1 };
      this.#groups.set(task.group, group);
    }
    return group;
  }

  /** First in order of those that are new or wait for no more than is free. It may still be blocked by something else. */
  #firstCandidate(): number {
    let first = this.#ready.peek();
    while (first >= 0 && this.#place[first] !== READY) {
      this.#ready.pop();
      first = this.#ready.peek();
    }
    for (const resource of this.#lots) {
      if (resource.lot.size === 0) continue;
      const task = resource.lot.firstWithin(this.#available(resource));
      if (task >= 0 && (first < 0 || this.#ranking.compare(task, first) < 0)) first = task;
    }
    return first;
  }

  /** What a task without a reservation may take. */
  #available(resource: Resource): number {
    return this.#free(resource) - (this.#reserved < 0 ? 0 : this.#amountOf(this.#reserved, resource));
  }

  #free(resource: Resource): number {
    return resource.capacity - resource.used + resource.slackAmount;
  }

  #amountOf(task: number, resource: Resource): number {
    for (const demand of this.#demands[task] as readonly Demand[]) {
      if (demand.resource === resource) return demand.amount;
    }
    return 0;
  }

  #blocker(task: number): Resource | Group | undefined {
    const isReserved = task === this.#reserved;
    const group = this.#groupOf[task];
    if (group !== undefined && !this.#isOpen(group, isReserved)) return group;
    for (const demand of this.#demands[task] as readonly Demand[]) {
      const available = isReserved ? this.#free(demand.resource) : this.#available(demand.resource);
      if (demand.amount > available) return demand.resource;
    }
    return undefined;
  }

  #isOpen(group: Group, forReserved: boolean): boolean {
    return group.holder < 0 && (forReserved || this.#reserved < 0 || this.#groupOf[this.#reserved] !== group);
  }

  #leave(task: number): void {
    const place = this.#place[task];
    this.#place[task] = NOWHERE;
    if (place === AT_RESOURCE) this.#resourceAt[task]?.lot.delete(task);
    else if (place === RESERVED) this.#reserved = -1;
    else if (place === READY && this.#ready.peek() === task) this.#ready.pop();
  }

  #park(task: number, blocker: Resource | Group, nowMs: number): void {
    this.#leave(task);
    const group = this.#groupOf[task];
    if ("lot" in blocker) {
      this.#waits?.open(task, "resource", blocker.name, nowMs);
      this.#place[task] = AT_RESOURCE;
      this.#resourceAt[task] = blocker;
      blocker.lot.add(task, this.#amountOf(task, blocker));
      // It was sent forward by its group and cannot use the turn: the next of the group may.
      if (group !== undefined && this.#isOpen(group, false)) this.#callNext(group, nowMs);
    } else {
      this.#waits?.open(task, "group", blocker.name, nowMs);
      this.#place[task] = AT_GROUP;
      blocker.queue.push(task);
    }
    this.#passOver(task);
  }

  #start(task: number, nowMs: number): number {
    this.#leave(task);
    this.#waits?.close(task, nowMs);
    this.#running += 1;
    this.#place[task] = RUNNING;
    const freeSlot = this.#freeSlots.pop();
    this.#slot[task] = freeSlot < 0 ? this.#slotCount++ : freeSlot;
    const group = this.#groupOf[task];
    if (group !== undefined) group.holder = task;
    this.#take(task);
    for (const { resource } of this.#demands[task] as readonly Demand[]) {
      const overtaken = resource.lot.first();
      if (overtaken >= 0 && this.#ranking.compare(overtaken, task) < 0) this.#passOver(overtaken);
    }
    this.#passedOver[task] = 0;
    if (this.#isWatching) this.#favourOldest(task);
    return task;
  }

  /** Counts what starts before the task that has waited longest though it was added after that had become ready. */
  #favourOldest(started: number): void {
    this.#knownBefore[started] = -1;
    const queue = this.#byReadiness;
    let oldest = queue[this.#oldestAt];
    while (oldest !== undefined && this.#knownBefore[oldest] === -1) {
      this.#startedBeforeOldest = 0;
      this.#oldestAt += 1;
      oldest = queue[this.#oldestAt];
    }
    if (oldest === undefined) return;
    if (started >= (this.#knownBefore[oldest] as number)) this.#startedBeforeOldest += 1;
    // Also when one that was known before has started: it may have held the reservation, and no third task shall get it first.
    if (this.#startedBeforeOldest >= RESERVE_AFTER_ADDED && this.#place[oldest] !== NOWHERE) this.#reserve(oldest);
  }

  /** Keeps free for a task what it demands, unless that is done for another one. */
  #reserve(task: number): void {
    if (this.#reserved >= 0) return;
    this.#leave(task);
    this.#place[task] = RESERVED;
    this.#reserved = task;
  }

  #passOver(task: number): void {
    const times = (this.#passedOver[task] as number) + 1;
    this.#passedOver[task] = times;
    // A task in a group's queue keeps its turn there; once called forward it is counted on.
    if (times >= RESERVE_AFTER && this.#place[task] === AT_RESOURCE) this.#reserve(task);
  }

  /** Sends the first that waits for the group forward. */
  #callNext(group: Group, nowMs: number): void {
    for (;;) {
      const task = group.queue.pop();
      if (task < 0) return;
      if (this.#place[task] !== AT_GROUP) continue;
      this.enqueue(task, nowMs);
      return;
    }
  }
}
