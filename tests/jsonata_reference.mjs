// The reference implementation behind the protocol of `gait eval jsonata --batch`: one JSON request a line in, one JSON
// answer a line out. node jsonata_reference.mjs FOLDER, the one that npm installed jsonata into.
// Beyond gait's answers: {"crashed": message} for an error of JavaScript's own, {"timeout": true} for one that takes long.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const jsonata = createRequire(resolve(process.argv[2], "package.json"))("jsonata");
const kTimeMs = 1000;
const kDepth = 2000; // the stack is not what is compared

function replaced(object, name, make) {
  const original = object[name];
  object[name] = make(original);
  return () => (object[name] = original);
}

// Is this function of the reference the caller of the mending?
function callerIs(name) {
  const frames = new Error().stack.split("\n").slice(2);
  return frames.find((frame) => !frame.includes(import.meta.url))?.includes(name);
}

// The value as it is, whoever changes it.
const unchangeables = new WeakMap();
function unchangeable(value) {
  if (value === null || typeof value !== "object") return value;
  if (!unchangeables.has(value)) {
    const ignored = () => true;
    const get = (target, name) => unchangeable(target[name]);
    unchangeables.set(value, new Proxy(value, { get, set: ignored, deleteProperty: ignored }));
  }
  return unchangeables.get(value);
}

function deepCopy(value) {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (value === null || typeof value !== "object" || value instanceof RegExp) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deepCopy(member)]));
}

// A regular expression that sees characters and not their halves.
function ByCharacter(regex) {
  try {
    return new RegExp(regex.source, regex.flags + "u");
  } catch {
    return new RegExp(regex); // what /u does not allow
  }
}

function groupsFilledWith(filler) {
  return () => [replaced(RegExp.prototype, "exec", (exec) => function (text) {
    const found = exec.call(this, text);
    return found && Object.assign(found, Array.from(found, (group) => (group === undefined ? filler : group)));
  })];
}

// Which arguments somebody gave, the reference does not tell: `given` guesses.
function checkedPartials(given) {
  return (text) => [replaced(Function.prototype, "apply", () => function (self, values) {
    let checked = values ?? [];
    if (self?.environment && !("input" in self) && callerIs("applyNativeFunction")) {
      const names = Array.from(text.matchAll(/\w+/g), ([name]) => name);
      const definitions = names.map((name) => self.environment.lookup(name));
      const signature = definitions.find((definition) => definition?.implementation === this)?.signature;
      if (signature) checked = signature.validate(given(checked), undefined);
    }
    return Reflect.apply(this, self, checked);
  })];
}

// What a request can have mended: the part of JavaScript, or of the reference's use of it, that a difference comes
// from. So a difference is told exactly: with it mended, the reference says what gait says. The reasons are in
// jsonata_differential.py. Each gives functions that undo it.
const kMendings = {
  hole: () => [replaced(Array.prototype, "push", (push) => function (...items) {
    const isContext = () => callerIs("createSequence") || callerIs("evaluateGroupExpression");
    const drops = this.sequence === true && items.includes(undefined) && !isContext();
    return Reflect.apply(push, this, drops ? items.filter((item) => item !== undefined) : items);
  })],
  grown: () => {
    let grown = [];
    return [replaced(Array.prototype, "push", (push) => function (...items) {
      if (this.sequence !== true && items.includes(undefined) && callerIs("evaluateGroupExpression")) grown.push(this);
      return Reflect.apply(push, this, items);
    }), replaced(Object, "keys", (keys) => function (object) { // the group has read its item when it comes here
      for (const array of grown) array.length = 0;
      grown = [];
      return keys(object);
    })];
  },
  "changed input": () => [],
  concurrent: () => [replaced(Array.prototype, "map", (map) => function (make, ...rest) {
    if (make.constructor.name !== "AsyncFunction") return map.call(this, make, ...rest);
    let before = Promise.resolve();
    return map.call(this, (item, place) => (before = before.then(() => make(item, place))));
  })],
  partial: checkedPartials((values) => values.slice(0, values.findLastIndex((value) => value !== undefined) + 1)),
  "partial given": checkedPartials((values) => values),
  "copied condition": () => {
    let copy;
    return [replaced(JSON, "stringify", (stringify) => function (value, ...rest) {
      if (rest.length > 0 || !value?.type) return stringify(value, ...rest);
      copy = deepCopy(value);
      return "copy";
    }), replaced(JSON, "parse", (parse) => (text) => (text === "copy" ? copy : parse(text)))];
  },
  matcher: () => [replaced(RegExp.prototype, "exec", (exec) => function (text) {
    return typeof text === "string" ? exec.call(this, text) : null;
  })],
  source: () => [replaced(Function.prototype, "toString", (toString) => function () {
    if (this.arity !== undefined) throw { code: "D3012" };
    return toString.call(this);
  })],
  "group null": groupsFilledWith(null),
  "group empty": groupsFilledWith(""),
  surrogate: () => [replaced(String.prototype, "split", (split) => function (separator, limit) {
    return separator === "" ? Array.from(this).slice(0, limit) : split.call(this, separator, limit);
  })],
  integer: () => [replaced(globalThis, "parseInt", (parse) => (text, radix = 10) => (text === "" ? 0 : parse(text, radix)))],
  "first century": () => [replaced(Date, "UTC", (utc) => (year, ...rest) => {
    if (!(year >= 0 && year < 100)) return utc(year, ...rest);
    const later = new Date(utc(year + 400, ...rest)); // whose calendar is the same
    return later.setUTCFullYear(later.getUTCFullYear() - 400);
  })],
  "date range": () => [replaced(globalThis, "Date", (date) => class extends date {
    constructor(...parts) {
      super(...parts);
      if (Number.isNaN(this.getTime())) throw { code: "T0410" };
    }
  })],
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
  const mended = request.mended ?? [];
  const undoings = mended.flatMap((name) => kMendings[name](request.expr));
  try {
    const engine = mended.includes("surrogate") ? { RegexEngine: ByCharacter } : {};
    const expression = jsonata(request.expr, { timeout: kTimeMs, stack: kDepth, ...engine });
    const given = mended.includes("changed input") ? unchangeable : (value) => value;
    const value = await expression.evaluate(given(request.input), given(request.bindings ?? {}));
    const isFunction = typeof value === "function" || (value && (value._jsonata_function || value._jsonata_lambda));
    return value === undefined || isFunction ? { undefined: true } : { result: clean(value) };
  } catch (error) {
    if (error.code === "D1011" || error.code === "D1012") return { timeout: true };
    const first = error.code === "D3121" ? error.error : error; // of $eval
    if (!error.code || first instanceof Error) return { crashed: String(first.message ?? first) };
    return { error: { code: error.code, message: error.message } };
  } finally {
    for (const undo of undoings.reverse()) undo();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: request.id, ...(await answer(request)) }) + "\n");
}
