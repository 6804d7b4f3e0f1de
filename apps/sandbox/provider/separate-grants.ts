import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

/** A grant with the same scopes and an id of its own. */
async function copyOfGrant(ctx: KoaContextWithOIDC): Promise<void> {
  const { oidc } = ctx;
  const remembered = oidc.entities.Grant;
  if (!remembered?.jti || !oidc.client || oidc.result?.consent) return;
  const grant = new oidc.provider.Grant({
    accountId: remembered.accountId,
    clientId: remembered.clientId,
  });
  grant.openid = structuredClone(remembered.openid);
  grant.resources = structuredClone(remembered.resources);
  oidc.session?.grantIdFor(oidc.client.clientId, await grant.save());
  oidc.entity('Grant', grant);
}

/**
 * Login, then consent; and last a prompt that never prompts. oidc-provider reuses the grant that the session
 * remembers, so that two authorizations would be one family, and revoking one would kill the other.
 */
export function policyWithSeparateGrants(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.add(
    new interactionPolicy.Prompt(
      { name: 'separate_grant' },
      new interactionPolicy.Check('separate_grant', 'gives this authorization its own grant', async (ctx) => {
        await copyOfGrant(ctx);
        return interactionPolicy.Check.NO_NEED_TO_PROMPT;
      }),
    ),
  );
  return policy;
}
