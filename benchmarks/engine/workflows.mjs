/**
 * A step: its id, its shell command, the steps it waits for and, where it only sleeps, how long.
 * @typedef {{ readonly id: string, readonly run: string, readonly needs: readonly string[], readonly sleepMs?: number }} Step
 */

/** `count` steps with one command, every fifth after the one before it. @returns {Step[]} */
export function rowOfSteps(count, run) {
  return Array.from({ length: count }, (_, number) => ({
    id: stepName(number),
    run: run(stepName(number)),
    needs: number % 5 === 4 ? [stepName(number - 1)] : [],
  }));
}

/** Steps that wait for nothing. @returns {Step[]} */
export function independentSteps(count, run) {
  return Array.from({ length: count }, (_, number) => ({ id: stepName(number), run, needs: [] }));
}

/**
 * Workflows of sleeping steps in which the order matters, for four slots. `boundMs` is a lower bound of the time that any order
 * takes: the longest chain or a quarter of the work, whichever is longer; where everything has to wait for one step, that of each
 * part. With `scale` 1 the bounds are 8 to 9 s.
 * @returns {{ name: string, steps: Step[], boundMs: number }[]}
 */
export function orderedWorkflows(scale) {
  const sleep = (id, ms, needs = []) => {
    const sleepMs = Math.round(ms * scale);
    return { id, run: `sleep ${(sleepMs / 1_000).toFixed(3)}`, needs, sleepMs };
  };
  const chain = (name, count, ms) =>
    Array.from({ length: count }, (_, place) =>
      sleep(`${name}${place}`, ms, place === 0 ? [] : [`${name}${place - 1}`]),
    );
  return [
    {
      // 48 of 500 ms fill three slots for as long as the chain takes the fourth.
      name: "one long chain, many short steps declared first",
      steps: [...Array.from({ length: 48 }, (_, number) => sleep(`short${number}`, 500)), ...chain("chain", 8, 1_000)],
      boundMs: 8_000 * scale,
    },
    {
      name: "fork and join, three times",
      steps: Array.from({ length: 3 }, (_, round) => forkJoin(round, sleep)).flat(),
      boundMs: 3 * (500 + 2_000 + 500) * scale,
    },
    {
      // Eleven chains of eight steps, 2 s each, beside one of two steps that takes 8 s.
      name: "the longest chain by count is not the longest by time",
      steps: [
        ...Array.from({ length: 11 }, (_, number) => chain(`many${number}_`, 8, 250)).flat(),
        ...chain("few", 2, 4_000),
      ],
      boundMs: 8_000 * scale,
    },
  ];
}

/** One step, then eight that four slots can do in 2 s (1.6 + 0.4, 1.4 + 0.6, 1.2 + 0.8, 1 + 1), the shortest first, then one. */
function forkJoin(round, sleep) {
  const branches = [400, 600, 800, 1_000, 1_000, 1_200, 1_400, 1_600].map((ms, number) =>
    sleep(`branch${round}_${number}`, ms, [`fork${round}`]),
  );
  return [
    sleep(`fork${round}`, 500, round === 0 ? [] : [`join${round - 1}`]),
    ...branches,
    sleep(
      `join${round}`,
      500,
      branches.map(({ id }) => id),
    ),
  ];
}

function stepName(number) {
  return `step${number}`;
}
