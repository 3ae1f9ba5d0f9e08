import { describeWithRedis, RedisServer } from '../../support/redis.js';
import { describeQueue } from './exactly-once.js';
import type { Engine } from './queue-world.js';

describeWithRedis('BullMQ on Redis', () => {
  const engine: { -readonly [Key in keyof Engine]: Engine[Key] } = { name: 'bullmq' };
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
    engine.redis = redis.port;
  });
  afterAll(() => redis.stop());

  describeQueue(engine);
});
