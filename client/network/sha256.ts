/**
 * SHA-256 of a text in UTF-8, in hex. Undefined where the host has no Web Cryptography: browsers offer it in secure contexts (HTTPS,
 * localhost) only.
 */
export const sha256: ((text: string) => Promise<string>) | undefined =
  globalThis.crypto?.subtle === undefined
    ? undefined
    : async (text) => {
        const hash = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
        return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      };
