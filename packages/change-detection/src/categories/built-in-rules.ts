import { APPLE } from "./rules/apple.ts";
import { ASSETS } from "./rules/assets.ts";
import { BEAM } from "./rules/beam.ts";
import { CI } from "./rules/ci.ts";
import { CONFIG } from "./rules/config.ts";
import { CONTRACTS } from "./rules/contracts.ts";
import { DART } from "./rules/dart.ts";
import { DOCS } from "./rules/docs.ts";
import { DOTNET } from "./rules/dotnet.ts";
import { FUNCTIONAL } from "./rules/functional.ts";
import { GAMES } from "./rules/games.ts";
import { GO } from "./rules/go.ts";
import { INFRASTRUCTURE } from "./rules/infrastructure.ts";
import { JAVASCRIPT } from "./rules/javascript.ts";
import { JVM } from "./rules/jvm.ts";
import { NATIVE } from "./rules/native.ts";
import { OTHER } from "./rules/other.ts";
import { PHP } from "./rules/php.ts";
import { PYTHON } from "./rules/python.ts";
import { RUBY } from "./rules/ruby.ts";
import { RUST } from "./rules/rust.ts";
import { SCIENCE } from "./rules/science.ts";
import { SCRIPTING } from "./rules/scripting.ts";
import { SOURCE } from "./rules/source.ts";
import { SYSTEMS } from "./rules/systems.ts";
import { TESTS } from "./rules/tests.ts";
import { STRENGTHS, type Rule } from "./rule.ts";

/** What one ecosystem calls a thing goes before what everybody calls it; within a strength the order here decides. */
const ROOMS: readonly (readonly Rule[])[] = [
  OTHER,
  CI,
  TESTS,
  JAVASCRIPT,
  PYTHON,
  GO,
  RUST,
  JVM,
  DOTNET,
  NATIVE,
  APPLE,
  RUBY,
  PHP,
  BEAM,
  FUNCTIONAL,
  DART,
  SYSTEMS,
  SCRIPTING,
  SCIENCE,
  INFRASTRUCTURE,
  CONTRACTS,
  GAMES,
  DOCS,
  ASSETS,
  CONFIG,
  SOURCE,
];

/** All built-in rules, the strongest first. */
export function orderRules(): readonly Rule[] {
  const rules = ROOMS.flat();
  return STRENGTHS.flatMap((strength) => rules.filter((rule) => (rule.strength ?? rule.category) === strength));
}
