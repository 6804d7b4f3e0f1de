/** Where transmitters and subscribers reach us. */
export class StreamAddresses {
  constructor(private readonly publicUrl: string) {}

  push(stream: string): string {
    return `${this.publicUrl}/v1/security-events/${stream}`;
  }

  globalTokenRevocation(stream: string): string {
    return `${this.push(stream)}/global-token-revocation`;
  }

  /** Of the SETs that a workspace sends. */
  issuer(workspace: string): string {
    return `${this.publicUrl}/v1/security-events/${workspace}`;
  }

  jwks(workspace: string): string {
    return `${this.issuer(workspace)}/jwks`;
  }
}
