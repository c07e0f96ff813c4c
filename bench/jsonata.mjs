// bench/jsonata runs this.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const jsonata = createRequire(root + 'build/peer/')('jsonata');
const file = process.argv[2];
const { data, expressions } = JSON.parse(readFileSync(file, 'utf8'));

const run = spawnSync(root + 'build/release/gait_bench_jsonata', [file], { encoding: 'utf8' });
if (run.status !== 0) throw new Error(`gait_bench_jsonata failed: ${run.stderr}`);
const ours = run.stdout.trim().split('\n').map((line) => JSON.parse(line));

// Nanoseconds of one call: the median of rounds of a tenth of a second.
async function measure(f) {
  const rounds = [];
  for (let round = 0; round <= 7; ++round) {
    let calls = 0;
    let taken = 0;
    const begin = process.hrtime.bigint();
    do {
      for (let i = 0; i < 20; ++i) await f();
      calls += 20;
      taken = Number(process.hrtime.bigint() - begin);
    } while (taken < 1e8);
    if (round > 0) rounds.push(taken / calls);
  }
  return rounds.sort((a, b) => a - b)[3];
}

console.log('| expression | gait evaluate, µs | npm evaluate, µs | ratio | gait compile and evaluate, µs | npm, µs | ratio |');
console.log('|---|--:|--:|--:|--:|--:|--:|');
for (const [i, e] of expressions.entries()) {
  const input = e.binding ? undefined : data.order;
  const bindings = e.binding ? { states: data.states } : {};
  const compiled = jsonata(e.expr);
  const alone = await measure(() => compiled.evaluate(input, bindings));
  const both = await measure(() => jsonata(e.expr).evaluate(input, bindings));
  const row = [ours[i].evaluate / 1e3, alone / 1e3, alone / ours[i].evaluate, ours[i].compile / 1e3, both / 1e3, both / ours[i].compile];
  const cells = row.map((n, column) => (column === 2 || column === 5 ? n.toFixed(0) + 'x' : n.toFixed(2)));
  console.log(`| ${e.name} | ${cells.join(' | ')} |`);
}
