import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);

// ../../packages/engine/dist/config/suggest.js
function suggest(name, known) {
  let best;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
function editDistance(a, b) {
  let beforePrevious = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

// ../../packages/scheduler/dist/errors.js
var SchedulerError = class extends Error {
  name = "SchedulerError";
  code;
  /** The tasks concerned. For `SCHEDULER_CYCLE` the path: each task needs the next one, and the first is repeated at the end. */
  ids;
  constructor(code, message, ids, options) {
    super(message, options);
    this.code = code;
    this.ids = ids;
  }
};

// ../../packages/scheduler/dist/check-task.js
function checkTask(task, action) {
  if (typeof task !== "object" || task === null) {
    throw new TypeError(`Cannot ${action}: a task must be an object, got ${show(task)}`);
  }
  if (typeof task.id !== "string" || task.id === "") {
    throw new TypeError(`Cannot ${action}: \`id\` must be a string that is not empty, got ${show(task.id)}`);
  }
  const of = ` of task "${task.id}"`;
  if (task.needs !== void 0 && !Array.isArray(task.needs)) {
    throw new TypeError(`Cannot ${action}: \`needs\`${of} must be an array of ids, got ${show(task.needs)}`);
  }
  if (task.durationMs !== void 0)
    checkAmount(task.durationMs, `\`durationMs\`${of}`, action);
  if (task.priority !== void 0)
    checkFinite(task.priority, `\`priority\`${of}`, action);
  if (task.group !== void 0 && (typeof task.group !== "string" || task.group === "")) {
    throw new TypeError(`Cannot ${action}: \`group\`${of} must be a string that is not empty, got ${show(task.group)}`);
  }
  if (task.demand !== void 0) {
    if (typeof task.demand !== "object" || task.demand === null) {
      throw new TypeError(`Cannot ${action}: \`demand\`${of} must be an object, got ${show(task.demand)}`);
    }
    for (const [resource, amount] of Object.entries(task.demand)) {
      checkAmount(amount, `\`demand.${resource}\`${of}`, action);
    }
  }
}
function checkFinite(value, what, action) {
  if (typeof value !== "number")
    throw new TypeError(`Cannot ${action}: ${what} must be a number, got ${show(value)}`);
  if (!Number.isFinite(value))
    throw new RangeError(`Cannot ${action}: ${what} must be finite, got ${value}`);
}
function checkAmount(value, what, action) {
  checkFinite(value, what, action);
  if (value < 0) {
    throw new RangeError(`Cannot ${action}: ${what} must not be negative, got ${String(value)}`);
  }
}
function show(value) {
  if (typeof value === "string")
    return JSON.stringify(value);
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}

// ../../packages/scheduler/dist/find-cycle.js
var CYCLE_SEARCH_EDGES = 2e7;
function findCycle(successors) {
  const { alive, kill } = peel(successors);
  const first = alive.indexOf(1);
  if (first < 0)
    return void 0;
  let best = walk(first, successors, alive);
  const seenIn = new Int32Array(successors.length).fill(-1);
  const cameFrom = new Int32Array(successors.length);
  let budget = CYCLE_SEARCH_EDGES;
  for (let start = first; start < successors.length && best.length > 1 && budget > 0; start++) {
    if (alive[start] !== 1)
      continue;
    let frontier = [start];
    let found = -1;
    for (let depth = 1; depth < best.length && frontier.length > 0 && found < 0; depth++) {
      const next = [];
      for (const node of frontier) {
        const edges = successors[node] ?? [];
        budget -= edges.length;
        for (const to of edges) {
          if (to === start) {
            found = node;
            break;
          }
          if (alive[to] !== 1 || seenIn[to] === start)
            continue;
          seenIn[to] = start;
          cameFrom[to] = node;
          next.push(to);
        }
        if (found >= 0 || budget <= 0)
          break;
      }
      frontier = next;
    }
    if (found >= 0) {
      const path = [found];
      while (path.at(-1) !== start)
        path.push(cameFrom[path.at(-1)]);
      best = path.reverse();
    }
    kill(start);
  }
  return best;
}
function peel(successors) {
  const size = successors.length;
  const alive = new Uint8Array(size).fill(1);
  const predecessors = Array.from({ length: size }, () => []);
  const outgoing = new Int32Array(size);
  const incoming = new Int32Array(size);
  for (const [node, edges] of successors.entries()) {
    outgoing[node] = edges.length;
    for (const to of edges) {
      predecessors[to].push(node);
      incoming[to] = incoming[to] + 1;
    }
  }
  const kill = (root) => {
    if (alive[root] !== 1)
      return;
    alive[root] = 0;
    const doomed = [root];
    const lose = (count, node) => {
      count[node] = count[node] - 1;
      if (count[node] !== 0 || alive[node] !== 1)
        return;
      alive[node] = 0;
      doomed.push(node);
    };
    for (let node = doomed.pop(); node !== void 0; node = doomed.pop()) {
      for (const to of successors[node])
        lose(incoming, to);
      for (const from of predecessors[node])
        lose(outgoing, from);
    }
  };
  for (let node = 0; node < size; node++)
    if (outgoing[node] === 0 || incoming[node] === 0)
      kill(node);
  return { alive, kill };
}
function walk(from, successors, alive) {
  const at = /* @__PURE__ */ new Map();
  const path = [];
  let node = from;
  while (!at.has(node)) {
    at.set(node, path.length);
    path.push(node);
    node = successors[node].find((to) => alive[to] === 1);
  }
  const cycle = path.slice(at.get(node));
  const smallest = cycle.indexOf(cycle.reduce((a, b) => Math.min(a, b)));
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}

// ../../packages/scheduler/dist/create-graph.js
var indexes = /* @__PURE__ */ new WeakMap();
var NONE = [];
function createGraph(tasks) {
  const all = Object.freeze([...tasks]);
  const index = indexTasks(all);
  const ids = (numbers) => Array.from(numbers, (i) => all[i].id);
  const find = (id) => {
    const i = index.at.get(id);
    if (i === void 0) {
      throw new SchedulerError("SCHEDULER_UNKNOWN_ID", `Cannot look up task: there is no "${id}" in the graph`, [id]);
    }
    return i;
  };
  let order;
  const graph = {
    tasks: all,
    get order() {
      return order ??= ids(index.order);
    },
    get(id) {
      const i = index.at.get(id);
      return i === void 0 ? void 0 : all[i];
    },
    needsOf: (id) => ids(index.needs[find(id)] ?? NONE),
    dependentsOf: (id) => ids(index.dependents[find(id)] ?? NONE)
  };
  indexes.set(graph, index);
  return graph;
}
function graphIndex(graph) {
  let index = indexes.get(graph);
  if (index === void 0) {
    index = indexTasks(graph.tasks);
    indexes.set(graph, index);
  }
  return index;
}
function indexTasks(tasks) {
  const at = /* @__PURE__ */ new Map();
  for (const [i, task] of tasks.entries()) {
    checkTask(task, "create graph");
    if (at.has(task.id)) {
      throw new SchedulerError("SCHEDULER_DUPLICATE_ID", `Cannot create graph: the id "${task.id}" occurs twice`, [
        task.id
      ]);
    }
    at.set(task.id, i);
  }
  const needs = [];
  const dependents = Array.from({ length: tasks.length }, () => []);
  for (const [i, task] of tasks.entries()) {
    const own = needsOfTask(task, at, "create graph");
    needs.push(own);
    for (const need of own)
      dependents[need].push(i);
  }
  const order = new Int32Array(tasks.length);
  const open = new Int32Array(tasks.length);
  let filled = 0;
  for (const [i, own] of needs.entries()) {
    open[i] = own.length;
    if (own.length === 0)
      order[filled++] = i;
  }
  for (let done = 0; done < filled; done++) {
    for (const dependent of dependents[order[done]]) {
      open[dependent] = open[dependent] - 1;
      if (open[dependent] === 0)
        order[filled++] = dependent;
    }
  }
  if (filled < tasks.length) {
    const cycle = (findCycle(needs) ?? NONE).map((i) => tasks[i].id);
    const path = [...cycle, ...cycle.slice(0, 1)];
    throw new SchedulerError("SCHEDULER_CYCLE", `Cannot create graph: tasks need each other: ${path.map((id) => `"${id}"`).join(" -> ")}`, path);
  }
  return { at, needs, dependents, order, durationMs: plannedDurations(tasks) };
}
function needsOfTask(task, at, action) {
  if (task.needs === void 0 || task.needs.length === 0)
    return NONE;
  const own = /* @__PURE__ */ new Set();
  for (const id of task.needs) {
    const need = at.get(id);
    if (need === void 0) {
      throw new SchedulerError("SCHEDULER_UNKNOWN_NEED", `Cannot ${action}: "${task.id}" needs "${id}", which is not a task`, [task.id, id]);
    }
    own.add(need);
  }
  return [...own];
}
function plannedDurations(tasks) {
  const known = new Float64Array(tasks.length);
  let count = 0;
  for (const task of tasks)
    if (task.durationMs !== void 0)
      known[count++] = task.durationMs;
  const sorted = count === tasks.length ? known : known.subarray(0, count).toSorted();
  const median = count === 0 ? 1 : (sorted[count - 1 >> 1] + sorted[count >> 1]) / 2;
  return Float64Array.from(tasks, (task) => task.durationMs ?? median);
}

// ../../packages/scheduler/dist/limits.js
var TOLERANCE = 1e-9;
function tolerance(capacity) {
  return Number.isFinite(capacity) ? capacity * TOLERANCE : 0;
}
function readLimits(maxParallel, capacity, action) {
  if (maxParallel !== void 0 && maxParallel !== Infinity && !(Number.isInteger(maxParallel) && maxParallel > 0)) {
    throw new RangeError(`Cannot ${action}: \`maxParallel\` must be a positive integer or Infinity, got ${show(maxParallel)}`);
  }
  const entries = Object.entries(capacity ?? {});
  for (const [resource, amount] of entries) {
    if (typeof amount !== "number" || !(amount >= 0)) {
      throw new RangeError(`Cannot ${action}: \`capacity.${resource}\` must be a number that is not negative, got ${show(amount)}`);
    }
  }
  return { maxParallel: maxParallel ?? Infinity, capacity: new Map(entries) };
}
function checkDemand(task, limits, action) {
  if (task.demand === void 0)
    return;
  for (const [resource, amount] of Object.entries(task.demand)) {
    const capacity = limits.capacity.get(resource) ?? Infinity;
    if (amount > capacity + tolerance(capacity)) {
      throw new SchedulerError("SCHEDULER_DEMAND_EXCEEDS_CAPACITY", `Cannot ${action}: "${task.id}" demands ${amount} of "${resource}", the capacity is ${capacity}`, [task.id]);
    }
  }
}

// ../../packages/scheduler/dist/priority-queue.js
var PriorityQueue = class {
  #compare;
  #heap = [];
  #sequence = 0;
  constructor(compare) {
    this.#compare = compare;
  }
  get size() {
    return this.#heap.length;
  }
  /** The item that comes next, left in the queue. */
  peek() {
    return this.#heap[0]?.item;
  }
  push(item) {
    this.#checked(item, item);
    const heap = this.#heap;
    const entry = { item, sequence: this.#sequence++ };
    let hole = heap.length;
    heap.push(entry);
    while (hole > 0) {
      const parentAt = hole - 1 >> 1;
      const parent = heap[parentAt];
      if (!this.#before(entry, parent))
        break;
      heap[hole] = parent;
      hole = parentAt;
    }
    heap[hole] = entry;
  }
  /** Takes the item that comes next out of the queue. */
  pop() {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === void 0 || last === void 0)
      return void 0;
    const size = heap.length;
    if (size === 0)
      return top.item;
    let hole = 0;
    for (; ; ) {
      let childAt = 2 * hole + 1;
      if (childAt >= size)
        break;
      let child = heap[childAt];
      const right = heap[childAt + 1];
      if (right !== void 0 && this.#before(right, child)) {
        child = right;
        childAt += 1;
      }
      if (!this.#before(child, last))
        break;
      heap[hole] = child;
      hole = childAt;
    }
    heap[hole] = last;
    return top.item;
  }
  #before(a, b) {
    const order = this.#checked(a.item, b.item);
    return order === 0 ? a.sequence < b.sequence : order < 0;
  }
  #checked(a, b) {
    const order = this.#compare(a, b);
    if (Number.isNaN(order))
      throw new RangeError("Cannot order items: `compare` must answer a number, got NaN");
    return order;
  }
};

// ../../packages/scheduler/dist/waiting-lot.js
var WaitingLot = class {
  #compare;
  #root;
  #size = 0;
  /** @param compare A total order over task numbers: 0 only for the same task. */
  constructor(compare) {
    this.#compare = compare;
  }
  get size() {
    return this.#size;
  }
  /** Adds a task, which must not be inside. */
  add(task, amount) {
    const node = { task, amount, weight: scramble(task), smallest: amount, left: void 0, right: void 0 };
    const [before, after] = this.#split(this.#root, task);
    this.#root = merge(merge(before, node), after);
    this.#size += 1;
  }
  /** Takes a task out; false when it was not inside. */
  delete(task) {
    const parents = [];
    let node = this.#root;
    while (node !== void 0) {
      const order = this.#compare(task, node.task);
      if (order === 0)
        break;
      parents.push(node);
      node = order < 0 ? node.left : node.right;
    }
    if (node === void 0)
      return false;
    const rest = merge(node.left, node.right);
    const parent = parents.at(-1);
    if (parent === void 0)
      this.#root = rest;
    else if (parent.left === node)
      parent.left = rest;
    else
      parent.right = rest;
    for (let i = parents.length - 1; i >= 0; i--)
      refresh(parents[i]);
    this.#size -= 1;
    return true;
  }
  /** The first in order, or -1. */
  first() {
    let node = this.#root;
    while (node?.left !== void 0)
      node = node.left;
    return node?.task ?? -1;
  }
  /** The first in order that waits for no more than `amount`, or -1. */
  firstWithin(amount) {
    let node = this.#root;
    if (node === void 0 || node.smallest > amount)
      return -1;
    for (; ; ) {
      if (node.left !== void 0 && node.left.smallest <= amount)
        node = node.left;
      else if (node.amount <= amount)
        return node.task;
      else
        node = node.right;
    }
  }
  /** Everything before `task` and everything after it. */
  #split(node, task) {
    if (node === void 0)
      return [void 0, void 0];
    if (this.#compare(node.task, task) < 0) {
      const [before2, after2] = this.#split(node.right, task);
      node.right = before2;
      refresh(node);
      return [node, after2];
    }
    const [before, after] = this.#split(node.left, task);
    node.left = after;
    refresh(node);
    return [before, node];
  }
};
function merge(before, after) {
  if (before === void 0)
    return after;
  if (after === void 0)
    return before;
  if (before.weight > after.weight) {
    before.right = merge(before.right, after);
    refresh(before);
    return before;
  }
  after.left = merge(before, after.left);
  refresh(after);
  return after;
}
function refresh(node) {
  let smallest = node.amount;
  if (node.left !== void 0 && node.left.smallest < smallest)
    smallest = node.left.smallest;
  if (node.right !== void 0 && node.right.smallest < smallest)
    smallest = node.right.smallest;
  node.smallest = smallest;
}
function scramble(value) {
  let x = value + 1 | 0;
  x = Math.imul(x ^ x >>> 15, 739982445);
  x = Math.imul(x ^ x >>> 12, 695872825);
  return (x ^ x >>> 15) >>> 0;
}

// ../../packages/scheduler/dist/admission.js
var RESERVE_AFTER = 16;
var NOWHERE = 0;
var READY = 1;
var AT_RESOURCE = 2;
var AT_GROUP = 3;
var RESERVED = 4;
var NO_DEMAND = [];
var Admission = class {
  #limits;
  #ranking;
  #waits;
  #resources = /* @__PURE__ */ new Map();
  #lots = [];
  #groups = /* @__PURE__ */ new Map();
  #ready;
  #freeSlots = new PriorityQueue((a, b) => a - b);
  #demands = [];
  #groupOf = [];
  #place = [];
  #resourceAt = [];
  #passedOver = [];
  #slot = [];
  #slotCount = 0;
  #running = 0;
  #reserved = -1;
  constructor(limits, ranking, waits) {
    this.#limits = limits;
    this.#ranking = ranking;
    this.#waits = waits;
    this.#ready = new PriorityQueue(ranking.compare);
    for (const [name, capacity] of limits.capacity) {
      if (capacity === Infinity)
        continue;
      const lot = new WaitingLot(ranking.compare);
      const resource = { name, capacity, slackAmount: tolerance(capacity), lot, used: 0, holders: 0 };
      this.#resources.set(name, resource);
      this.#lots.push(resource);
    }
  }
  get running() {
    return this.#running;
  }
  /** Makes the next task known; tasks are numbered in the order in which they are registered. */
  register(task) {
    this.#demands.push(this.#readDemand(task));
    this.#groupOf.push(this.#readGroup(task));
    this.#place.push(NOWHERE);
    this.#resourceAt.push(void 0);
    this.#passedOver.push(0);
    this.#slot.push(-1);
  }
  /** The task may start as far as its needs are concerned. */
  enqueue(task, nowMs) {
    this.#place[task] = READY;
    this.#ready.push(task);
    this.#waits?.open(task, "slot", "slot", nowMs);
  }
  /** A task that waits shall not start at all. */
  withdraw(task, nowMs) {
    const place = this.#place[task];
    this.#place[task] = NOWHERE;
    const group = this.#groupOf[task];
    if (place === AT_RESOURCE)
      this.#resourceAt[task]?.lot.delete(task);
    else if (place === RESERVED)
      this.#reserved = -1;
    if (group !== void 0 && place !== AT_GROUP)
      this.#callNext(group, nowMs);
  }
  /** The next task to start, which then counts as running; -1 when none can. Call it until it says so. */
  next(nowMs) {
    while (this.#running < this.#limits.maxParallel) {
      if (this.#reserved >= 0 && this.#blocker(this.#reserved) === void 0)
        return this.#start(this.#reserved, nowMs);
      const task = this.#firstCandidate();
      if (task < 0)
        return -1;
      const blocker = this.#blocker(task);
      if (blocker === void 0)
        return this.#start(task, nowMs);
      this.#park(task, blocker, nowMs);
    }
    return -1;
  }
  /** A running task has finished; what it held is free again. */
  release(task, nowMs) {
    this.#running -= 1;
    this.#freeSlots.push(this.#slot[task]);
    for (const { resource, amount } of this.#demands[task]) {
      resource.holders -= 1;
      resource.used = resource.holders === 0 ? 0 : resource.used - amount;
    }
    const group = this.#groupOf[task];
    if (group !== void 0) {
      group.holder = -1;
      this.#callNext(group, nowMs);
    }
  }
  /** The parallel place of a running task, counted from 0: the lowest that was free. */
  slotOf(task) {
    return this.#slot[task];
  }
  #readDemand(task) {
    if (task.demand === void 0 || this.#resources.size === 0)
      return NO_DEMAND;
    const demands = [];
    for (const [name, amount] of Object.entries(task.demand)) {
      const resource = this.#resources.get(name);
      if (resource !== void 0 && amount > 0)
        demands.push({ resource, amount });
    }
    return demands;
  }
  #readGroup(task) {
    if (task.group === void 0)
      return void 0;
    let group = this.#groups.get(task.group);
    if (group === void 0) {
      group = { name: task.group, queue: new PriorityQueue(this.#ranking.compare), holder: -1 };
      this.#groups.set(task.group, group);
    }
    return group;
  }
  /** First in order of those that are new or wait for no more than is free. It may still be blocked by something else. */
  #firstCandidate() {
    let first = this.#ready.peek() ?? -1;
    while (first >= 0 && this.#place[first] !== READY) {
      this.#ready.pop();
      first = this.#ready.peek() ?? -1;
    }
    for (const resource of this.#lots) {
      if (resource.lot.size === 0)
        continue;
      const task = resource.lot.firstWithin(this.#available(resource));
      if (task >= 0 && (first < 0 || this.#ranking.compare(task, first) < 0))
        first = task;
    }
    return first;
  }
  /** What a task without a reservation may take. */
  #available(resource) {
    return this.#free(resource) - (this.#reserved < 0 ? 0 : this.#amountOf(this.#reserved, resource));
  }
  #free(resource) {
    return resource.capacity - resource.used + resource.slackAmount;
  }
  #amountOf(task, resource) {
    for (const demand of this.#demands[task]) {
      if (demand.resource === resource)
        return demand.amount;
    }
    return 0;
  }
  #blocker(task) {
    const isReserved = task === this.#reserved;
    const group = this.#groupOf[task];
    if (group !== void 0 && !this.#isOpen(group, isReserved))
      return group;
    for (const demand of this.#demands[task]) {
      const available = isReserved ? this.#free(demand.resource) : this.#available(demand.resource);
      if (demand.amount > available)
        return demand.resource;
    }
    return void 0;
  }
  #isOpen(group, forReserved) {
    return group.holder < 0 && (forReserved || this.#reserved < 0 || this.#groupOf[this.#reserved] !== group);
  }
  #leave(task) {
    const place = this.#place[task];
    this.#place[task] = NOWHERE;
    if (place === AT_RESOURCE)
      this.#resourceAt[task]?.lot.delete(task);
    else if (place === RESERVED)
      this.#reserved = -1;
    else if (place === READY && this.#ready.peek() === task)
      this.#ready.pop();
  }
  #park(task, blocker, nowMs) {
    this.#leave(task);
    const group = this.#groupOf[task];
    if ("lot" in blocker) {
      this.#waits?.open(task, "resource", blocker.name, nowMs);
      this.#place[task] = AT_RESOURCE;
      this.#resourceAt[task] = blocker;
      blocker.lot.add(task, this.#amountOf(task, blocker));
      if (group !== void 0 && this.#isOpen(group, false))
        this.#callNext(group, nowMs);
    } else {
      this.#waits?.open(task, "group", blocker.name, nowMs);
      this.#place[task] = AT_GROUP;
      blocker.queue.push(task);
    }
    this.#passOver(task);
  }
  #start(task, nowMs) {
    this.#leave(task);
    this.#waits?.close(task, nowMs);
    this.#running += 1;
    this.#slot[task] = this.#freeSlots.pop() ?? this.#slotCount++;
    const group = this.#groupOf[task];
    if (group !== void 0)
      group.holder = task;
    for (const { resource, amount } of this.#demands[task]) {
      resource.used += amount;
      resource.holders += 1;
      const overtaken = resource.lot.first();
      if (overtaken >= 0 && this.#ranking.compare(overtaken, task) < 0)
        this.#passOver(overtaken);
    }
    this.#passedOver[task] = 0;
    return task;
  }
  #passOver(task) {
    const times = this.#passedOver[task] + 1;
    this.#passedOver[task] = times;
    if (times < RESERVE_AFTER || this.#reserved >= 0 || this.#place[task] !== AT_RESOURCE)
      return;
    this.#leave(task);
    this.#place[task] = RESERVED;
    this.#reserved = task;
  }
  /** Sends the first that waits for the group forward. */
  #callNext(group, nowMs) {
    for (; ; ) {
      const task = group.queue.pop();
      if (task === void 0)
        return;
      if (this.#place[task] !== AT_GROUP)
        continue;
      this.enqueue(task, nowMs);
      return;
    }
  }
};

// ../../packages/scheduler/dist/critical-path.js
function tails(index) {
  const tailMs = new Float64Array(index.order.length);
  for (let k = index.order.length - 1; k >= 0; k--) {
    const task = index.order[k];
    let longest = 0;
    for (const dependent of index.dependents[task]) {
      longest = Math.max(longest, tailMs[dependent]);
    }
    tailMs[task] = longest + index.durationMs[task];
  }
  return tailMs;
}
function criticalPath(index, tailMs) {
  const path = [];
  let candidates = tailMs.keys();
  for (; ; ) {
    let longest = -1;
    for (const task of candidates) {
      if (longest < 0 || tailMs[task] > tailMs[longest])
        longest = task;
    }
    if (longest < 0)
      return path;
    path.push(longest);
    candidates = index.dependents[longest];
  }
}
function inheritedPriorities(index, priorityOf) {
  const priority = new Float64Array(index.order.length);
  for (let k = index.order.length - 1; k >= 0; k--) {
    const task = index.order[k];
    let highest = priorityOf(task) ?? 0;
    for (const dependent of index.dependents[task]) {
      highest = Math.max(highest, priority[dependent]);
    }
    priority[task] = highest;
  }
  return priority;
}

// ../../packages/scheduler/dist/graph-index.js
function levels(index) {
  const level = new Int32Array(index.order.length);
  for (const task of index.order) {
    let highest = -1;
    for (const need of index.needs[task])
      highest = Math.max(highest, level[need]);
    level[task] = highest + 1;
  }
  return level;
}

// ../../packages/scheduler/dist/frontier.js
var Frontier = class {
  #index;
  /** Needs not met yet, by task. */
  #open = [];
  /** What needs a task: beyond the graph, through tasks added later. */
  #added = /* @__PURE__ */ new Map();
  #batches;
  constructor(index, inBatches) {
    this.#index = index;
    for (const needs of index.needs)
      this.#open.push(needs.length);
    this.#batches = inBatches ? createBatches(index) : void 0;
  }
  /** What is ready at the start. */
  begin() {
    if (this.#batches !== void 0)
      return [...this.#batches.members[0] ?? []];
    const ready = [];
    for (const [task, open] of this.#open.entries())
      if (open === 0)
        ready.push(task);
    return ready;
  }
  /** The level that is being worked on; always 0 without batches. */
  get level() {
    return this.#batches?.current ?? 0;
  }
  *dependentsOf(task) {
    yield* this.#index.dependents[task] ?? [];
    yield* this.#added.get(task) ?? [];
  }
  /**
   * A task has come to its end. If it `meets` the need of its dependents, those that need nothing else are called ready; in batches the next
   * level is, when this was the last task of the current one, whether or not the task meets needs.
   */
  settle(task, meets, ready) {
    if (this.#batches !== void 0) {
      leaveBatch(this.#batches, task, ready);
      return;
    }
    if (!meets)
      return;
    for (const dependent of this.#index.dependents[task] ?? [])
      this.#meet(dependent, ready);
    const added = this.#added.get(task);
    if (added !== void 0)
      for (const dependent of added)
        this.#meet(dependent, ready);
  }
  /** Adds a task with the needs that are not met yet; true when it is ready at once. */
  add(task, unmet) {
    this.#open[task] = unmet.length;
    for (const need of unmet) {
      const dependents = this.#added.get(need);
      if (dependents === void 0)
        this.#added.set(need, [task]);
      else
        dependents.push(task);
    }
    if (this.#batches === void 0)
      return unmet.length === 0;
    return joinBatch(this.#batches, task, unmet);
  }
  #meet(dependent, ready) {
    const open = this.#open[dependent] - 1;
    this.#open[dependent] = open;
    if (open === 0)
      ready(dependent);
  }
};
function createBatches(index) {
  const batches = { level: [...levels(index)], members: [], left: [], current: 0 };
  for (const [task, level] of batches.level.entries()) {
    (batches.members[level] ??= []).push(task);
    batches.left[level] = (batches.left[level] ?? 0) + 1;
  }
  return batches;
}
function leaveBatch(batches, task, ready) {
  const level = batches.level[task];
  batches.left[level] = batches.left[level] - 1;
  while (batches.left[batches.current] === 0 && batches.current + 1 < batches.members.length) {
    batches.current += 1;
    for (const member of batches.members[batches.current] ?? [])
      ready(member);
  }
}
function joinBatch(batches, task, unmet) {
  let level = batches.current;
  for (const need of unmet)
    level = Math.max(level, batches.level[need] + 1);
  batches.level[task] = level;
  (batches.members[level] ??= []).push(task);
  batches.left[level] = (batches.left[level] ?? 0) + 1;
  return level === batches.current;
}

// ../../packages/scheduler/dist/ranking.js
var Ranking = class {
  #first = [];
  #second = [];
  /** Ranks the next task. */
  push(first, second) {
    this.#first.push(first);
    this.#second.push(second);
  }
  /** Negative when `a` comes before `b`. */
  compare = (a, b) => {
    const firstA = this.#first[a];
    const firstB = this.#first[b];
    if (firstA !== firstB)
      return firstA < firstB ? -1 : 1;
    const secondA = this.#second[a];
    const secondB = this.#second[b];
    if (secondA !== secondB)
      return secondA < secondB ? -1 : 1;
    return a - b;
  };
};
function rankByTail(index, tasks, tailMs, strategy) {
  const ranking = new Ranking();
  const priority = inheritedPriorities(index, (i) => tasks[i]?.priority);
  for (let i = 0; i < tasks.length; i++) {
    ranking.push(-priority[i], strategy === "batches" ? 0 : -tailMs[i]);
  }
  return ranking;
}
function rankByPlan(tasks, tailMs, planned) {
  const startMs = /* @__PURE__ */ new Map();
  for (const task of planned)
    startMs.set(task.id, task.startMs);
  const ranking = new Ranking();
  for (const [i, task] of tasks.entries())
    ranking.push(startMs.get(task.id) ?? Infinity, -tailMs[i]);
  return ranking;
}

// ../../packages/scheduler/dist/create-plan.js
function createPlan(graph, options = {}) {
  const limits = readLimits(options.maxParallel, options.capacity, "create plan");
  const strategy = readStrategy(options.strategy, "create plan");
  const { tasks } = graph;
  for (const task of tasks)
    checkDemand(task, limits, "create plan");
  const index = graphIndex(graph);
  const tailMs = tails(index);
  const admission = new Admission(limits, rankByTail(index, tasks, tailMs, strategy));
  for (const task of tasks)
    admission.register(task);
  const { startMs, slot, started } = simulate(index, admission, strategy);
  let makespanMs = 0;
  let workMs = 0;
  for (const [i, durationMs] of index.durationMs.entries()) {
    makespanMs = Math.max(makespanMs, startMs[i] + durationMs);
    workMs += durationMs;
  }
  const path = criticalPath(index, tailMs);
  const criticalPathMs = path[0] === void 0 ? 0 : tailMs[path[0]];
  const maxParallel = limits.maxParallel === Infinity ? Math.max(1, tasks.length) : limits.maxParallel;
  return {
    tasks: started.map((i) => ({
      id: tasks[i].id,
      startMs: startMs[i],
      finishMs: startMs[i] + index.durationMs[i],
      slot: slot[i],
      slackMs: Math.max(0, makespanMs - startMs[i] - tailMs[i]),
      tailMs: tailMs[i]
    })),
    makespanMs,
    lowerBoundMs: Math.max(criticalPathMs, workBound(index, tasks, limits)),
    criticalPath: path.map((i) => tasks[i].id),
    criticalPathMs,
    utilisation: makespanMs === 0 ? 0 : Math.min(1, workMs / (makespanMs * maxParallel)),
    maxParallel,
    capacity: Object.fromEntries(limits.capacity),
    strategy
  };
}
function readStrategy(strategy, action) {
  const chosen = strategy ?? "critical-path";
  if (chosen !== "critical-path" && chosen !== "batches") {
    throw new TypeError(`Cannot ${action}: \`strategy\` must be "critical-path" or "batches", got ${show(strategy)}`);
  }
  return chosen;
}
function simulate(index, admission, strategy) {
  const { durationMs } = index;
  const frontier = new Frontier(index, strategy === "batches");
  const startMs = new Float64Array(durationMs.length);
  const slot = new Int32Array(durationMs.length);
  const started = [];
  const finishMs = (task) => startMs[task] + durationMs[task];
  const running = new PriorityQueue((a, b) => finishMs(a) - finishMs(b));
  let nowMs = 0;
  const enqueue = (task) => admission.enqueue(task, nowMs);
  for (const task of frontier.begin())
    enqueue(task);
  for (; ; ) {
    for (let task = admission.next(nowMs); task >= 0; task = admission.next(nowMs)) {
      startMs[task] = nowMs;
      slot[task] = admission.slotOf(task);
      started.push(task);
      running.push(task);
    }
    const first = running.peek();
    if (first === void 0)
      return { startMs, slot, started };
    nowMs = finishMs(first);
    for (let task = running.peek(); task !== void 0 && finishMs(task) === nowMs; task = running.peek()) {
      running.pop();
      admission.release(task, nowMs);
      frontier.settle(task, true, enqueue);
    }
  }
}
function workBound(index, tasks, limits) {
  let workMs = 0;
  const byGroup = /* @__PURE__ */ new Map();
  const byResource = /* @__PURE__ */ new Map();
  const add = (sums, key, amount) => {
    sums.set(key, (sums.get(key) ?? 0) + amount);
  };
  for (const [i, task] of tasks.entries()) {
    const durationMs = index.durationMs[i];
    workMs += durationMs;
    if (task.group !== void 0)
      add(byGroup, task.group, durationMs);
    if (task.demand !== void 0) {
      for (const [resource, amount] of Object.entries(task.demand))
        add(byResource, resource, amount * durationMs);
    }
  }
  let boundMs = workMs / limits.maxParallel;
  for (const groupMs of byGroup.values())
    boundMs = Math.max(boundMs, groupMs);
  for (const [resource, amountMs] of byResource) {
    const capacity = limits.capacity.get(resource) ?? Infinity;
    if (amountMs > 0)
      boundMs = Math.max(boundMs, amountMs / capacity);
  }
  return boundMs;
}

// ../../packages/scheduler/dist/attempt.js
var Attempt = class {
  task;
  attempt;
  /** Set once its outcome is decided; whatever the function does afterwards is ignored. */
  isDone = false;
  stop;
  clearTimer;
  #controller;
  #reason;
  constructor(task, attempt) {
    this.task = task;
    this.attempt = attempt;
  }
  // An AbortController costs more than all else in starting a task, and many functions never look at the signal.
  get signal() {
    if (this.#controller === void 0) {
      this.#controller = new AbortController();
      if (this.stop !== void 0)
        this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
  abort(stop, reason) {
    this.stop = stop;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
};

// ../../packages/scheduler/dist/event-feed.js
var EventFeed = class {
  #readers = /* @__PURE__ */ new Set();
  #isClosed = false;
  get hasReaders() {
    return this.#readers.size > 0;
  }
  publish(event) {
    for (const reader of this.#readers)
      reader.push(event);
  }
  /** Ends every iteration once it has seen everything published. */
  close() {
    this.#isClosed = true;
    for (const reader of this.#readers)
      reader.end();
    this.#readers.clear();
  }
  read() {
    const reader = new Reader(() => this.#readers.delete(reader));
    if (this.#isClosed)
      reader.end();
    else
      this.#readers.add(reader);
    return reader;
  }
};
var Reader = class {
  #onReturn;
  #events = [];
  #next = 0;
  #waiting = [];
  #hasEnded = false;
  constructor(onReturn) {
    this.#onReturn = onReturn;
  }
  push(event) {
    const waiting = this.#waiting.shift();
    if (waiting === void 0)
      this.#events.push(event);
    else
      waiting({ done: false, value: event });
  }
  end() {
    this.#hasEnded = true;
    for (const waiting of this.#waiting)
      waiting({ done: true, value: void 0 });
    this.#waiting = [];
  }
  next() {
    if (this.#next < this.#events.length) {
      const value = this.#events[this.#next];
      this.#next += 1;
      if (this.#next === this.#events.length) {
        this.#events = [];
        this.#next = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#hasEnded)
      return Promise.resolve({ done: true, value: void 0 });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  return() {
    this.#onReturn();
    this.#events = [];
    this.#next = 0;
    this.end();
    return Promise.resolve({ done: true, value: void 0 });
  }
};

// ../../packages/scheduler/dist/execute-options.js
var DEFAULT_GRACE_MS = 5e3;
var DEFAULT_RETRY_DELAY_MS = 1e3;
var MAX_RETRY_DELAY_MS = 3e4;
var MAX_TIMER_MS = 2 ** 31 - 1;
function readSettings(options) {
  const action = "execute";
  const { plan, retryDelayMs = DEFAULT_RETRY_DELAY_MS } = options;
  const onFailure = options.onFailure ?? "never";
  if (onFailure !== "never" && onFailure !== "dependencies-successful" && onFailure !== "always") {
    throw new TypeError(`Cannot ${action}: \`onFailure\` must be "never", "dependencies-successful" or "always", got ${show(onFailure)}`);
  }
  const graceMs = atLeastZero(options.graceMs ?? DEFAULT_GRACE_MS, "graceMs");
  if (typeof retryDelayMs === "number")
    atLeastZero(retryDelayMs, "retryDelayMs");
  return {
    limits: readLimits(options.maxParallel ?? plan?.maxParallel, options.capacity ?? plan?.capacity, action),
    strategy: readStrategy(options.strategy ?? plan?.strategy, action),
    plan,
    onFailure,
    signal: options.signal,
    graceMs,
    timeoutMs: (task) => {
      const timeoutMs = options.timeoutMs?.(task) ?? Infinity;
      if (timeoutMs > 0)
        return timeoutMs;
      throw new RangeError(`Cannot run task: \`timeoutMs\` of "${task.id}" must be more than 0, got ${timeoutMs}`);
    },
    retries: (task) => atLeastZero(options.retries?.(task) ?? 0, "retries"),
    retryDelayMs: (task, attempt) => typeof retryDelayMs === "number" ? Math.min(retryDelayMs * 2 ** (attempt - 1), Math.max(retryDelayMs, MAX_RETRY_DELAY_MS)) : atLeastZero(retryDelayMs(task, attempt), "retryDelayMs"),
    now: options.now ?? (() => performance.now()),
    setTimer: options.setTimer ?? setNodeTimer,
    onEvent: options.onEvent,
    onListenerError: options.onListenerError
  };
}
function atLeastZero(value, option) {
  if (value >= 0)
    return value;
  throw new RangeError(`Cannot execute: \`${option}\` must be at least 0, got ${show(value)}`);
}
function setNodeTimer(callback, delayMs) {
  const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}

// ../../packages/scheduler/dist/waits.js
var WaitLog = class {
  #waits = [];
  #cause = [];
  #on = [];
  #sinceMs = [];
  /** From now on the task waits for this. */
  open(task, cause, on, nowMs) {
    if (this.#cause[task] === cause && this.#on[task] === on)
      return;
    this.close(task, nowMs);
    this.#cause[task] = cause;
    this.#on[task] = on;
    this.#sinceMs[task] = nowMs;
  }
  /** The task waits no longer. A wait that took no time is not kept. */
  close(task, nowMs) {
    const cause = this.#cause[task];
    if (cause === void 0)
      return;
    this.#cause[task] = void 0;
    const fromMs = this.#sinceMs[task];
    if (nowMs > fromMs)
      this.record(task, { cause, on: this.#on[task], fromMs, toMs: nowMs });
  }
  record(task, wait) {
    const waits = this.#waits[task] ??= [];
    const last = waits.at(-1);
    if (last !== void 0 && last.cause === wait.cause && last.on === wait.on && last.toMs === wait.fromMs) {
      waits[waits.length - 1] = { ...last, toMs: wait.toMs };
    } else
      waits.push(wait);
  }
  /** What is known of a task, oldest first. */
  of(task) {
    return this.#waits[task] ?? [];
  }
};

// ../../packages/scheduler/dist/execute.js
function execute(graph, run, options = {}) {
  if (typeof run !== "function")
    throw new TypeError(`Cannot execute: \`run\` must be a function, got ${show(run)}`);
  const runner = new Runner(graph, run, readSettings(options));
  return {
    result: runner.result,
    cancel: (id) => runner.cancel(id),
    add: (task) => runner.add(task),
    [Symbol.asyncIterator]: () => runner.read()
  };
}
var Runner = class {
  result;
  #run;
  #settings;
  #tasks;
  #graphAt;
  #addedAt = /* @__PURE__ */ new Map();
  #ranking;
  #frontier;
  #waits = new WaitLog();
  #admission;
  #feed = new EventFeed();
  #status = [];
  #outcomes = [];
  #attempts = [];
  #startedMs = [];
  #knownSinceMs = [];
  #running = /* @__PURE__ */ new Map();
  #clearRest = /* @__PURE__ */ new Map();
  #originMs = 0;
  #onAbort = () => this.#transact(() => this.#abort());
  #resolve;
  #unsettled;
  #halt;
  #hasBegun = false;
  #isInTransaction = false;
  #isFinished = false;
  constructor(graph, run, settings) {
    this.#run = run;
    this.#settings = settings;
    this.#tasks = [...graph.tasks];
    for (const task of this.#tasks)
      checkDemand(task, settings.limits, "execute");
    const index = graphIndex(graph);
    const tailMs = tails(index);
    const { plan, strategy } = settings;
    this.#graphAt = index.at;
    this.#ranking = plan === void 0 ? rankByTail(index, this.#tasks, tailMs, strategy) : rankByPlan(this.#tasks, tailMs, plan.tasks);
    this.#frontier = new Frontier(index, strategy === "batches");
    this.#admission = new Admission(settings.limits, this.#ranking, this.#waits);
    for (const task of this.#tasks)
      this.#register(task, 0);
    this.#unsettled = this.#tasks.length;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    queueMicrotask(() => this.#transact(() => this.#begin()));
  }
  read() {
    return this.#feed.read();
  }
  cancel(id) {
    const task = this.#graphAt.get(id) ?? this.#addedAt.get(id);
    if (task === void 0) {
      throw new SchedulerError("SCHEDULER_UNKNOWN_ID", `Cannot cancel task: there is no "${id}"`, [id]);
    }
    const attempt = this.#running.get(task);
    if (this.#status[task] === "settled" || attempt?.stop !== void 0)
      return false;
    this.#transact(() => {
      if (attempt === void 0)
        this.#cancelWaiting(task, "requested");
      else
        this.#stop(attempt, { because: "requested" }, new DOMException("The task was cancelled", "AbortError"));
    });
    return true;
  }
  add(task) {
    const action = "add task";
    checkTask(task, action);
    if (this.#isFinished) {
      throw new SchedulerError("SCHEDULER_FINISHED", `Cannot add task: every task had ended before "${task.id}"`, [
        task.id
      ]);
    }
    if (this.#graphAt.has(task.id) || this.#addedAt.has(task.id)) {
      throw new SchedulerError("SCHEDULER_DUPLICATE_ID", `Cannot add task: the id "${task.id}" is taken`, [task.id]);
    }
    const needs = needsOfTask(task, { get: (id) => this.#graphAt.get(id) ?? this.#addedAt.get(id) }, action);
    checkDemand(task, this.#settings.limits, action);
    this.#transact(() => this.#add(task, needs));
  }
  #register(task, nowMs) {
    this.#admission.register(task);
    this.#status.push("pending");
    this.#outcomes.push(void 0);
    this.#attempts.push(0);
    this.#startedMs.push(void 0);
    this.#knownSinceMs.push(nowMs);
  }
  #add(task, needs) {
    const nowMs = this.#nowMs();
    const number = this.#tasks.length;
    this.#tasks.push(task);
    this.#addedAt.set(task.id, number);
    this.#unsettled += 1;
    if (this.#settings.plan === void 0) {
      const isInBatches = this.#settings.strategy === "batches";
      this.#ranking.push(-(task.priority ?? 0), isInBatches ? 0 : -(task.durationMs ?? 0));
    } else
      this.#ranking.push(nowMs, -(task.durationMs ?? 0));
    this.#register(task, nowMs);
    const unmet = needs.filter((need) => this.#status[need] !== "settled");
    const isReady = this.#frontier.add(number, unmet);
    this.#emit({ type: "added", atMs: nowMs, id: task.id });
    if (this.#status[number] === "settled")
      return;
    const unsuccessful = needs.find((need) => this.#status[need] === "settled" && !this.#meetsNeeds(need));
    if (this.#halt !== void 0)
      this.#cancelWaiting(number, this.#halt.because, this.#haltedBy());
    else if (unsuccessful !== void 0)
      this.#cancelWaiting(number, "dependency", this.#rootOf(unsuccessful));
    else if (isReady)
      this.#enqueue(number, void 0);
  }
  #begin() {
    this.#hasBegun = true;
    this.#originMs = this.#settings.now();
    const { signal } = this.#settings;
    if (signal?.aborted === true)
      this.#abort();
    else
      signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (const task of this.#frontier.begin())
      if (this.#status[task] === "pending")
        this.#enqueue(task, void 0);
  }
  /** Does `change`, then starts what may start. Inside another transaction only the former; the outer one does the rest. */
  #transact(change) {
    if (this.#isInTransaction) {
      change();
      return;
    }
    this.#isInTransaction = true;
    try {
      change();
      if (!this.#hasBegun)
        return;
      for (; ; ) {
        const nowMs = this.#nowMs();
        const task = this.#admission.next(nowMs);
        if (task < 0)
          break;
        this.#start(task, nowMs);
      }
    } finally {
      this.#isInTransaction = false;
    }
    if (this.#unsettled === 0 && !this.#isFinished)
      this.#finish();
  }
  #enqueue(task, lastNeed) {
    const nowMs = this.#nowMs();
    if (this.#attempts[task] === 0)
      this.#recordUntilReady(task, lastNeed, nowMs);
    this.#status[task] = "queued";
    this.#admission.enqueue(task, nowMs);
  }
  #recordUntilReady(task, lastNeed, toMs) {
    const fromMs = this.#knownSinceMs[task];
    if (lastNeed === void 0 || toMs <= fromMs)
      return;
    const wait = this.#settings.strategy === "batches" ? { cause: "batch", on: String(this.#frontier.level - 1) } : { cause: "need", on: this.#idOf(lastNeed) };
    this.#waits.record(task, { ...wait, fromMs, toMs });
  }
  #start(number, atMs) {
    const attempt = new Attempt(number, this.#attempts[number] + 1);
    this.#status[number] = "running";
    this.#attempts[number] = attempt.attempt;
    this.#startedMs[number] ??= atMs;
    this.#running.set(number, attempt);
    const slot = this.#admission.slotOf(number);
    this.#emit({ type: "started", atMs, id: this.#idOf(number), attempt: attempt.attempt, slot });
    if (attempt.stop !== void 0) {
      this.#conclude(attempt, { isOk: false, error: void 0 });
      return;
    }
    const task = this.#tasks[number];
    let answer;
    let timeoutMs;
    try {
      timeoutMs = this.#settings.timeoutMs(task);
      answer = this.#run(task, attempt);
      if (!isThenable(answer)) {
        this.#conclude(attempt, { isOk: true, value: answer });
        return;
      }
    } catch (error) {
      this.#conclude(attempt, { isOk: false, error });
      return;
    }
    Promise.resolve(answer).then((value) => this.#transact(() => this.#conclude(attempt, { isOk: true, value })), (error) => this.#transact(() => this.#conclude(attempt, { isOk: false, error })));
    if (timeoutMs < Infinity && attempt.stop === void 0) {
      attempt.clearTimer = this.#settings.setTimer(() => this.#transact(() => this.#timeOut(attempt, timeoutMs)), timeoutMs);
    }
  }
  #timeOut(attempt, timeoutMs) {
    if (attempt.isDone || attempt.stop !== void 0)
      return;
    const reason = new DOMException(`The task took longer than ${timeoutMs} ms`, "TimeoutError");
    this.#stop(attempt, { because: "timed-out", timeoutMs }, reason);
  }
  /** Tells a running task to end, and stops waiting for it when the grace is over. */
  #stop(attempt, stop, reason) {
    attempt.clearTimer?.();
    attempt.clearTimer = void 0;
    attempt.abort(stop, reason);
    this.#emit({ type: "stopping", atMs: this.#nowMs(), id: this.#idOf(attempt.task), because: stop.because });
    if (attempt.isDone || this.#settings.graceMs === Infinity)
      return;
    attempt.clearTimer = this.#settings.setTimer(() => this.#transact(() => this.#conclude(attempt, void 0)), this.#settings.graceMs);
  }
  /** An attempt has ended; without an answer it is abandoned. */
  #conclude(attempt, answer) {
    if (attempt.isDone)
      return;
    attempt.isDone = true;
    attempt.clearTimer?.();
    const { task: number, stop } = attempt;
    const finishedMs = this.#nowMs();
    this.#running.delete(number);
    this.#admission.release(number, finishedMs);
    const times = {
      startedMs: this.#startedMs[number],
      finishedMs,
      attempts: attempt.attempt
    };
    const abandoned = answer === void 0;
    if (stop !== void 0 && stop.because !== "timed-out") {
      this.#settle(number, { status: "cancelled", because: stop.because, abandoned, ...times });
    } else if (stop !== void 0) {
      const error = new DOMException(`The task took longer than ${stop.timeoutMs} ms`, "TimeoutError");
      const retry = abandoned ? void 0 : this.#retryDelayMs(attempt);
      if (typeof retry === "number")
        this.#rest(attempt, retry, error);
      else
        this.#settle(number, { status: "timed-out", timeoutMs: stop.timeoutMs, abandoned, ...times });
    } else if (answer?.isOk === true) {
      this.#settle(number, { status: "succeeded", value: answer.value, ...times });
    } else {
      const retry = this.#retryDelayMs(attempt);
      if (typeof retry === "number")
        this.#rest(attempt, retry, answer?.error);
      else
        this.#settle(number, { status: "failed", error: retry?.error ?? answer?.error, ...times });
    }
  }
  /** The delay before the next attempt; undefined when there is none, or what the caller's function threw when asked. */
  #retryDelayMs(attempt) {
    if (this.#halt !== void 0)
      return void 0;
    const task = this.#tasks[attempt.task];
    try {
      if (attempt.attempt > this.#settings.retries(task))
        return void 0;
      return this.#settings.retryDelayMs(task, attempt.attempt);
    } catch (error) {
      return { error };
    }
  }
  #rest(attempt, delayMs, error) {
    const number = attempt.task;
    this.#status[number] = "resting";
    const id = this.#idOf(number);
    this.#emit({ type: "retried", atMs: this.#nowMs(), id, attempt: attempt.attempt, delayMs, error });
    if (this.#status[number] !== "resting")
      return;
    if (delayMs === 0) {
      this.#enqueue(number, void 0);
      return;
    }
    const wake = () => {
      if (this.#clearRest.delete(number))
        this.#enqueue(number, void 0);
    };
    this.#clearRest.set(number, this.#settings.setTimer(() => this.#transact(wake), delayMs));
  }
  #abort() {
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    this.#halt = { because: "aborted" };
    for (const attempt of this.#running.values()) {
      if (attempt.stop === void 0)
        this.#stop(attempt, { because: "aborted" }, this.#settings.signal?.reason);
    }
    this.#cancelAllWaiting();
  }
  #cancelAllWaiting() {
    const halt = this.#halt;
    if (halt === void 0)
      return;
    for (let task = 0; task < this.#tasks.length; task++) {
      if (this.#isWaiting(task))
        this.#cancelWaiting(task, halt.because, this.#haltedBy());
    }
  }
  #haltedBy() {
    return this.#halt?.because === "failure" ? this.#halt.dependency : void 0;
  }
  #isWaiting(task) {
    const status = this.#status[task];
    return status === "pending" || status === "queued" || status === "resting";
  }
  /** Cancels a task whose function is not running. */
  #cancelWaiting(task, because, dependency) {
    if (!this.#isWaiting(task))
      return;
    if (this.#status[task] === "queued")
      this.#admission.withdraw(task, this.#nowMs());
    this.#clearRest.get(task)?.();
    this.#clearRest.delete(task);
    this.#settle(task, {
      status: "cancelled",
      because,
      ...dependency === void 0 ? {} : { dependency },
      abandoned: false,
      ...this.#startedMs[task] === void 0 ? {} : { startedMs: this.#startedMs[task] },
      finishedMs: this.#nowMs(),
      attempts: this.#attempts[task]
    });
  }
  #settle(task, outcome) {
    this.#status[task] = "settled";
    this.#outcomes[task] = outcome;
    this.#unsettled -= 1;
    const isFailure = outcome.status === "failed" || outcome.status === "timed-out";
    if (isFailure && this.#settings.onFailure === "never") {
      this.#halt ??= { because: "failure", dependency: this.#idOf(task) };
    }
    this.#emit({ type: "settled", atMs: outcome.finishedMs, id: this.#idOf(task), outcome });
    const meets = this.#meetsNeeds(task);
    if (!meets && (isFailure || outcome.status === "cancelled" && outcome.because === "requested")) {
      this.#cancelDependents(task);
    }
    this.#frontier.settle(task, meets, (ready) => {
      if (this.#status[ready] === "pending")
        this.#enqueue(ready, task);
    });
    if (isFailure && this.#halt?.because === "failure")
      this.#cancelAllWaiting();
  }
  #meetsNeeds(task) {
    const outcome = this.#outcomes[task];
    if (outcome?.status === "succeeded")
      return true;
    return this.#settings.onFailure === "always" && this.#halt === void 0;
  }
  /** Cancels everything that depends on the task, however far away. With a list instead of recursion: chains may be long. */
  #cancelDependents(root) {
    const dependency = this.#rootOf(root);
    const unvisited = [root];
    for (let task = unvisited.pop(); task !== void 0; task = unvisited.pop()) {
      for (const dependent of this.#frontier.dependentsOf(task)) {
        if (!this.#isWaiting(dependent))
          continue;
        this.#cancelWaiting(dependent, "dependency", dependency);
        unvisited.push(dependent);
      }
    }
  }
  #rootOf(task) {
    const outcome = this.#outcomes[task];
    return (outcome?.status === "cancelled" ? outcome.dependency : void 0) ?? this.#idOf(task);
  }
  #finish() {
    this.#isFinished = true;
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    const outcomes = /* @__PURE__ */ new Map();
    const waits = /* @__PURE__ */ new Map();
    let ok = true;
    let makespanMs = 0;
    for (const [number, { id }] of this.#tasks.entries()) {
      const outcome = this.#outcomes[number];
      outcomes.set(id, outcome);
      ok &&= outcome.status === "succeeded";
      makespanMs = Math.max(makespanMs, outcome.finishedMs);
      const { startedMs } = outcome;
      if (startedMs === void 0)
        continue;
      const own = this.#waits.of(number).filter((wait) => wait.toMs <= startedMs);
      if (own.length > 0)
        waits.set(id, own);
    }
    this.#emit({ type: "finished", atMs: this.#nowMs() });
    this.#feed.close();
    this.#resolve({ outcomes, waits, ok, makespanMs });
  }
  #emit(event) {
    if (this.#feed.hasReaders)
      this.#feed.publish(event);
    const { onEvent, onListenerError } = this.#settings;
    if (onEvent === void 0)
      return;
    try {
      onEvent(event);
    } catch (error) {
      try {
        onListenerError?.(error);
      } catch {
      }
    }
  }
  #idOf(task) {
    return this.#tasks[task].id;
  }
  #nowMs() {
    return this.#hasBegun ? this.#settings.now() - this.#originMs : 0;
  }
};
function isThenable(value) {
  return (typeof value === "object" || typeof value === "function") && value !== null && "then" in value && typeof value.then === "function";
}

export {
  SchedulerError,
  createGraph,
  createPlan,
  execute,
  suggest
};
