import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import type { Folder } from "../folder.ts";
import type { Purpose } from "../project-facts.ts";
import { asTable, parseJsonTable, textsOf } from "../read-data.ts";
import { shellWord } from "../shell-word.ts";

const SCRIPT_NAMES: Readonly<Partial<Record<Purpose, readonly string[]>>> = {
  test: ["test", "tests", "phpunit", "test:unit"],
  lint: ["lint", "cs", "cs-check", "check-style", "phpcs"],
  "type-check": ["phpstan", "psalm", "analyse", "analyze", "static-analysis", "stan"],
  build: ["build"],
};

/** Packages of Composer. */
export const php: EcosystemReader = {
  ecosystem: "php",
  isManifest: (name) => name === "composer.json" || name === "phpunit.xml" || name === "phpunit.xml.dist",
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const manifest = parseJsonTable(folder.text("composer.json"));
  const dependencies = new Set(["require", "require-dev"].flatMap((key) => Object.keys(asTable(manifest[key]))));
  const file = "composer.json";
  return {
    packageManagers: folder.has(file) ? [{ name: "composer", file: folder.first("composer.lock") ?? file }] : [],
    packages: folder.has(file) ? [{ file, dependencies }] : [],
    commands: [...named(asTable(manifest["scripts"])), ...customs(folder, dependencies)],
  };
}

function named(scripts: Readonly<Record<string, unknown>>): readonly FoundCommand[] {
  return Object.entries(SCRIPT_NAMES).flatMap(([purpose, names]): readonly FoundCommand[] => {
    const name = names.find((one) => Object.hasOwn(scripts, one) && textsOf(scripts[one]).length > 0);
    if (name === undefined) return [];
    const command = `composer run-script ${shellWord(name)}`;
    const text = textsOf(scripts[name]).join("\n");
    const runner = /\bpest\b/.test(text) ? "pest" : /\bphpunit\b/.test(text) ? "phpunit" : undefined;
    return [
      {
        purpose: purpose as Purpose,
        command,
        file: "composer.json",
        because: `its script "${name}"`,
        isNamed: true,
        ...(purpose === "test" && runner !== undefined ? { runner } : {}),
      },
    ];
  });
}

function customs(folder: Folder, dependencies: ReadonlySet<string>): readonly FoundCommand[] {
  const commands: FoundCommand[] = [];
  const add = (purpose: Purpose, program: string, file: string | undefined): void => {
    const [name = ""] = program.split(" ");
    if (file !== undefined)
      commands.push({ purpose, command: `vendor/bin/${program}`, file, because: `it configures ${name}` });
  };
  const phpunit = folder.first("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml");
  if (dependencies.has("pestphp/pest")) {
    commands.push({
      purpose: "test",
      command: "vendor/bin/pest",
      file: "composer.json",
      because: "it depends on Pest",
      runner: "pest",
      withArguments: "vendor/bin/pest",
    });
  } else if (phpunit !== undefined) {
    commands.push({
      purpose: "test",
      command: "vendor/bin/phpunit",
      file: phpunit,
      because: "it configures PHPUnit",
      runner: "phpunit",
      withArguments: "vendor/bin/phpunit",
    });
  }
  add("lint", "phpcs", folder.first("phpcs.xml", "phpcs.xml.dist", ".phpcs.xml", ".phpcs.xml.dist"));
  add("lint", "php-cs-fixer fix --dry-run", folder.first(".php-cs-fixer.php", ".php-cs-fixer.dist.php"));
  add(
    "type-check",
    "phpstan analyse --no-progress",
    folder.first("phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"),
  );
  add("type-check", "psalm --no-progress", folder.first("psalm.xml", "psalm.xml.dist"));
  return commands;
}
