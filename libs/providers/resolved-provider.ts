import type {
  AuthorizationRules,
  AuthorizationServer,
  ClientAuthMethod,
  FailureVocabulary,
  RequestFormat,
  RevocationRules,
  RotationRules,
  TokenRules,
} from '#oauth';

/** A profile with an integration's settings filled in: what the procedures of #oauth take. */
export interface ResolvedProvider {
  id: string;
  name: string;
  server: AuthorizationServer;
  /** A custom provider known by its issuer alone: discover once, and store `withMetadata`'s answer as settings. */
  needsDiscovery?: { issuer: string };
  /** The first is the default. */
  clientAuthMethods: readonly ClientAuthMethod[];
  format: RequestFormat;
  authorization: AuthorizationRules;
  tokens: TokenRules;
  failures: FailureVocabulary;
  rotation: RotationRules;
  refreshTokenLife: { absoluteMs?: number; idleMs?: number; extendsOnUse: boolean };
  /** Null: the provider cannot be told. */
  revocation: RevocationRules | null;
  introspection: boolean;
  limits: { concurrency?: number; requestsPerSecond?: number };
}
