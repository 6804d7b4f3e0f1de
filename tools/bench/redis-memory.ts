/** x */
export async function redisMemory(): Promise<void> {}
