// Stands in the console's bundle for what supabase-js brings and the console never uses: file storage, the
// administration of users, passkeys and crypto wallets. The real ones are 55 KB of the 300 that the console may have.

/** What supabase-js makes when it starts, and nobody asks anything of. */
class Unused {}

export default Unused;
export { Unused as StorageApiError, Unused as StorageClient, Unused as WebAuthnApi };

function unused(): never {
  throw new Error("The console is built without this part of supabase-js.");
}

export {
  unused as browserSupportsWebAuthn,
  unused as createCredential,
  unused as createSiweMessage,
  unused as deserializeCredentialCreationOptions,
  unused as deserializeCredentialRequestOptions,
  unused as fromHex,
  unused as getAddress,
  unused as getCredential,
  unused as serializeCredentialCreationResponse,
  unused as serializeCredentialRequestResponse,
  unused as toHex,
  unused as webAuthnAbortService,
};
