/** Whether it can sign webhooks. Source: Standard Webhooks, "Signature scheme": a secret has 24 to 64 bytes. */
export function isSecret(secret: string): boolean {
  const text = secret.replace(/^whsec_/, '');
  const { length } = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && length >= 24 && length <= 64;
}
