import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** A project outside of this repository, which gets from npm what it names. */
export class Consumer {
  private constructor(readonly folder: string) {}

  /** @param packages names of packages, in the versions that this repository has of them, or paths of packed ones. */
  static async create(
    folder: string,
    {
      files,
      packages,
    }: { readonly files: Readonly<Record<string, string>>; readonly packages: readonly string[] },
  ): Promise<Consumer> {
    await mkdir(folder, { recursive: true });
    const manifest = await readFile(join(ROOT, 'client', 'generated', 'manifest.ts'), 'utf8');
    const all = {
      ...files,
      'manifest.ts': manifest.replace('../index.ts', '@holdfast/client'),
      'package.json': JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
    };
    for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
    const consumer = new Consumer(folder);
    const versions = await knownVersions();
    await consumer.npm(
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...packages.map((name) => (versions[name] === undefined ? name : `${name}@${versions[name]}`)),
    );
    return consumer;
  }

  /** TypeScript's complaints, but for those about what other packages declare. */
  async typeErrors(): Promise<readonly string[]> {
    const printed = await this.tool('typescript/bin/tsc', '--pretty', 'false').catch((error: Error) => {
      if (!error.message.includes('error TS')) throw error;
      return error.message;
    });
    return printed
      .split('\n')
      .filter((line) => line.includes('error TS') && !/^node_modules\/(?!@holdfast\/)/.test(line));
  }

  /** Runs a program that a package brought along; resolves with what it printed, rejects with it when it failed. */
  async tool(path: string, ...args: readonly string[]): Promise<string> {
    return this.node([join('node_modules', path), ...args]);
  }

  async node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return output(
      run(process.execPath, [...args], { cwd: this.folder, env: { ...cleanEnvironment(), ...env } }),
    );
  }

  private async npm(...args: readonly string[]): Promise<string> {
    return npm(this.folder, args);
  }
}

/** Packs both packages as npm would publish them; resolves with the paths of the files. */
export async function pack(into: string): Promise<{ readonly api: string; readonly client: string }> {
  await output(
    run(process.execPath, ['.scripts/build.mjs', '--if-changed'], { cwd: ROOT, env: cleanEnvironment() }),
  );
  const workspaces = ['-w', 'api', '-w', 'client'];
  const packed = await npm(ROOT, [
    'pack',
    ...workspaces,
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    into,
  ]);
  const names = (JSON.parse(packed) as { filename: string }[]).map(({ filename }) => join(into, filename));
  const [api = '', client = ''] = names;
  return { api, client };
}

function npm(folder: string, args: readonly string[]): Promise<string> {
  const isWindows = process.platform === 'win32';
  const options = { cwd: folder, env: cleanEnvironment(), shell: isWindows, maxBuffer: 10_000_000 };
  return output(run(isWindows ? 'npm.cmd' : 'npm', [...args], options));
}

/** Without what the test runner says of itself, which would make builds into test builds. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of ['NODE_ENV', 'NODE_OPTIONS', 'VITEST']) delete environment[name];
  return environment;
}

async function output(running: Promise<{ stdout: string }>): Promise<string> {
  try {
    return (await running).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${(error as Error).message}\n${stdout}\n${stderr}`, { cause: error });
  }
}

async function knownVersions(): Promise<Readonly<Record<string, string>>> {
  const files = ['package.json', 'api/package.json', 'client/package.json'];
  const parsed = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(ROOT, name), 'utf8')) as PackageJson),
  );
  return Object.assign({}, ...parsed.map(({ devDependencies }) => devDependencies)) as Record<string, string>;
}

interface PackageJson {
  readonly devDependencies: Readonly<Record<string, string>>;
}
