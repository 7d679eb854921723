import assert from "node:assert/strict";
import { test } from "node:test";
import { take } from "../src/stock.js";

test("what is not in stock cannot be taken", () => {
  assert.throws(() => take(new Map([["tea", 1]]), "tea", 2), RangeError);
});
