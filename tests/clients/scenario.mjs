// Runs scenario.json with @aws-sdk/client-sfn: node scenario.mjs ENDPOINT. Prints the operations that it called, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The package stands in a folder of the build's.
const sdk = createRequire(process.env.SDK_FOLDER + "/")("@aws-sdk/client-sfn");

const endpoint = process.argv[2];
const client = new sdk.SFNClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  disableHostPrefix: true,
  maxAttempts: 3,
});
const call = (operation, parameters) => client.send(new sdk[operation + "Command"](parameters));

const at = (value, path) => path.split(".").reduce((v, key) => v?.[key], value);
const fill = (value, answers) => {
  if (Array.isArray(value)) return value.map((item) => fill(item, answers));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, answers)]));
  if (typeof value !== "string") return value;
  return value.replace(/\$\{(\w+)\.([^}]+)\}/g, (_, step, path) => at(answers[step], path));
};
const json = ["definition", "input", "output"]; // what the API takes as text
const must = (holds, what) => {
  if (!holds) throw new Error(what);
};

const { steps } = JSON.parse(readFileSync(new URL("scenario.json", import.meta.url)));
const answers = {};
const called = new Set();
for (const [number, step] of steps.entries()) {
  const where = `step ${number}, ${step.call}`;
  const given = fill(step.with, answers);
  for (const key of json) if (key in given && typeof given[key] !== "string") given[key] = JSON.stringify(given[key]);
  const deadline = Date.now() + 30_000;
  for (;;) {
    let answer;
    try {
      answer = await call(step.call, given);
    } catch (error) {
      // An error that the model knows has a class of its own.
      must(error.name === step.error, `${where}: ${error.name}: ${error.message}`);
      must(error instanceof sdk.SFNServiceException && error instanceof sdk[error.name], `${where}: ${error.name} has no class`);
      must(error.$metadata.httpStatusCode === 400, `${where}: status ${error.$metadata.httpStatusCode}`);
      break;
    }
    must(!step.error, `${where} was not refused with ${step.error}`);
    if (Object.entries(step.until ?? {}).every(([path, value]) => at(answer, path) === fill(value, answers))) {
      for (const [path, value] of Object.entries(step.expect ?? {}))
        must(at(answer, path) === fill(value, answers), `${where}: ${path} is ${at(answer, path)}, not ${value}`);
      answers[step.as ?? ""] = answer;
      break;
    }
    must(Date.now() < deadline, `${where}: not in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  called.add(step.call);
}

// Paginators go through all pages, whatever their size.
const definition = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
const { stateMachineArn } = await call("CreateStateMachine", { name: "pages", roleArn: "arn:aws:iam::123456789012:role/r", definition });
for (let i = 0; i < 5; ++i) await call("StartExecution", { stateMachineArn, name: `e${i}` });
const names = [];
for await (const page of sdk.paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn }))
  names.push(...page.executions.map((e) => e.name));
must(names.join() === "e4,e3,e2,e1,e0", `pages: ${names}`);

console.log(JSON.stringify([...called].sort()));
