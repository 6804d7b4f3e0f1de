/** What a workload's token must be for: one workspace of this installation, and nothing else. */
export class WorkloadAudience {
  private readonly prefix: string;

  constructor(publicUrl: string) {
    this.prefix = `${publicUrl}/v1/workspaces/`;
  }

  of(workspace: string): string {
    return this.prefix + workspace;
  }

  /** Undefined where it is none of ours. */
  workspaceIn(audience: string): string | undefined {
    if (!audience.startsWith(this.prefix)) return undefined;
    const workspace = audience.slice(this.prefix.length);
    return /^[\w-]{1,100}$/.test(workspace) ? workspace : undefined;
  }
}
