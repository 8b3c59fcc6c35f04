import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom: one way only, and never service to service. */
const boundaries = [
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:local-servers', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:kit'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:kit', 'type:contracts', 'type:local-servers'] },
  { sourceTag: 'type:service-kit', onlyDependOnLibsWithTags: ['type:kit', 'type:contracts', 'type:lib'] },
  {
    sourceTag: 'type:testkit',
    onlyDependOnLibsWithTags: ['type:kit', 'type:contracts', 'type:lib', 'type:service-kit', 'type:local-servers'],
  },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: ['type:kit', 'type:contracts', 'type:lib', 'type:service-kit', 'type:testkit'],
  },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:kit', 'type:contracts', 'type:lib', 'type:service-kit', 'type:local-servers'],
  },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:scenario', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['*'] },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '**/generated', '.nx', '.tocsin', '.tocsin-live'] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  { files: ['**/*.js', '**/*.mjs', '**/*.d.mts'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries }],
    },
  },
  {
    // A domain decides on what it is given: no clock, no chance, no world.
    files: ['services/*/src/domain/**/*.ts', 'libs/domain-kit/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance', 'crypto'],
      'no-restricted-imports': [
        'error',
        { patterns: ['node:*', '@nestjs/*', 'pg', 'typeorm', '@nats-io/*', '../outbound/*', '../inbound/*'] },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time comes in with the command.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time comes in with the command.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance comes in with the command.',
        },
      ],
    },
  },
);
