import Fastify from 'fastify';
import { App } from './app.js';
import { connect } from './connection.js';
import { variants } from './variants/index.js';

const run = { type: 'string', minLength: 1, maxLength: 100 };
const id = { type: 'string', minLength: 1, maxLength: 100 };
const amount = { type: 'integer', minimum: 0, maximum: 1_000_000_000 };
const ticks = { type: 'integer', minimum: 1, maximum: 1000 };

const object = (properties) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
const body = (properties) => ({ schema: { body: object(properties) } });

/** The routes of one variant. `request.app` is the variant. */
async function routes(server, { apps }) {
  server.decorateRequest('app', null);

  server.addHook('onRequest', async (request, reply) => {
    request.app = apps.get(request.params.variant);
    if (!request.app) return reply.code(404).send({ error: 'no such variant' });
  });

  const begun = async (request, reply) => {
    if (!request.app.run) return reply.code(409).send({ error: 'no run has begun: PUT one' });
  };
  const scheduled = (is) => async (request, reply) => {
    if (Boolean(request.app.variant.start) !== is) return reply.code(404).send({ error: 'not of this variant' });
  };

  server.put('/', body({ run }), async (request, reply) => {
    await request.app.begin(request.body.run);
    return reply.code(201).send({ run: request.body.run });
  });

  server.delete('/', { schema: { querystring: object({ run }) } }, async (request, reply) => {
    await request.app.end(request.query.run);
    return reply.code(204).send();
  });

  server.post('/jobs', { ...body({ id, amount }), preHandler: [scheduled(false), begun] }, async (request, reply) => {
    return reply.code(202).send({ job: await request.app.enqueue(request.body) });
  });

  server.post('/start', { ...body({ ticks }), preHandler: [scheduled(true), begun] }, async (request, reply) => {
    await request.app.start(request.body.ticks);
    return reply.code(202).send({ ticks: request.body.ticks });
  });

  server.get('/effects', { preHandler: begun }, (request) => request.app.effects.readAll(request.app.run));

  server.get('/effects/:id', { preHandler: begun }, async ({ app, params }) => {
    const of = { run: app.run, id: params.id };
    return { ...(await app.effects.read(of)), again: await app.effects.repeated(of) };
  });

  server.get('/idle', async (request) => ({ idle: await request.app.isIdle() }));
}

async function main() {
  const redis = connect();
  await redis.ping().catch((error) => {
    redis.disconnect();
    throw new Error(`REDIS_URL: can't connect: ${error.message}`);
  });
  const apps = new Map([...variants].map(([name, variant]) => [name, new App(name, variant, redis)]));

  const server = Fastify({ logger: { level: 'error' }, ajv: { customOptions: { coerceTypes: false } } });
  server.addHook('onClose', async () => {
    await Promise.all([...apps.values()].map((app) => app.close()));
    await redis.quit();
  });
  server.get('/health', async () => ({ ok: true }));
  server.register(routes, { prefix: '/:variant', apps });

  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());
  console.log(`listening on ${await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3002) })}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
