import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const skip = process.env.REDIS_URL ? false : 'REDIS_URL is not set';

describe('effects', { skip }, () => {
  let server;
  let url;

  before(async () => {
    const env = { ...process.env, PORT: '0', QUEUE_PREFIX: `stress_test_${process.pid}` };
    server = spawn(process.execPath, ['server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: server.stdout }), 'line');
    url = line.replace('listening on ', '');
  });

  after(async () => {
    server.kill();
    const [code] = await once(server, 'exit');
    assert.equal(code, 0);
  });

  async function send(method, path, body) {
    const options = { method };
    if (body) Object.assign(options, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
    const response = await fetch(url + path, options);
    assert.ok(response.ok, `${method} ${path}: status ${response.status}`);
    return response.status === 204 ? undefined : response.json();
  }

  /** Does `work` in a run of its own, waits until all is done, and gives the effects. */
  async function run(variant, work) {
    await send('PUT', `/${variant}`, { run: 'test' });
    await work();
    while (!(await send('GET', `/${variant}/idle`)).idle) await sleep(50);
    const effects = await send('GET', `/${variant}/effects`);
    await send('DELETE', `/${variant}?run=test`);
    return effects;
  }

  /** Enqueues 16 jobs, with as many ids as said. Gives whether each had its effect once. */
  async function jobs(variant, ids) {
    const expected = {};
    const effects = await run(variant, () => Promise.all(Array.from({ length: 16 }, (_, n) => {
      const id = `id:${n % ids}`;
      expected[id] ??= { count: 0, total: 0 };
      expected[id].count++;
      expected[id].total += n;
      return send('POST', `/${variant}/jobs`, { id, amount: n });
    })));
    assert.deepEqual(Object.keys(effects).sort(), Object.keys(expected).sort());
    return Object.keys(expected).every((id) =>
      effects[id].count === expected[id].count && effects[id].total === expected[id].total);
  }

  async function ticks(variant) {
    const effects = await run(variant, () => send('POST', `/${variant}/start`, { ticks: 5 }));
    assert.notEqual(Object.keys(effects).length, 0);
    return Object.values(effects).every(({ count }) => count === 1);
  }

  const variants = {
    'stalled': () => jobs('stalled', 16),
    'stalled-keyed': () => jobs('stalled-keyed', 16),
    'stalled-sandboxed': () => jobs('stalled-sandboxed', 16),
    'concurrency': () => jobs('concurrency', 1),
    'concurrency-atomic': () => jobs('concurrency-atomic', 1),
    'retries': () => jobs('retries', 16),
    'retries-keyed': () => jobs('retries-keyed', 16),
    'scheduler': () => ticks('scheduler'),
    'scheduler-upsert': () => ticks('scheduler-upsert'),
  };

  for (const [variant, holds] of Object.entries(variants)) {
    const should = variant.includes('-');
    test(`${variant} ${should ? 'holds' : 'does not hold'}`, async () => assert.equal(await holds(), should));
  }
});
