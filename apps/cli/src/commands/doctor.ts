import path from "node:path";
import { examine } from "@ai-workflow/engine";
import { EXIT } from "../exit-code.ts";
import { renderDoctor } from "../render/doctor.ts";
import { renderJson } from "../render/json.ts";
import { createStyle } from "../render/style.ts";
import { stepLibrary } from "../target/step-library.ts";

/** Options of `doctor` as commander hands them over. */
interface DoctorFlags {
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow doctor`: exits with 1 when there is a problem; advice is none. */
export async function doctorCommand(given: object): Promise<void> {
  const { target, json } = given as DoctorFlags;
  const examination = await examine({
    directory: path.resolve(target ?? "."),
    exact: target !== undefined,
    library: stepLibrary(),
  });
  const style = createStyle(process.stdout.isTTY, process.env);
  process.stdout.write(json === true ? renderJson({ ...examination }) : renderDoctor(examination, style));
  if (examination.checks.some(({ state }) => state === "problem")) process.exitCode = EXIT.failed;
}
