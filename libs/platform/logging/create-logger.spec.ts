import { runWithRequestId } from '../http/request-context.js';
import { createLogger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger('spec', 'info', { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('redacts secrets by name, however deep they lie within reason', () => {
    const [line] = logged((logger) =>
      logger.info({ access_token: 's1', answer: { refresh_token: 's2', inner: { client_secret: 's3' } } }),
    );
    expect(JSON.stringify(line)).not.toMatch(/s1|s2|s3/);
  });

  it('tells of an error its kind, words and causes, and nothing that it carries', () => {
    const cause = Object.assign(new Error('inner'), { code: '23505', parameters: ['secret-value'] });
    const error = Object.assign(new Error('outer', { cause }), { query: 'secret-query' });
    const [line] = logged((logger) => new NestLogger(logger).error({ err: error }, 'Spec'));
    expect(line).toMatchObject({
      level: 'error',
      context: 'Spec',
      err: { message: 'outer', cause: { message: 'inner', error_code: '23505' } },
    });
    expect(JSON.stringify(line)).not.toContain('secret-');
  });

  it('names the request, also in what it caused later', async () => {
    const lines: Record<string, unknown>[] = [];
    await runWithRequestId('req_1', async () => {
      await Promise.resolve();
      lines.push(...logged((logger) => logger.info('done')));
    });
    expect(lines[0]).toMatchObject({ request_id: 'req_1', service: 'spec' });
  });
});
