// TypeScript's own output: declarations for both packages, and the code of the API, whose legacy decorators TypeScript
// itself turns into calls.
import { join } from 'node:path';
import ts from 'typescript';

const SOURCE_IMPORT = /((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]+)\.tsx?(?=['"])/g;

/** Emits the entries of a package and whatever they import. Throws with the compiler's words when something is wrong. */
export function emit({ folder, output }, entries, { declarationsOnly }) {
  const configPath = join(folder, 'tsconfig.json');
  const { config } = ts.readConfigFile(configPath, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(
    entries.map(({ source }) => source),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: declarationsOnly,
      // `npm run check` does that; here it would only be done again.
      noCheck: true,
      rootDir: folder,
      outDir: output,
    },
  );
  // TypeScript rewrites `./x.ts` in the code that it emits, but not in declarations.
  const result = program.emit(undefined, (path, text, ...rest) =>
    ts.sys.writeFile(path, path.endsWith('.d.ts') ? text.replace(SOURCE_IMPORT, '$1.js') : text, ...rest),
  );
  // What cannot be written down as a declaration.
  if (result.diagnostics.length === 0) return;
  const host = { getCurrentDirectory: () => folder, getCanonicalFileName: (f) => f, getNewLine: () => '\n' };
  throw new Error(ts.formatDiagnostics(result.diagnostics, host));
}
