import { findGoTool } from '@tocsin/testkit';

/** Alertmanager's own tool, of the release whose API we answer; or the reason why it cannot be had here. */
export async function findAmtool(): Promise<{ readonly amtool: string } | { readonly because: string }> {
  const found = await findGoTool({
    name: 'amtool',
    module: 'github.com/prometheus/alertmanager/cmd/amtool',
    version: 'v0.28.1',
  });
  return 'path' in found ? { amtool: found.path } : found;
}
