import { DataSource } from 'typeorm';
import { Database } from './database.js';
import { dataSourceOptions, type StorageOptions } from './storage.module.js';

/** A service's door to Postgres without Nest, for tools. @throws where Postgres cannot be reached */
export async function openDatabase(
  options: StorageOptions,
): Promise<{ database: Database; close: () => Promise<void> }> {
  const source = await new DataSource(dataSourceOptions(options)).initialize();
  return { database: new Database(source), close: () => source.destroy() };
}
