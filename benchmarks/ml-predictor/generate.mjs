import { createRandom } from "../measure/statistics.mjs";

/**
 * A generated history with what an oracle that knows the law would have predicted, which is as good as anyone can be.
 * @typedef {object} Generated
 * @property {object[]} rows As `parseSamples` takes them.
 * @property {number[]} truth The median duration in seconds that the law gives each row.
 */

/** How work grows with input, in units of work for so many mebibytes; 1 at one mebibyte. */
export const LAWS = {
  linear: (mebibytes) => mebibytes,
  "with overhead": (mebibytes, overhead) => overhead + mebibytes,
  power: (mebibytes, _, exponent) => mebibytes ** exponent,
  "n log n": (mebibytes) => (mebibytes * Math.log2(mebibytes * 2 ** 20)) / 20,
  quadratic: (mebibytes) => mebibytes ** 2,
};

const CPU_MODELS = ["AMD EPYC 7763", "Intel Xeon 8370C", "AMD EPYC 9V74", "Intel Xeon 8272CL", "Intel Xeon E5-2673 v4"];

/**
 * Steps whose time follows their input over three orders of magnitude, on five classes of machines. Some runs leave a step's input as it
 * was, steps appear late, some outcomes are odd.
 * @param {{ seed: number, law: keyof typeof LAWS, named?: boolean, runs?: number, steps?: number, noise?: number }} options `named`: the
 *   machine stands in `machine`, otherwise only in features.
 * @returns {Generated}
 */
export function generateBySize({ seed, law, named = true, runs = 120, steps = 30, noise = 0.1 }) {
  const random = createRandom(seed * 7_919 + 1);
  const machines = Array.from({ length: 5 }, (_, place) => ({
    name: `class-${"abcde"[place]}`,
    speed: Math.exp(uniform(random, -0.7, 0.7)),
    cores: 2 ** (1 + Math.floor(random() * 4)),
    memoryGb: 2 ** (2 + Math.floor(random() * 4)),
  }));
  const all = Array.from({ length: steps }, (_, place) => ({
    step: `step-${place}`,
    kind: ["tests", "docs", "build"][Math.floor(random() * 3)],
    secondsForOne: Math.exp(uniform(random, -1, 3)),
    overhead: Math.exp(uniform(random, -3, 1)),
    exponent: uniform(random, 0.5, 1.3),
    unchanged: uniform(random, 0.2, 0.7),
    bytes: 0,
    from: random() < 0.2 ? Math.floor(random() * runs * 0.9) : 0,
  }));
  return generate({ random, runs, noise, odd: 0.02 }, (run) => {
    const machine = machines[Math.floor(random() * machines.length)];
    const { name, cores, memoryGb, speed } = machine;
    return all
      .filter(({ from }) => from <= run)
      .map((one) => {
        if (one.bytes === 0 || random() >= one.unchanged) {
          one.bytes = Math.round(2 ** 20 * 10 ** uniform(random, -1.5, 1.5));
        }
        const features = {
          inputBytes: one.bytes,
          inputFiles: Math.max(1, Math.round((one.bytes / 20_000) * Math.exp(0.5 * normal(random)))),
          cores,
          memoryGb,
          parallel: 1 + Math.floor(random() * 4),
          cache: random() < 0.5 ? "warm" : "cold",
        };
        return {
          step: one.step,
          kind: one.kind,
          ...(named ? { machine: name } : {}),
          features: named ? features : { ...features, machineClass: name },
          truth: (one.secondsForOne * LAWS[law](one.bytes / 2 ** 20, one.overhead, one.exponent)) / speed,
        };
      });
  });
}

/**
 * Steps of a CI whose runners have one of several CPU models, drawn anew for each run; steps feel the CPU more or less.
 * @param {{ seed: number, named?: boolean, runs?: number, steps?: number, noise?: number, drift?: number }} options
 * @returns {Generated}
 */
export function generateByCpu({ seed, named = false, runs = 150, steps = 25, noise = 0.045, drift = 0.01 }) {
  const random = createRandom(seed * 104_729 + 2);
  const speeds = CPU_MODELS.map(() => Math.exp(uniform(random, -0.37, 0.37)));
  const shares = CPU_MODELS.map((_, place) => 0.5 ** place + 0.1);
  const all = Array.from({ length: steps }, (_, place) => ({
    step: `job ${place}`,
    kind: ["tests", "checks"][Math.floor(random() * 2)],
    seconds: Math.exp(uniform(random, 1, 6.5)),
    feels: uniform(random, 0.3, 1.2),
    from: random() < 0.2 ? Math.floor(random() * runs * 0.9) : 0,
  }));
  return generate({ random, runs, noise, odd: 0.01 }, (run) => {
    const cpu = draw(random, shares);
    return all
      .filter(({ from }) => from <= run)
      .map((one) => {
        one.seconds *= Math.exp(drift * normal(random));
        return {
          step: one.step,
          kind: one.kind,
          ...(named ? { machine: CPU_MODELS[cpu] } : {}),
          features: {
            ...(named ? {} : { cpuModel: CPU_MODELS[cpu] }),
            cores: 4,
            memoryGb: 16,
            changedFiles: Math.floor(random() ** 3 * 200),
          },
          truth: one.seconds * speeds[cpu] ** -one.feels,
        };
      });
  });
}

function generate({ random, runs, noise, odd }, createRun) {
  const rows = [];
  const truth = [];
  let time = 1_700_000_000;
  for (let run = 0; run < runs; run += 1) {
    time += Math.round(3_600 * Math.exp(normal(random)));
    for (const { truth: expected, ...row } of createRun(run)) {
      const hiccup = random() < odd ? uniform(random, 1.5, 6) : 1;
      rows.push({
        run,
        time,
        ...row,
        seconds: expected * Math.exp(noise * normal(random)) * hiccup,
        outcome: "passed",
      });
      truth.push(expected);
    }
  }
  return { rows, truth };
}

function uniform(random, from, to) {
  return from + (to - from) * random();
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function draw(random, shares) {
  let left = random() * shares.reduce((sum, share) => sum + share, 0);
  return Math.max(
    0,
    shares.findIndex((share) => (left -= share) < 0),
  );
}
