// bench/validate runs this: gait validate beside the validators of npm, on the same definitions, in one run. Whole
// processes are timed. asl-validator ends at a file that is no JSON and takes no YAML, so all are given what all read.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const peer = here + '../build/peer/node_modules/';
const gait = here + '../build/release/gait';
const folder = process.argv[2];

const isJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) !== null;
  } catch {
    return false;
  }
};
const all = readdirSync(folder).filter((f) => /\.asl\.(json|yaml)$/.test(f)).map((f) => `${folder}/${f}`);
const json = all.filter((f) => f.endsWith('.json') && isJson(f));
const one = here + 'definitions/three.asl.json';

// The language service is a library: the least program that asks it.
const work = mkdtempSync(tmpdir() + '/gait-validate-');
const driver = work + '/driver.js';
writeFileSync(driver, `
const { getLanguageService, TextDocument } = require(${JSON.stringify(peer + 'amazon-states-language-service')});
const fs = require('fs');
const service = getLanguageService({});
(async () => {
  for (const file of process.argv.slice(2)) {
    const document = TextDocument.create('file://' + file, 'asl', 1, fs.readFileSync(file, 'utf8'));
    await service.doValidation(document, service.parseJSONDocument(document));
  }
})();
`);

const programs = {
  gait: (files) => [gait, ['validate', ...files]],
  'amazon-states-language-service': (files) => ['node', [driver, ...files]],
  'asl-validator': (files) => [peer + '.bin/asl-validator', ['--silent', ...files.flatMap((f) => ['--json-path', f])]],
};

function milliseconds([command, args]) {
  const begin = process.hrtime.bigint();
  const run = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (run.error || run.status === null || run.status > 2) throw new Error(`${command}: ${run.error ?? run.stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function median(runs, command) {
  const results = Array.from({ length: runs }, () => milliseconds(command)).sort((a, b) => a - b);
  return results[runs >> 1];
}

const text = (ms) => (ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en-US')) + ' ms';
console.log('| | ' + Object.keys(programs).join(' | ') + ' |\n|---|' + '--:|'.repeat(3));
for (const [what, files, runs] of [[`one file`, [one], 11], [`${json.length} files in one process`, json, 3]]) {
  const cells = [];
  let ours = 0;
  for (const program of Object.values(programs)) {
    milliseconds(program([one])); // warms caches
    const ms = median(runs, program(files));
    ours ||= ms;
    cells.push(ms === ours ? text(ms) : `${text(ms)} (${Math.round(ms / ours)}x)`);
  }
  console.log(`| ${what} | ${cells.join(' | ')} |`);
}
console.log(`| ${all.length} files, with YAML and placeholders | ${text(median(11, programs.gait(all)))} | | |`);
rmSync(work, { recursive: true });
