// Asks ajv: standard input is {"schema": ..., "documents": [...]}, standard output a list with a text for each document:
// "" where the schema takes it, else what it says against it. AJV_FOLDER is where npm has installed ajv.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const Ajv = createRequire(process.env.AJV_FOLDER + "/")("ajv");
const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: false });
const validate = ajv.compile(schema);
console.log(JSON.stringify(documents.map((d) => (validate(d) ? "" : ajv.errorsText(validate.errors)))));
