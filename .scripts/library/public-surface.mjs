// `npm run check`: what both packages offer, by API Extractor from the built declarations: a report per entry in
// docs/public-surface/. A report that differs from the committed one fails; `--fix` writes it, to be committed with the change.
// An exported name without a docstring fails, too.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { root } from '../install.mjs';
import { entriesOf, packages } from './package-entries.mjs';

const fix = process.argv.includes('--fix');
const folder = join(root, 'docs', 'public-surface');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-surface-'));
mkdirSync(folder, { recursive: true });

const silent = { logLevel: ExtractorLogLevel.None };
const loud = { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false };
const reported = { logLevel: ExtractorLogLevel.None, addToApiReportFile: true };

function configure(name, { folder: packageFolder, output }, entry) {
  const declarations = join(output, `${entry.name}.d.ts`);
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(packageFolder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          extends: join(packageFolder, 'tsconfig.json'),
          files: [declarations],
          include: [],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: folder,
        reportTempFolder: scratch,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: loud },
        tsdocMessageReporting: { default: silent },
        extractorMessageReporting: {
          default: silent,
          'ae-forgotten-export': reported,
          'ae-undocumented': loud,
        },
      },
    },
  });
}

function check(packageName, entry) {
  const name = [packageName, ...entry.subPath.split('/').slice(1)].join('-');
  const problems = [];
  const { apiReportChanged } = Extractor.invoke(configure(name, packages[packageName], entry), {
    localBuild: fix,
    printApiReportDiff: !fix,
    messageCallback(message) {
      message.handled = true;
      if (message.messageId === 'console-api-report-diff') problems.push(message.text);
      // Names of members often say all there is to say; those of exports never do.
      const isMember = message.messageId === 'ae-undocumented' && message.sourceFileColumn > 1;
      if (message.logLevel !== ExtractorLogLevel.Error || isMember) return;
      problems.push(message.formatMessageWithLocation(root));
    },
  });
  if (apiReportChanged && !fix)
    problems.push(
      `docs/public-surface/${name}.api.md is not what ${packageName} exports. If that is meant: npm run fix, and commit it.`,
    );
  return problems;
}

const problems = Object.entries(packages).flatMap(([name, library]) =>
  entriesOf(library).flatMap((entry) => check(name, entry)),
);
rmSync(scratch, { recursive: true, force: true });
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
