/**
 * What is measured: each subject opens a place in a directory and gives `put(entry)` and `get(entry)`, which may return promises; `get` gives back
 * the text of the answer.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { encodeEntry } from "../../packages/ai-cache/dist/entries/cache-entry.js";
import { createDiskStore } from "../../packages/ai-cache/dist/entries/disk-store.js";
import { createMemoryStore } from "../../packages/ai-cache/dist/entries/memory-store.js";

const PLENTY = 1024 ** 3;

/** The folders that ai-cache makes one by one as they are needed: a store needs each once in its life, so they count for nobody. */
function makeFolders(directory) {
  for (let folder = 0; folder < 256; folder += 1) {
    mkdirSync(path.join(directory, folder.toString(16).padStart(2, "0")), { recursive: true });
  }
}

/** The same files in the same folders as those of ai-cache, without any care. */
function openBare(directory, _, extension = "bare") {
  makeFolders(directory);
  const fileOf = ({ key }) => `${directory}/${key.slice(0, 2)}/${key}.${extension}`;
  return {
    encode: (entry) => encodeEntry(entry),
    put(entry, bytes) {
      const file = fileOf(entry);
      writeFileSync(`${file}.tmp`, bytes);
      renameSync(`${file}.tmp`, file);
    },
    get: (entry) => readFileSync(fileOf(entry)),
    textOf: (bytes) => JSON.parse(bytes.toString("utf8")).entry.answer.text,
  };
}

/** The same, with what any cache of answers does: make JSON of an object, and an object of JSON. */
function openBareJson(directory) {
  const extension = "bare-json";
  const bare = openBare(directory, undefined, extension);
  return {
    put: (entry) => bare.put(entry, JSON.stringify(entry)),
    get: (entry) => JSON.parse(readFileSync(`${directory}/${entry.key.slice(0, 2)}/${entry.key}.${extension}`, "utf8")),
    textOf: (entry) => entry.answer.text,
  };
}

function openStore(store) {
  return {
    put: (entry) => store.put(entry, encodeEntry(entry)),
    get: ({ key }) => store.get(key),
    textOf: (read) => read.entry.answer.text,
  };
}

function openDiskStore(directory) {
  makeFolders(directory);
  return openStore(createDiskStore(directory, PLENTY));
}

async function openCacache(directory) {
  const { default: cacache } = await import("cacache");
  return {
    put: (entry) => cacache.put(directory, entry.key, JSON.stringify(entry)),
    get: async ({ key }) => JSON.parse((await cacache.get(directory, key)).data.toString("utf8")),
    textOf: (entry) => entry.answer.text,
  };
}

async function openKeyv(directory) {
  const { Keyv } = await import("keyv");
  const { KeyvFile } = await import("keyv-file");
  // One file for all entries would be written whole, 100 ms after each put: a file an entry is the kinder way.
  const keyv = new Keyv({ store: new KeyvFile({ filename: directory, separatedFile: true }) });
  return {
    put: (entry) => keyv.set(entry.key, entry),
    get: ({ key }) => keyv.get(key),
    textOf: (entry) => entry.answer.text,
  };
}

function openSqlite(directory, requirePeer) {
  const Database = requirePeer("better-sqlite3");
  mkdirSync(directory, { recursive: true });
  const database = new Database(path.join(directory, "cache.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec("CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
  const put = database.prepare("INSERT OR REPLACE INTO entries VALUES (?, ?)");
  const get = database.prepare("SELECT value FROM entries WHERE key = ?").pluck();
  return {
    put: (entry) => put.run(entry.key, JSON.stringify(entry)),
    get: ({ key }) => JSON.parse(get.get(key)),
    textOf: (entry) => entry.answer.text,
    close: () => database.close(),
  };
}

function openLmdb(directory, requirePeer) {
  const { open } = requirePeer("lmdb");
  const database = open({ path: directory });
  return {
    put: (entry) => database.put(entry.key, entry),
    get: ({ key }) => database.get(key),
    textOf: (entry) => entry.answer.text,
    close: () => database.close(),
  };
}

/** Whose files lie side by side: how fast a file is made depends on where its folder happens to lie. */
const SIDE_BY_SIDE = "files";

/** By name. `peer` is what must be installed for it, `folder` where its files go instead of a folder of its own. */
export const SUBJECTS = {
  "bare files": { open: openBare, folder: SIDE_BY_SIDE },
  "bare files with JSON": { open: openBareJson, folder: SIDE_BY_SIDE },
  "ai-cache, disk store": { open: openDiskStore, folder: SIDE_BY_SIDE },
  "ai-cache, memory store": { open: () => openStore(createMemoryStore(PLENTY)) },
  cacache: { open: openCacache },
  "keyv with keyv-file": { open: openKeyv },
  "better-sqlite3": { open: openSqlite, peer: "better-sqlite3" },
  lmdb: { open: openLmdb, peer: "lmdb" },
};

/** What loads the optional peers from the folder they were installed in. */
export function createPeerRequire(folder) {
  return createRequire(path.join(folder, "package.json"));
}
