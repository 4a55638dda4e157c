import type { Page } from 'playwright-core';

/** All that scripts of this origin can read back, as text: databases with their names, both storages, caches. */
export function whatIsKept(page: Page): Promise<{ readonly data: string; readonly caches: string }> {
  return page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('refused'));
      });
    const read = async (name: string) => {
      const database = await asked(indexedDB.open(name));
      const stores = [...database.objectStoreNames];
      const rows = await Promise.all(
        stores.map((store) => asked(database.transaction(store).objectStore(store).getAll())),
      );
      database.close();
      return { name, rows };
    };
    const databases = await Promise.all((await indexedDB.databases()).map(({ name = '' }) => read(name)));
    const data = JSON.stringify([databases, { ...localStorage }, { ...sessionStorage }]);
    const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const answers = await Promise.all(opened.map((cache) => cache.matchAll()));
    const texts = await Promise.all(
      answers.flat().map(async (answer) => `${answer.url}\n${await answer.text()}`),
    );
    return { data, caches: texts.join('\n') };
  });
}
