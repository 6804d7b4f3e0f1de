import { configClass, ConfigError } from './config-class.js';
import { serviceSettings, setting } from './setting.js';

class ShopConfig extends configClass('shop', {
  ...serviceSettings,
  SHOP_DATABASE_URL: setting.postgresUrl(),
  PUBLIC_URL: setting.origin(),
  WORKERS: setting.positiveInteger(4),
  HOSTS: setting.list(),
  EXTRA: setting.origin().optional(),
}) {}

const valid = { SHOP_DATABASE_URL: 'postgres://shop@localhost/shop', PUBLIC_URL: 'https://shop.example/' };

function faultsOf(env: NodeJS.ProcessEnv): string {
  try {
    return String(new ShopConfig(env));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

describe('a configuration', () => {
  it('is read once, with its defaults, and frozen', () => {
    const config = new ShopConfig({ ...valid, HOSTS: 'a:1, b:2', EXTRA: '' });
    expect(config).toMatchObject({
      PUBLIC_URL: 'https://shop.example',
      WORKERS: 4,
      HOSTS: ['a:1', 'b:2'],
      HOST: '127.0.0.1',
    });
    expect(config.EXTRA).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('tells all faults at once, and no value', () => {
    const faults = faultsOf({ PUBLIC_URL: 'https://shop.example/path', WORKERS: '0', HOSTS: 'x' });
    expect(faults).toContain('SHOP_DATABASE_URL is not set');
    expect(faults).toContain('PUBLIC_URL');
    expect(faults).toContain('WORKERS');
    expect(faultsOf({ ...valid, SHOP_DATABASE_URL: 'mysql://u:hunter2@h/d' })).not.toContain('hunter2');
  });

  it('is production unless told, and refuses placeholders there', () => {
    expect(new ShopConfig(valid).NODE_ENV).toBe('production');
    const env = { ...valid, SHOP_DATABASE_URL: 'postgres://shop:change-me@localhost/shop' };
    expect(faultsOf(env)).toContain('placeholder');
    expect(faultsOf({ ...env, NODE_ENV: 'production' })).toContain('placeholder');
    expect(new ShopConfig({ ...env, NODE_ENV: 'development' })).toBeDefined();
  });
});
