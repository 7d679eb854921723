import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../src/orders.js";

test("a total is the sum of lines after the discount", () => {
  assert.equal(total([{ cents: 999, amount: 2 }], 0.1), 1_798);
});
