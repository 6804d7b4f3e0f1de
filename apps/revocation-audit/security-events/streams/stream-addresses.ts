/** Where transmitters reach us. */
export class StreamAddresses {
  constructor(private readonly publicUrl: string) {}

  push(stream: string): string {
    return `${this.publicUrl}/v1/security-events/${stream}`;
  }

  globalTokenRevocation(stream: string): string {
    return `${this.push(stream)}/global-token-revocation`;
  }
}
