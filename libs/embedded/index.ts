/** A private Postgres and a private Redis as processes of ours: for `npm start` and for tests. */
export { canEnter, databaseUser, DatabaseUserError, type DatabaseUser } from './database-user.js';
export { freePort, freePortBlock, isPortFree, NoFreePortError } from './free-port.js';
export { lastLines } from './last-lines.js';
export { PostgresBinariesError } from './postgres-binaries.js';
export { answersPostgres, withConnection } from './postgres-connection.js';
export { PostgresServer, PostgresStartError, type PostgresSettings } from './postgres-server.js';
export { commandOf, identify, isAlive, type ProcessIdentity } from './process-identity.js';
export { findRedis, type RedisBinary } from './redis-binary.js';
export { provideRedis, RedisMissingError } from './redis-package.js';
export { redisReplies } from './redis-replies.js';
export { RedisServer, RedisStartError, type RedisSettings } from './redis-server.js';
export { LaunchError, ServerProcess, type Exit, type Launch } from './server-process.js';
