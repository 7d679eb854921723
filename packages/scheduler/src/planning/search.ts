import { defaultGenerations } from "./budget.ts";
import type { Instance } from "./instance.ts";
import { Random } from "./random.ts";
import { TaskLists } from "./task-lists.ts";
import { Timetable } from "./timetable.ts";

/** Individuals of the population: one for so many generations of the default budget, within these limits. */
const GENERATIONS_PER_INDIVIDUAL = 40;
const SMALLEST_POPULATION = 12;
const LARGEST_POPULATION = 150;

/** How far the keys of the last of the first individuals may stray from the rule, as a multiple of the key. */
const NOISE = 10;

/** Chance that after one more move of a task another one follows. */
const MOVE_AGAIN = 0.5;

/** A first schedule that is so many times as long as the worst individual is not worth two more generations. */
const HOPELESS = 1.02;

/** A makespan that is longer than another by less than this share is the same, rounded differently. */
const SAME = 1e-12;

/** A schedule that is to be shortened. */
export interface Incumbent {
  /** Start of each task in milliseconds. */
  readonly startMs: Float64Array;
  readonly makespanMs: number;
  /** The tasks by start, each after what it needs. */
  readonly order: Int32Array;
}

export interface SearchLimits {
  /** Schedules that may be generated. */
  readonly generations: number;
  readonly seed: number;
  /** No schedule is shorter: one of this length ends the search. */
  readonly lowerBoundMs: number;
  /** By task, its place in an order to begin with; undefined without one. */
  readonly places: Float64Array | undefined;
  /** Asked before each schedule; true ends the search. */
  readonly isOver: (() => boolean) | undefined;
}

export interface Found {
  readonly startMs: Float64Array;
  readonly makespanMs: number;
  readonly generations: number;
}

interface Individual {
  /** The tasks by start in its schedule. */
  readonly list: Int32Array;
  makespanMs: number;
  hash: number;
}

/**
 * Looks for a shorter schedule; gives the incumbent back if none is found. Deterministic, and with the same seed more generations never end
 * with a longer schedule, for the search takes the same way and keeps the best.
 *
 * A hybrid genetic algorithm over task lists (Valls, Ballestín and Quintanilla 2008): lists become schedules by the serial scheme, every
 * schedule is moved to the right and back to the left (forward-backward improvement; Li and Willis 1992, Tormos and Lova 2001, "double
 * justification" in Valls, Ballestín and Quintanilla 2005), children come from a two-point crossover (Hartmann 1998) and from moving tasks to
 * any other place they may stand at (Boctor 1996). The first individuals follow the incumbent and priority rules (Kolisch 1996), the others the
 * same rules with growing noise (Drexl 1991).
 */
export function search(instance: Instance, tailMs: Float64Array, incumbent: Incumbent, limits: SearchLimits): Found {
  return new Search(instance, tailMs, incumbent, limits).run();
}

class Search {
  readonly #instance: Instance;
  readonly #limits: SearchLimits;
  readonly #incumbent: Incumbent;
  readonly #timetable: Timetable;
  readonly #lists: TaskLists;
  readonly #random: Random;
  readonly #rules: readonly Float64Array[];
  readonly #population: Individual[] = [];
  readonly #populationSize: number;
  readonly #list: Int32Array;
  readonly #other: Int32Array;
  readonly #keys: Float64Array;
  readonly #place: Int32Array;
  readonly #best: Float64Array;
  #makespanMs: number;
  #generations = 0;

