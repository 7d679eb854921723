/** Folders of the top level, and how many of ten packages live there. */
const AREAS = [
  ["packages", 5],
  ["services", 3],
  ["apps", 2],
];
const FILES_PER_PACKAGE = 45;
const WORDS =
  "account alert batch billing cache cart chart client codec config cursor editor event feed filter graph grid index invoice job label ledger letter locale login map market media merge metric model notice order page panel parser payment policy price query queue rate report route rule scan schema search session sheet shop signal sort stock store stream table tag task team theme token trace user vault view widget".split(
    " ",
  );

/** Kinds of files in a package: share of a hundred, folder, ending, and median size in bytes. */
const KINDS = [
  { share: 40, folder: "src", nested: true, ending: ".ts", bytes: 1_400 },
  { share: 22, folder: "src", nested: true, ending: ".test.ts", bytes: 1_800 },
  { share: 8, folder: "src/components", nested: true, ending: ".tsx", bytes: 2_000 },
  { share: 6, folder: "test/fixtures", nested: true, ending: ".json", bytes: 500 },
  { share: 6, folder: "docs", nested: false, ending: ".md", bytes: 1_500 },
  { share: 5, folder: "src/styles", nested: false, ending: ".css", bytes: 900 },
  { share: 5, folder: "assets", nested: false, ending: ".svg", bytes: 700 },
  { share: 4, folder: "locales", nested: false, ending: ".json", bytes: 2_500 },
  { share: 2, folder: "docs/größe und maß", nested: false, ending: ".md", bytes: 900 },
  { share: 2, folder: "generated", nested: true, ending: ".ts", bytes: 9_000 },
];
/** Levels below a nested kind's folder. */
const DEPTHS = [0, 0, 1, 1, 2];
const MOST_BYTES = 120_000;
const EMPTY_SHARE = 0.005;
const LEAST_BYTES_TO_RENAME = 400;

/** Text that files are cut from. */
const POOL_BYTES = 2 ** 18;

/**
 * A repository as data: which files there are and how to write each of them, without holding their contents. The same seed gives the
 * same repository. Folders are those of a monorepo (about 45 files a package, about three a folder, two to seven levels), sizes are log-normal.
 * @param {{ readonly fileCount: number, readonly random: () => number }} options
 */
export function createRepositoryModel({ fileCount, random }) {
  const pool = createPool(random);
  const files = new Map();
  let created = 0;

  const integer = (below) => Math.floor(random() * below);
  const pick = (list) => list[integer(list.length)];

  function newFile(path, medianBytes) {
    const isEmpty = random() < EMPTY_SHARE;
    const length = isEmpty ? 0 : Math.min(MOST_BYTES, Math.round(medianBytes * Math.exp(normal(random) * 1.1)));
    files.set(path, { number: created, offset: integer(POOL_BYTES - MOST_BYTES), length, appended: "" });
    created += 1;
  }

  function packageFolder(number) {
    const slot = number % 10;
    let area = "";
    let sum = 0;
    for (const [name, share] of AREAS) {
      sum += share;
      if (area === "" && slot < sum) area = name;
    }
    return `${area}/${WORDS[Math.floor(number / 10) % WORDS.length]}-${number}`;
  }

  function addToPackage(folder) {
    let rest = integer(100);
    const kind = KINDS.find(({ share }) => (rest -= share) < 0) ?? KINDS[0];
    const parts = [folder, kind.folder];
    const depth = kind.nested ? pick(DEPTHS) : 0;
    for (let level = 0; level < depth; level += 1) {
      // A package has few folders of its own, so that several files share each.
      parts.push(WORDS[(folder.length * 7 + level * 5 + (level === 0 ? integer(2) : 0)) % WORDS.length]);
    }
    const file = `${parts.join("/")}/${pick(WORDS)}-${created}${kind.ending}`;
    newFile(file, kind.bytes);
    return file;
  }

  for (const name of ["package.json", "README.md", "LICENSE", "tsconfig.json", ".editorconfig"]) newFile(name, 1_000);
  files.set(".gitignore", { number: -1, offset: 0, length: 0, appended: "node_modules/\ndist/\n*.log\n" });
  const packageCount = Math.max(1, Math.ceil((fileCount - files.size) / FILES_PER_PACKAGE));
  for (let number = 0; number < packageCount && files.size < fileCount; number += 1) {
    const folder = packageFolder(number);
    for (const name of ["package.json", "README.md", "tsconfig.json"]) {
      if (files.size < fileCount) newFile(`${folder}/${name}`, 700);
    }
  }
  while (files.size < fileCount) addToPackage(packageFolder(integer(packageCount)));

  /** Different paths, in the order they are drawn. */
  function draw(count, accepts = () => true) {
    const paths = [...files.keys()];
    const drawn = new Set();
    for (let tries = 0; drawn.size < count && tries < count * 1_000; tries += 1) {
      const path = pick(paths);
      if (path !== ".gitignore" && accepts(files.get(path))) drawn.add(path);
    }
    return [...drawn];
  }

  return {
    files,
    draw,
    isLongEnoughToRename: ({ length }) => length >= LEAST_BYTES_TO_RENAME,
    /** Adds a file to some package and gives its path. */
    addFile: () => addToPackage(packageFolder(integer(packageCount))),
    contentOf: ({ number, offset, length, appended }) =>
      Buffer.concat([
        Buffer.from(length === 0 ? "" : `// file ${number}\n`),
        pool.subarray(offset, offset + length),
        Buffer.from(appended),
      ]),
  };
}

/** Lines of words: compresses about as source code does. */
function createPool(random) {
  const lines = [];
  for (let bytes = 0; bytes < POOL_BYTES; bytes += lines.at(-1).length + 1) {
    const words = Array.from(
      { length: 3 + Math.floor(random() * 8) },
      () => WORDS[Math.floor(random() * WORDS.length)],
    );
    lines.push(`${" ".repeat(2 * Math.floor(random() * 3))}${words.join(" ")} ${Math.floor(random() * 1e6)};`);
  }
  return Buffer.from(lines.join("\n")).subarray(0, POOL_BYTES);
}

/** One draw of the standard normal distribution (Box and Muller, 1958). */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
