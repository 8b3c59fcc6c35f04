import type { Env } from './define-env.ts';
import type { Setting } from './setting.ts';

/** The settings of one service, or of all of them, under a heading. */
export type EnvSection = { readonly title: string; readonly env: Env };

/** Prints settings as a `.env` file to copy: defaults are commented out, what must be chosen is left open. */
export function printEnvExample(sections: readonly EnvSection[]): string {
  return sections
    .map(({ title, env }) => {
      const lines = Object.entries(env.settings).map(([name, setting]) => {
        const isOpen = setting.default === undefined && !setting.optional;
        return `# ${setting.help} (${describe(setting)})\n${isOpen ? '' : '# '}${name}=${printDefault(setting)}`;
      });
      return `### ${title}\n\n${lines.join('\n\n')}\n`;
    })
    .join('\n');
}

/** Prints settings as tables of a reference page. */
export function printEnvReference(sections: readonly EnvSection[]): string {
  return sections
    .map(({ title, env }) => {
      const rows = Object.entries(env.settings).map(
        ([name, setting]) => `| \`${name}\` | ${describe(setting)} | ${defaultCell(setting)} | ${cell(setting.help)} |`,
      );
      return `## ${title}\n\n| name | value | default | what it is for |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function describe(setting: Setting): string {
  switch (setting.type) {
    case 'url':
      return setting.schemes === undefined
        ? 'an address'
        : setting.schemes.map((scheme) => `${scheme}://…`).join(' or ');
    case 'file':
      return 'a file that can be read';
    case 'path':
      return 'a path';
    case 'int':
      return `${setting.min}–${setting.max}`;
    case 'text':
      return 'a text';
    case 'choice':
      return setting.of.join(', ');
    case 'flag':
      return 'true or false';
  }
}

const printDefault = (setting: Setting): string => (setting.default === undefined ? '' : String(setting.default));

const defaultCell = (setting: Setting): string => {
  if (setting.default !== undefined) return `\`${printDefault(setting)}\``;
  return setting.optional ? 'not set' : '**required**';
};

/** Keeps what looks like a tag, or like the end of a cell, a text. */
const cell = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('|', '\\|');