  constructor(instance: Instance, tailMs: Float64Array, incumbent: Incumbent, limits: SearchLimits) {
    const { size } = instance;
    this.#instance = instance;
    this.#limits = limits;
    this.#incumbent = incumbent;
    this.#timetable = new Timetable(instance);
    this.#lists = new TaskLists(instance);
    this.#random = new Random(limits.seed);
    this.#rules = priorityRules(instance, tailMs);
    // By the default budget and not by the given one, so that with more generations the search takes the same way and goes further.
    this.#populationSize = Math.max(
      SMALLEST_POPULATION,
      Math.min(LARGEST_POPULATION, Math.round(defaultGenerations(instance) / GENERATIONS_PER_INDIVIDUAL)),
    );
    this.#list = new Int32Array(size);
    this.#other = new Int32Array(size);
    this.#keys = new Float64Array(size);
    this.#place = new Int32Array(size);
    this.#best = incumbent.startMs.slice();
    this.#makespanMs = incumbent.makespanMs;
  }

  run(): Found {
    this.#found();
    while (!this.#isOver()) this.#cross();
    return { startMs: this.#best, makespanMs: this.#makespanMs, generations: this.#generations };
  }

  #isOver(): boolean {
    const { generations, lowerBoundMs, isOver } = this.#limits;
    return this.#generations >= generations || this.#makespanMs <= lowerBoundMs * (1 + SAME) || (isOver?.() ?? false);
  }

  /** The first individuals. */
  #found(): void {
    const rules = this.#rules;
    const { places } = this.#limits;
    if (places !== undefined && !this.#isOver()) {
      this.#lists.sortByKey(places, this.#list);
      this.#breed();
    }
    for (let k = 0; k < this.#populationSize && !this.#isOver(); k++) {
      if (k === 0) {
        this.#list.set(this.#incumbent.order);
      } else {
        const keys = rules[(k - 1) % rules.length] as Float64Array;
        const noise = k <= rules.length ? 0 : (NOISE * k) / this.#populationSize;
        for (let task = 0; task < keys.length; task++) {
          this.#keys[task] = -(keys[task] as number) * (1 + (noise === 0 ? 0 : noise * this.#random.share()));
        }
        this.#lists.sortByKey(this.#keys, this.#list);
      }
      this.#breed();
    }
  }

  /** A child of two individuals, each the better of two. */
  #cross(): void {
    const { size } = this.#instance;
    const random = this.#random;
    const mother = this.#pick();
    let father = this.#pick();
    if (father === mother) father = this.#population[random.below(this.#population.length)] as Individual;
    const a = random.below(size);
    const b = random.below(size);
    this.#lists.cross(mother.list, father.list, Math.min(a, b), Math.max(a, b) + 1, this.#list);
    do this.#move();
    while (random.share() < MOVE_AGAIN);
    this.#breed();
  }

  #pick(): Individual {
    const population = this.#population;
    const one = population[this.#random.below(population.length)] as Individual;
    const other = population[this.#random.below(population.length)] as Individual;
    return one.makespanMs <= other.makespanMs ? one : other;
  }

  /** Moves one task to a random place between what it needs and what depends on it. */
  #move(): void {
    const { size, needs, dependents } = this.#instance;
    const list = this.#list;
    const place = this.#place;
    for (let k = 0; k < size; k++) place[list[k] as number] = k;
    const from = this.#random.below(size);
    const task = list[from] as number;
    let lowest = 0;
    let highest = size - 1;
    for (let e = needs.starts[task] as number; e < (needs.starts[task + 1] as number); e++) {
      lowest = Math.max(lowest, (place[needs.items[e] as number] as number) + 1);
    }
    for (let e = dependents.starts[task] as number; e < (dependents.starts[task + 1] as number); e++) {
      highest = Math.min(highest, (place[dependents.items[e] as number] as number) - 1);
    }
    const to = lowest + this.#random.below(highest - lowest + 1);
    if (to < from) list.copyWithin(to + 1, to, from);
    else list.copyWithin(from, from + 1, to + 1);
    list[to] = task;
  }

  /** Builds the schedule of the list, justifies it if that is promising, and lets it into the population if it is good enough. */
  #breed(): void {
    const timetable = this.#timetable;
    const list = this.#list;
    const other = this.#other;
    this.#lists.respectPriorities(list);
    let makespanMs = this.#build();
    if (this.#isOver() || makespanMs > this.#worstMs() * HOPELESS) return;
    timetable.listByFinish(list, other);
    timetable.build(other, "late");
    this.#generations += 1;
    if (this.#isOver()) return;
    timetable.listByFinish(other, list);
    this.#lists.respectPriorities(list);
    makespanMs = this.#build();
    timetable.listByStart(list, other);
    this.#admit(other, makespanMs);
  }

  /** The longest makespan of the population once it is complete. */
  #worstMs(): number {
    if (this.#population.length < this.#populationSize) return Infinity;
    let worstMs = 0;
    for (const { makespanMs } of this.#population) if (makespanMs > worstMs) worstMs = makespanMs;
    return worstMs;
  }

  #build(): number {
    const makespanMs = this.#timetable.build(this.#list, "early");
    this.#generations += 1;
    if (makespanMs < this.#makespanMs * (1 - SAME)) {
      this.#makespanMs = makespanMs;
      this.#best.set(this.#timetable.startMs);
    }
    return makespanMs;
  }

  #admit(list: Int32Array, makespanMs: number): void {
    const population = this.#population;
    let hash = 0;
    for (let k = 0; k < list.length; k++) hash = (Math.imul(hash, 31) + (list[k] as number)) | 0;
    let worst: Individual | undefined;
    for (const individual of population) {
      if (individual.hash === hash && individual.makespanMs === makespanMs) return;
      if (worst === undefined || individual.makespanMs > worst.makespanMs) worst = individual;
    }
    if (worst === undefined || population.length < this.#populationSize) {
      population.push({ list: list.slice(), makespanMs, hash });
    } else if (makespanMs <= worst.makespanMs) {
      worst.list.set(list);
      worst.makespanMs = makespanMs;
      worst.hash = hash;
    }
  }
}

/** For each rule a key by task; the largest comes first. */
function priorityRules(instance: Instance, tailMs: Float64Array): readonly Float64Array[] {
  const { size, durationMs, dependents, order, capacity, demands, amounts } = instance;
  /** Longest path behind the task: the smallest latest finish first. */
  const latestFinish = new Float64Array(size);
  /** Its own duration and those of its dependents (greatest rank positional weight). */
  const weight = new Float64Array(size);
  /** Longest path, each duration counted by the largest share of a limit that the task takes. */
  const resourceTail = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    const task = order[k] as number;
    const duration = durationMs[task] as number;
    let share = 0.2;
    for (let d = demands.starts[task] as number; d < (demands.starts[task + 1] as number); d++) {
      share = Math.max(share, (amounts[d] as number) / (capacity[demands.items[d] as number] as number));
    }
    let sum = duration;
    let longest = 0;
    for (let e = dependents.starts[task] as number; e < (dependents.starts[task + 1] as number); e++) {
      const dependent = dependents.items[e] as number;
      sum += durationMs[dependent] as number;
      longest = Math.max(longest, resourceTail[dependent] as number);
    }
    latestFinish[task] = (tailMs[task] as number) - duration;
    weight[task] = sum;
    resourceTail[task] = longest + duration * share;
  }
  return [tailMs, latestFinish, resourceTail, weight];
}
