import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import pg from 'pg';

const CLIENTS = 8;
const OPERATIONS = 50; // of each client, in one round
const ROUNDS = 20; // after which a broken strategy that has lost nothing is a surprise

const { DATABASE_URL, REDIS_URL } = process.env;
const stores = [
  { set: true, broken: ['memory-await'], repaired: ['memory-mutex', 'memory-queue'] },
  {
    set: DATABASE_URL,
    broken: ['pg-read-modify-write', 'pg-transaction', 'pg-update-many'],
    repaired: ['pg-atomic', 'pg-row-lock', 'pg-optimistic', 'pg-serializable'],
  },
  {
    set: REDIS_URL,
    broken: ['redis-get-set', 'redis-lock-expires'],
    repaired: ['redis-lua', 'redis-lock-fenced'],
  },
];

const table = `stress_test_${process.pid}`;
let server;
let url;

before(async () => {
  const env = { ...process.env, PORT: '0', WALLET_TABLE: table, WALLET_PREFIX: `${table}:` };
  server = spawn(process.execPath, ['server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  url = line.replace('listening on ', '');
});

after(async () => {
  server.kill();
  const [code] = await once(server, 'exit');
  assert.equal(code, 0);
  if (DATABASE_URL) {
    const client = new pg.Client(DATABASE_URL);
    await client.connect();
    await client.query(`DROP TABLE ${table}`);
    await client.end();
  }
  if (REDIS_URL) {
    const redis = new Redis(REDIS_URL);
    await redis.del(`${table}:fence`);
    await redis.quit();
  }
});

async function send(method, path, body) {
  const options = { method };
  if (body) Object.assign(options, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const response = await fetch(url + path, options);
  return { status: response.status, body: response.status === 204 ? undefined : await response.json() };
}

/** Takes from wallets and puts into them, all clients at once. Gives what was lost or found in the end, and overdrawn. */
async function round(strategy, wallets) {
  const ids = Array.from({ length: wallets }, (_, n) => `w${n}`);
  const start = 1000;
  for (const id of ids) await send('PUT', `/${strategy}/wallets/${id}`, { balance: start });

  let expected = start * wallets;
  const client = async (n) => {
    for (let i = 0; i < OPERATIONS; i++) {
      const [path, sign] = (n + i) % 3 === 0 ? ['deposit', 1] : ['deduct', -1];
      const { status } = await send('POST', `/${strategy}/wallets/${ids[i % wallets]}/${path}`, { amount: 10 });
      assert.ok(status === 200 || status === 409, `status ${status}`);
      if (status === 200) expected += sign * 10;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));

  let sum = 0;
  for (const id of ids) sum += (await send('GET', `/${strategy}/wallets/${id}`)).body.balance;
  for (const id of ids) await send('DELETE', `/${strategy}/wallets/${id}`);
  return sum - expected;
}

async function transfers(strategy) {
  for (const id of ['a', 'b']) await send('PUT', `/${strategy}/wallets/${id}`, { balance: 1000 });
  const client = async (n) => {
    const [from, to] = n % 2 ? ['a', 'b'] : ['b', 'a'];
    for (let i = 0; i < OPERATIONS; i++) {
      const { status } = await send('POST', `/${strategy}/transfers`, { from, to, amount: 10 });
      if (status === 501) break;
      assert.ok(status === 200 || status === 409, `status ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));
  const [a, b] = [await send('GET', `/${strategy}/wallets/a`), await send('GET', `/${strategy}/wallets/b`)];
  assert.equal(a.body.balance + b.body.balance, 2000);
  for (const id of ['a', 'b']) await send('DELETE', `/${strategy}/wallets/${id}`);
}

for (const { set, broken, repaired } of stores) {
  const skip = set ? false : 'the store has no address in the environment';

  for (const strategy of broken) {
    test(`${strategy} loses updates`, { skip }, async () => {
      for (const wallets of [1, 4]) {
        let rounds = 1;
        while (await round(strategy, wallets) === 0) assert.ok(++rounds <= ROUNDS, 'nothing was lost');
      }
    });
  }

  for (const strategy of repaired) {
    test(`${strategy} loses nothing`, { skip }, async () => {
      for (const wallets of [1, 4]) assert.equal(await round(strategy, wallets), 0);
      await transfers(strategy);
    });
  }
}

test('a request that makes no sense is refused', async () => {
  assert.equal((await send('GET', '/nonsense/wallets/a')).status, 404);
  assert.equal((await send('GET', '/memory-mutex/wallets/nobody')).status, 404);
  assert.equal((await send('PUT', '/memory-mutex/wallets/a', { balance: '1000' })).status, 400);
  assert.equal((await send('POST', '/memory-mutex/wallets/a/deduct', { amount: -1 })).status, 400);
  assert.equal((await send('POST', '/memory-queue/transfers', { from: 'a', to: 'b', amount: 1 })).status, 501);
});
