import type { Command } from "commander";
import { targetOption } from "./target-option.ts";

/** Adds `doctor`. */
export function addDoctor(program: Command): void {
  const doctor = program
    .command("doctor")
    .description("look at what runs rest on, and say what to mend: runtime, git, models, machine, disk, configuration");
  doctor
    .addOption(targetOption())
    .option("--json", "print JSON")
    .action(async (options: object) => {
      const { doctorCommand } = await import("../commands/doctor.ts");
      await doctorCommand(options);
    });
}
