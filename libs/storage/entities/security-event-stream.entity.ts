import { Column, Entity, PrimaryColumn } from 'typeorm';

export type SecurityEventAction = 'freeze' | 'revoke' | 'notify';

/** What a transmitter said of itself and of the stream that was made there (SSF 1.0). */
export interface StreamTransmitter {
  streamId: string;
  configurationEndpoint: string;
  verificationEndpoint?: string;
  criticalSubjectMembers?: string[];
}

/** A stream on which a transmitter tells us of security events. */
@Entity('security_event_stream')
export class SecurityEventStream {
  @PrimaryColumn('text', { name: 'workspace_id' }) workspaceId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text') issuer!: string;
  @Column('text', { array: true }) audience!: string[];
  @Column('text') delivery!: 'push' | 'poll';
  /** SHA-256 of what the transmitter must send as Authorization. */
  @Column('bytea', { name: 'authorization_hash' }) authorizationHash!: Buffer;
  /** The one before the last rotation, and until when it is still taken. */
  @Column('bytea', { name: 'previous_authorization_hash', nullable: true })
  previousAuthorizationHash!: Buffer | null;
  @Column('timestamptz', { name: 'previous_authorization_until', nullable: true })
  previousAuthorizationUntil!: Date | null;
  @Column('text', { name: 'poll_endpoint', nullable: true }) pollEndpoint!: string | null;
  @Column('bytea', { name: 'sealed_poll_authorization', nullable: true })
  sealedPollAuthorization!: Buffer | null;
  /** When it is polled next; while somebody polls, when their lease ends. */
  @Column('timestamptz', { name: 'poll_due_at', nullable: true }) pollDueAt!: Date | null;
  @Column('text', { name: 'jwks_uri', nullable: true }) jwksUri!: string | null;
  @Column('jsonb', { nullable: true }) jwks!: { keys: Record<string, unknown>[] } | null;
  /** Event types that are acted on; null: all. */
  @Column('text', { array: true, nullable: true }) events!: string[] | null;
  /** By event type; what is not in it has its default. */
  @Column('jsonb') policies!: Record<string, SecurityEventAction>;
  @Column('jsonb', { nullable: true }) transmitter!: StreamTransmitter | null;
  @Column('bytea', { name: 'sealed_management_token', nullable: true }) sealedManagementToken!: Buffer | null;
  /** What the verification event that we asked for must say. */
  @Column('text', { name: 'verification_state', nullable: true }) verificationState!: string | null;
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt!: Date | null;
  /** As its last stream-updated event said. */
  @Column('text', { name: 'transmitter_status', nullable: true }) transmitterStatus!: string | null;
  /** Of the last poll. */
  @Column('text', { name: 'last_error', nullable: true }) lastError!: string | null;
  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false }) createdAt!: Date;
  @Column('integer') version!: number;
}
