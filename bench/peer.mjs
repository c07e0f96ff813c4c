// bench/peer runs this. The same rows as gait_bench prints, for aws-local-stepfunctions.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const peer = here + '../build/peer/';
const { StateMachine } = createRequire(peer)('aws-local-stepfunctions');
const definition = (name) => JSON.parse(readFileSync(`${here}definitions/${name}.asl.json`, 'utf8'));

async function seconds(name, input) {
  const machine = new StateMachine(definition(name));
  const begin = process.hrtime.bigint();
  await machine.run(input).result;
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

const items = Array.from({ length: 10000 }, (_, i) => i);
const rows = [
  ['cold-start', 'ms', () => {
    const begin = process.hrtime.bigint();
    const run = spawnSync(peer + 'node_modules/.bin/local-sfn', ['-f', here + 'definitions/three.asl.json'], { input: '{"name": "you"}' });
    if (run.status !== 0) throw new Error(`local-sfn failed: ${run.stderr}`);
    return Number(process.hrtime.bigint() - begin) / 1e6;
  }],
  ['loop-express', 'transitions/s', async () => 20001 / (await seconds('loop', { n: 0 }))],
  ['map-inline', 'items/s', async () => items.length / (await seconds('map', items))],
];

console.log('| benchmark | median | lowest | highest | unit |\n|---|--:|--:|--:|---|');
for (const [name, unit, measure] of rows) {
  await measure(); // warms caches
  const results = [];
  for (let i = 0; i < 7; ++i) results.push(await measure());
  results.sort((a, b) => a - b);
  const shown = [results[3], results[0], results[6]].map((n) => Math.round(n).toLocaleString('en-US'));
  console.log(`| ${name} | ${shown.join(' | ')} | ${unit} |`);
}
