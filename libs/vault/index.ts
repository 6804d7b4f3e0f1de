export type { Binding } from './binding.js';
export { FileKeyProvider } from './file-key-provider.js';
export { createKeyFile, loadKeyFile } from './key-file.js';
export type { KeyProvider, WrappedKey } from './key-provider.js';
export { KeyRing } from './key-ring.js';
export { SealedAnswers } from './sealed-answers.js';
export { openVault, Vault, type VaultOptions, type WorkspaceKeyStore } from './vault.js';
export { VaultError, type VaultErrorCode } from './vault-error.js';
export { WorkspaceCipher } from './workspace-cipher.js';
