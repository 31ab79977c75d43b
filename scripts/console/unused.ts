// Stands in the console's bundle for what supabase-js brings and the console never uses: file storage,
// passkeys, crypto wallets, and who else is on a channel.

/** What supabase-js makes when it starts, and nobody asks anything of. */
class Unused {}

export {
  Unused as default,
  Unused as StorageApiError,
  Unused as StorageClient,
  Unused as WebAuthnApi,
};

export { Unused as REALTIME_PRESENCE_LISTEN_EVENTS };

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
