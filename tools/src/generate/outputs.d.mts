export type Output = { readonly path: string; readonly text: string };

export function generate(root: string): Promise<readonly Output[]>;
export function write(root: string, outputs: readonly Output[]): Promise<readonly string[]>;
export function differing(root: string, outputs: readonly Output[]): Promise<readonly Output[]>;
