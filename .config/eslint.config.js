// The bans that imports cannot show; what may import what is in dependency-cruiser.cjs.
// A later block silently replaces the options of the same rule, so the narrow `sync/` block stays last and repeats
// what the general one bans.
import tseslint from 'typescript-eslint';
import unicorn from 'eslint-plugin-unicorn';
import hooks from 'eslint-plugin-react-hooks';

const environment = {
  object: 'process',
  property: 'env',
  message: 'settings are read in api/config.ts only, where each has a unit and a default',
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'client/generated/**', '.data/**', '.cache/**'] },
  {
    files: ['{api,client}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    plugins: { unicorn },
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'max-depth': ['error', 3],
      complexity: ['error', 10],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    },
  },
  {
    // A describe block or a contract suite is a list, not a function to be read at one glance.
    files: ['{api,client}/**/*.test.{ts,tsx}', '{api,client}/testing/**/*.ts', 'client/end-to-end/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 500 }] },
  },
  {
    files: ['client/**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  { files: ['client/demo/vite.config.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['api/**/*.ts'],
    ignores: ['api/config.ts', 'api/testing/**', '**/*.test.ts'],
    rules: { 'no-restricted-properties': ['error', environment] },
  },
  {
    files: ['{api,client}/sync/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'fetch', 'window', 'navigator', 'localStorage', 'indexedDB'].map(
          (name) => ({
            name,
            message: 'the engine is pure: this arrives through ports.ts',
          }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'take the time from the clock port' },
        { object: 'Math', property: 'random', message: 'take randomness from its port' },
        { object: 'crypto', property: 'randomUUID', message: 'take randomness from its port' },
        environment,
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'take the time from the clock port',
        },
      ],
    },
  },
);
