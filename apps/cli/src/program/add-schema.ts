import { Argument, type Command } from "commander";

/** Adds `schema`. */
export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("the JSON Schema of the configuration, or of a run record")
    .addArgument(new Argument("[of]", "which").choices(["config", "run-record"]).default("config"))
    .action(async (of: "config" | "run-record") => {
      const { schemaCommand } = await import("../commands/schema.ts");
      schemaCommand(of);
    });
}
