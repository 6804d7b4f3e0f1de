/** x */
export async function planner(): Promise<void> {}
