/** Marks of programs that fill texts in: Jinja, Handlebars, Helm, Go (`{{`), Jinja and Liquid (`{%`), EJS and ERB (`<%`), Backstage. */
const MARKS = /\{\{|\{%|<%[-=#]?|<<<?[A-Za-z_]+>>>?|@@[A-Z_]+@@|__[A-Z_]{3,}__|%[A-Z_]{3,}%|<[A-Z_]{3,}>/;

/** Whether a text that cannot be read may be meant to be filled in first. */
export function isTemplate(file: string, text: string): boolean {
  // A chart's templates are filled in by Helm.
  // Those of GitHub Actions stand in files that are read as they are.
  return (
    MARKS.test(text.replaceAll("${{", "")) ||
    /(?:^|\/)(?:templates?|_templates?|generators?|scaffold(?:ing|s)?|skeletons?|blueprints?|stubs?)\//.test(file)
  );
}

/** Folders of others' files, and of files that tests read, which may be wrong on purpose. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|third[_-]party|bower_components|\.yarn|\.venv|venv|site-packages|target|\.git)\//;
const SAMPLES =
  /(?:^|\/)(?:__?fixtures?__?|fixtures?|test[-_]?data|testcases?|test[-_]files?|__snapshots__|__tests?__|__mocks__|mocks?|corpus|corpora|tests?|specs?|e2e|cassettes|playgrounds?)\//i;
/** Folders that show how something is done, also how it fails. */
const SHOWS = /(?:^|\/)(?:examples?|demos?|samples?|recipes|showcases?)\//i;
const WRONG_ON_PURPOSE = /invalid|malformed|broken|corrupt|bad[-_.]|[-_.]bad|error|fail|syntax|wrong|duplicate|empty/i;

/** Whether a file is not this repository's own to mend: others wrote it, or a build did. */
export function isVendored(file: string): boolean {
  return FOREIGN.test(file);
}

/** Whether a file may be wrong on purpose, as those are that tests read. */
export function isSample(file: string): boolean {
  if (SAMPLES.test(file)) return true;
  return WRONG_ON_PURPOSE.test(SHOWS.test(file) ? file : file.slice(file.lastIndexOf("/") + 1));
}
