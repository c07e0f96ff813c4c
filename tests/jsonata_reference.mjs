// The reference implementation behind the protocol of `gait eval jsonata --batch`: one JSON request a line in, one JSON
// answer a line out. node jsonata_reference.mjs FOLDER, the one that npm installed jsonata into.
// Beyond gait's answers: {"crashed": message} for an error of JavaScript's own, {"timeout": true} for one that takes long.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const jsonata = createRequire(resolve(process.argv[2], "package.json"))("jsonata");
const kTimeMs = 1000;
const kDepth = 2000; // the stack is not what is compared

// Does the reference put undefined into a sequence, other than for a context that is undefined, or into an empty array
// that {...} is made of, which then stays so in the document?
let hole = false;
const push = Array.prototype.push;
Array.prototype.push = function (...items) {
  if (items.includes(undefined)) {
    const caller = new Error().stack.split("\n")[2];
    if (this.sequence === true ? !caller.includes("createSequence") : caller.includes("evaluateGroupExpression")) hole = true;
  }
  return push.apply(this, items);
};

// What JSON.stringify would leave out: a function within a result counts as an empty text, as $string has it.
function clean(value) {
  if (typeof value === "function" || (value && (value._jsonata_function || value._jsonata_lambda))) return "";
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : clean(item)));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => [k, clean(v)]));
  }
  return value;
}

async function answer(request) {
  hole = false;
  try {
    const expression = jsonata(request.expr, { timeout: kTimeMs, stack: kDepth });
    const value = await expression.evaluate(request.input, request.bindings ?? {});
    const isFunction = typeof value === "function" || (value && (value._jsonata_function || value._jsonata_lambda));
    return value === undefined || isFunction ? { undefined: true } : { result: clean(value) };
  } catch (error) {
    if (error.code === "D1011" || error.code === "D1012") return { timeout: true };
    if (!error.code || error instanceof Error) return { crashed: String(error.message ?? error) };
    return { error: { code: error.code, message: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: request.id, ...(await answer(request)), ...(hole ? { hole } : {}) }) + "\n");
}
