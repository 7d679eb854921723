import { type Command, Option } from "commander";
import { parseQuantity, parseText } from "./option-values.ts";

/** Adds the commands of `cache`. */
export function addCache(program: Command): void {
  const cache = program.command("cache").description("the kept answers of models, and the stored results of steps");
  const add = (name: string, description: string): Command =>
    cache
      .command(name)
      .description(description)
      .addOption(new Option("--target <dir>", "directory that holds the configuration").argParser(parseText))
      .addOption(new Option("--json", "print JSON"));
  add("stats", "hits, misses, what was saved, what is on disk").action(async (options: object) => {
    const { cacheStatsCommand } = await import("../commands/cache.ts");
    await cacheStatsCommand(options);
  });
  add("explain", "which part of its question changed since a step asked before, and of its result since it passed")
    .argument("<step>")
    .action(async (step: string, options: object) => {
      const { cacheExplainCommand } = await import("../commands/cache.ts");
      await cacheExplainCommand(step, options);
    });
  add("clean", "remove answers and results that are old or too many, and what killed processes left behind")
    .addOption(
      new Option("--max-age <hours>", "remove what was not used for so long (default: ttl_hours)").argParser(
        parseQuantity,
      ),
    )
    .addOption(
      new Option("--max-size <MB>", "then the least recently used, down to this (default: max_size_mb)").argParser(
        parseQuantity,
      ),
    )
    .action(async (options: object) => {
      const { cacheCleanCommand } = await import("../commands/cache.ts");
      await cacheCleanCommand(options);
    });
  add("clear", "remove every answer and every stored result")
    .addOption(new Option("--only <which>", "remove only these").choices(["answers", "results"]))
    .action(async (options: object) => {
      const { cacheClearCommand } = await import("../commands/cache.ts");
      await cacheClearCommand(options);
    });
  add("verify", "read every answer and result and say which are damaged; exit with 1 when some are").action(
    async (options: object) => {
      const { cacheVerifyCommand } = await import("../commands/cache.ts");
      await cacheVerifyCommand(options);
    },
  );
}
